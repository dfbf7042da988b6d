/* Two lanes: NEON of aarch64. */
#include <arm_neon.h>

#include "isa/vec_inline.h"

#define W 2
typedef float64x2_t vd;
typedef uint64x2_t vu;
typedef uint32x4_t vw;
typedef uint64x2_t vm; /* all bits of a lane, or none */

VEC_INLINE vd vd_set1(double a) { return vdupq_n_f64(a); }
VEC_INLINE vu vu_set1(uint64_t a) { return vdupq_n_u64(a); }
VEC_INLINE vd vd_load(const double *p) { return vld1q_f64(p); }
VEC_INLINE vd vd_load_first(const double *p, int lanes) {
  return (vd){lanes > 0 ? p[0] : 0, lanes > 1 ? p[1] : 0};
}
VEC_INLINE vd vd_load_f32_first(const float *p, int lanes) {
  return (vd){lanes > 0 ? (double)p[0] : 0, lanes > 1 ? (double)p[1] : 0};
}
#define VEC_IN_TURN(a, b) __asm__("" : "+w"(a), "+w"(b))
VEC_INLINE void vd_store(double *p, vd a) { vst1q_f64(p, a); }
VEC_INLINE vu vu_load(const uint64_t *p) { return vld1q_u64(p); }
VEC_INLINE void vu_store(void *p, vu a) { vst1q_u8(p, vreinterpretq_u8_u64(a)); }
VEC_INLINE vu bits_of_vd(vd a) { return vreinterpretq_u64_f64(a); }
VEC_INLINE vd vd_of_bits(vu bits) { return vreinterpretq_f64_u64(bits); }
VEC_INLINE vd vd_fma(vd a, vd b, vd c) { return vfmaq_f64(c, a, b); }
VEC_INLINE vd vd_scaled_add(vd a, vd c, vd b) { return vd_fma(a, c, b); }
VEC_INLINE vd vd_sqrt(vd a) { return vsqrtq_f64(a); }
VEC_INLINE vd vd_max(vd a, vd b) { return vmaxq_f64(a, b); }
VEC_INLINE vd vd_min(vd a, vd b) { return vminnmq_f64(a, b); }
VEC_INLINE vd vd_grow(vd top, vd x) { return vmaxq_f64(top, vabsq_f64(x)); }
VEC_INLINE vd vd_shrink(vd least, vd x) { return vminq_f64(least, vabsq_f64(x)); }
VEC_INLINE vd vd_load_f32(const float *p) { return vcvt_f64_f32(vld1_f32(p)); }
VEC_INLINE vu vu_mul32(vu a, vu b) { return vmull_u32(vmovn_u64(a), vmovn_u64(b)); }
#define VEC_XOR3 0
VEC_INLINE vu vu_xor3(vu a, vu b, vu c) { return veorq_u64(veorq_u64(a, b), c); }
VEC_INLINE vu vu_or3(vu a, vu b, vu c) { return a | b | c; }
VEC_INLINE vu vu_or_xor(vu a, vd b, vd c) { return a | (bits_of_vd(b) ^ bits_of_vd(c)); }
VEC_INLINE vu vu_high32(vu a) { return a >> 32; }
VEC_INLINE vu vu_join32(vu low, vu high) { return vsliq_n_u64(low, high, 32); }
VEC_INLINE vu vu_swap_xor(vu a, vu b, vu c) { return vu_join32((a >> 32) ^ b ^ c, a); }
#define VEC_UPPER53_LOG (-53)
VEC_INLINE vd vd_upper53(vu a) { return vcvtq_f64_u64(a >> 11); }
VEC_INLINE vd vd_upper53_words(vu low, vu high) { return vd_upper53(vu_join32(low, high)); }
VEC_INLINE vd vd_flip_bit(vd a, vu sign) {
  return vreinterpretq_f64_u64(veorq_u64(vreinterpretq_u64_f64(a), sign & vdupq_n_u64(UINT64_C(1) << 63)));
}
VEC_INLINE vm vd_less(vd a, vd b) { return vcltq_f64(a, b); }
VEC_INLINE vm vd_equal(vd a, vd b) { return vceqq_f64(a, b); }
VEC_INLINE vm vd_unordered(vd a, vd b) { return ~(vceqq_f64(a, a) & vceqq_f64(b, b)); }
VEC_INLINE vm vm_and(vm a, vm b) { return a & b; }
VEC_INLINE bool vm_any(vm m) { return vmaxvq_u32(vreinterpretq_u32_u64(m)) != 0; }
VEC_INLINE unsigned vm_lanes(vm m) { return (unsigned)((m[0] & 1) | (m[1] & 2)); }
VEC_INLINE vm vu_odd(vu a) { return vtstq_u64(a, vdupq_n_u64(1)); }
VEC_INLINE vd vd_select(vm m, vd yes, vd no) { return vbslq_f64(m, yes, no); }
VEC_INLINE void vd_lookup16(const double table[16][2], vu bits, int shift, vd *first, vd *second) {
  const vu row = (bits >> shift) & 15;
  const vd a = vld1q_f64(table[vgetq_lane_u64(row, 0)]), b = vld1q_f64(table[vgetq_lane_u64(row, 1)]);
  *first = vzip1q_f64(a, b);
  *second = vzip2q_f64(a, b);
}
VEC_INLINE vu vu_count(vu counters, vm m) { return vsubq_u64(counters, m); }
VEC_INLINE vw vw_uppers(vu a, vu b) { return vuzp2q_u32(vreinterpretq_u32_u64(a), vreinterpretq_u32_u64(b)); }
VEC_INLINE vw vw_add(vw a, vw b) { return a + b; }
VEC_INLINE vw vw_max(vw a, vw b) { return vmaxq_u32(a, b); }
VEC_INLINE vw vw_count_at_least(vw counters, vw a, vw b) { return vsubq_u32(counters, vcgeq_u32(a, b)); }
