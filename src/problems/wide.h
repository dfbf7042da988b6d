/* Numbers with exponents of any size, for products such as a price of e^800 times a probability of e^-900. */
#ifndef TUTTI_PROBLEMS_WIDE_H
#define TUTTI_PROBLEMS_WIDE_H

#include <math.h>

#include "math/elementary.h"

/* The number m 2^e, where e is an integer (stored as a double). 0 is {0, 0}. */
typedef struct {
  double m, e;
} wide;

/* The number high + low, where low is as small as a few roundings of high (Dekker, 1971). */
typedef struct {
  double high, low;
} wide_sum;

static inline wide wide_make(double m, double e) {
  int shift;
  m = frexp(m, &shift);
  return m != 0 ? (wide){m, e + shift} : (wide){0, 0};
}
static inline wide wide_times(wide a, wide b) { return wide_make(a.m * b.m, a.e + b.e); }
static inline wide wide_over(wide a, wide b) { return wide_make(a.m / b.m, a.e - b.e); }

/* As a double; 0 or infinity where it is out of range. */
static inline double wide_double(wide a) { return ldexp(a.m, (int)fmax(-5000, fmin(a.e, 5000))); }

static inline wide wide_plus(wide a, double sign, wide b) {
  if (a.m == 0 || b.m == 0) return a.m == 0 ? (wide){sign * b.m, b.e} : a;
  const double e = fmax(a.e, b.e);
  return wide_make(wide_double((wide){a.m, a.e - e}) + sign * wide_double((wide){b.m, b.e - e}), e);
}

/* log(a / b), with an error of a few roundings of the result, also where a / b is near 1: what the
 * rounding of the quotient lost is added. */
static inline double wide_log_ratio(wide a, wide b) {
  double q = a.m / b.m, power = a.e - b.e;
  const double lost = fma(-q, b.m, a.m) / a.m;
  if (q < 0.75) q *= 2, power -= 1;
  if (q > 1.5) q /= 2, power += 1;
  return (tutti_math_log(q) + lost) + power * 0.6931471805599453;
}

/* -- exponents of e: kept as two doubles, since an error of 1 ulp in a large exponent would be many ulp of
 * the power -- */

#define WIDE_MOST 1e100 /* exponents beyond are taken to be this */

static inline wide_sum wide_product(double a, double b) {
  const double high = a * b;
  if (fabs(high) > WIDE_MOST) return (wide_sum){copysign(WIDE_MOST, high), 0};
  return (wide_sum){high, fma(a, b, -high)};
}
static inline wide_sum wide_scaled(wide_sum a, double factor) {
  const double high = a.high * factor;
  return (wide_sum){high, fma(a.high, factor, -high) + a.low * factor};
}
static inline wide_sum wide_divided(wide_sum a, double by) {
  const double high = a.high / by;
  return (wide_sum){high, (fma(-high, by, a.high) + a.low) / by};
}
static inline wide_sum wide_added(wide_sum a, wide_sum b) {
  const double high = a.high + b.high, of_b = high - a.high;
  return (wide_sum){high, (a.high - (high - of_b)) + (b.high - of_b) + a.low + b.low};
}

/* exp(t). Where |t| is 10^15 or more no digit is right, only the magnitude is. */
static inline wide wide_exp(wide_sum t) {
  const double power = rint(fmax(-1e305, fmin(t.high, 1e305)) * 1.4426950408889634);
  if (!(fabs(t.high) < 1e15)) return wide_make(1, power);
  const double rest = fma(-power, 0x1.62e42fefa39efp-1, t.high);
  const double low = fma(-power, 0x1.abc9e3b39803fp-56, t.low);
  return wide_make(tutti_math_exp(rest) * (1 + low), power);
}

#endif
