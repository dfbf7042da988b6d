/* Four lanes: AVX2 and FMA. */
#include <immintrin.h>

#include "isa/vec_inline.h"

#define W 4
typedef double vd __attribute__((vector_size(32)));
typedef uint64_t vu __attribute__((vector_size(32)));
typedef uint32_t vw __attribute__((vector_size(32)));
typedef vu vm; /* all bits of a lane, or none */

VEC_INLINE vd vd_set1(double a) { return (vd)_mm256_set1_pd(a); }
VEC_INLINE vu vu_set1(uint64_t a) { return (vu)_mm256_set1_epi64x((long long)a); }
VEC_INLINE vd vd_load(const double *p) { return (vd)_mm256_loadu_pd(p); }
VEC_INLINE void vd_store(double *p, vd a) { _mm256_storeu_pd(p, (__m256d)a); }
VEC_INLINE vu vu_load(const uint64_t *p) { return (vu)_mm256_loadu_si256((const __m256i *)p); }
VEC_INLINE void vu_store(void *p, vu a) { _mm256_storeu_si256(p, (__m256i)a); }
VEC_INLINE vd vd_load_first(const double *p, int lanes) {
  static const int64_t mask[2 * W] = {-1, -1, -1, -1};
  return (vd)_mm256_maskload_pd(p, _mm256_loadu_si256((const __m256i *)(mask + W - lanes)));
}
VEC_INLINE vd vd_load_f32_first(const float *p, int lanes) {
  static const int32_t mask[2 * W] = {-1, -1, -1, -1};
  return (vd)_mm256_cvtps_pd(_mm_maskload_ps(p, _mm_loadu_si128((const __m128i *)(mask + W - lanes))));
}
#define VEC_IN_TURN(a, b) __asm__("" : "+x"(a), "+x"(b))
VEC_INLINE vu bits_of_vd(vd a) { return (vu)a; }
VEC_INLINE vd vd_of_bits(vu bits) { return (vd)bits; }
VEC_INLINE vd vd_fma(vd a, vd b, vd c) { return (vd)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c); }
VEC_INLINE vd vd_scaled_add(vd a, vd c, vd b) { return vd_fma(a, c, b); }
VEC_INLINE vd vd_sqrt(vd a) { return (vd)_mm256_sqrt_pd((__m256d)a); }
VEC_INLINE vd vd_max(vd a, vd b) { return (vd)_mm256_max_pd((__m256d)a, (__m256d)b); }
VEC_INLINE vd vd_min(vd a, vd b) { return (vd)_mm256_min_pd((__m256d)a, (__m256d)b); }
VEC_INLINE vd vd_grow(vd top, vd x) {
  return (vd)_mm256_max_pd(_mm256_andnot_pd(_mm256_set1_pd(-0.0), (__m256d)x), (__m256d)top);
}
VEC_INLINE vd vd_shrink(vd least, vd x) {
  return (vd)_mm256_min_pd(_mm256_andnot_pd(_mm256_set1_pd(-0.0), (__m256d)x), (__m256d)least);
}
VEC_INLINE vd vd_load_f32(const float *p) { return (vd)_mm256_cvtps_pd(_mm_loadu_ps(p)); }
VEC_INLINE vu vu_mul32(vu a, vu b) { return (vu)_mm256_mul_epu32((__m256i)a, (__m256i)b); }
#define VEC_XOR3 0
VEC_INLINE vu vu_xor3(vu a, vu b, vu c) { return a ^ b ^ c; }
VEC_INLINE vu vu_or3(vu a, vu b, vu c) { return a | b | c; }
VEC_INLINE vu vu_or_xor(vu a, vd b, vd c) { return a | (bits_of_vd(b) ^ bits_of_vd(c)); }
VEC_INLINE vu vu_high32(vu a) { return a >> 32; }
/* The lower 32 bits of low, and the upper 32 bits of high. */
VEC_INLINE vu vu_merge32(vu low, vu high) {
  return (vu)_mm256_blend_epi32((__m256i)low, (__m256i)high, 0xaa);
}
VEC_INLINE vu vu_join32(vu low, vu high) { return vu_merge32(low, high << 32); }
VEC_INLINE vu vu_swap_xor(vu a, vu b, vu c) { return vu_join32((a >> 32) ^ b ^ c, a); }
/* From integer to double without an instruction for it: the upper and lower 32 bits of the integer are put
 * into the mantissas of 2^20 and 2^-12; what the result differs by from these numbers is the value. */
#define VEC_UPPER53_LOG 0
VEC_INLINE vd vd_upper53_words(vu low, vu high) {
  const vu h = vu_merge32(high, vu_set1(0x4130000000000000));
  const vu l = vu_merge32(low & vu_set1(~UINT64_C(0x7ff)), vu_set1(0x3f30000000000000));
  return ((vd)h - vd_set1(0x1.00000001p20)) + (vd)l;
}
VEC_INLINE vd vd_upper53(vu a) { return vd_upper53_words(a, a >> 32); }
VEC_INLINE vd vd_flip_bit(vd a, vu sign) { return (vd)((vu)a ^ (sign & vu_set1(UINT64_C(1) << 63))); }
VEC_INLINE vm vd_less(vd a, vd b) { return (vm)_mm256_cmp_pd((__m256d)a, (__m256d)b, _CMP_LT_OQ); }
VEC_INLINE vm vd_equal(vd a, vd b) { return (vm)_mm256_cmp_pd((__m256d)a, (__m256d)b, _CMP_EQ_OQ); }
VEC_INLINE vm vd_unordered(vd a, vd b) { return (vm)_mm256_cmp_pd((__m256d)a, (__m256d)b, _CMP_UNORD_Q); }
VEC_INLINE vm vm_and(vm a, vm b) { return a & b; }
VEC_INLINE bool vm_any(vm m) { return _mm256_movemask_pd((__m256d)m) != 0; }
VEC_INLINE unsigned vm_lanes(vm m) { return (unsigned)_mm256_movemask_pd((__m256d)m); }
VEC_INLINE vm vu_odd(vu a) { return a << 63; } /* vd_select asks for the highest bit only */
VEC_INLINE vd vd_select(vm m, vd yes, vd no) {
  return (vd)_mm256_blendv_pd((__m256d)no, (__m256d)yes, (__m256d)m);
}
/* By way of memory: a gather is slow on many CPUs, and waits for what its target held before. */
VEC_INLINE void vd_lookup16(const double table[16][2], vu bits, int shift, vd *first, vd *second) {
  uint64_t at[W] VEC_ALIGNED; /* in bytes */
  vu_store(at, (bits >> (shift - 4)) & vu_set1(0xf0));
  __asm__("" : "+m"(at));
#define VEC_ROW(i) _mm_load_pd((const double *)(const void *)((const char *)table + at[i]))
  const __m256d even = _mm256_insertf128_pd(_mm256_castpd128_pd256(VEC_ROW(0)), VEC_ROW(2), 1);
  const __m256d odd = _mm256_insertf128_pd(_mm256_castpd128_pd256(VEC_ROW(1)), VEC_ROW(3), 1);
#undef VEC_ROW
  *first = (vd)_mm256_unpacklo_pd(even, odd);
  *second = (vd)_mm256_unpackhi_pd(even, odd);
}
VEC_INLINE vu vu_count(vu counters, vm m) { return counters - m; }
VEC_INLINE vw vw_uppers(vu a, vu b) { return (vw)_mm256_shuffle_ps((__m256)a, (__m256)b, 0xdd); }
VEC_INLINE vw vw_add(vw a, vw b) { return a + b; }
VEC_INLINE vw vw_max(vw a, vw b) { return (vw)_mm256_max_epu32((__m256i)a, (__m256i)b); }
VEC_INLINE vw vw_count_at_least(vw counters, vw a, vw b) {
  return counters - (vw)_mm256_cmpeq_epi32((__m256i)vw_max(a, b), (__m256i)a);
}
