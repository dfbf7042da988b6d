/* Error-free slices: how an array is added exactly at the speed of the vector units.
 *
 * S + x, rounded in the binade of S = 1.5 2^k, keeps the bits of x from 2^(k-52) upwards; their sum gathers
 * in S itself, and what was cut off is exact in a double (Dekker, 1971; Rump, Ogita, Oishi, 2008). The next
 * slice takes that remainder 53 - log2(terms) bits further down. Kernels take a block that fits the
 * first-level cache, find a power of two above every |x|, slice, and look whether a remainder is left at
 * last; a block with remainders (data over many binades), with NaN or infinities goes through the accumulator
 * term by term. */
#ifndef TUTTI_REDUCE_SLICES_H
#define TUTTI_REDUCE_SLICES_H

#include "isa/vec.h"
#include "reduce/exact_limbs.h"

/* A block is 64 groups of CHAINS vectors; CHAINS independent sums hide the latency of an addition. */
enum { CHAINS = 4, STRIDE = CHAINS * W, BLOCK = 64 * STRIDE, LOG_BLOCK = 6 + 2 + (W == 8 ? 3 : W / 2) };
_Static_assert(BLOCK == 1 << LOG_BLOCK, "LOG_BLOCK is the logarithm of BLOCK");

enum { SLICE_LOWEST = -1022 }; /* there the unit of S is the smallest subnormal: no remainder is left */

/* 1.5 2^k */
VEC_INLINE vd slice_start(int k) {
  return vd_of_bits(vu_set1(((uint64_t)(k + 1023) << 52) | UINT64_C(1) << 51));
}

/* The k for terms |x| < 2^exponent of which all lanes together, 2^log_terms terms, add up to less than 2^k. A
 * lane's own, at most a quarter of them, then keep S within its binade. */
VEC_INLINE int slice_exponent(int exponent, int log_terms) {
  return exponent + log_terms < SLICE_LOWEST ? SLICE_LOWEST : exponent + log_terms;
}

/* The remainders of slice k are below 2^(k - 53): the k of the slice that takes them. */
VEC_INLINE int slice_below(int k, int log_terms) { return slice_exponent(k - 53, log_terms); }

/* S + x rounded to the unit of S; *x becomes the rest. */
VEC_INLINE vd slice(vd sum, vd *x) {
  vd next = sum + *x;
  *x = *x - (next - sum);
  return next;
}

/* The largest magnitude in the chains, NaN aside. */
VEC_INLINE double largest_lane(const vd *top, int chains) {
  vd most = top[0];
  for (int c = 1; c < chains; c++) most = vd_grow(most, top[c]);
  double lane[W], max = 0;
  vd_store(lane, most);
  for (int i = 0; i < W; i++) max = lane[i] > max ? lane[i] : max;
  return max;
}

/* What gathered in the chains' S: the sum of their lanes less the common start. It is exact, and so is every
 * sum on the way, in any order: all are multiples of one unit and <= 2^k. */
VEC_INLINE double slice_total(const vd *sum, int chains, vd start) {
  vd total = sum[0] - start;
  for (int c = 1; c < chains; c++) total += sum[c] - start;
  double lane[W];
  vd_store(lane, total);
  for (int half = W / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lane[i] += lane[i + half];
  return lane[0];
}

/* Whether the bits OR-ed together hold more than signs of zeros. */
VEC_INLINE bool any_rest(const vu *rest, int chains) {
  vu all = rest[0];
  for (int c = 1; c < chains; c++) all |= rest[c];
  uint64_t lane[W], any = 0;
  vu_store(lane, all);
  for (int i = 0; i < W; i++) any |= lane[i];
  return any << 1 != 0;
}

#endif
