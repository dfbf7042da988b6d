/* Correlations between the stations of a generator, estimated from the days that two stations have in
 * common. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tutti/distributions.h>

#include "core/context.h"
#include "math/elementary.h"
#include "math/kernels.h"
#include "weather/generator_fit.h"

enum { FEWEST_DAYS = 100, FEWEST_AMOUNTS = 20, POINTS = 12 };
#define MOST_CORRELATION 0.999

/* Sums of products x y, of x^2 and of y^2, from which a correlation is made. A value that is not known is
 * NaN. */
typedef struct {
  double xy, xx, yy;
  size_t n;
} products;

static void add_product(products *p, double x, double y) {
  if (isnan(x) || isnan(y)) return;
  p->xy += x * y;
  p->xx += x * x;
  p->yy += y * y;
  p->n++;
}
static double correlation_of(const products *p) {
  const double r = p->xy / sqrt(p->xx * p->yy);
  return isnan(r) ? 0 : fmin(fmax(r, -MOST_CORRELATION), MOST_CORRELATION);
}

/* Days in common: days *a .. *a + n - 1 of one station are days *b .. *b + n - 1 of the other, moved back
 * by `lag`. Returns n. */
static size_t in_common(const station_days *x, const station_days *y, int lag, size_t *a, size_t *b) {
  const int64_t first_x = x->record->first_day, first_y = (int64_t)y->record->first_day + lag;
  const int64_t first = first_x > first_y ? first_x : first_y;
  const int64_t end_x = first_x + (int64_t)x->days, end_y = first_y + (int64_t)y->days;
  const int64_t end = end_x < end_y ? end_x : end_y;
  *a = (size_t)(first - first_x);
  *b = (size_t)(first - first_y);
  return end > first ? (size_t)(end - first) : 0;
}

/* -- temperatures -- */

static tutti_status fill_residuals(tutti_ctx *ctx, const seasonal_basis basis, const tutti_station_law *law,
                                   station_days *d) {
  d->residual[0] = calloc(2 * d->days + !d->days, sizeof(double));
  if (!d->residual[0]) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu days", d->days);
  d->residual[1] = d->residual[0] + d->days;
  for (size_t t = 0; t < d->days; t++)
    for (int v = 0; v < 2; v++) {
      const int p = 2 * v + d->wet[t];
      const double x = d->record->value[TUTTI_TMAX + v][t];
      d->residual[v][t] =
          d->wet[t] < 0
              ? NAN
              : (x - tutti_seasonal_at(basis, d->season[t], law->c[TUTTI_TMAX_DRY + p])) *
                    tutti_math_exp(-tutti_seasonal_at(basis, d->season[t], law->c[TUTTI_TMAX_DRY_SD + p]));
    }
  return TUTTI_OK;
}

/* The correlation of residual i of a day with residual j of the day `lag` days before. */
static double residual_correlation(const station_days *days, size_t i, size_t j, int lag, size_t *n) {
  const station_days *x = &days[i / 2], *y = &days[j / 2];
  size_t a, b;
  products p = {0};
  const size_t common = in_common(x, y, lag, &a, &b);
  for (size_t t = 0; t < common; t++) add_product(&p, x->residual[i % 2][a + t], y->residual[j % 2][b + t]);
  *n = p.n;
  return correlation_of(&p);
}

static tutti_status too_few(tutti_ctx *ctx, size_t i, size_t j, int lag, size_t n) {
  static const char *const names[] = {"tmax", "tmin"};
  return tutti_fail(ctx, TUTTI_EINVAL,
                    "%s of station %zu and %s of station %zu%s are both known on %zu days: %d are needed",
                    names[i % 2], i / 2, names[j % 2], j / 2, lag ? " the day before" : "", n, FEWEST_DAYS);
}

static tutti_status join_temperatures(tutti_ctx *ctx, const station_days *days, tutti_generator *g) {
  const size_t n = 2 * g->stations;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      for (int lag = 0; lag < 2; lag++) {
        size_t common;
        const double correlation = residual_correlation(days, i, j, lag, &common);
        (lag ? g->lag1 : g->lag0)[i * n + j] = i == j && !lag ? 1 : correlation;
        if (common < FEWEST_DAYS) return too_few(ctx, i, j, lag, common);
      }
  for (size_t i = 0; i < n; i++) /* the products are the same, and are added in the same order */
    for (size_t j = 0; j < i; j++) g->lag0[i * n + j] = g->lag0[j * n + i];
  return TUTTI_OK;
}

/* -- occurrence -- */

/* A day that both stations have: the normal quantiles below which they are wet, and whether they were wet. */
typedef struct {
  double h, k, both; /* both = p q, the probability that both are wet if they were independent */
  double p, q;
  int wet_h, wet_k;
} pair_day;

/* The probability P(X < h, Y < k) of normal variables X and Y with the correlation sin(angle): the
 * integral of the density over the correlation (Drezner and Wesolowsky, 1990; Genz, 2004). In the angle
 * the integrand is smooth; the integral is computed by the rule of Gauss and Legendre. */
typedef struct {
  double sine[POINTS], scale[POINTS], weight[POINTS]; /* scale: 1 / (2 cos^2) */
} quadrature;

static void fill_quadrature(double angle, quadrature *q) {
  static const double node[] = {0.1252334085114689, 0.3678314989981802, 0.5873179542866175,
                                0.7699026741943047, 0.9041172563704749, 0.9815606342467193};
  static const double weight[] = {0.2491470458134028, 0.2334925365383548, 0.2031674267230659,
                                  0.1600783285433462, 0.1069393259953184, 0.0471753363865118};
  for (int i = 0; i < POINTS; i++) {
    const double x = i < POINTS / 2 ? node[i] : -node[i - POINTS / 2], theta = 0.5 * angle * (1 + x);
    const double turn = theta * 0.15915494309189535; /* 1 / (2 pi) */
    double cosine;
    TUTTI_KERNEL(sincos_turn)(&turn, &q->sine[i], &cosine, 1);
    q->scale[i] = 0.5 / (cosine * cosine);
    q->weight[i] = 0.5 * angle * weight[i % (POINTS / 2)] * 0.15915494309189535;
  }
}

static double both_below(const quadrature *q, const pair_day *d) {
  double exponent[POINTS], sum = d->both;
  const double squares = d->h * d->h + d->k * d->k, product = 2 * d->h * d->k;
  for (int i = 0; i < POINTS; i++) exponent[i] = -(squares - product * q->sine[i]) * q->scale[i];
  TUTTI_KERNEL(exp)(exponent, exponent, POINTS);
  for (int i = 0; i < POINTS; i++) sum += q->weight[i] * exponent[i];
  return sum;
}

/* -log(likelihood) of what the two stations were on these days, for the correlation sin(angle). */
static double surprise(const pair_day *day, size_t n, double angle) {
  quadrature q;
  double sum = 0;
  fill_quadrature(angle, &q);
  for (size_t i = 0; i < n; i++) {
    const pair_day *d = &day[i];
    const double both = both_below(&q, d), of_h = d->wet_h ? d->p : 1 - d->p;
    const double with_wet_k = d->wet_h ? both : d->q - both;
    sum -= tutti_math_log(fmax(d->wet_k ? with_wet_k : of_h - with_wet_k, 1e-300));
  }
  return sum;
}

/* The most likely correlation, by golden section search in its angle (Kiefer, 1953). */
static double least_surprising(const pair_day *day, size_t n) {
  const double golden = 0.6180339887498949;
  double low = -1.5, high = 1.5, a = high - golden * (high - low), b = low + golden * (high - low);
  double at_a = surprise(day, n, a), at_b = surprise(day, n, b);
  while (high - low > 1e-5) {
    if (at_a < at_b) {
      high = b, b = a, at_b = at_a;
      at_a = surprise(day, n, a = high - golden * (high - low));
    } else {
      low = a, a = b, at_a = at_b;
      at_b = surprise(day, n, b = low + golden * (high - low));
    }
  }
  const double turn = 0.5 * (low + high) * 0.15915494309189535;
  double sine, cosine;
  TUTTI_KERNEL(sincos_turn)(&turn, &sine, &cosine, 1);
  return sine;
}

static double wet_chance(const seasonal_basis basis, const tutti_station_law *law, const station_days *d,
                         size_t t) {
  return 1 / (1 + tutti_math_exp(
                      -tutti_seasonal_at(basis, d->season[t], law->c[TUTTI_WET_AFTER_DRY + d->wet[t - 1]])));
}

static tutti_status join_occurrence(tutti_ctx *ctx, const seasonal_basis basis, const tutti_generator *g,
                                    const station_days *days, size_t s, size_t r, double *correlation) {
  const station_days *x = &days[s], *y = &days[r];
  size_t a, b, n = 0;
  const size_t common = in_common(x, y, 0, &a, &b);
  pair_day *day = malloc((common + !common) * sizeof *day);
  if (!day) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu days", common);
  for (size_t t = 1; t < common; t++) {
    const size_t i = a + t, j = b + t;
    if (x->wet[i] < 0 || x->wet[i - 1] < 0 || y->wet[j] < 0 || y->wet[j - 1] < 0) continue;
    const double p = wet_chance(basis, &g->law[s], x, i), q = wet_chance(basis, &g->law[r], y, j);
    day[n++] = (pair_day){tutti_normal_icdf(p), tutti_normal_icdf(q), p * q, p, q, x->wet[i], y->wet[j]};
  }
  *correlation = least_surprising(day, n);
  free(day);
  return n >= FEWEST_DAYS
             ? TUTTI_OK
             : tutti_fail(ctx, TUTTI_EINVAL,
                          "stations %zu and %zu have %zu days with precipitation in common: %d are needed", s,
                          r, n, FEWEST_DAYS);
}

/* -- amounts -- */

/* The normal variates from which the amounts of a station's wet days would be made; NaN on other days. */
static void fill_scores(const seasonal_basis basis, const tutti_station_law *law, const station_days *d,
                        double *score) {
  gamma_target target[GENERATOR_NODES];
  tutti_gamma_fill_targets(target);
  for (size_t t = 0; t < d->days; t++) {
    score[t] = NAN;
    if (d->wet[t] <= 0) continue;
    gamma_node node[GENERATOR_NODES];
    const double shape = tutti_generator_shape(tutti_seasonal_at(basis, d->season[t], law->c[TUTTI_SHAPE]));
    const double mean = tutti_math_exp(tutti_seasonal_at(basis, d->season[t], law->c[TUTTI_AMOUNT]));
    tutti_gamma_nodes(target, shape, node);
    score[t] =
        tutti_gamma_score(node, (d->record->value[TUTTI_PRECIPITATION][t] - law->wet_above) / mean * shape);
  }
}

static double score_correlation(const station_days *days, double *const *score, size_t s, size_t r) {
  size_t a, b;
  products p = {0};
  const size_t common = in_common(&days[s], &days[r], 0, &a, &b);
  for (size_t t = 0; t < common; t++) add_product(&p, score[s][a + t], score[r][b + t]);
  return p.n < FEWEST_AMOUNTS ? 0 : correlation_of(&p);
}

static tutti_status join_rain(tutti_ctx *ctx, const seasonal_basis basis, const station_days *days,
                              tutti_generator *g) {
  const size_t n = g->stations;
  double *score[TUTTI_MOST_STATIONS] = {0};
  tutti_status status = TUTTI_OK;
  for (size_t s = 0; s < n && n > 1 && !status; s++) {
    score[s] = calloc(days[s].days, sizeof *score[s]);
    if (score[s]) fill_scores(basis, &g->law[s], &days[s], score[s]);
    else status = tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu days", days[s].days);
  }
  for (size_t s = 0; s < n && !status; s++) {
    g->occurrence[s * n + s] = g->amount[s * n + s] = 1;
    for (size_t r = 0; r < s && !status; r++) {
      double occurrence = 0;
      status = join_occurrence(ctx, basis, g, days, s, r, &occurrence);
      g->occurrence[s * n + r] = g->occurrence[r * n + s] = occurrence;
      g->amount[s * n + r] = g->amount[r * n + s] = status ? 0 : score_correlation(days, score, s, r);
    }
  }
  for (size_t s = 0; s < n; s++) free(score[s]);
  return status;
}

/* -- matrices that can be -- */

/* Lowers correlations between different stations by a share; `block` rows belong to one station. */
static void shrink(double *m, size_t n, size_t block, double share) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      if (i / block != j / block) m[i * n + j] *= 1 - share;
}

/* Makes the matrices possible. Correlations that are estimated from different days need not form a
 * positive definite matrix. If they do not, those between stations are lowered step by step until they do. */
static tutti_status make_possible(tutti_ctx *ctx, tutti_generator *g) {
  enum { STEPS = 20 };
  generator_tables tables;
  tutti_status status = tutti_generator_prepare(ctx, g, &tables);
  for (int k = 1; status == TUTTI_EINVAL && g->stations > 1 && k <= STEPS; k++) {
    const double share = 1. / (STEPS + 1 - k);
    shrink(g->occurrence, g->stations, 1, share);
    shrink(g->amount, g->stations, 1, share);
    shrink(g->lag0, 2 * g->stations, 2, share);
    shrink(g->lag1, 2 * g->stations, 2, share);
    g->shrunk = (double)k / STEPS;
    status = tutti_generator_prepare(ctx, g, &tables);
  }
  if (!status) {
    tutti_generator_release(&tables);
    return TUTTI_OK;
  }
  char why[TUTTI_DETAIL_SIZE];
  snprintf(why, sizeof why, "%s", tutti_error_detail(ctx));
  return tutti_fail(ctx, status, "%s (are there enough days for so many harmonics?)", why);
}

tutti_status tutti_generator_join(tutti_ctx *ctx, const seasonal_basis basis, station_days *days,
                                  tutti_generator *g) {
  tutti_status status = TUTTI_OK;
  for (size_t s = 0; s < g->stations && !status; s++)
    status = fill_residuals(ctx, basis, &g->law[s], &days[s]);
  if (!status) status = join_temperatures(ctx, days, g);
  if (!status) status = join_rain(ctx, basis, days, g);
  return status ? status : make_possible(ctx, g);
}
