/* Generators: their parameters on a day of the year, checks, and the tables that a simulation needs. */
#include "weather/generator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/distributions.h>

#include "core/context.h"
#include "math/elementary.h"
#include "math/matrix.h"
#include "weather/seasonal.h"

#define LEAST_SHAPE 0.05
#define MOST_SHAPE  1000.0
#define MOST_AMOUNT 1e6  /* mm, a kilometre */
#define MOST_SD     50.0 /* degrees */

double tutti_generator_shape(double harmonics) {
  return fmin(fmax(tutti_math_exp(harmonics), LEAST_SHAPE), MOST_SHAPE);
}

void tutti_generator_values(const double harmonics[TUTTI_STATION_PARAMETERS], double *value) {
  for (int p = 0; p < TUTTI_STATION_PARAMETERS; p++) {
    const double h = harmonics[p];
    if (p == TUTTI_WET_AFTER_DRY || p == TUTTI_WET_AFTER_WET) value[p] = 1 / (1 + tutti_math_exp(-h));
    else value[p] = p >= TUTTI_TMAX_DRY && p <= TUTTI_TMIN_WET ? h : tutti_math_exp(h);
  }
  value[TUTTI_SHAPE] = tutti_generator_shape(harmonics[TUTTI_SHAPE]);
}

static bool bounded(const tutti_station_law *law, int variable) {
  return law->least[variable] != 0 || law->most[variable] != 0;
}

static void values_of_day(const seasonal_basis basis, const tutti_station_law *law, int day, double *value) {
  double harmonics[TUTTI_STATION_PARAMETERS];
  for (int p = 0; p < TUTTI_STATION_PARAMETERS; p++) harmonics[p] = tutti_seasonal_at(basis, day, law->c[p]);
  tutti_generator_values(harmonics, value);
  for (int p = TUTTI_TMAX_DRY; p <= TUTTI_TMIN_WET; p++) {
    const int v = p < TUTTI_TMIN_DRY ? TUTTI_TMAX : TUTTI_TMIN;
    if (bounded(law, v)) value[p] = fmin(fmax(value[p], law->least[v]), law->most[v]);
  }
}

tutti_status tutti_station_day(const tutti_station_law *law, int month, int day, double *value) {
  const int32_t number = tutti_day_number((tutti_date){2000, month, day});
  if (!law || !value) return tutti_fail(NULL, TUTTI_EINVAL, "%s is NULL", law ? "value" : "law");
  if (number == INT32_MIN)
    return tutti_fail(NULL, TUTTI_EINVAL, "month = %d, day = %d: no such day", month, day);
  seasonal_basis basis;
  tutti_seasonal_fill(basis);
  values_of_day(basis, law, tutti_daily_season(number), value);
  return TUTTI_OK;
}

/* -- checks -- */

static const char *const parameter_names[TUTTI_STATION_PARAMETERS] = {
    "WET_AFTER_DRY", "WET_AFTER_WET", "AMOUNT",      "SHAPE",       "TMAX_DRY",    "TMAX_WET",
    "TMIN_DRY",      "TMIN_WET",      "TMAX_DRY_SD", "TMAX_WET_SD", "TMIN_DRY_SD", "TMIN_WET_SD"};

static bool possible(int parameter, double value) {
  if (parameter < TUTTI_AMOUNT) return value >= 0 && value <= 1;
  if (parameter <= TUTTI_SHAPE) return value > 0 && value <= MOST_AMOUNT;
  if (parameter >= TUTTI_TMAX_DRY_SD) return value > 0 && value <= MOST_SD;
  return value >= DAILY_LEAST_DEGREES && value <= DAILY_MOST_DEGREES;
}

static tutti_status check_values(tutti_ctx *ctx, size_t station, int day, const double *value) {
  for (int p = 0; p < TUTTI_STATION_PARAMETERS; p++)
    if (!possible(p, value[p]))
      return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: TUTTI_%s is %.17g on day %d of the year", station,
                        parameter_names[p], value[p], day);
  return TUTTI_OK;
}

static tutti_status check_coefficients(tutti_ctx *ctx, size_t station, const tutti_station_law *law) {
  for (int p = 0; p < TUTTI_STATION_PARAMETERS; p++)
    for (int k = 0; k < SEASONAL_TERMS; k++)
      if (!isfinite(law->c[p][k]))
        return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: coefficient %d of TUTTI_%s is %.17g", station, k,
                          parameter_names[p], law->c[p][k]);
  if (!(law->wet_above >= 0 && law->wet_above <= MOST_AMOUNT))
    return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: wet_above = %.17g", station, law->wet_above);
  return TUTTI_OK;
}

/* Checks the bounds. Those of tmin must lie below those of tmax: so if tmin is below tmax before they are
 * applied, it is not above it afterwards. */
static tutti_status check_bounds(tutti_ctx *ctx, size_t station, const tutti_station_law *law) {
  const double *least = law->least, *most = law->most;
  for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++)
    if (!isfinite(least[v]) || !isfinite(most[v]) || (v != TUTTI_PRECIPITATION && least[v] > most[v]))
      return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: least[%d] = %.17g, most[%d] = %.17g", station, v,
                        least[v], v, most[v]);
  if (bounded(law, TUTTI_PRECIPITATION) && most[TUTTI_PRECIPITATION] <= law->wet_above)
    return tutti_fail(ctx, TUTTI_EINVAL, "station %zu: most[0] = %.17g, wet_above = %.17g", station, most[0],
                      law->wet_above);
  const bool tmax = bounded(law, TUTTI_TMAX), tmin = bounded(law, TUTTI_TMIN);
  if (tmax != tmin || least[TUTTI_TMAX] < least[TUTTI_TMIN] || most[TUTTI_TMAX] < most[TUTTI_TMIN])
    return tutti_fail(ctx, TUTTI_EINVAL,
                      "station %zu: tmax within [%.17g, %.17g], tmin within [%.17g, %.17g]", station,
                      least[TUTTI_TMAX], most[TUTTI_TMAX], least[TUTTI_TMIN], most[TUTTI_TMIN]);
  return TUTTI_OK;
}

static tutti_status check_diagonal(tutti_ctx *ctx, const char *name, const double *m, size_t n, size_t i) {
  const double x = m[i * n + i];
  if (x == 1) return TUTTI_OK;
  return tutti_fail(ctx, TUTTI_EINVAL, "%s[%zu][%zu] = %.17g: not that of a matrix of correlations", name, i,
                    i, x);
}

/* Checks elements (i, j) and (j, i) of a matrix; the one that is wrong is named first. */
static tutti_status check_pair(tutti_ctx *ctx, const char *name, const double *m, size_t n, size_t i,
                               size_t j) {
  const double x = m[i * n + j], mirrored = m[j * n + i];
  if (!(fabs(mirrored) < 1) && fabs(x) < 1) return check_pair(ctx, name, m, n, j, i);
  if (x == mirrored && fabs(x) < 1) return TUTTI_OK;
  if (x == mirrored)
    return tutti_fail(ctx, TUTTI_EINVAL, "%s[%zu][%zu] = %.17g: not that of a matrix of correlations", name,
                      i, j, x);
  return tutti_fail(ctx, TUTTI_EINVAL,
                    "%s[%zu][%zu] = %.17g with %s[%zu][%zu] = %.17g: not those of a matrix of correlations",
                    name, i, j, x, name, j, i, mirrored);
}

/* Checks a correlation matrix, and computes its Cholesky factor. */
static tutti_status factorise(tutti_ctx *ctx, const char *name, const double *m, size_t n, double *factor) {
  if (!m) return tutti_fail(ctx, TUTTI_EINVAL, "%s is NULL", name);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++) {
      const tutti_status status =
          i == j ? check_diagonal(ctx, name, m, n, i) : check_pair(ctx, name, m, n, i, j);
      if (status) return status;
    }
  memcpy(factor, m, n * n * sizeof *m);
  return tutti_matrix_cholesky(factor, n)
             ? TUTTI_OK
             : tutti_fail(ctx, TUTTI_EINVAL, "%s is not positive definite", name);
}

/* The autoregression of the residuals (Matalas, 1967):
 *
 *     carry = lag1 lag0^-1,   spread spread^T = lag0 - carry lag1^T. */
static tutti_status residuals(tutti_ctx *ctx, const tutti_generator *g, const double *factor,
                              generator_tables *t) {
  const size_t n = 2 * g->stations;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < n; j++) {
      t->carry[i * n + j] = g->lag1[i * n + j];
      if (!(fabs(g->lag1[i * n + j]) < 1))
        return tutti_fail(ctx, TUTTI_EINVAL, "lag1[%zu][%zu] = %.17g is no correlation", i, j,
                          g->lag1[i * n + j]);
    }
    tutti_matrix_solve(factor, n, t->carry + i * n); /* lag0 is symmetric */
  }
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      double sum = g->lag0[i * n + j];
      for (size_t k = 0; k < n; k++) sum -= t->carry[i * n + k] * g->lag1[j * n + k];
      t->spread[i * n + j] = sum;
    }
  return tutti_matrix_cholesky(t->spread, n)
             ? TUTTI_OK
             : tutti_fail(ctx, TUTTI_EINVAL, "lag0 - lag1 lag0^-1 lag1^T is not positive definite");
}

/* -- tables -- */

static void fill_bounds(const tutti_station_law *law, station_day *d) {
  for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) {
    const bool some = bounded(law, v);
    d->lowest[v] = some ? law->least[v] : -INFINITY;
    d->highest[v] = some ? law->most[v] : INFINITY;
  }
  d->lowest[TUTTI_PRECIPITATION] = nextafter(law->wet_above, INFINITY);
}

static void fill_day(const double *value, double wet_above, const gamma_target *target,
                     const station_day *yesterday, double yesterdays_shape, station_day *d) {
  const double shape = value[TUTTI_SHAPE];
  d->below[0] = tutti_normal_icdf(value[TUTTI_WET_AFTER_DRY]);
  d->below[1] = tutti_normal_icdf(value[TUTTI_WET_AFTER_WET]);
  d->wet_above = wet_above;
  d->scale = value[TUTTI_AMOUNT] / shape;
  for (int v = 0; v < 2; v++)
    for (int wet = 0; wet < 2; wet++) {
      d->mean[v][wet] = value[TUTTI_TMAX_DRY + 2 * v + wet];
      d->sd[v][wet] = value[TUTTI_TMAX_DRY_SD + 2 * v + wet];
    }
  if (shape == yesterdays_shape) memcpy(d->amount, yesterday->amount, sizeof d->amount);
  else tutti_gamma_nodes(target, shape, d->amount);
}

static tutti_status fill_station(tutti_ctx *ctx, const tutti_station_law *law, size_t s,
                                 generator_tables *t) {
  seasonal_basis basis;
  gamma_target target[GENERATOR_NODES];
  double value[TUTTI_STATION_PARAMETERS], shape = 0;
  tutti_status status = check_coefficients(ctx, s, law);
  if (!status) status = check_bounds(ctx, s, law);
  tutti_seasonal_fill(basis);
  tutti_gamma_fill_targets(target);
  for (int day = 0; day < DAILY_SEASONS && !status; day++) {
    station_day *d = t->day + (size_t)day * t->stations + s;
    values_of_day(basis, law, day, value);
    status = check_values(ctx, s, day, value);
    if (status) break;
    fill_bounds(law, d);
    fill_day(value, law->wet_above, target, day ? d - t->stations : NULL, shape, d);
    shape = value[TUTTI_SHAPE];
  }
  return status;
}

/* Allocates the tables. Returns room for one more matrix of 2 stations x 2 stations; NULL: no memory. */
static double *allocate(size_t stations, generator_tables *t) {
  const size_t square = stations * stations;
  t->stations = stations;
  t->day = malloc(DAILY_SEASONS * stations * sizeof *t->day);
  t->occurrence = malloc((2 + 4 + 4 + 4) * square * sizeof *t->occurrence);
  if (!t->day || !t->occurrence) return NULL;
  t->amount = t->occurrence + square;
  t->carry = t->amount + square;
  t->spread = t->carry + 4 * square;
  return t->spread + 4 * square;
}

void tutti_generator_release(generator_tables *tables) {
  free(tables->day);
  free(tables->occurrence);
}

tutti_status tutti_generator_prepare(tutti_ctx *ctx, const tutti_generator *g, generator_tables *tables) {
  *tables = (generator_tables){0};
  if (!g || !g->law) return tutti_fail(ctx, TUTTI_EINVAL, g ? "generator->law is NULL" : "generator is NULL");
  if (g->stations < 1 || g->stations > TUTTI_MOST_STATIONS)
    return tutti_fail(ctx, TUTTI_EINVAL, "stations = %zu is not in [1, %d]", g->stations,
                      TUTTI_MOST_STATIONS);
  if (!g->lag1) return tutti_fail(ctx, TUTTI_EINVAL, "lag1 is NULL");
  double *factor = allocate(g->stations, tables);
  tutti_status status =
      factor ? factorise(ctx, "occurrence", g->occurrence, g->stations, tables->occurrence)
             : tutti_fail(ctx, TUTTI_ENOMEM, "no memory for the tables of %zu stations", g->stations);
  if (!status) status = factorise(ctx, "amount", g->amount, g->stations, tables->amount);
  if (!status) status = factorise(ctx, "lag0", g->lag0, 2 * g->stations, factor);
  if (!status) status = residuals(ctx, g, factor, tables);
  for (size_t s = 0; s < g->stations && !status; s++) status = fill_station(ctx, &g->law[s], s, tables);
  if (status) tutti_generator_release(tables);
  return status;
}
