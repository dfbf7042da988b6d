/* log, sine and cosine for vectors. Written here because the C library's differ from machine to machine; the
 * polynomials interpolate at Chebyshev nodes (near-minimax), computed in 300-bit arithmetic.
 * Error bounds, tested against MPFR: log 2 ulp, sine and cosine 1.5 ulp. */
#ifndef TUTTI_ISA_VEC_MATH_H
#define TUTTI_ISA_VEC_MATH_H

#include "isa/vec.h"

/* c[0] + x (c[1] + x (... + x c[degree])) */
VEC_INLINE vd vd_polynomial(vd x, const double *c, int degree) {
  vd p = vd_set1(c[degree]);
  for (int i = degree - 1; i >= 0; i--) p = vd_fma(p, x, vd_set1(c[i]));
  return p;
}

/* Natural logarithm of a positive, normal, finite x.
 * x = 2^k m with m in [sqrt 1/2, sqrt 2); log m = 2 artanh s, s = (m - 1) / (m + 1) (as in fdlibm, Sun,
 * 1993). ln 2 is split so that k times its high part is exact. */
VEC_INLINE vd vd_log(vd x) {
  static const double artanh[] = {0x1.5555555555558p-1, 0x1.99999999952e1p-2, 0x1.2492492df1681p-2,
                                  0x1.c71c62e558272p-3, 0x1.7462b4b689086p-3, 0x1.39fe5eebedfa5p-3,
                                  0x1.2b585ce66ecd3p-3};
  const uint64_t sqrt_half = 0x3fe6a09e00000000, one = 0x3ff0000000000000;
  vu t = bits_of_vd(x) + vu_set1(one - sqrt_half); /* upper 12 bits: k + 1023 */
  vd k = vd_of_bits((t >> 52) | vu_set1(0x4330000000000000)) - vd_set1(0x1p52 + 1023);
  vd m = vd_of_bits((t & vu_set1(0x000fffffffffffff)) + vu_set1(sqrt_half));
  vd s = (m - vd_set1(1)) / (m + vd_set1(1));
  vd z = s * s;
  vd tail = vd_fma(s * z, vd_polynomial(z, artanh, 6), k * vd_set1(0x1.ef35793c76730p-45));
  return vd_fma(k, vd_set1(0x1.62e42fefa3800p-1), vd_fma(s, vd_set1(2), tail));
}

/* Sine and cosine of a turn, that is of 2 pi u, for |u| <= 2^48: u is reduced exactly to t, |t| <= 1/2
 * quarter turns, and the quarter it came from decides which of the two polynomials is which, and their signs.
 */
VEC_INLINE void vd_sincos_turn(vd u, vd *sine, vd *cosine) {
  static const double sin_c[] = {-0x1.4abbce625be52p-1, 0x1.466bc6775a476p-4,   -0x1.32d2cce500387p-8,
                                 0x1.50783208843ebp-13, -0x1.e3027dea82bd7p-19, 0x1.e4a9d9166f052p-25};
  static const double cos_c[] = {-0x1.3bd3cc9be45dep+0, 0x1.03c1f081b5ac0p-2,   -0x1.55d3c7e3cb241p-6,
                                 0x1.e1f5068688d5bp-11, -0x1.a6d1eef479be1p-16, 0x1.f9ce245cada0bp-22,
                                 -0x1.b2f3eb054afcdp-28};
  const vd round = vd_set1(0x1.8p52); /* adding it leaves the nearest integer in the lowest bits */
  vd shifted = vd_fma(u, vd_set1(4), round);
  vd t = vd_fma(u, vd_set1(4), round - shifted);
  vu quarter = bits_of_vd(shifted);
  vd z = t * t;
  vd s = t * vd_fma(z, vd_polynomial(z, sin_c, 5), vd_set1(0x1.1a62633145c07p-54)); /* low part of pi / 2 */
  s = vd_fma(t, vd_set1(0x1.921fb54442d18p+0), s);
  vd c = vd_fma(z, vd_polynomial(z, cos_c, 6), vd_set1(1));
  vm odd = vu_bit(quarter, 1);
  const vu two = vu_set1(2);
  *sine = vd_flip(vd_select(odd, c, s), (quarter & two) << 62);
  *cosine = vd_flip(vd_select(odd, s, c), ((quarter + vu_set1(1)) & two) << 62);
}

#endif
