/* Exact sums of products of doubles.
 *
 * x y = p + e without error, p = fl(x y), e = fma(x, y, -p) (Ogita, Rump, Oishi, 2005), as long as e does not
 * underflow, that is |p| >= 2^-969 or a factor is zero. p fills the first slice; its remainder and e, both
 * below 2^-53 of the bound, share the further ones: 106 bits of the products and some 50 binades of data fit
 * four. */
#include "isa/kernels.h"
#include "reduce/slices.h"

/* Two chains: four slices of each and the operands fit 16 registers. */
enum { DOT_CHAINS = 2, DOT_STRIDE = DOT_CHAINS * W, SLICES = 4 };
#define EXACT_ABOVE 0x1p-960

/* What a first look at a block tells. */
typedef struct {
  double bound; /* the largest |p|, NaN aside */
  bool tiny;    /* some |p| is below EXACT_ABOVE */
} survey;

VEC_INLINE survey look(const double *x, const double *y, size_t n) {
  vd top[DOT_CHAINS], least[DOT_CHAINS];
  for (int c = 0; c < DOT_CHAINS; c++) {
    top[c] = vd_set1(0);
    least[c] = vd_set1(1);
  }
  for (size_t i = 0; i < n; i += DOT_STRIDE)
    for (int c = 0; c < DOT_CHAINS; c++) {
      vd p = vd_load(x + i + c * W) * vd_load(y + i + c * W);
      top[c] = vd_grow(top[c], p);
      least[c] = vd_shrink(least[c], p);
    }
  double lane[DOT_STRIDE];
  survey s = {largest_lane(top, DOT_CHAINS), false};
  for (int c = 0; c < DOT_CHAINS; c++) vd_store(lane + c * W, least[c]);
  for (int i = 0; i < DOT_STRIDE; i++) s.tiny = s.tiny || lane[i] < EXACT_ABOVE;
  return s;
}

/* Whether every product below EXACT_ABOVE is one with zero. */
VEC_INLINE bool tiny_are_zeros(const double *x, const double *y, size_t n) {
  bool zeros = true;
  for (size_t i = 0; i < n; i++)
    zeros &= (__builtin_fabs(x[i] * y[i]) >= EXACT_ABOVE) | (x[i] == 0) | (y[i] == 0);
  return zeros;
}

VEC_INLINE bool add_slices(tutti_exact *acc, const double *x, const double *y, size_t n, size_t ahead) {
  const survey s = look(x, y, n);
  int k[SLICES];
  k[0] = slice_exponent((int)exact_split(s.bound).exponent - 1022, LOG_BLOCK);
  if (s.bound == 0 || k[0] > 1023 || (s.tiny && !tiny_are_zeros(x, y, n))) return false;
  for (int j = 1; j < SLICES; j++) k[j] = slice_below(k[j - 1], LOG_BLOCK);
  vd sum[SLICES][DOT_CHAINS];
  vu rest[DOT_CHAINS];
  for (int c = 0; c < DOT_CHAINS; c++) {
    for (int j = 0; j < SLICES; j++) sum[j][c] = slice_start(k[j]);
    rest[c] = vu_set1(0);
  }
  for (size_t i = 0; i < n; i += DOT_STRIDE) {
    for (size_t line = 0; line < DOT_STRIDE; line += 8)
      if (i < ahead) {
        __builtin_prefetch(x + n + i + line);
        __builtin_prefetch(y + n + i + line);
      }
    for (int c = 0; c < DOT_CHAINS; c++) {
      vd a = vd_load(x + i + c * W), b = vd_load(y + i + c * W);
      vd p = a * b, e = vd_fma(a, b, -p);
      sum[0][c] = slice(sum[0][c], &p);
      for (int j = 1; j < SLICES; j++) {
        sum[j][c] = slice(sum[j][c], &p);
        sum[j][c] = slice(sum[j][c], &e);
      }
      rest[c] |= bits_of_vd(p) | bits_of_vd(e);
    }
  }
  if (any_rest(rest, DOT_CHAINS)) return false;
  for (int j = 0; j < SLICES; j++) exact_add_one(acc, slice_total(sum[j], DOT_CHAINS, slice_start(k[j])));
  return true;
}

void TUTTI_KERNEL(exact_dot)(tutti_exact *acc, const void *x_, const void *y_, size_t n) {
  enum { DOT_BLOCK = BLOCK / 2 };
  const double *x = x_, *y = y_;
  while (n >= DOT_STRIDE) {
    const size_t block = n < DOT_BLOCK ? n - n % DOT_STRIDE : DOT_BLOCK, left = n - block;
    if (!add_slices(acc, x, y, block, left < block ? left : block))
      for (size_t i = 0; i < block; i++) tutti_exact_add_product(acc, x[i], y[i]);
    x += block;
    y += block;
    n = left;
  }
  for (size_t i = 0; i < n; i++) tutti_exact_add_product(acc, x[i], y[i]);
}
