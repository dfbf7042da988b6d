/* Eight lanes: AVX-512 F and DQ. */
#include <immintrin.h>

#include "isa/vec_inline.h"

#define W 8
typedef double vd __attribute__((vector_size(64)));
typedef uint64_t vu __attribute__((vector_size(64)));
typedef uint32_t vw __attribute__((vector_size(64)));
typedef __mmask8 vm;

VEC_INLINE vd vd_set1(double a) { return (vd)_mm512_set1_pd(a); }
VEC_INLINE vu vu_set1(uint64_t a) { return (vu)_mm512_set1_epi64((long long)a); }
VEC_INLINE vd vd_load(const double *p) { return (vd)_mm512_loadu_pd(p); }
VEC_INLINE vd vd_load_first(const double *p, int lanes) {
  return (vd)_mm512_maskz_loadu_pd((__mmask8)((1 << lanes) - 1), p);
}
VEC_INLINE vd vd_load_f32_first(const float *p, int lanes) {
  return (vd)_mm512_cvtps_pd(_mm256_maskz_loadu_ps((__mmask8)((1 << lanes) - 1), p));
}
#define VEC_IN_TURN(a, b) __asm__("" : "+v"(a), "+v"(b))
VEC_INLINE void vd_store(double *p, vd a) { _mm512_storeu_pd(p, (__m512d)a); }
VEC_INLINE vu vu_load(const uint64_t *p) { return (vu)_mm512_loadu_si512(p); }
VEC_INLINE void vu_store(void *p, vu a) { _mm512_storeu_si512(p, (__m512i)a); }
VEC_INLINE vu bits_of_vd(vd a) { return (vu)a; }
VEC_INLINE vd vd_of_bits(vu bits) { return (vd)bits; }
VEC_INLINE vd vd_fma(vd a, vd b, vd c) { return (vd)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c); }
VEC_INLINE vd vd_scaled_add(vd a, vd c, vd b) { return vd_fma(a, c, b); }
VEC_INLINE vd vd_sqrt(vd a) { return (vd)_mm512_sqrt_pd((__m512d)a); }
#define VEC_GETEXP 1
VEC_INLINE vd vd_exponent(vd a) { return (vd)_mm512_getexp_pd((__m512d)a); }
VEC_INLINE vd vd_max(vd a, vd b) { return (vd)_mm512_max_pd((__m512d)a, (__m512d)b); }
VEC_INLINE vd vd_min(vd a, vd b) { return (vd)_mm512_min_pd((__m512d)a, (__m512d)b); }
/* One instruction: the larger of two magnitudes, without its sign. */
VEC_INLINE vd vd_grow(vd top, vd x) { return (vd)_mm512_range_pd((__m512d)top, (__m512d)x, 0x0b); }
VEC_INLINE vd vd_shrink(vd least, vd x) { return (vd)_mm512_range_pd((__m512d)least, (__m512d)x, 0x0a); }
VEC_INLINE vd vd_load_f32(const float *p) { return (vd)_mm512_cvtps_pd(_mm256_loadu_ps(p)); }
VEC_INLINE vu vu_mul32(vu a, vu b) { return (vu)_mm512_mul_epu32((__m512i)a, (__m512i)b); }
#define VEC_XOR3 1
VEC_INLINE vu vu_xor3(vu a, vu b, vu c) {
  return (vu)_mm512_ternarylogic_epi64((__m512i)a, (__m512i)b, (__m512i)c, 0x96);
}
VEC_INLINE vu vu_or_xor(vu a, vd b, vd c) {
  return (vu)_mm512_ternarylogic_epi64((__m512i)a, (__m512i)b, (__m512i)c, 0xf6);
}
VEC_INLINE vu vu_or3(vu a, vu b, vu c) {
  return (vu)_mm512_ternarylogic_epi64((__m512i)a, (__m512i)b, (__m512i)c, 0xfe);
}
/* Shuffles instead of shifts: shifts would compete for the execution port of the multiplications. */
VEC_INLINE vu vu_high32(vu a) { return (vu)_mm512_shuffle_epi32((__m512i)a, (_MM_PERM_ENUM)0xf5); }
VEC_INLINE vu vu_join32(vu low, vu high) {
  return (vu)_mm512_mask_shuffle_epi32((__m512i)low, 0xaaaa, (__m512i)high, (_MM_PERM_ENUM)0xa0);
}
VEC_INLINE vu vu_swap_xor(vu a, vu b, vu c) {
  const __m512i swapped = _mm512_shuffle_epi32((__m512i)a, (_MM_PERM_ENUM)0xb1);
  return (vu)_mm512_mask_ternarylogic_epi32(swapped, 0x5555, (__m512i)b, (__m512i)c, 0x96);
}
#define VEC_UPPER53_LOG (-64)
VEC_INLINE vd vd_upper53(vu a) { return (vd)_mm512_cvtepu64_pd((__m512i)(a & vu_set1(~UINT64_C(0x7ff)))); }
VEC_INLINE vd vd_upper53_words(vu low, vu high) { return vd_upper53(vu_join32(low, high)); }
VEC_INLINE vd vd_flip_bit(vd a, vu sign) {
  const __m512i bit = (__m512i)vu_set1(UINT64_C(1) << 63);
  return (vd)_mm512_ternarylogic_epi64((__m512i)a, (__m512i)sign, bit, 0x78); /* a ^ (sign & bit) */
}
VEC_INLINE vm vd_less(vd a, vd b) { return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ); }
VEC_INLINE vm vd_equal(vd a, vd b) { return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_EQ_OQ); }
VEC_INLINE vm vd_unordered(vd a, vd b) { return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_UNORD_Q); }
VEC_INLINE vm vm_and(vm a, vm b) { return (vm)(a & b); }
VEC_INLINE bool vm_any(vm m) { return m != 0; }
VEC_INLINE unsigned vm_lanes(vm m) { return m; }
VEC_INLINE vm vu_odd(vu a) { return _mm512_test_epi64_mask((__m512i)a, (__m512i)vu_set1(1)); }
VEC_INLINE vd vd_select(vm m, vd yes, vd no) {
  return (vd)_mm512_mask_blend_pd(m, (__m512d)no, (__m512d)yes);
}
/* The table lies in four registers: loops take its columns apart only once. */
VEC_INLINE void vd_lookup16(const double table[16][2], vu bits, int shift, vd *first, vd *second) {
  vd column[2][2];
  for (int c = 0; c < 2; c++)
    for (int h = 0; h < 2; h++) {
      const __m512i places = _mm512_setr_epi64(c, c + 2, c + 4, c + 6, c + 8, c + 10, c + 12, c + 14);
      column[c][h] = (vd)_mm512_permutex2var_pd(_mm512_loadu_pd(table[8 * h]), places,
                                                _mm512_loadu_pd(table[8 * h + 4]));
    }
  *first = (vd)_mm512_permutex2var_pd((__m512d)column[0][0], (__m512i)(bits >> shift), (__m512d)column[0][1]);
  *second =
      (vd)_mm512_permutex2var_pd((__m512d)column[1][0], (__m512i)(bits >> shift), (__m512d)column[1][1]);
}
VEC_INLINE vu vu_count(vu counters, vm m) {
  return (vu)_mm512_mask_add_epi64((__m512i)counters, m, (__m512i)counters, (__m512i)vu_set1(1));
}
VEC_INLINE vw vw_uppers(vu a, vu b) {
  return (vw)_mm512_mask_shuffle_epi32((__m512i)b, 0x5555, (__m512i)a, (_MM_PERM_ENUM)0xf5);
}
VEC_INLINE vw vw_add(vw a, vw b) { return a + b; }
VEC_INLINE vw vw_max(vw a, vw b) { return (vw)_mm512_max_epu32((__m512i)a, (__m512i)b); }
VEC_INLINE vw vw_count_at_least(vw counters, vw a, vw b) {
  const __mmask16 m = _mm512_cmpge_epu32_mask((__m512i)a, (__m512i)b);
  return (vw)_mm512_mask_add_epi32((__m512i)counters, m, (__m512i)counters, _mm512_set1_epi32(1));
}
