/* tutti_generator_fit: the parameters of each station, and what joins the stations. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "problems/law.h"
#include "weather/gamma_functions.h"
#include "weather/generator_fit.h"

/* Precisions of the prior on harmonics: they keep them finite where a season has no wet day at all, and are
 * nothing beside the information of some hundred days. */
#define RIDGE_CHANCE 0.01
#define RIDGE_LOG    1.0
enum { DAYS_PER_COEFFICIENT = 8 };

/* -- laws of an observation -- */

static seasonal_term normal_law(const seasonal_sample *s, size_t i, double eta, const void *weights) {
  const double weight = weights ? ((const double *)weights)[i] : 1, off = s->y[i] - eta;
  return (seasonal_term){-0.5 * weight * off * off, weight * off, weight};
}

static seasonal_term chance_law(const seasonal_sample *s, size_t i, double eta, const void *args) {
  const double small = law_exp(-fabs(eta)), p = eta > 0 ? 1 / (1 + small) : small / (1 + small);
  (void)args;
  return (seasonal_term){s->y[i] * eta - fmax(eta, 0) - law_log(1 + small), s->y[i] - p, p * (1 - p)};
}

/* A gamma variable's mean, eta its logarithm; weights: shapes. Squares of normal variables have shape 1/2. */
static seasonal_term mean_law(const seasonal_sample *s, size_t i, double eta, const void *weights) {
  const double weight = weights ? ((const double *)weights)[i] : 1, relative = s->y[i] * law_exp(-eta);
  return (seasonal_term){-weight * (relative + eta), weight * (relative - 1), weight};
}

/* A gamma variable's shape, eta its logarithm; args: means. */
static seasonal_term shape_law(const seasonal_sample *s, size_t i, double eta, const void *means) {
  const double shape = law_exp(eta), relative = s->y[i] / ((const double *)means)[i];
  const double logarithm = law_log(relative);
  return (seasonal_term){shape * (eta + logarithm - relative) - log_gamma(shape),
                         shape * (eta + 1 - digamma(shape) + logarithm - relative),
                         shape * (shape * trigamma(shape) - 1)};
}

/* -- the parameters of a station -- */

typedef struct {
  tutti_ctx *ctx;
  const seasonal_basis *basis;
  size_t station;
  int terms;
  seasonal_sample sample;
  double *weight; /* of the sample's observations */
} fitting;

static tutti_status check_sample(const fitting *f, const char *what) {
  const size_t fewest = (size_t)f->terms * DAYS_PER_COEFFICIENT;
  if (f->sample.n >= fewest) return TUTTI_OK;
  return tutti_fail(f->ctx, TUTTI_EINVAL, "station %zu: %zu %s; %d coefficients need %zu", f->station,
                    f->sample.n, what, f->terms, fewest);
}

static tutti_status estimate(const fitting *f, seasonal_law law, const void *args, double ridge,
                             const char *what, double *c) {
  if (seasonal_fit(*f->basis, &f->sample, law, args, f->terms, ridge, c)) return TUTTI_OK;
  return tutti_fail(f->ctx, TUTTI_EINVAL, "station %zu: no best %s was found; fewer harmonics may help",
                    f->station, what);
}

static void take(fitting *f, int season, double y) {
  f->sample.y[f->sample.n] = y;
  f->sample.day[f->sample.n++] = (uint16_t)season;
}

static tutti_status fit_occurrence(fitting *f, const station_days *d, tutti_station_law *law) {
  static const char *const what[] = {"days after dry ones", "days after wet ones"};
  tutti_status status = TUTTI_OK;
  for (int was_wet = 0; was_wet < 2 && !status; was_wet++) {
    size_t wet = 0;
    double *c = law->c[TUTTI_WET_AFTER_DRY + was_wet];
    f->sample.n = 0;
    for (size_t t = 1; t < d->days; t++) {
      if (d->wet[t] < 0 || d->wet[t - 1] != was_wet) continue;
      take(f, d->season[t], d->wet[t]);
      wet += d->wet[t] > 0;
    }
    status = check_sample(f, what[was_wet]);
    if (!status && (wet == 0 || wet == f->sample.n))
      status = tutti_fail(f->ctx, TUTTI_EINVAL, "station %zu: all %zu %s are %s", f->station, f->sample.n,
                          what[was_wet], wet ? "wet" : "dry");
    if (status) break;
    const double share = (double)wet / (double)f->sample.n;
    c[0] = law_log(share / (1 - share));
    status = estimate(f, chance_law, NULL, RIDGE_CHANCE, "chance of a wet day", c);
  }
  return status;
}

static void set_weights(fitting *f, const double *c, double sign, double factor) {
  for (size_t i = 0; i < f->sample.n; i++)
    f->weight[i] = factor * law_exp(sign * seasonal_at(*f->basis, f->sample.day[i], c));
}

static double mean_of(const seasonal_sample *s) {
  double sum = 0;
  for (size_t i = 0; i < s->n; i++) sum += s->y[i];
  return sum / (double)s->n;
}

/* Mean and shape by turns; the information on one says nothing of the other, so that few turns do. */
static tutti_status fit_amounts(fitting *f, const station_days *d, tutti_station_law *law) {
  enum { TURNS = 4 };
  f->sample.n = 0;
  for (size_t t = 0; t < d->days; t++)
    if (d->wet[t] > 0) take(f, d->season[t], d->record->value[TUTTI_PRECIPITATION][t] - law->wet_above);
  tutti_status status = check_sample(f, "wet days");
  if (status) return status;
  law->c[TUTTI_AMOUNT][0] = law_log(mean_of(&f->sample));
  for (int turn = 0; turn < TURNS && !status; turn++) {
    set_weights(f, law->c[TUTTI_SHAPE], 1, 1);
    status = estimate(f, mean_law, f->weight, RIDGE_LOG, "mean amount", law->c[TUTTI_AMOUNT]);
    set_weights(f, law->c[TUTTI_AMOUNT], 1, 1);
    if (!status) status = estimate(f, shape_law, f->weight, RIDGE_LOG, "shape", law->c[TUTTI_SHAPE]);
  }
  return status;
}

/* Mean and variance by turns: a mean weighs its days by the variance. */
static tutti_status fit_temperature(fitting *f, const station_days *d, int variable, int wet,
                                    tutti_station_law *law) {
  enum { TURNS = 3 };
  static const char *const what[2][2] = {{"dry days with tmax", "wet days with tmax"},
                                         {"dry days with tmin", "wet days with tmin"}};
  const double *x = d->record->value[variable];
  const int p = 2 * (variable - TUTTI_TMAX) + wet;
  double *mean = law->c[TUTTI_TMAX_DRY + p], *sd = law->c[TUTTI_TMAX_DRY_SD + p];
  f->sample.n = 0;
  for (size_t t = 0; t < d->days; t++)
    if (d->wet[t] == wet && !isnan(x[t])) take(f, d->season[t], x[t]);
  tutti_status status = check_sample(f, what[variable - TUTTI_TMAX][wet]);
  double *y = f->sample.y, variance[SEASONAL_TERMS] = {0};
  for (int turn = 0; turn < TURNS && !status; turn++) {
    set_weights(f, variance, -1, 1);
    status = estimate(f, normal_law, f->weight, 0, "mean temperature", mean);
    for (size_t i = 0; i < f->sample.n; i++) {
      const double r = y[i] - seasonal_at(*f->basis, f->sample.day[i], mean);
      f->weight[i] = y[i];
      y[i] = r * r;
    }
    if (turn == 0 && !status) {
      if (!(mean_of(&f->sample) > 0))
        return tutti_fail(f->ctx, TUTTI_EINVAL, "station %zu: all %s are the same", f->station,
                          what[variable - TUTTI_TMAX][wet]);
      variance[0] = law_log(mean_of(&f->sample));
    }
    if (!status) status = estimate(f, mean_law, NULL, RIDGE_LOG, "variance of temperature", variance);
    memcpy(y, f->weight, f->sample.n * sizeof *y);
  }
  for (int k = 0; k < f->terms; k++) sd[k] = 0.5 * variance[k];
  return status;
}

static tutti_status fit_station(fitting *f, const station_days *d, tutti_station_law *law) {
  tutti_status status = fit_occurrence(f, d, law);
  if (!status) status = fit_amounts(f, d, law);
  for (int variable = TUTTI_TMAX; variable <= TUTTI_TMIN; variable++)
    for (int wet = 0; wet < 2 && !status; wet++) status = fit_temperature(f, d, variable, wet, law);
  return status;
}

/* -- all of it -- */

static tutti_status check_record(tutti_ctx *ctx, size_t s, const tutti_daily *r) {
  if (r->days && tutti_day_date(r->first_day).year == 0)
    return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: first_day = %d", s, r->first_day);
  const int32_t last = tutti_day_number((tutti_date){9999, 12, 31});
  if (r->days && r->days - 1 > (size_t)(last - r->first_day))
    return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: days = %zu: not of the years 1 to 9999", s, r->days);
  for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) {
    if (!r->value[v]) return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: value[%d] is NULL", s, v);
    for (size_t t = 0; t < r->days; t++)
      if (isinf(r->value[v][t]) || (v == TUTTI_PRECIPITATION && r->value[v][t] < 0))
        return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: value[%d][%zu] = %.17g", s, v, t, r->value[v][t]);
  }
  return TUTTI_OK;
}

/* A station's days: which are wet, 1, dry, 0, or unknown, -1. */
static tutti_status open_days(tutti_ctx *ctx, const tutti_daily *record, double wet_above, station_days *d) {
  const size_t days = record->days;
  d->record = record;
  d->days = days;
  d->season = malloc((days + !days) * sizeof *d->season);
  d->wet = malloc(days + !days);
  if (!d->season || !d->wet) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu days", days);
  for (size_t t = 0; t < days; t++) {
    const double amount = record->value[TUTTI_PRECIPITATION][t];
    d->season[t] = (uint16_t)daily_season(record->first_day + (int32_t)t);
    d->wet[t] = isnan(amount) ? -1 : amount > wet_above;
  }
  return TUTTI_OK;
}

static tutti_status fit_one(tutti_ctx *ctx, const seasonal_basis *basis, size_t s, const station_days *d,
                            int terms, tutti_station_law *law) {
  const size_t room = d->days + !d->days;
  fitting f = {ctx,
               basis,
               s,
               terms,
               {0, malloc(room * sizeof(double)), malloc(room * sizeof(uint16_t))},
               malloc(room * sizeof(double))};
  const tutti_status status = f.sample.y && f.sample.day && f.weight
                                  ? fit_station(&f, d, law)
                                  : tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu days", d->days);
  free(f.sample.y);
  free(f.sample.day);
  free(f.weight);
  return status;
}

void tutti_generator_free(tutti_generator *g) {
  if (!g) return;
  free(g->law);
  free(g->occurrence);
  *g = (tutti_generator){0};
}

static tutti_status allocate(tutti_ctx *ctx, size_t stations, tutti_generator *g, station_days **days) {
  const size_t square = stations * stations;
  g->stations = stations;
  g->law = calloc(stations, sizeof *g->law);
  g->occurrence = calloc((1 + 1 + 4 + 4) * square, sizeof *g->occurrence);
  *days = calloc(stations, sizeof **days);
  if (!g->law || !g->occurrence || !*days)
    return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu stations", stations);
  g->amount = g->occurrence + square;
  g->lag0 = g->amount + square;
  g->lag1 = g->lag0 + 4 * square;
  return TUTTI_OK;
}

static tutti_status fit(tutti_ctx *ctx, const tutti_daily *record, const tutti_generator_options *o,
                        tutti_generator *g, station_days *days) {
  seasonal_basis basis;
  tutti_status status = TUTTI_OK;
  seasonal_fill(basis);
  for (size_t s = 0; s < g->stations && !status; s++) {
    g->law[s].wet_above = o->wet_above;
    status = check_record(ctx, s, &record[s]);
    if (!status) status = open_days(ctx, &record[s], o->wet_above, &days[s]);
    if (!status)
      status = fit_one(ctx, (const seasonal_basis *)&basis, s, &days[s], 1 + 2 * o->harmonics, &g->law[s]);
  }
  return status ? status : generator_join(ctx, basis, days, g);
}

tutti_status tutti_generator_fit(tutti_ctx *ctx, const tutti_daily *record, size_t stations,
                                 const tutti_generator_options *options, tutti_generator *generator) {
  const tutti_generator_options o = options ? *options : (tutti_generator_options){2, 0};
  tutti_generator g = {0};
  station_days *days = NULL;
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return status;
  if (!record || !generator)
    return tutti_fail(ctx, TUTTI_EINVAL, "%s is NULL", record ? "generator" : "record");
  if (stations < 1 || stations > TUTTI_MOST_STATIONS)
    return tutti_fail(ctx, TUTTI_EINVAL, "stations = %zu is not in [1, %d]", stations, TUTTI_MOST_STATIONS);
  if (o.harmonics < 0 || o.harmonics > TUTTI_MOST_HARMONICS)
    return tutti_fail(ctx, TUTTI_EINVAL, "harmonics = %d is not in [0, %d]", o.harmonics,
                      TUTTI_MOST_HARMONICS);
  if (!(o.wet_above >= 0 && isfinite(o.wet_above)))
    return tutti_fail(ctx, TUTTI_EINVAL, "wet_above = %.17g", o.wet_above);
  status = allocate(ctx, stations, &g, &days);
  if (!status) status = fit(ctx, record, &o, &g, days);
  for (size_t s = 0; s < stations && days; s++) {
    free(days[s].season);
    free(days[s].wet);
    free(days[s].residual[0]);
  }
  free(days);
  if (status) tutti_generator_free(&g);
  else *generator = g;
  return status;
}
