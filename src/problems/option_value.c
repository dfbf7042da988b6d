/* Closed forms. */
#include <math.h>
#include <string.h>

#include "internal.h"
#include "problems/law.h"

double law_exp(double x) {
  double y;
  TUTTI_KERNEL(exp)(&x, &y, 1);
  return y;
}

double law_log(double x) {
  double y;
  TUTTI_KERNEL(log)(&x, &y, 1);
  return y;
}

uint64_t law_tag(uint64_t tag, const double *x, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint64_t bits;
    memcpy(&bits, &x[i], sizeof bits);
    for (int byte = 0; byte < 8; byte++) tag = (tag ^ (bits >> 8 * byte & 0xff)) * 0x100000001b3;
  }
  return tag;
}

/* The density over the distribution function, z <= -3: the inverse of Mills' ratio, as a continued fraction
 * (Laplace, 1805), from its end. */
static double inverse_mills(double z) {
  enum { TERMS = 200 };
  double fraction = -z;
  for (int k = TERMS; k > 0; k--) fraction = -z + k / fraction;
  return fraction;
}

/* 1/2 + density(z) (z + z^3 / 3 + z^5 / 15 + ...), a series of terms of one sign (Marsaglia, 2004). */
double law_normal(double z) {
  if (z <= -3) return 0.3989422804014327 * law_exp(-0.5 * z * z) / inverse_mills(z);
  if (!(z < 8.5)) return isnan(z) ? z : 1;
  double sum = z, term = z;
  for (int odd = 3; fabs(term) > 1e-17 * fabs(sum); odd += 2) sum += term *= z * z / odd;
  return 0.5 + 0.3989422804014327 * law_exp(-0.5 * z * z) * sum;
}

/* exp(a) times the normal distribution function, also where the one overflows and the other vanishes. */
static double weighed_normal(double a, double z) {
  if (z > -3) return law_exp(a) * law_normal(z);
  return 0.3989422804014327 * law_exp(a - 0.5 * z * z) / inverse_mills(z);
}

double law_lognormal_value(double sign, double discount, double mean, double sd, double strike) {
  const double d2 = (mean - law_log(strike)) / sd, d1 = d2 + sd;
  return discount * sign *
         (law_exp(mean + 0.5 * sd * sd) * law_normal(sign * d1) - strike * law_normal(sign * d2));
}

/* At the end, or the geometric mean of prices at the dates: the logarithm's mean is that at (m + 1) / 2
 * dates, its variance that of the mean of m sums of increments. */
static double geometric_value(const tutti_option *o, size_t dates) {
  const double m = (double)dates, variance = o->volatility * o->volatility * o->years;
  const double drift = (o->rate - o->dividend) * o->years - 0.5 * variance;
  const double mean = law_log(o->spot) + drift * (m + 1) / (2 * m);
  const double sd = sqrt(variance * (m + 1) * (2 * m + 1) / (6 * m * m));
  return law_lognormal_value(option_sign(o), law_exp(-o->rate * o->years), mean, sd, o->strike);
}

/* One of the four terms of Reiner and Rubinstein: the option's that pays beyond `limit`, which lies on the
 * side of `side`, with the spot or, `mirrored`, with the barrier's image of it. */
static double barrier_term(const tutti_option *o, double limit, double side, bool mirrored) {
  const double sign = option_sign(o), sd = o->volatility * sqrt(o->years), to = law_log(o->barrier / o->spot);
  const double mu = (o->rate - o->dividend) / (o->volatility * o->volatility) - 0.5;
  const double from = mirrored ? 2 * to : 0, d2 = (from - law_log(limit / o->spot)) / sd + mu * sd;
  const double of_spot = -o->dividend * o->years + (mirrored ? 2 * (mu + 1) * to : 0);
  const double of_strike = -o->rate * o->years + (mirrored ? 2 * mu * to : 0);
  return sign * (o->spot * weighed_normal(of_spot, side * (d2 + sd)) -
                 o->strike * weighed_normal(of_strike, side * d2));
}

/* A path that ends where the option pays has touched the barrier if it ends beyond it, or, with the
 * probability of its mirror image, if it does not. */
static double knock_in_value(const tutti_option *o) {
  const double sign = option_sign(o), away = o->barrier > o->spot ? -1 : 1;
  const bool beyond_pays = sign * away < 0; /* an upper barrier and a call, or a lower one and a put */
  const bool pays_at_barrier = sign * (o->barrier - o->strike) > 0;
  const double mirrored = barrier_term(o, pays_at_barrier ? o->barrier : o->strike, away, true);
  if (!beyond_pays)
    return pays_at_barrier
               ? barrier_term(o, o->strike, sign, false) - barrier_term(o, o->barrier, sign, false) + mirrored
               : mirrored;
  if (!pays_at_barrier) return barrier_term(o, o->strike, sign, false);
  return barrier_term(o, o->barrier, sign, false) - barrier_term(o, o->strike, away, true) + mirrored;
}

static double barrier_value(const tutti_option *o) {
  const bool touched = o->barrier == o->spot;
  const double european = geometric_value(o, 1), in = touched ? european : knock_in_value(o);
  const double value = o->knock_in ? in : european - in;
  return value < 0 ? 0 : value;
}

tutti_status tutti_option_value(const tutti_option *option, double *value) {
  const tutti_status status = tutti_option_check(option);
  if (status) return status;
  if (!value) return tutti_fail(NULL, TUTTI_EINVAL, "value is NULL");
  if (option->kind == TUTTI_ASIAN_ARITHMETIC)
    return tutti_fail(NULL, TUTTI_EUNSUPPORTED, "an arithmetic Asian option has no closed form");
  *value = option->kind == TUTTI_BARRIER    ? barrier_value(option)
           : option->kind == TUTTI_EUROPEAN ? geometric_value(option, 1)
                                            : geometric_value(option, option_dates(option));
  return TUTTI_OK;
}
