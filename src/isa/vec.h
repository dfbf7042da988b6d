/* Vectors of W lanes, W = 1, 2, 4 or 8: the few operations in which kernels are written.
 *
 * - vd: W doubles. Operators + - * / are C's own, on the vector extension of gcc and clang.
 * - vu: W integers of 64 bits. Operators + - & | ^ ~ << >> likewise.
 * - vw: 2 W unsigned integers of 32 bits, without operators.
 * - vm: a truth value for each lane.
 *
 * The operations, and what they mean, are in isa/vec_scalar.h; every level has them all. A few are below.
 *
 * With W = 1 the types are plain scalars. Every operation rounds once, to nearest: a lane has the same
 * bits at any width.
 *
 * Kernels that keep data in lanes work on groups of TUTTI_GROUP = 8 elements, which are 8 / W vectors: so
 * the elements that belong together are the same at every level. */
#ifndef TUTTI_ISA_VEC_H
#define TUTTI_ISA_VEC_H

#if defined(TUTTI_LEVEL_AVX512)
#include "isa/vec_avx512.h"
#elif defined(TUTTI_LEVEL_AVX2)
#include "isa/vec_avx2.h"
#elif defined(TUTTI_LEVEL_NEON)
#include "isa/vec_neon.h"
#else
#include "isa/vec_scalar.h"
#endif

VEC_INLINE vd vd_abs(vd a) { return vd_of_bits(bits_of_vd(a) & vu_set1(~(UINT64_C(1) << 63))); }
/* Flips the sign of a where bit 63 of `sign` is set; the other bits of sign must be 0. */
VEC_INLINE vd vd_flip(vd a, vu sign) { return vd_of_bits(bits_of_vd(a) ^ sign); }

/* The upper 12 bits of a, of which the first is 0, less 1023: they go into the lowest bits of 2^52. */
VEC_INLINE vd vu_exponent(vu a) {
  return vd_of_bits((a >> 52) | vu_set1(0x4330000000000000)) - vd_set1(0x1p52 + 1023);
}
#ifndef VEC_GETEXP
/* The exponent of a positive, normal and finite number: the largest k with 2^k <= a. */
VEC_INLINE vd vd_exponent(vd a) { return vu_exponent(bits_of_vd(a)); }
#endif

/* lane[i] = first + i */
VEC_INLINE vu vu_iota(uint64_t first) {
  static const uint64_t lanes[TUTTI_GROUP] = {0, 1, 2, 3, 4, 5, 6, 7};
  return vu_set1(first) + vu_load(lanes);
}

#endif
