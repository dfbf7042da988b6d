/* Estimates the parameters of a station from its days. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "math/elementary.h"
#include "math/gamma.h"
#include "weather/generator_fit.h"

/* Precisions (1 / variance) of the normal priors.
 *
 * - RIDGE_ of harmonics: they keep estimates finite where a season has no wet day at all, and are
 *   negligible beside the information of some hundred days. RIDGE_MEAN keeps means within about ten
 *   standard deviations of a day.
 * - APART: the difference of wet days from dry ones counts as if four days had shown none. In a season
 *   with fewer wet days these are mostly like dry ones. */
#define RIDGE_CHANCE 0.01
#define RIDGE_LOG    1.0
#define RIDGE_MEAN   0.01
#define APART        4.0
/* The most information that one day can have about a logit: p (1 - p) with p = 1/2. */
#define CHANCE_INFORMATION 0.25
/* How far beyond the record a simulated day may be: standard deviations of a temperature, and a multiple
 * of the largest precipitation. With a record of four years, that happens once in ten thousand years. */
#define MARGIN         3.0
#define MOST_OF_RECORD 3.0
enum { DAYS_PER_COEFFICIENT = 8 };

/* -- laws of an observation -- */

static seasonal_term normal_law(const seasonal_sample *s, size_t i, double eta, const void *weights) {
  const double weight = weights ? ((const double *)weights)[i] : 1, off = s->y[i] - eta;
  return (seasonal_term){-0.5 * weight * off * off, weight * off, weight};
}

static seasonal_term chance_law(const seasonal_sample *s, size_t i, double eta, const void *args) {
  const double small = tutti_math_exp(-fabs(eta)), p = eta > 0 ? 1 / (1 + small) : small / (1 + small);
  (void)args;
  return (seasonal_term){s->y[i] * eta - fmax(eta, 0) - tutti_math_log(1 + small), s->y[i] - p, p * (1 - p)};
}

/* The likelihood of a gamma variable's mean; eta = log(mean); weights: its shapes. Squares of normal
 * variables have the shape 1/2. */
static seasonal_term mean_law(const seasonal_sample *s, size_t i, double eta, const void *weights) {
  const double weight = weights ? ((const double *)weights)[i] : 1, relative = s->y[i] * tutti_math_exp(-eta);
  return (seasonal_term){-weight * (relative + eta), weight * (relative - 1), weight * relative};
}

/* The likelihood of a gamma variable's shape; eta = log(shape); args: its means. */
static seasonal_term shape_law(const seasonal_sample *s, size_t i, double eta, const void *means) {
  const double shape = tutti_math_exp(eta), relative = s->y[i] / ((const double *)means)[i];
  const double logarithm = tutti_math_log(relative);
  const double slope = shape * (eta + 1 - tutti_digamma(shape) + logarithm - relative);
  return (seasonal_term){shape * (eta + logarithm - relative) - tutti_log_gamma(shape), slope,
                         shape * (shape * tutti_trigamma(shape) - 1) - slope};
}

/* -- the parameters of a station -- */

typedef struct {
  tutti_ctx *ctx;
  const seasonal_basis *basis;
  size_t station;
  int terms;
  seasonal_sample sample;
  double *weight; /* weights of the sample's observations */
} fitting;

static tutti_status estimate(const fitting *f, seasonal_likelihood law, const void *args,
                             seasonal_prior prior, const char *what, double c[][SEASONAL_TERMS]) {
  if (tutti_seasonal_fit(*f->basis, &f->sample, law, args, f->terms, prior, c)) return TUTTI_OK;
  return tutti_fail(f->ctx, TUTTI_EINVAL, "station %zu: no best %s was found; fewer harmonics may help",
                    f->station, what);
}

static void take(fitting *f, int season, int kind, double y) {
  f->sample.y[f->sample.n] = y;
  f->sample.kind[f->sample.n] = (unsigned char)kind;
  f->sample.day[f->sample.n++] = (uint16_t)season;
}

/* Checks that there are enough days for one kind of days. The other kind may have any number: where it has
 * few, it is like the first. */
static tutti_status check_sample(const fitting *f, const char *const what[2]) {
  const size_t fewest = (size_t)f->terms * DAYS_PER_COEFFICIENT;
  if (f->sample.n >= fewest) return TUTTI_OK;
  size_t n[2] = {0};
  for (size_t i = 0; i < f->sample.n; i++) n[f->sample.kind[i]]++;
  return tutti_fail(f->ctx, TUTTI_EINVAL, "station %zu: %zu %s and %zu %s; %d coefficients need %zu",
                    f->station, n[1], what[1], n[0], what[0], f->terms, fewest);
}

static tutti_status fit_occurrence(fitting *f, const station_days *d, tutti_station_law *law) {
  static const char *const what[2] = {"days after dry ones", "days after wet ones"};
  double(*c)[SEASONAL_TERMS] = &law->c[TUTTI_WET_AFTER_DRY];
  size_t wet = 0;
  f->sample.n = 0;
  for (size_t t = 1; t < d->days; t++) {
    if (d->wet[t] < 0 || d->wet[t - 1] < 0) continue;
    take(f, d->season[t], d->wet[t - 1], d->wet[t]);
    wet += d->wet[t] > 0;
  }
  const size_t n = f->sample.n;
  const tutti_status status = check_sample(f, what);
  if (status) return status;
  if (wet == 0 || wet == n)
    return tutti_fail(f->ctx, TUTTI_EINVAL, "station %zu: all %zu %s are %s", f->station, n, what[wet > 0],
                      wet ? "wet" : "dry");
  c[0][0] = c[1][0] = tutti_math_log((double)wet / (double)(n - wet));
  return estimate(f, chance_law, NULL, (seasonal_prior){0, RIDGE_CHANCE, APART * CHANCE_INFORMATION},
                  "chance of a wet day", c);
}

static int kind_of(const fitting *f, size_t i) { return f->sample.kind ? f->sample.kind[i] : 0; }

/* sign -1 or 1. */
static void set_weights(fitting *f, double c[][SEASONAL_TERMS], double sign) {
  for (size_t i = 0; i < f->sample.n; i++)
    f->weight[i] = tutti_math_exp(sign * tutti_seasonal_at(*f->basis, f->sample.day[i], c[kind_of(f, i)]));
}

static double mean_of(const seasonal_sample *s) {
  double sum = 0;
  for (size_t i = 0; i < s->n; i++) sum += s->y[i];
  return sum / (double)s->n;
}

/* Whether all values of a kind are the same, though there are enough of them: then there is no standard
 * deviation to fit. */
static bool all_the_same(const fitting *f, int kind) {
  const seasonal_sample *s = &f->sample;
  double least = INFINITY, most = -INFINITY;
  size_t n = 0;
  for (size_t i = 0; i < s->n; i++) {
    if (kind_of(f, i) != kind) continue;
    least = fmin(least, s->y[i]);
    most = fmax(most, s->y[i]);
    n++;
  }
  return n >= (size_t)f->terms * DAYS_PER_COEFFICIENT && least == most;
}

/* Two sets of coefficients are fitted in turns. The information about one says nothing about the other, so
 * that a few turns are enough. Returns whether they stayed where they were. */
enum { MOST_TURNS = 50 };
static bool settled(double c[][SEASONAL_TERMS], double before[][SEASONAL_TERMS], int kinds) {
  double far = 0;
  for (int k = 0; k < kinds; k++)
    for (int j = 0; j < SEASONAL_TERMS; j++)
      far = fmax(far, fabs(c[k][j] - before[k][j]) / fmax(1, fabs(c[k][j])));
  memcpy(before, c, (size_t)kinds * sizeof *c);
  return far < 1e-9;
}

/* The prior of the shape is about 1, an exponential distribution: with one day alone the shape would be
 * infinite. */
static tutti_status fit_amounts(fitting *f, const station_days *d, tutti_station_law *law) {
  double(*mean)[SEASONAL_TERMS] = &law->c[TUTTI_AMOUNT], (*shape)[SEASONAL_TERMS] = &law->c[TUTTI_SHAPE];
  double before[1][SEASONAL_TERMS] = {0}, most = 0;
  unsigned char *kind = f->sample.kind;
  f->sample.n = 0;
  for (size_t t = 0; t < d->days; t++) {
    if (d->wet[t] <= 0) continue;
    const double amount = d->record->value[TUTTI_PRECIPITATION][t];
    take(f, d->season[t], 0, amount - law->wet_above);
    most = fmax(most, amount);
  }
  if (all_the_same(f, 0))
    return tutti_fail(f->ctx, TUTTI_EINVAL, "station %zu: all %zu wet days have the same amount, %.17g mm",
                      f->station, f->sample.n, most);
  f->sample.kind = NULL;
  mean[0][0] = tutti_math_log(mean_of(&f->sample));
  tutti_status status = TUTTI_OK;
  for (int turn = 0; turn < MOST_TURNS && !status; turn++) {
    set_weights(f, shape, 1);
    status = estimate(f, mean_law, f->weight, (seasonal_prior){0, RIDGE_LOG, 0}, "mean amount", mean);
    if (status || settled(mean, before, 1)) break;
    set_weights(f, mean, 1);
    status = estimate(f, shape_law, f->weight, (seasonal_prior){RIDGE_LOG, RIDGE_LOG, 0}, "shape", shape);
  }
  f->sample.kind = kind;
  law->most[TUTTI_PRECIPITATION] = MOST_OF_RECORD * most;
  return status;
}

/* Replaces the values by the squares of their deviations from the means, for a while; the values are kept
 * in `weight`. */
static void square(fitting *f, double mean[][SEASONAL_TERMS]) {
  const seasonal_sample *s = &f->sample;
  for (size_t i = 0; i < s->n; i++) {
    const double r = s->y[i] - tutti_seasonal_at(*f->basis, s->day[i], mean[s->kind[i]]);
    f->weight[i] = s->y[i];
    s->y[i] = r * r;
  }
}

/* Fits mean and variance in turns: for the mean each day has the weight 1 / variance. In the first turn no
 * variance is known; the mean square that is left is `spread`. The variance is fitted with twice the
 * log-likelihood, and so with twice the precision of its prior. */
static tutti_status fit_means(fitting *f, double mean[2][SEASONAL_TERMS], double sd[2][SEASONAL_TERMS],
                              double *spread) {
  double variance[2][SEASONAL_TERMS] = {0}, before[2][SEASONAL_TERMS] = {0};
  tutti_status status = TUTTI_OK;
  *spread = 1;
  mean[0][0] = mean[1][0] = mean_of(&f->sample);
  for (int turn = 0; turn < MOST_TURNS && !status; turn++) {
    set_weights(f, variance, -1);
    status = estimate(f, normal_law, f->weight, (seasonal_prior){0, RIDGE_MEAN / *spread, APART / *spread},
                      "mean temperature", mean);
    if (status || (settled(mean, before, 2) && turn > 0)) break;
    square(f, mean);
    if (turn == 0) {
      *spread = mean_of(&f->sample);
      variance[0][0] = variance[1][0] = tutti_math_log(*spread);
    }
    status = estimate(f, mean_law, NULL, (seasonal_prior){0, RIDGE_LOG, APART}, "variance of temperature",
                      variance);
    memcpy(f->sample.y, f->weight, f->sample.n * sizeof *f->weight);
  }
  for (int k = 0; k < 2 * SEASONAL_TERMS; k++)
    sd[k / SEASONAL_TERMS][k % SEASONAL_TERMS] = 0.5 * variance[k / SEASONAL_TERMS][k % SEASONAL_TERMS];
  return status;
}

static tutti_status fit_temperature(fitting *f, const station_days *d, int variable, tutti_station_law *law,
                                    double *spread) {
  static const char *const what[2][2] = {{"dry days with tmax", "wet days with tmax"},
                                         {"dry days with tmin", "wet days with tmin"}};
  const int v = variable - TUTTI_TMAX;
  const double *x = d->record->value[variable];
  f->sample.n = 0;
  for (size_t t = 0; t < d->days; t++)
    if (d->wet[t] >= 0 && !isnan(x[t])) take(f, d->season[t], d->wet[t], x[t]);
  const tutti_status status = check_sample(f, what[v]);
  if (status) return status;
  for (int wet = 0; wet < 2; wet++)
    if (all_the_same(f, wet))
      return tutti_fail(f->ctx, TUTTI_EINVAL, "station %zu: all %s are the same", f->station, what[v][wet]);
  return fit_means(f, &law->c[TUTTI_TMAX_DRY + 2 * v], &law->c[TUTTI_TMAX_DRY_SD + 2 * v], spread);
}

/* Sets the bounds: the range of the record, made wider by MARGIN standard deviations of tmax or tmin,
 * whichever has the larger one; and within what is possible on Earth. */
static void set_bounds(const station_days *d, const double spread[2], tutti_station_law *law) {
  const double margin = MARGIN * sqrt(fmax(spread[0], spread[1]));
  for (int v = TUTTI_TMAX; v <= TUTTI_TMIN; v++) {
    double least = INFINITY, most = -INFINITY;
    for (size_t t = 0; t < d->days; t++) { /* NaN is ignored */
      least = fmin(least, d->record->value[v][t]);
      most = fmax(most, d->record->value[v][t]);
    }
    law->least[v] = fmax(least - margin, DAILY_LEAST_DEGREES);
    law->most[v] = fmin(most + margin, DAILY_MOST_DEGREES);
  }
  /* also where days lack one of the two, tmin's bounds stay below tmax's */
  law->least[TUTTI_TMIN] = fmin(law->least[TUTTI_TMIN], law->least[TUTTI_TMAX]);
  law->most[TUTTI_TMAX] = fmax(law->most[TUTTI_TMAX], law->most[TUTTI_TMIN]);
}

static tutti_status fit_station(fitting *f, const station_days *d, tutti_station_law *law) {
  double spread[2] = {0};
  tutti_status status = fit_occurrence(f, d, law);
  if (!status) status = fit_amounts(f, d, law);
  for (int v = 0; v < 2 && !status; v++) status = fit_temperature(f, d, TUTTI_TMAX + v, law, &spread[v]);
  if (!status) set_bounds(d, spread, law);
  return status;
}

tutti_status tutti_generator_fit_station(tutti_ctx *ctx, const seasonal_basis *basis, size_t s,
                                         const station_days *d, int terms, tutti_station_law *law) {
  const size_t room = d->days + !d->days;
  fitting f = {ctx,
               basis,
               s,
               terms,
               {0, malloc(room * sizeof(double)), malloc(room * sizeof(uint16_t)), malloc(room)},
               malloc(room * sizeof(double))};
  const tutti_status status = f.sample.y && f.sample.day && f.sample.kind && f.weight
                                  ? fit_station(&f, d, law)
                                  : tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu days", d->days);
  free(f.sample.y);
  free(f.sample.day);
  free(f.sample.kind);
  free(f.weight);
  return status;
}
