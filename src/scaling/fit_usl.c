/* Fits of the Universal Scalability Law, by the method of Levenberg and Marquardt (D. W. Marquardt, 1963),
 * with the bounds as part of every step. The parameters of the fit are (a, b, c) = (1, alpha, beta) /
 * gamma, in which the law is linear but for one division:
 *
 *     throughput = p / (a + b (p - 1) + c p (p - 1)).
 *
 * Workers and throughput are scaled to at most 1, so that units do not matter. Standard errors are those
 * of nonlinear regression (D. M. Bates, D. G. Watts, 1988; R's nls). */
#include <float.h>
#include <math.h>
#include <tutti/scaling.h>

#include "scaling/least_squares.h"

enum { GAMMA_HELD = 1 }; /* normalised form: a is known, and held */

typedef struct {
  const double *workers, *throughput;
  size_t n;
  double workers_scale, excess_scale, throughput_scale; /* largest p, |p - 1|, throughput */
  unsigned held;                                        /* 0 or GAMMA_HELD */
  double lower[MAX_PARAMETERS];                         /* of (a, b, c), scaled; where a is held, its value */
} usl_data;

/* A point in scaled units, in which the law is y = u / (a + b v + c u v), with u proportional to p and v
 * to p - 1. */
typedef struct {
  double u, v, y;
} usl_point;

static usl_data usl_scaled(const double *workers, const double *throughput, size_t n) {
  usl_data d = {.workers = workers, .throughput = throughput, .n = n};
  for (size_t i = 0; i < n; i++) {
    d.workers_scale = fmax(d.workers_scale, workers[i]);
    d.excess_scale = fmax(d.excess_scale, fabs(workers[i] - 1));
    d.throughput_scale = fmax(d.throughput_scale, throughput[i]);
  }
  return d;
}

static usl_point usl_at(const usl_data *d, size_t i) {
  return (usl_point){.u = d->workers[i] / d->workers_scale,
                     .v = (d->workers[i] - 1) / d->excess_scale,
                     .y = d->throughput[i] / d->throughput_scale};
}

static double usl_denominator(usl_point q, const double x[MAX_PARAMETERS]) {
  return x[0] + x[1] * q.v + x[2] * q.u * q.v;
}

/* The sum of squared residuals. Infinite where the law has a pole or is negative at a point, which is only
 * possible with worker counts below 1. */
static double usl_rss(const usl_data *d, const double x[MAX_PARAMETERS]) {
  double sum = 0;
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    double denominator = usl_denominator(q, x);
    if (!(denominator > 0)) return INFINITY;
    double residual = q.y - q.u / denominator;
    sum += residual * residual;
  }
  return sum;
}

/* *gamma: the best gamma for the shape x = (1, b / a, c / a), in scaled units, or the one that is held.
 * Returns how much of the sum of squares of y it explains; -INFINITY where the shape is negative at a
 * point. */
static double usl_explained(const usl_data *d, const double x[MAX_PARAMETERS], double *gamma) {
  double ff = 0, fy = 0;
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    double denominator = usl_denominator(q, x), f = q.u / denominator;
    if (!(denominator > 0)) return -INFINITY;
    ff += f * f;
    fy += f * q.y;
  }
  *gamma = d->held ? 1 / d->lower[0] : fy / ff;
  return d->held ? *gamma * (2 * fy - *gamma * ff) : *gamma * fy;
}

/* Value i of the grid 0, 1, ratio, ratio^2, ... */
static double grid_value(int i, double ratio) {
  double value = i > 0;
  for (; i > 1; i--) value *= ratio;
  return value;
}

/* A start for data far from the law, which can have several minima: the best point of a grid, alpha in {0,
 * 1/p}, beta in {0, 1/p^2}, where p takes 16 geometric steps from 1 to the most workers. It contains alpha
 * = beta = 0, which is always valid. */
static void usl_grid_start(const usl_data *d, double x[MAX_PARAMETERS]) {
  enum { STEPS = 16 };
  const double ratio = 1 / sqrt(sqrt(sqrt(sqrt(fmax(d->workers_scale, 1)))));
  double most = -INFINITY;
  for (int i = 0; i <= STEPS + 1; i++)
    for (int j = 0; j <= STEPS + 1; j++) {
      double alpha = grid_value(i, ratio), beta = grid_value(j, ratio * ratio), gamma = 1;
      double trial[] = {1, alpha * d->excess_scale, beta * d->excess_scale * d->workers_scale};
      double explained = usl_explained(d, trial, &gamma);
      if (!(explained > most)) continue;
      most = explained;
      for (int k = 0; k < MAX_PARAMETERS; k++) x[k] = trial[k] / gamma;
    }
}

/* A start that is close where the law fits well: the linear least squares problem for the denominator, u /
 * y, with the weights y^2 / u, which turn an error of the denominator into one of the throughput. */
static void usl_reciprocal_start(const usl_data *d, double x[MAX_PARAMETERS]) {
  triangle t = {0};
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    double weight = q.y * q.y / q.u;
    tutti_triangle_fold(&t, (double[]){weight, weight * q.v, weight * q.u * q.v}, q.y);
  }
  tutti_triangle_solve(&t, d->held, d->lower, x);
}

/* The triangular factor of the residuals and their derivatives with respect to (a, b, c) at x. */
static triangle usl_linearised(const usl_data *d, const double x[MAX_PARAMETERS]) {
  triangle t = {0};
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    double denominator = usl_denominator(q, x), predicted = q.u / denominator;
    double slope = -predicted / denominator;
    tutti_triangle_fold(&t, (double[]){slope, slope * q.v, slope * q.u * q.v}, q.y - predicted);
  }
  return t;
}

/* One step within the bounds, damped by lambda in Marquardt's scaling. Returns its length: the largest
 * change in the norm of the predictions that one of its components makes. */
static double usl_step(const usl_data *d, const triangle *t, double lambda, const double x[MAX_PARAMETERS],
                       double next[MAX_PARAMETERS]) {
  triangle damped = *t;
  double scale[MAX_PARAMETERS], nearest[MAX_PARAMETERS], step[MAX_PARAMETERS], length = 0;
  for (int j = 0; j < MAX_PARAMETERS; j++) {
    scale[j] = 0;
    for (int i = 0; i <= j; i++) scale[j] += t->r[i][j] * t->r[i][j];
    scale[j] = sqrt(scale[j]);
    nearest[j] = d->lower[j] - x[j];
    double row[MAX_PARAMETERS] = {0};
    row[j] = sqrt(lambda) * scale[j];
    tutti_triangle_fold(&damped, row, 0);
  }
  tutti_triangle_solve(&damped, d->held, nearest, step);
  for (int j = 0; j < MAX_PARAMETERS; j++) {
    /* exactly the bound, without rounding */
    next[j] = step[j] > nearest[j] ? fmax(x[j] + step[j], d->lower[j]) : d->lower[j];
    length = fmax(length, scale[j] * fabs(step[j]));
  }
  return length;
}

/* Undamped steps near the minimum, where the sum of squares is flat up to rounding and can no longer tell
 * better from worse. They are taken while they shrink fast. So the last digits of the result do not depend
 * on units. */
static void usl_polish(const usl_data *d, double x[MAX_PARAMETERS], double rss) {
  enum { MAX_STEPS = 30 };
  double last = INFINITY;
  for (int i = 0; i < MAX_STEPS; i++) {
    triangle t = usl_linearised(d, x);
    double next[MAX_PARAMETERS], length = usl_step(d, &t, 0, x, next);
    if (!(length < last / 2 && usl_rss(d, next) <= rss * (1 + 1e-10))) return;
    for (int j = 0; j < MAX_PARAMETERS; j++) x[j] = next[j];
    last = length;
  }
}

/* Improves x until no step changes the sum of squares, which it returns; infinite if x is no valid start. */
static double usl_minimise(const usl_data *d, double x[MAX_PARAMETERS]) {
  enum { MAX_ITERATIONS = 1000 };
  double rss = usl_rss(d, x), lambda = 1e-3;
  for (int i = 0; i < MAX_ITERATIONS && isfinite(rss); i++) {
    triangle t = usl_linearised(d, x);
    double next[MAX_PARAMETERS];
    double length = usl_step(d, &t, lambda, x, next), next_rss = usl_rss(d, next);
    if (next_rss < rss) {
      for (int j = 0; j < MAX_PARAMETERS; j++) x[j] = next[j];
      rss = next_rss;
      lambda = fmax(lambda / 10, DBL_EPSILON);
    } else {
      lambda *= 8;
    }
    /* for exact data: the largest throughput is 1 */
    if (!(length > fmax(1e-9 * sqrt(rss), 1e-15))) break;
  }
  return rss;
}

/* Keeps gamma finite. It grows without bound where the best curve has a = 0, p / (b (p - 1) + c p (p -
 * 1)), as for throughputs that fall faster than p / (p - 1), without a measurement of one worker. Then a
 * is kept at this small part of the smallest p / y: the curve looks the same. */
static void usl_bound_gamma(usl_data *d) {
  double least = INFINITY;
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    least = fmin(least, q.u / q.y);
  }
  d->lower[0] = 1e-9 * least;
}

/* Sets alpha or beta to 0 where its whole effect is negligible: so a fit of exact data of a simpler law
 * finds that law. */
static void usl_drop_negligible(const usl_data *d, double x[MAX_PARAMETERS]) {
  double effect[MAX_PARAMETERS] = {0};
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    double denominator = usl_denominator(q, x);
    effect[1] = fmax(effect[1], fabs(x[1] * q.v) / denominator);
    effect[2] = fmax(effect[2], fabs(x[2] * q.u * q.v) / denominator);
  }
  for (int j = 1; j < MAX_PARAMETERS; j++)
    if (effect[j] < NEGLIGIBLE) x[j] = 0;
}

/* Standard errors of (gamma, alpha, beta), scaled, in units of the residuals' standard deviation. NaN for
 * one that is held at its bound, and for all if that is gamma, of which the others are multiples. */
static void usl_error_factors(const usl_data *d, const double x[MAX_PARAMETERS],
                              double factors[MAX_PARAMETERS]) {
  bool is_free[MAX_PARAMETERS] = {x[0] > d->lower[0]};
  for (int j = 1; j < MAX_PARAMETERS; j++) is_free[j] = (is_free[0] || d->held) && x[j] > d->lower[j];
  triangle t = {0};
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    double denominator = usl_denominator(q, x), predicted = q.u / denominator;
    double by_alpha = -predicted * (x[0] * q.v / denominator);
    tutti_triangle_fold(&t,
                        (double[]){d->held ? 0 : predicted * x[0], is_free[1] ? by_alpha : 0,
                                   is_free[2] ? by_alpha * q.u : 0},
                        0);
  }
  for (int j = 0; j < MAX_PARAMETERS; j++) {
    double unit[MAX_PARAMETERS] = {0};
    unit[j] = 1;
    factors[j] = is_free[j] ? tutti_triangle_error_factor(&t, unit) : NAN;
  }
}

/* Finds (a, b, c) with the smallest sum of squares, which it returns. */
static double usl_solve(const usl_data *d, double x[MAX_PARAMETERS]) {
  /* Two starts: data far from the law can have two minima. */
  double other[MAX_PARAMETERS];
  usl_grid_start(d, other);
  usl_reciprocal_start(d, x);
  double other_rss = usl_minimise(d, other), rss = usl_minimise(d, x);
  if (!(rss <= other_rss)) {
    rss = other_rss;
    for (int j = 0; j < MAX_PARAMETERS; j++) x[j] = other[j];
  }
  usl_polish(d, x, rss);
  usl_drop_negligible(d, x);
  return rss;
}

static double usl_peak(double alpha, double beta) {
  return beta > 0 ? (alpha <= 1 ? sqrt((1 - alpha) / beta) : NAN) : INFINITY;
}

/* The fit in the caller's units, with `freedom` degrees of freedom. */
static tutti_usl_fit usl_fit(const usl_data *d, size_t freedom) {
  double x[MAX_PARAMETERS], factors[MAX_PARAMETERS];
  double rss = usl_solve(d, x);
  usl_error_factors(d, x, factors);
  double sd = freedom > 0 ? sqrt(rss / (double)freedom) : NAN;
  tutti_usl_fit fit = {
      .gamma = d->throughput_scale / (d->workers_scale * x[0]),
      .alpha = x[1] / x[0] / d->excess_scale,
      .beta = x[2] / x[0] / d->excess_scale / d->workers_scale,
      .gamma_se = factors[0] * sd / d->workers_scale * d->throughput_scale,
      .alpha_se = factors[1] * sd / d->excess_scale,
      .beta_se = factors[2] * sd / d->excess_scale / d->workers_scale,
      .residual_sd = sd * d->throughput_scale,
  };
  fit.peak_workers = usl_peak(fit.alpha, fit.beta);
  return fit;
}

tutti_status tutti_fit_usl(const double *workers, const double *throughput, size_t n, tutti_usl_fit *fit) {
  if (!fit || !tutti_are_points_valid(workers, throughput, n, 3)) return TUTTI_EINVAL;
  usl_data d = usl_scaled(workers, throughput, n);
  usl_bound_gamma(&d);
  *fit = usl_fit(&d, n - 3);
  return TUTTI_OK;
}

tutti_status tutti_fit_usl_normalised(const double *workers, const double *capacity, size_t n,
                                      tutti_usl_normalised_fit *fit) {
  if (!fit || !tutti_are_points_valid(workers, capacity, n, 1)) return TUTTI_EINVAL;
  double first = 1;
  size_t points = 0;
  bool two_counts = false;
  for (size_t i = 0; i < n; i++) {
    if (workers[i] == 1) continue;
    if (points++ == 0) first = workers[i];
    two_counts = two_counts || workers[i] != first;
  }
  if (!two_counts) return TUTTI_EINVAL;
  usl_data d = usl_scaled(workers, capacity, n);
  d.held = GAMMA_HELD;
  d.lower[0] = d.throughput_scale / d.workers_scale;
  tutti_usl_fit full = usl_fit(&d, points - 2);
  *fit = (tutti_usl_normalised_fit){full.alpha,   full.beta,         full.alpha_se,
                                    full.beta_se, full.peak_workers, full.residual_sd};
  return TUTTI_OK;
}
