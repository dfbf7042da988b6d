/* Adding an array to an exact accumulator at the speed of the vector units.
 *
 * A block that fits the first-level cache is read twice. The first pass finds a power of two above every |x|.
 * The second splits every x without error: S + x, rounded in the binade of S = 1.5 2^k, keeps the bits of x
 * from 2^(k-52) upwards; their sum gathers in S itself, and what was cut off is exact in a double (Dekker,
 * 1971). A second slice takes the remainder the same way, 53 - log2 BLOCK bits further down. Blocks whose
 * remainders are then all zero (data within some 30 binades) cost 9 operations a vector; the others, and
 * those with NaN or infinities, go to the superaccumulator element by element. */
#include "isa/kernels.h"
#include "isa/vec.h"
#include "reduce/exact_limbs.h"

/* CHAINS independent sums hide the latency of an addition. */
enum { CHAINS = 4, STRIDE = CHAINS * W, BLOCK = 64 * STRIDE, LOG_BLOCK = 6 + 2 + (W == 8 ? 3 : W / 2) };
_Static_assert(BLOCK == 1 << LOG_BLOCK, "LOG_BLOCK is the logarithm of BLOCK");

/* The largest |x|, NaN aside. n is a multiple of STRIDE. */
VEC_INLINE double largest(const double *x, size_t n) {
  vd top[CHAINS];
  for (int c = 0; c < CHAINS; c++) top[c] = vd_set1(0);
  for (size_t i = 0; i < n; i += STRIDE)
    for (int c = 0; c < CHAINS; c++) top[c] = vd_grow(top[c], vd_load(x + i + c * W));
  double lane[STRIDE], max = 0;
  for (int c = 0; c < CHAINS; c++) vd_store(lane + c * W, top[c]);
  for (int i = 0; i < STRIDE; i++) max = lane[i] > max ? lane[i] : max;
  return max;
}

/* The sum of the lanes of all S less their common start: exact, since |sum| <= 2^k by the choice of k. */
VEC_INLINE double gathered(const vd *sum, vd start) {
  double lane[STRIDE], total = 0;
  for (int c = 0; c < CHAINS; c++) vd_store(lane + c * W, sum[c] - start);
  for (int i = 0; i < STRIDE; i++) total += lane[i];
  return total;
}

/* S + x rounded to the unit of S; *x becomes the rest. */
VEC_INLINE vd slice(vd sum, vd *x) {
  vd next = sum + *x;
  *x = *x - (next - sum);
  return next;
}

/* 1.5 2^k */
VEC_INLINE vd slice_start(int k) {
  return vd_of_bits(vu_set1(((uint64_t)(k + 1023) << 52) | UINT64_C(1) << 51));
}

/* Adds x[0..n), n <= BLOCK a multiple of STRIDE, or does nothing and returns false. Meanwhile `ahead`
 * elements behind the block are fetched. */
VEC_INLINE bool add_slices(tutti_exact *acc, const double *x, size_t n, size_t ahead) {
  double bound = largest(x, n);
  int exponent = (int)exact_split(bound).exponent - 1022; /* |x| < 2^exponent */
  int k1 = exponent + LOG_BLOCK, k2;
  if (bound == 0 || k1 > 1023) return false;
  if (k1 < -1022) k1 = -1022; /* from there on the unit is the smallest subnormal, no remainder is left */
  k2 = k1 - 53 + LOG_BLOCK;
  if (k2 < -1022) k2 = -1022;

  const vd start1 = slice_start(k1), start2 = slice_start(k2);
  vd sum1[CHAINS], sum2[CHAINS];
  vu rest[CHAINS];
  for (int c = 0; c < CHAINS; c++) {
    sum1[c] = start1;
    sum2[c] = start2;
    rest[c] = vu_set1(0);
  }
  for (size_t i = 0; i < n; i += STRIDE) {
    for (size_t line = 0; line < STRIDE; line += 8)
      if (i < ahead) __builtin_prefetch(x + n + i + line);
    for (int c = 0; c < CHAINS; c++) {
      vd value = vd_load(x + i + c * W);
      sum1[c] = slice(sum1[c], &value);
      sum2[c] = slice(sum2[c], &value);
      rest[c] |= bits_of_vd(value);
    }
  }
  uint64_t lane[STRIDE], any = 0;
  for (int c = 0; c < CHAINS; c++) vu_store(lane + c * W, rest[c]);
  for (int i = 0; i < STRIDE; i++) any |= lane[i];
  if (any << 1) return false; /* the sign of a zero is no remainder */
  exact_add_one(acc, gathered(sum1, start1));
  exact_add_one(acc, gathered(sum2, start2));
  return true;
}

void TUTTI_KERNEL(exact_add_array)(tutti_exact *acc, const double *x, size_t n) {
  while (n >= STRIDE) {
    size_t block = n < BLOCK ? n - n % STRIDE : BLOCK;
    size_t left = n - block;
    if (!add_slices(acc, x, block, left < block ? left : block))
      for (size_t i = 0; i < block; i++) exact_add_one(acc, x[i]);
    x += block;
    n = left;
  }
  for (size_t i = 0; i < n; i++) exact_add_one(acc, x[i]);
}

void TUTTI_KERNEL(power_sums_add)(tutti_power_sums *sums, double centre, const double *x, size_t n) {
  enum { PART = 256 };
  double power[4][PART];
  for (size_t i = 0; i < n; i += PART) {
    size_t part = n - i < PART ? n - i : PART;
    for (size_t j = 0; j < part; j++) {
      double d = x[i + j] - centre, square = d * d;
      power[0][j] = d;
      power[1][j] = square;
      power[2][j] = square * d;
      power[3][j] = square * square;
    }
    for (int k = 0; k < 4; k++) TUTTI_KERNEL(exact_add_array)(&sums->sum[k], power[k], part);
  }
  sums->n += n;
}
