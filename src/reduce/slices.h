/* Error-free slices: how an array is added exactly at the speed of the vector units.
 *
 * A running sum S starts as 1.5 2^k. As long as it stays in [2^k, 2^(k + 1)) the spacing of doubles there
 * is 2^(k - 52), and so
 *
 *     S' = S + x          (adds the bits of x from 2^(k - 52) upwards: x is rounded to a multiple)
 *     x' = x - (S' - S)   (what was cut off, exactly: Dekker, 1971; Rump, Ogita, Oishi, 2008).
 *
 * S is exact, and x', which is at most 2^(k - 53), goes to the next slice, whose k is smaller by 53 -
 * log2(number of terms). S stays in its range if all terms together are below 2^(k - 1).
 *
 * A kernel takes a block of the array and a power of two above every |x|, which it finds ahead or guesses and
 * checks afterwards, slices, and looks whether anything is left over in the end. A block with something left
 * over (data over many binades), with NaN or infinities is added to the accumulator term by term. */
#ifndef TUTTI_REDUCE_SLICES_H
#define TUTTI_REDUCE_SLICES_H

#include "isa/vec.h"
#include "reduce/exact_limbs.h"

/* A block is 64 groups of CHAINS vectors. There are CHAINS independent sums because an addition takes
 * several cycles, in which others can start. */
enum { CHAINS = 4, STRIDE = CHAINS * W, BLOCK = 64 * STRIDE, LOG_BLOCK = 6 + 2 + (W == 8 ? 3 : W / 2) };
_Static_assert(BLOCK == 1 << LOG_BLOCK, "LOG_BLOCK is the logarithm of BLOCK");

/* The lowest k: there the spacing of S is the smallest subnormal number, and nothing can be left over. */
enum { SLICE_LOWEST = -1022 };

/* 2^k, -1022 <= k <= 1023 */
VEC_INLINE double power_of_two(int k) {
  const uint64_t bits = (uint64_t)(k + 1023) << 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return power;
}

/* 1.5 2^k, in all lanes */
VEC_INLINE vd slice_start(int k) {
  return vd_of_bits(vu_set1(((uint64_t)(k + 1023) << 52) | UINT64_C(1) << 51));
}

/* The k of a slice for 2^log_terms terms with |x| < 2^exponent:
 *
 *     k = exponent + log_terms, at least SLICE_LOWEST.
 *
 * All terms together then add up to less than 2^k. The terms are divided among at least 4 lanes (CHAINS =
 * 4), each with a sum S of its own: what one S gathers is below 2^(k - 2), and S = 1.5 2^k stays within
 * [2^k, 2^(k + 1)). */
VEC_INLINE int slice_exponent(int exponent, int log_terms) {
  return exponent + log_terms < SLICE_LOWEST ? SLICE_LOWEST : exponent + log_terms;
}

/* The k of the next slice: what slice k leaves over is at most 2^(k - 53). */
VEC_INLINE int slice_below(int k, int log_terms) { return slice_exponent(k - 53, log_terms); }

/* Returns S + x, rounded; *x becomes what was cut off. */
VEC_INLINE vd slice(vd sum, vd *x) {
  vd next = sum + *x;
  *x = *x - (next - sum);
  return next;
}

/* The largest magnitude in the chains; NaN is ignored. */
VEC_INLINE double largest_lane(const vd *top, int chains) {
  vd most = top[0];
  for (int c = 1; c < chains; c++) most = vd_grow(most, top[c]);
  double lane[W];
  vd_store(lane, most);
  for (int half = W / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
  return lane[0];
}

/* What the chains' sums have gathered: the sum over all lanes of (S - start). It is exact, and so is every
 * partial sum, in any order: all of them are multiples of 2^(k - 52) and at most 2^k. */
VEC_INLINE double slice_total(const vd *sum, int chains, vd start) {
  vd total = sum[0] - start;
  for (int c = 1; c < chains; c++) total += sum[c] - start;
  double lane[W];
  vd_store(lane, total);
  for (int half = W / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lane[i] += lane[i + half];
  return lane[0];
}

/* Whether any of the bits is set. */
VEC_INLINE bool any_bit(vu bits) {
  uint64_t lane[W], any = 0;
  vu_store(lane, bits);
  for (int i = 0; i < W; i++) any |= lane[i];
  return any != 0;
}

/* Whether the bits, OR-ed together, are more than the signs of zeros. */
VEC_INLINE bool any_rest(const vu *rest, int chains) {
  vu all = rest[0];
  for (int c = 1; c < chains; c++) all |= rest[c];
  return any_bit(all << 1);
}

#endif
