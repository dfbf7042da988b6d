/* Closed forms. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "problems/lognormal.h"

double math_exp(double x) {
  double y;
  TUTTI_KERNEL(exp)(&x, &y, 1);
  return y;
}

double math_log(double x) {
  const bool subnormal = x < 0x1p-1022; /* which the kernel does not know */
  double y;
  if (subnormal) x *= 0x1p54;
  TUTTI_KERNEL(log)(&x, &y, 1);
  return subnormal ? y - 54 * 0.6931471805599453 : y;
}

uint64_t law_tag(uint64_t tag, const double *x, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint64_t bits;
    memcpy(&bits, &x[i], sizeof bits);
    for (int byte = 0; byte < 8; byte++) tag = (tag ^ (bits >> 8 * byte & 0xff)) * 0x100000001b3;
  }
  return tag;
}

/* The density over the distribution function, z <= -1.5: the inverse of Mills' ratio, as a continued fraction
 * (Laplace, 1805), from its end. */
double math_inverse_mills(double z) {
  enum { TERMS = 200 };
  double fraction = -z;
  for (int k = TERMS; k > 0; k--) fraction = -z + k / fraction;
  return fraction;
}

/* 1/2 + density(z) (z + z^3 / 3 + z^5 / 15 + ...), a series of terms of one sign (Marsaglia, 2004). */
double math_normal(double z) {
  if (z <= -3) return 0.3989422804014327 * math_exp(-0.5 * z * z) / math_inverse_mills(z);
  if (!(z < 8.5)) return isnan(z) ? z : 1;
  double sum = z, term = z;
  for (int odd = 3; fabs(term) > 1e-17 * fabs(sum); odd += 2) sum += term *= z * z / odd;
  return 0.5 + 0.3989422804014327 * math_exp(-0.5 * z * z) * sum;
}

/* -- prices -- */

static wide discounted(double amount, double rate, double years) {
  return wide_times(wide_make(amount, 0), wide_exp(wide_product(-rate, years)));
}

double law_discounted(double amount, double rate, double years) {
  return wide_double(discounted(amount, rate, years));
}

/* The logarithm of the price at the end, or of the geometric mean of those at m dates, has the mean of
 * (m + 1) / 2 dates, and the variance of the mean of m sums of increments. */
static lognormal lognormal_of(const tutti_option *o) {
  const double m = o->kind == TUTTI_ASIAN_GEOMETRIC ? (double)option_dates(o) : 1;
  const double sd = fmin(o->volatility * sqrt(o->years), LOGNORMAL_MOST_SD);
  const wide_sum lent = wide_scaled(wide_product(-o->rate, o->years), m - 1);
  const wide_sum held = wide_scaled(wide_product(-o->dividend, o->years), m + 1);
  const wide_sum smoothed = {-sd * sd * (m * m - 1) / (12 * m * m), 0};
  const wide_sum growth = wide_added(wide_divided(wide_added(lent, held), 2 * m), smoothed);
  return (lognormal){.sign = option_sign(o),
                     .share = wide_times(wide_make(o->spot, 0), wide_exp(growth)),
                     .strike = discounted(o->strike, o->rate, o->years),
                     .sd = m > 1 ? sd * sqrt((m + 1) * (2 * m + 1) / (6 * m * m)) : sd};
}

/* As it is written, where no exponent is so large that its rounding costs digits. */
double law_ordinary_value(double sign, double rate, double years, double mean, double sd, double strike) {
  const double log_strike = math_log(strike), log_discount = -rate * years;
  const bool ordinary =
      fabs(mean) < 16 && fabs(log_strike) < 16 && fabs(log_discount) < 4 && 1e-6 < sd && sd < 1;
  if (!ordinary) return NAN;
  const double d2 = (mean - log_strike) / sd, d1 = d2 + sd;
  const double value =
      math_exp(log_discount) * sign *
      (math_exp(mean + 0.5 * sd * sd) * math_normal(sign * d1) - strike * math_normal(sign * d2));
  return value < 0 ? 0 : value;
}

static double unwatched_value(const tutti_option *o) {
  const double m = o->kind == TUTTI_ASIAN_GEOMETRIC ? (double)option_dates(o) : 1;
  const double variance = o->volatility * o->volatility * o->years;
  const double drift = (o->rate - o->dividend) * o->years - 0.5 * variance;
  const double mean = math_log(o->spot) + drift * (m + 1) / (2 * m);
  const double sd = sqrt(variance * (m + 1) * (2 * m + 1) / (6 * m * m));
  const double value = law_ordinary_value(option_sign(o), o->rate, o->years, mean, sd, o->strike);
  if (!isnan(value)) return value;
  const lognormal params = lognormal_of(o);
  return lognormal_value(&params);
}

static double barrier_value(const tutti_option *o) {
  const bool up = option_barrier_up(o), touched = up ? o->spot >= o->barrier : o->spot <= o->barrier;
  if (touched) return o->knock_in ? unwatched_value(o) : 0;
  const wide barrier = wide_make(o->barrier, 0);
  lognormal params = lognormal_of(o);
  params.end = o->knock_in ? LOGNORMAL_TOUCHED : LOGNORMAL_UNTOUCHED;
  params.up = up;
  params.barrier = discounted(o->barrier, o->rate, o->years);
  params.to = wide_log_ratio(barrier, wide_make(o->spot, 0));
  params.above_strike = wide_log_ratio(barrier, wide_make(o->strike, 0));
  const double half = (0.5 * o->rate - 0.5 * o->dividend) * o->years; /* the difference may overflow */
  params.drift = fmax(-WIDE_MOST, fmin(2 * half, WIDE_MOST));
  return lognormal_value(&params);
}

tutti_status tutti_option_value(const tutti_option *option, double *value) {
  const tutti_status status = tutti_option_check(option);
  if (status) return status;
  if (!value) return tutti_fail(NULL, TUTTI_EINVAL, "value is NULL");
  if (option->kind == TUTTI_ASIAN_ARITHMETIC)
    return tutti_fail(NULL, TUTTI_EUNSUPPORTED, "an arithmetic Asian option has no closed form");
  const double price = option->kind == TUTTI_BARRIER ? barrier_value(option) : unwatched_value(option);
  if (isinf(price)) return tutti_fail(NULL, TUTTI_EOVERFLOW, "the value is above the largest double");
  *value = price;
  return TUTTI_OK;
}
