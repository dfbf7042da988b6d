/* log, exp, sine, cosine and the normal quantile for vectors. They are written here because the C
 * library's differ from machine to machine. The polynomials and rational functions interpolate at
 * Chebyshev nodes (near-minimax), and were computed in 220-bit arithmetic. Error bounds, tested against
 * MPFR: log, exp, sine, cosine 1 ulp; the quantile 2 ulp; x^y 1 + |y| / 500 ulp. */
#ifndef TUTTI_ISA_VEC_MATH_H
#define TUTTI_ISA_VEC_MATH_H

#include "isa/vec.h"

#define VEC_LN2_HIGH 0x1.62e42fefa3800p-1 /* 42 bits, so that a binary exponent times it is exact */
#define VEC_LN2_LOW  0x1.ef35793c76730p-45

/* c[0] + x (c[1] + x (... + x c[degree])) */
VEC_INLINE vd vd_polynomial(vd x, const double *c, int degree) {
  vd p = vd_set1(c[degree]);
  for (int i = degree - 1; i >= 0; i--) p = vd_fma(p, x, vd_set1(c[i]));
  return p;
}

/* 1/c and f log c for each interval of m (see vd_log_parts_of). */
// clang-format off
#define VEC_LOG_TABLE(f) {                                                                          \
    {0x1.555552fe936fp+0, f * -0x1.26961a0f08p-2}, {0x1.47ae1123dd951p+0, f * -0x1.f991b1eb64p-3},  \
    {0x1.3b13b18937c05p+0, f * -0x1.a93ed5c498p-3}, {0x1.2f68490800ec6p+0, f * -0x1.5bf3f3ab4ap-3}, \
    {0x1.24924a812df69p+0, f * -0x1.1178f1aacp-3}, {0x1.1a7b99d3b8428p+0, f * -0x1.93361c5384p-4},  \
    {0x1.11110d7332fb7p+0, f * -0x1.08595519ep-4}, {0x1.08420f0d28e61p+0, f * -0x1.0415ab3668p-5},  \
    {1, 0}, {0x1.e1e1deac0ab9fp-1, f * 0x1.f0a342946p-5},                                           \
    {0x1.c71c6d9a32268p-1, f * 0x1.e2709c76ecp-4}, {0x1.af28707277dd7p-1, f * 0x1.5ff2f0eacp-3},    \
    {0x1.99999490158ecp-1, f * 0x1.c8ff95a93ep-3}, {0x1.8618630a93936p-1, f * 0x1.1675c6bef7p-2},   \
    {0x1.745d1be96f46p-1, f * 0x1.4618af5fd4p-2}, {0x1.642c830e8e453p-1, f * 0x1.739d86a1e4p-2},    \
  }
// clang-format on

/* The natural logarithm of 2^lift x times a factor, 1 or -2, as a sum: the value returned + *low. x is
 * positive, normal and finite.
 *
 * With 2^lift x = 2^k m, m in [0.734, 1.469), and c a tabled number near m,
 *
 *     log(2^lift x) = k ln 2 + log c + log(1 + r),   r = m / c - 1,   |r| < 1/32   (Tang, 1990).
 *
 * The range of m is divided into 16 intervals with one c each; one of them surrounds 1. Tabled are 1/c and
 * log c. The 1/c are chosen such that log c differs from a multiple of 2^-42 by less than 2^-62 (as Gal,
 * 1986), so that k ln 2 + log c is exact. m / c is computed as m times 1/c, since a division would wait
 * for the divider, which normal variates need for their square root.
 *
 * The factor is part of the constants. Since it is a power of 2, but for the sign, every step rounds as it
 * does without it.
 *
 * precise, with the factor 1: also adds what the rounding of r lost. Else 2^lift x has to be below 2^1023. */
VEC_INLINE vd vd_log_parts_of(vd x, int lift, double factor, bool precise, vd *low) {
  static const double once[16][2] VEC_ALIGNED = VEC_LOG_TABLE(1),
                                  twice[16][2] VEC_ALIGNED = VEC_LOG_TABLE(-2);
  static const double log1p[] = {-0x1.0000000000000p-1, 0x1.555555555552dp-2,  -0x1.000000000061bp-2,
                                 0x1.9999999ab589ap-3,  -0x1.55555542731b5p-3, 0x1.24923815d91abp-3,
                                 -0x1.00008e3ea89b3p-3, 0x1.c7df678382378p-4,  -0x1.974c8b84ce687p-4};
  double scaled_log1p[9];
  for (int i = 0; i < 9; i++) scaled_log1p[i] = factor * log1p[i];
  const uint64_t start = 0x3fe7800000000000, one = 0x3ff0000000000000, lifted = (uint64_t)lift << 52;
  const vu t = bits_of_vd(x) + vu_set1(one - start + lifted); /* exponent: k; the next 4 bits: the interval */
  const vd k = precise ? vu_exponent(t) : vd_exponent(vd_of_bits(t));
  const vd m = vd_of_bits((t & vu_set1(0x000fffffffffffff)) + vu_set1(start));
  vd c, log_c;
  vd_lookup16(factor == 1 ? once : twice, t, 48, &c, &log_c);
  const vd r = vd_fma(m, c, vd_set1(-1)), f = vd_set1(factor);
  const vd w = vd_fma(k, vd_set1(factor * VEC_LN2_HIGH), log_c);
  const vd sum = vd_scaled_add(r, f, w), left = vd_scaled_add(r, f, w - sum); /* w = 0 or |w| > |f r| */
  const vd rest = vd_fma(k, vd_set1(factor * VEC_LN2_LOW), left);
  *low = vd_fma(r * r, vd_polynomial(r, scaled_log1p, 8), rest);
  if (precise) { /* m c is p plus its rounding error, which an FMA gives; p - 1 and (p - 1) - r are exact */
    const vd p = m * c;
    *low = *low + (((p - vd_set1(1)) - r) + vd_fma(m, c, vd_set1(0) - p));
  }
  return sum;
}
/* log within 1.01 ulp, of which 0.5 ulp come from the rounding of r: good enough for variates. */
VEC_INLINE vd vd_log_parts(vd x, int lift, vd *low) { return vd_log_parts_of(x, lift, 1, false, low); }
VEC_INLINE vd vd_log_of_variate(vd x) {
  vd low;
  const vd high = vd_log_parts(x, 0, &low);
  return high + low;
}
VEC_INLINE vd vd_log(vd x) {
  vd low;
  const vd high = vd_log_parts_of(x, 0, 1, true, &low);
  return high + low;
}

/* exp (x + *more) for any x: 0 below -745.13, infinity above 709.78, gradually less exact where it is
 * subnormal. |*more| is at most 2^-40; NULL: 0.
 *
 *     exp x = 2^k exp(r),   x = k ln 2 + r,   |r| <= ln 2 / 2.
 *
 * 2^k is multiplied in two factors, each of which is a normal number. */
VEC_INLINE vd vd_exp_of_sum(vd x, const vd *more) {
  static const double expm1[] = {0x1.0000000000000p-1,  0x1.5555555555557p-3,  0x1.5555555555556p-5,
                                 0x1.11111111100dbp-7,  0x1.6c16c16c16239p-10, 0x1.a01a01abe81c0p-13,
                                 0x1.a01a01a719021p-16, 0x1.71de02313702fp-19, 0x1.27e4dab7e595dp-22,
                                 0x1.af4dea4253c6ap-26, 0x1.1f7442738915ap-29};
  const vd round = vd_set1(0x1.8p52);
  const vd in_range = vd_min(vd_max(x, vd_set1(-746)), vd_set1(710));
  const vd shifted = vd_fma(in_range, vd_set1(0x1.71547652b82fep+0), round), k = shifted - round;
  const vd high = vd_fma(k, vd_set1(-VEC_LN2_HIGH), in_range);
  const vd low = more ? vd_fma(k, vd_set1(VEC_LN2_LOW), vd_set1(0) - *more) : k * vd_set1(VEC_LN2_LOW);
  const vd r = high - low, rest = (high - r) - low;
  const vd y = vd_set1(1) + (r + vd_fma(r * r, vd_polynomial(r, expm1, 10), rest));
  const vu two_k = bits_of_vd(shifted) - vu_set1(0x4338000000000000 - 2046); /* k + 2046 > 0 */
  const vu half = two_k >> 1;
  const vd power = (y * vd_of_bits(half << 52)) * vd_of_bits((two_k - half) << 52);
  return vd_select(vd_unordered(x, x), x, power);
}
VEC_INLINE vd vd_exp(vd x) { return vd_exp_of_sum(x, NULL); }

/* x^y = exp(y log x), for positive, normal and finite x and any y. log x and its product with y are sums of
 * two doubles, since an error of y log x is one of the result times x^y. What the logarithm lacks, up to
 * 2^-63, counts y times. */
VEC_INLINE vd vd_pow_exponent(vd x, vd y, vd *more) { /* y log x is the value returned + *more */
  vd part;
  const vd sum = vd_log_parts_of(x, 0, 1, true, &part), log = sum + part, low = (sum - log) + part;
  const vd product = y * log, rest = vd_fma(y, log, vd_set1(0) - product);
  const vd tiny = vd_set1(0x1p-40); /* rest is more, or NaN, only where the result is 0 or infinite anyway */
  *more = vd_max(vd_min(vd_fma(y, low, rest), tiny), vd_set1(0) - tiny);
  return product;
}
VEC_INLINE vd vd_pow(vd x, vd y) {
  vd more;
  const vd exponent = vd_pow_exponent(x, y, &more);
  return vd_exp_of_sum(exponent, &more);
}

/* The sine and the cosine of 2 pi u, but for which is which and for their signs: u = x unit, where unit is a
 * power of 2 and |u| <= 2^48.
 *
 * 4 u is reduced exactly: 4 u = quarter + t, quarter an integer, |t| <= 1/2. Two polynomials give the sine
 * and the cosine of t quarter turns. Returned is quarter, of which only the lowest bits count:
 *
 *     quarter mod 4   0    1    2    3
 *     sine of 2 pi u  s    c   -s   -c
 *     cosine          c   -s   -c    s */
VEC_INLINE vu vd_quarter_turn(vd x, double unit, vd *s, vd *c) {
  static const double sin_c[] = {-0x1.4abbce625be52p-1, 0x1.466bc6775a476p-4,   -0x1.32d2cce500387p-8,
                                 0x1.50783208843ebp-13, -0x1.e3027dea82bd7p-19, 0x1.e4a9d9166f052p-25};
  static const double cos_c[] = {-0x1.3bd3cc9be45dep+0, 0x1.03c1f081b5a4bp-2,   -0x1.55d3c7e3be02cp-6,
                                 0x1.e1f50671178f3p-11, -0x1.a6d1dd7c0f9c6p-16, 0x1.f9c04ff4d7c6ap-22,
                                 -0x1.aeb78aecedb77p-28};
  const vd round = vd_set1(0x1.8p52); /* adding it leaves the nearest integer in the lowest bits */
  const vd quarters = vd_set1(4 * unit), shifted = vd_fma(x, quarters, round);
  const vd t = vd_fma(x, quarters, round - shifted), z = t * t;
  const vd low = vd_set1(0x1.1a62633145c07p-54); /* of pi / 2 */
  *s = vd_fma(t, vd_set1(0x1.921fb54442d18p+0), t * vd_fma(z, vd_polynomial(z, sin_c, 5), low));
  *c = vd_fma(z, vd_polynomial(z, cos_c, 6), vd_set1(1));
  return bits_of_vd(shifted);
}

VEC_INLINE void vd_sincos_turn(vd x, double unit, vd *sine, vd *cosine) {
  vd s, c;
  const vu quarter = vd_quarter_turn(x, unit, &s, &c);
  const vm odd = vu_odd(quarter);
  *sine = vd_flip_bit(vd_select(odd, c, s), quarter << 62);
  *cosine = vd_flip_bit(vd_select(odd, s, c), (quarter + vu_set1(1)) << 62);
}
/* The radius times sine and cosine. The sign of quarters 2 and 3 is put on the radius, once for both. */
VEC_INLINE void vd_polar_turn(vd radius, vd x, double unit, vd *sine, vd *cosine) {
  vd s, c;
  const vu quarter = vd_quarter_turn(x, unit, &s, &c);
  const vm odd = vu_odd(quarter);
  const vd r = vd_flip_bit(radius, quarter << 62), rs = r * s, rc = r * c;
  *sine = vd_select(odd, rc, rs);
  *cosine = vd_select(odd, vd_flip(rs, vu_set1(UINT64_C(1) << 63)), rc);
}

/* The rational function n(x) / d(x), both polynomials of this degree. */
VEC_INLINE vd vd_rational(vd x, const double *n, const double *d, int degree) {
  return vd_polynomial(x, n, degree) / vd_polynomial(x, d, degree);
}

/* Returns -z, where the tail of the normal distribution above z has the probability `tail`, 0 < tail <
 * 0.121:
 *
 *     z = s - 3/4 - h(1 / s),   s = sqrt(-2 log tail),
 *
 * with a rational function h (after the form of Hastings, 1955). s - 3/4 is exact for s < 4. */
VEC_INLINE vd vd_normal_tail(vd tail) {
  static const double near_n[] = {-0x1.7e64f5ac0f44ep-1,  -0x1.52ca04e41136bp+6,  -0x1.0fb41bd7f4853p+11,
                                  -0x1.0f15e576fcbd9p+14, -0x1.4d7848d5c0e8fp+15, 0x1.3169bfff60349p+15,
                                  0x1.a747e79d7235bp+18,  0x1.49a72ceadafbep+19,  0x1.1d3f72ec02113p+18,
                                  0x1.83ddaee5020ffp+14};
  static const double near_d[] = {0x1.0000000000000p+0,  0x1.e77f10218e270p+6,  0x1.ce589e8e6b638p+11,
                                  0x1.471a5d413a68fp+15, 0x1.b14ac31fd9e0dp+17, 0x1.379ea22a6f696p+19,
                                  0x1.d5d25c09ef424p+19, 0x1.416e75a222c94p+19, 0x1.3a15e4fe6e3b3p+17,
                                  0x1.ff41123f84d47p+12};
  static const double far_n[] = {-0x1.7fa8667b572afp-1,  -0x1.ae7866b4a381ap+8,  -0x1.dd7062cded88ep+15,
                                 -0x1.734dfcf24471cp+21, -0x1.bba3e27d4b34dp+25, -0x1.7643b7b27ae48p+28,
                                 -0x1.71e39953ca9aep+28, 0x1.53e74c28ff1a6p+31,  0x1.6afa33244e338p+32,
                                 0x1.5e50f9ebf0b1ap+31};
  static const double far_d[] = {0x1.0000000000000p+0,  0x1.247d9542615f3p+9,  0x1.521d3903acce9p+16,
                                 0x1.1d6d60931a30bp+22, 0x1.91da26b16ea71p+26, 0x1.ec2b0e5e89328p+29,
                                 0x1.0599822a9e5fcp+32, 0x1.e18cb165f132bp+32, 0x1.785d1a7abd31cp+32,
                                 0x1.358a6106827acp+30};
  const vm far = vd_less(tail, vd_set1(0x1p-54));
  const vd lift = vd_select(far, vd_set1(0x1p64), vd_set1(1));                 /* lifts subnormals */
  const vd lifted = vd_select(far, vd_set1(0x1.62e42fefa39efp+5), vd_set1(0)); /* 64 ln 2 */
  vd part;
  const vd large = vd_log_parts(tail * lift, 0, &part), log = large + part, low = (large - log) + part;
  const vd high = vd_set1(2) * (lifted - log);
  const vd s = vd_sqrt(high), v = vd_set1(1) / s;
  const vd s_low = (vd_fma(s, s, vd_set1(0) - high) + low + low) * (vd_set1(-0.5) * v);
  vd h = vd_rational(v, near_n, near_d, 9);
  if (vm_any(far)) h = vd_select(far, vd_rational(v, far_n, far_d, 9), h);
  return (h - s_low) - (s - vd_set1(0.75));
}

/* The normal quantile of p, 0 < p < 1. With q = p - 1/2 it is
 *
 *     q times a rational function of q^2    for |q| < 0.38 (as Wichura, 1988),
 *     from the nearer tail                  otherwise.
 *
 * For multiples p of 2^-54 the true values lie two ulp and more apart, so that the result is monotone. */
VEC_INLINE vd vd_normal_icdf(vd p) {
  static const double centre_n[] = {0x1.0379ccc80bf67p+2,  0x1.af99519e19f42p+6,  0x1.10047aa7d8b8fp+10,
                                    0x1.44663ba106cb3p+12, 0x1.74963647567d4p+13, 0x1.72dcc345a44c1p+13,
                                    0x1.cf228eca97031p+11, 0x1.3ea0cd3f7763dp+5};
  static const double centre_d[] = {0x1.0000000000000p+0,  0x1.ef78494b0b14cp+4,  0x1.79a74a21bf56fp+8,
                                    0x1.20354c6cd8a8dp+11, 0x1.cf152422a86e7p+12, 0x1.78f1d0772c8adp+13,
                                    0x1.0fad2ad759207p+13, 0x1.e5b4606ab34a7p+10};
  const vd q = p - vd_set1(0.5), zero = vd_set1(0);
  const vm middle = vd_less(vd_abs(q), vd_set1(0.38)), lower = vd_less(q, zero);
  const vd square = vd_min(q * q, vd_set1(0.1444));
  const vd bend = square * vd_rational(vd_set1(0.1444) - square, centre_n, centre_d, 7);
  const vd centre =
      vd_fma(q, vd_set1(0x1.40d931ff62706p+1), q * (bend + vd_set1(-0x1.a6a0d6f814637p-53))); /* sqrt(2 pi) */
  const vd side = vd_select(lower, p, vd_set1(1) - p);
  const vd tail = vd_normal_tail(vd_select(middle, vd_set1(0.0625), side));
  return vd_select(middle, centre, vd_select(lower, tail, zero - tail));
}

#endif
