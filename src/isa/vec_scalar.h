/* One lane: plain C. fma() is the machine's instruction at level `scalar`, the C library's correctly rounded
 * function at level `portable`. */
#include "isa/vec_inline.h"

#define W 1
typedef double vd;
typedef uint64_t vu;
typedef struct {
  uint32_t lane[2];
} vw;
typedef bool vm;

VEC_INLINE vd vd_set1(double a) { return a; }
VEC_INLINE vu vu_set1(uint64_t a) { return a; }
VEC_INLINE vd vd_load(const double *p) { return *p; }
/* The first `lanes` lanes, 0 <= lanes <= W, from memory that may end behind them; 0 in the others. */
VEC_INLINE vd vd_load_first(const double *p, int lanes) { return lanes ? *p : 0; }
VEC_INLINE vd vd_load_f32_first(const float *p, int lanes) { return lanes ? (double)*p : 0; }
/* The compiler finishes what a and b are computed from before it begins with what follows. Loops over
 * chains say so, that it does not mix the chains and run out of registers. */
#define VEC_IN_TURN(a, b) __asm__("" : "+r"(a), "+r"(b))
VEC_INLINE void vd_store(double *p, vd a) { *p = a; }
VEC_INLINE vu vu_load(const uint64_t *p) { return *p; }
VEC_INLINE void vu_store(void *p, vu a) { memcpy(p, &a, sizeof a); }
VEC_INLINE vu bits_of_vd(vd a) {
  vu bits;
  memcpy(&bits, &a, sizeof bits);
  return bits;
}
VEC_INLINE vd vd_of_bits(vu bits) {
  vd a;
  memcpy(&a, &bits, sizeof a);
  return a;
}
VEC_INLINE vd vd_fma(vd a, vd b, vd c) { return __builtin_fma(a, b, c); }
/* a c + b, rounded once, where c is a power of two and a c is exact, or b so much larger than a c that it
 * does not matter. */
#ifdef TUTTI_LEVEL_PORTABLE
VEC_INLINE vd vd_scaled_add(vd a, vd c, vd b) { return a * c + b; }
#else
VEC_INLINE vd vd_scaled_add(vd a, vd c, vd b) { return vd_fma(a, c, b); }
#endif
VEC_INLINE vd vd_sqrt(vd a) { return __builtin_sqrt(a); }
VEC_INLINE vd vd_max(vd a, vd b) { return a > b ? a : b; }
/* min(a, b); b where a is a quiet NaN. */
VEC_INLINE vd vd_min(vd a, vd b) { return a < b ? a : b; }
/* max(|x|, top), top >= 0. Where x is NaN, either top or NaN. */
VEC_INLINE vd vd_grow(vd top, vd x) {
  const vd magnitude = __builtin_fabs(x);
  return magnitude > top ? magnitude : top;
}
/* min(|x|, least), least >= 0. Where x is NaN, either least or NaN. */
VEC_INLINE vd vd_shrink(vd least, vd x) {
  const vd magnitude = __builtin_fabs(x);
  return magnitude < least ? magnitude : least;
}
VEC_INLINE vd vd_load_f32(const float *p) { return (double)*p; }
/* The product of the lower 32 bits of a and b, in each lane. */
VEC_INLINE vu vu_mul32(vu a, vu b) { return (uint64_t)(uint32_t)a * (uint32_t)b; }
/* VEC_XOR3: whether to prefer it to two operations, one of which is used twice. */
#define VEC_XOR3 1
VEC_INLINE vu vu_xor3(vu a, vu b, vu c) { return a ^ b ^ c; }
VEC_INLINE vu vu_or3(vu a, vu b, vu c) { return a | b | c; }
VEC_INLINE vu vu_or_xor(vu a, vd b, vd c) { return a | (bits_of_vd(b) ^ bits_of_vd(c)); } /* a | (b ^ c) */
/* The upper 32 bits of a, in the lower 32 bits; what is above them is not specified. */
VEC_INLINE vu vu_high32(vu a) { return a >> 32; }
/* The lower 32 bits of low, and above them the lower 32 bits of high. */
VEC_INLINE vu vu_join32(vu low, vu high) { return (uint32_t)low | high << 32; }
/* The halves of a change places; then the lower halves of b and of c are put on the lower one (XOR). */
VEC_INLINE vu vu_swap_xor(vu a, vu b, vu c) { return (a << 32 | a >> 32) ^ (uint32_t)(b ^ c); }
/* (upper 53 bits of a, as an integer) 2^(-53 - VEC_UPPER53_LOG). Each level has the power that takes it
 * the fewest instructions. */
#define VEC_UPPER53_LOG (-53)
VEC_INLINE vd vd_upper53(vu a) { return (double)(int64_t)(a >> 11); }
/* The same of vu_join32(low, high). */
VEC_INLINE vd vd_upper53_words(vu low, vu high) { return vd_upper53(vu_join32(low, high)); }
/* Flips the sign of a where bit 63 of `sign` is set. */
VEC_INLINE vd vd_flip_bit(vd a, vu sign) { return vd_of_bits(bits_of_vd(a) ^ (sign & UINT64_C(1) << 63)); }
VEC_INLINE vm vd_less(vd a, vd b) { return a < b; }
VEC_INLINE vm vd_equal(vd a, vd b) { return a == b; }
/* Whether a or b is NaN. */
VEC_INLINE vm vd_unordered(vd a, vd b) { return __builtin_isunordered(a, b); }
VEC_INLINE vm vm_and(vm a, vm b) { return a && b; }
VEC_INLINE bool vm_any(vm m) { return m; }
/* Bit i: lane i. */
VEC_INLINE unsigned vm_lanes(vm m) { return m; }
/* Whether a is odd: for vd_select only. */
VEC_INLINE vm vu_odd(vu a) { return a & 1; }
VEC_INLINE vd vd_select(vm m, vd yes, vd no) { return m ? yes : no; }
/* Both numbers of row (bits >> shift) mod 16; the table is VEC_ALIGNED, shift >= 4. */
VEC_INLINE void vd_lookup16(const double table[16][2], vu bits, int shift, vd *first, vd *second) {
  *first = table[bits >> shift & 15][0];
  *second = table[bits >> shift & 15][1];
}
/* Adds 1 to the counters in lanes where m is true. */
VEC_INLINE vu vu_count(vu counters, vm m) { return counters + (uint64_t)m; }
/* The upper 32 bits of a and of b, in any order. */
VEC_INLINE vw vw_uppers(vu a, vu b) { return (vw){{(uint32_t)(a >> 32), (uint32_t)(b >> 32)}}; }
VEC_INLINE vw vw_add(vw a, vw b) { return (vw){{a.lane[0] + b.lane[0], a.lane[1] + b.lane[1]}}; }
VEC_INLINE vw vw_max(vw a, vw b) {
  for (int i = 0; i < 2; i++)
    if (b.lane[i] > a.lane[i]) a.lane[i] = b.lane[i];
  return a;
}
/* Adds 1 to the counters in lanes where a >= b. */
VEC_INLINE vw vw_count_at_least(vw counters, vw a, vw b) {
  for (int i = 0; i < 2; i++) counters.lane[i] += a.lane[i] >= b.lane[i];
  return counters;
}
