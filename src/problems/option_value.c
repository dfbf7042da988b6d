/* Values of options in closed form. */
#include <math.h>

#include "core/context.h"
#include "math/elementary.h"
#include "problems/lognormal.h"
#include "problems/option.h"

static wide discounted(double amount, double rate, double years) {
  return wide_times(wide_make(amount, 0), wide_exp(wide_product(-rate, years)));
}

double tutti_option_discounted(double amount, double rate, double years) {
  return wide_double(discounted(amount, rate, years));
}

/* The lognormal price with which the strike is compared: the price at the end, or the geometric mean of
 * the prices at m dates. The mean of that mean's logarithm is as after (m + 1) / 2 dates; its variance is
 * that of the mean of m partial sums of increments. */
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

/* The formula as it is usually written, where no exponent is so large that its rounding costs digits. */
double tutti_option_ordinary_value(double sign, double rate, double years, double mean, double sd,
                                   double strike) {
  const double log_strike = tutti_math_log(strike), log_discount = -rate * years;
  const bool ordinary =
      fabs(mean) < 16 && fabs(log_strike) < 16 && fabs(log_discount) < 4 && 1e-6 < sd && sd < 1;
  if (!ordinary) return NAN;
  const double d2 = (mean - log_strike) / sd, d1 = d2 + sd;
  const double value = tutti_math_exp(log_discount) * sign *
                       (tutti_math_exp(mean + 0.5 * sd * sd) * tutti_math_normal(sign * d1) -
                        strike * tutti_math_normal(sign * d2));
  return value < 0 ? 0 : value;
}

static double unwatched_value(const tutti_option *o) {
  const double m = o->kind == TUTTI_ASIAN_GEOMETRIC ? (double)option_dates(o) : 1;
  const double variance = o->volatility * o->volatility * o->years;
  const double drift = (o->rate - o->dividend) * o->years - 0.5 * variance;
  const double mean = tutti_math_log(o->spot) + drift * (m + 1) / (2 * m);
  const double sd = sqrt(variance * (m + 1) * (2 * m + 1) / (6 * m * m));
  const double value = tutti_option_ordinary_value(option_sign(o), o->rate, o->years, mean, sd, o->strike);
  if (!isnan(value)) return value;
  const lognormal params = lognormal_of(o);
  return tutti_lognormal_value(&params);
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
  const double half = (0.5 * o->rate - 0.5 * o->dividend) * o->years; /* rate - dividend may overflow */
  params.drift = fmax(-WIDE_MOST, fmin(2 * half, WIDE_MOST));
  return tutti_lognormal_value(&params);
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
