/* Fits of the laws of scaling to measurements: bounded least squares in two or three parameters.
 *
 * The points are streamed: each one is a row folded into a small triangular factor by Givens rotations
 * (W. M. Gentleman, "Least squares computations by Givens transformations without square roots", 1973, here
 * with them), which needs no memory and, unlike the normal equations, does not square the condition number.
 * Bounds are kept exactly, by trying every set of parameters held at theirs (at most 8).
 *
 * The USL is fitted by Levenberg-Marquardt (D. W. Marquardt, 1963), the bounds being part of every step, in
 * the reciprocal parameters (a, b, c) = (1, alpha, beta) / gamma, in which the law is throughput = p / (a + b
 * (p - 1) + c p (p - 1)): linear but for one division. Workers and throughput are scaled to at most 1, so
 * that units do not matter. Standard errors are those of nonlinear regression (D. M. Bates, D. G. Watts,
 * 1988; R's nls). */
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <tutti/scaling.h>

/* ---- linear least squares, up to three unknowns ---- */

enum { MAX_PARAMETERS = 3 };

/* The triangular factor of the rows seen so far: R x = z in the least squares sense, rss what remains. */
typedef struct {
  double r[MAX_PARAMETERS][MAX_PARAMETERS], z[MAX_PARAMETERS], rss;
} triangle;

static void fold_row(triangle *t, const double coefficients[MAX_PARAMETERS], double rhs) {
  double row[MAX_PARAMETERS] = {coefficients[0], coefficients[1], coefficients[2]};
  for (int j = 0; j < MAX_PARAMETERS; j++) {
    double norm = sqrt(t->r[j][j] * t->r[j][j] + row[j] * row[j]);
    if (row[j] == 0 || norm == 0) continue;
    double cosine = t->r[j][j] / norm, sine = row[j] / norm;
    for (int k = j; k < MAX_PARAMETERS; k++) {
      double above = t->r[j][k];
      t->r[j][k] = cosine * above + sine * row[k];
      row[k] = cosine * row[k] - sine * above;
    }
    double above = t->z[j];
    t->z[j] = cosine * above + sine * rhs;
    rhs = cosine * rhs - sine * above;
  }
  t->rss += rhs * rhs;
}

static bool is_held(unsigned held, int j) { return held >> j & 1; }

/* Least squares with the parameters in the set `held` fixed at their lower bounds. False: not determined. */
static bool solve_held(const triangle *t, unsigned held, const double lower[MAX_PARAMETERS],
                       double x[MAX_PARAMETERS], double *rss) {
  triangle free = {.rss = t->rss};
  for (int i = 0; i < MAX_PARAMETERS; i++) {
    double row[MAX_PARAMETERS] = {0}, rhs = t->z[i];
    for (int j = i; j < MAX_PARAMETERS; j++) {
      if (is_held(held, j)) rhs -= t->r[i][j] * lower[j];
      else row[j] = t->r[i][j];
    }
    fold_row(&free, row, rhs);
  }
  for (int j = MAX_PARAMETERS - 1; j >= 0; j--) {
    x[j] = lower[j];
    if (is_held(held, j)) continue;
    double rhs = free.z[j];
    for (int k = j + 1; k < MAX_PARAMETERS; k++)
      if (!is_held(held, k)) rhs -= free.r[j][k] * x[k];
    x[j] = rhs / free.r[j][j];
    if (!isfinite(x[j])) return false;
  }
  *rss = free.rss;
  return true;
}

/* Least squares with x >= lower, exactly: the best of the feasible solutions over all sets held at the bound
 * that contain always_held. One exists always, the one with everything held. */
static void solve_bounded(const triangle *t, unsigned always_held, const double lower[MAX_PARAMETERS],
                          double x[MAX_PARAMETERS]) {
  double least = INFINITY;
  for (int j = 0; j < MAX_PARAMETERS; j++) x[j] = lower[j];
  for (unsigned held = 0; held < 1u << MAX_PARAMETERS; held++) {
    double trial[MAX_PARAMETERS], rss;
    if ((held & always_held) != always_held || !solve_held(t, held, lower, trial, &rss) || !(rss < least))
      continue;
    if (trial[0] < lower[0] || trial[1] < lower[1] || trial[2] < lower[2]) continue;
    least = rss;
    for (int j = 0; j < MAX_PARAMETERS; j++) x[j] = trial[j];
  }
}

/* sqrt(g' (R'R)^-1 g): the standard error of g'x in units of the residuals' standard deviation. */
static double error_factor(const triangle *t, const double g[MAX_PARAMETERS]) {
  double w[MAX_PARAMETERS], sum = 0;
  for (int j = 0; j < MAX_PARAMETERS; j++) {
    w[j] = g[j];
    for (int k = 0; k < j; k++) w[j] -= t->r[k][j] * w[k];
    if (w[j] != 0) w[j] /= t->r[j][j]; /* 0 / 0 is a parameter that takes no part */
    sum += w[j] * w[j];
  }
  return sqrt(sum);
}

/* ---- what both fits ask of their data ---- */

/* A term that is a smaller part than this of every prediction is the rounding of the data, not a finding: it
 * is taken for zero, its bound. */
static const double negligible = 1e-12;

static bool is_measurable(double x) { return x > 0 && x <= DBL_MAX; }

/* Whether the points are usable and hold at least `distinct` (at most 3) different worker counts. */
static bool are_points_valid(const double *workers, const double *measured, size_t n, int distinct) {
  if (!workers || !measured) return false;
  double seen[3] = {0};
  int count = 0;
  for (size_t i = 0; i < n; i++) {
    if (!is_measurable(workers[i]) || !is_measurable(measured[i])) return false;
    bool is_new = count < distinct;
    for (int k = 0; k < count; k++) is_new = is_new && workers[i] != seen[k];
    if (is_new) seen[count++] = workers[i];
  }
  return count >= distinct;
}

/* ---- the Universal Scalability Law ---- */

typedef struct {
  const double *workers, *throughput;
  size_t n;
  double workers_scale, excess_scale, throughput_scale; /* largest p, |p - 1|, throughput */
} usl_data;

/* A point in scaled units: y = u / (a + b v + c u v) is the law, with u ~ p and v ~ p - 1. */
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

/* Infinite where the law has a pole or is negative at a point, which only worker counts below 1 allow. */
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

/* The best gamma for the shape x = (1, b / a, c / a), in scaled units, is *gamma; returns how much of the sum
 * of squares of y it explains, -1 if the shape is negative at a point. */
static double usl_explained(const usl_data *d, const double x[MAX_PARAMETERS], double *gamma) {
  double ff = 0, fy = 0;
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    double denominator = usl_denominator(q, x), f = q.u / denominator;
    if (!(denominator > 0)) return -1;
    ff += f * f;
    fy += f * q.y;
  }
  *gamma = fy / ff;
  return *gamma * fy;
}

/* 0, 1, ratio, ratio^2, ... */
static double grid_value(int i, double ratio) {
  double value = i > 0;
  for (; i > 1; i--) value *= ratio;
  return value;
}

/* The start for data far from the law, which can have several minima: the best of a grid over 0 and 1/p for
 * alpha, 0 and 1/p^2 for beta, with p in 16 geometric steps from 1 to the most workers. It holds alpha =
 * beta = 0, which is always valid. */
static void usl_grid_start(const usl_data *d, double x[MAX_PARAMETERS]) {
  enum { STEPS = 16 };
  const double ratio = 1 / sqrt(sqrt(sqrt(sqrt(fmax(d->workers_scale, 1)))));
  double most = -1;
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

/* The start that is close where the law fits: the linear least squares problem denominator = u / y, weighted
 * by y^2 / u, which turns an error of the denominator into one of the throughput. */
static void usl_reciprocal_start(const usl_data *d, const double lower[MAX_PARAMETERS],
                                 double x[MAX_PARAMETERS]) {
  triangle t = {0};
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    double weight = q.y * q.y / q.u;
    fold_row(&t, (double[]){weight, weight * q.v, weight * q.u * q.v}, q.y);
  }
  solve_bounded(&t, 0, lower, x);
}

/* Residuals and their derivatives with respect to (a, b, c) at x. */
static triangle usl_linearised(const usl_data *d, const double x[MAX_PARAMETERS]) {
  triangle t = {0};
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    double denominator = usl_denominator(q, x), predicted = q.u / denominator;
    double slope = -predicted / denominator;
    fold_row(&t, (double[]){slope, slope * q.v, slope * q.u * q.v}, q.y - predicted);
  }
  return t;
}

/* The step of least squares within the bounds, damped by lambda in Marquardt's scaling. Returns its length:
 * the largest change of the predictions' norm that one of its components makes. */
static double usl_step(const triangle *t, double lambda, const double lower[MAX_PARAMETERS],
                       const double x[MAX_PARAMETERS], double next[MAX_PARAMETERS]) {
  triangle damped = *t;
  double scale[MAX_PARAMETERS], nearest[MAX_PARAMETERS], step[MAX_PARAMETERS], length = 0;
  for (int j = 0; j < MAX_PARAMETERS; j++) {
    scale[j] = 0;
    for (int i = 0; i <= j; i++) scale[j] += t->r[i][j] * t->r[i][j];
    scale[j] = sqrt(scale[j]);
    nearest[j] = lower[j] - x[j];
    double row[MAX_PARAMETERS] = {0};
    row[j] = sqrt(lambda) * scale[j];
    fold_row(&damped, row, 0);
  }
  solve_bounded(&damped, 0, nearest, step);
  for (int j = 0; j < MAX_PARAMETERS; j++) {
    /* exactly the bound, not what rounding leaves of it */
    next[j] = step[j] > nearest[j] ? fmax(x[j] + step[j], lower[j]) : lower[j];
    length = fmax(length, scale[j] * fabs(step[j]));
  }
  return length;
}

/* Undamped steps at the bottom, where the sum of squares is flat to rounding and tells good from bad no
 * longer: taken while they shrink fast. They make the digits of the result independent of the units. */
static void usl_polish(const usl_data *d, const double lower[MAX_PARAMETERS], double x[MAX_PARAMETERS],
                       double rss) {
  enum { MAX_STEPS = 30 };
  double last = INFINITY;
  for (int i = 0; i < MAX_STEPS; i++) {
    triangle t = usl_linearised(d, x);
    double next[MAX_PARAMETERS], length = usl_step(&t, 0, lower, x, next);
    if (!(length < last / 2 && usl_rss(d, next) <= rss * (1 + 1e-10))) return;
    for (int j = 0; j < MAX_PARAMETERS; j++) x[j] = next[j];
    last = length;
  }
}

/* Improves x until a step cannot change the sum of squares, which it returns; infinite if x was no valid
 * start. */
static double usl_minimise(const usl_data *d, const double lower[MAX_PARAMETERS], double x[MAX_PARAMETERS]) {
  enum { MAX_ITERATIONS = 1000 };
  double rss = usl_rss(d, x), lambda = 1e-3;
  for (int i = 0; i < MAX_ITERATIONS && isfinite(rss); i++) {
    triangle t = usl_linearised(d, x);
    double next[MAX_PARAMETERS];
    double length = usl_step(&t, lambda, lower, x, next), next_rss = usl_rss(d, next);
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

/* gamma is unbounded where the best curve is p / (b (p - 1) + c p (p - 1)) with a = 0, as for throughputs
 * that fall faster than p / (p - 1) without a measurement of one worker. Then a stays this small part of the
 * least p / y: a finite gamma that draws the same curve. */
static void usl_bounds(const usl_data *d, double lower[MAX_PARAMETERS]) {
  double least = INFINITY;
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    least = fmin(least, q.u / q.y);
  }
  lower[0] = 1e-9 * least;
  lower[1] = lower[2] = 0;
}

/* Sets alpha or beta to zero where its whole effect is negligible, so that exact data of a simpler law finds
 * it. */
static void usl_drop_negligible(const usl_data *d, double x[MAX_PARAMETERS]) {
  double effect[MAX_PARAMETERS] = {0};
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    double denominator = usl_denominator(q, x);
    effect[1] = fmax(effect[1], fabs(x[1] * q.v) / denominator);
    effect[2] = fmax(effect[2], fabs(x[2] * q.u * q.v) / denominator);
  }
  for (int j = 1; j < MAX_PARAMETERS; j++)
    if (effect[j] < negligible) x[j] = 0;
}

/* Standard errors of (gamma, alpha, beta) in units of the residuals' standard deviation, all scaled; NaN for
 * one held at its bound, and for all when it is gamma, of which the other two are multiples. */
static void usl_error_factors(const usl_data *d, const double lower[MAX_PARAMETERS],
                              const double x[MAX_PARAMETERS], double factors[MAX_PARAMETERS]) {
  bool is_free[MAX_PARAMETERS];
  for (int j = 0; j < MAX_PARAMETERS; j++) is_free[j] = x[0] > lower[0] && x[j] > lower[j];
  triangle t = {0};
  for (size_t i = 0; i < d->n; i++) {
    usl_point q = usl_at(d, i);
    double denominator = usl_denominator(q, x), predicted = q.u / denominator;
    double by_alpha = -predicted * (x[0] * q.v / denominator);
    fold_row(&t, (double[]){predicted * x[0], is_free[1] ? by_alpha : 0, is_free[2] ? by_alpha * q.u : 0}, 0);
  }
  for (int j = 0; j < MAX_PARAMETERS; j++) {
    double unit[MAX_PARAMETERS] = {0};
    unit[j] = 1;
    factors[j] = is_free[j] ? error_factor(&t, unit) : NAN;
  }
}

/* The result in the caller's units, from (a, b, c) and their sum of squares in scaled ones. */
static tutti_usl_fit usl_result(const usl_data *d, const double lower[MAX_PARAMETERS],
                                const double x[MAX_PARAMETERS], double rss) {
  double factors[MAX_PARAMETERS];
  usl_error_factors(d, lower, x, factors);
  double sd = d->n > 3 ? sqrt(rss / (double)(d->n - 3)) : NAN;
  tutti_usl_fit fit = {
      .gamma = d->throughput_scale / (d->workers_scale * x[0]),
      .alpha = x[1] / x[0] / d->excess_scale,
      .beta = x[2] / x[0] / d->excess_scale / d->workers_scale,
      .gamma_se = factors[0] * sd / d->workers_scale * d->throughput_scale,
      .alpha_se = factors[1] * sd / d->excess_scale,
      .beta_se = factors[2] * sd / d->excess_scale / d->workers_scale,
      .residual_sd = sd * d->throughput_scale,
  };
  fit.peak_workers = fit.beta > 0 ? (fit.alpha <= 1 ? sqrt((1 - fit.alpha) / fit.beta) : NAN) : INFINITY;
  return fit;
}

tutti_status tutti_fit_usl(const double *workers, const double *throughput, size_t n, tutti_usl_fit *fit) {
  if (!fit || !are_points_valid(workers, throughput, n, 3)) return TUTTI_EINVAL;
  usl_data d = usl_scaled(workers, throughput, n);
  double lower[MAX_PARAMETERS], other[MAX_PARAMETERS], x[MAX_PARAMETERS];
  usl_bounds(&d, lower);
  /* Two starts, since data far from the law can have two minima. */
  usl_grid_start(&d, other);
  usl_reciprocal_start(&d, lower, x);
  double other_rss = usl_minimise(&d, lower, other), rss = usl_minimise(&d, lower, x);
  if (!(rss <= other_rss)) {
    rss = other_rss;
    for (int j = 0; j < MAX_PARAMETERS; j++) x[j] = other[j];
  }
  usl_polish(&d, lower, x, rss);
  usl_drop_negligible(&d, x);
  *fit = usl_result(&d, lower, x, rss);
  return TUTTI_OK;
}

/* ---- Amdahl's law ---- */

/* Times are (a + b least / p) shortest, with a, b >= 0 and `least` and `shortest` the least of the workers
 * and of the seconds: linear, and of order 1 whatever the units. */
tutti_status tutti_fit_amdahl(const double *workers, const double *seconds, size_t n, tutti_amdahl_fit *fit) {
  if (!fit || !are_points_valid(workers, seconds, n, 2)) return TUTTI_EINVAL;
  double least = INFINITY, most = 0, shortest = INFINITY;
  for (size_t i = 0; i < n; i++) {
    least = fmin(least, workers[i]);
    most = fmax(most, workers[i]);
    shortest = fmin(shortest, seconds[i]);
  }
  triangle t = {0};
  for (size_t i = 0; i < n; i++) {
    double weight = shortest / seconds[i];
    fold_row(&t, (double[]){weight, weight * (least / workers[i]), 0}, 1);
  }
  const double lower[MAX_PARAMETERS] = {0};
  double x[MAX_PARAMETERS];
  solve_bounded(&t, 1u << 2, lower, x); /* two parameters */
  double serial = x[0], parallel = x[1] * least;
  if (serial < negligible * (parallel / most)) serial = 0;
  if (parallel / least < negligible * serial) parallel = 0;

  double total = serial + parallel;
  tutti_amdahl_fit result = {serial / total, NAN, total * shortest};
  if (n > 2 && serial > 0 && parallel > 0) {
    /* Delta method: the derivatives of s = a / (a + b least) with respect to a and b. */
    double gradient[MAX_PARAMETERS] = {parallel / total / total, -(serial / total / total) * least, 0};
    result.serial_fraction_se = error_factor(&t, gradient) * sqrt(t.rss / (double)(n - 2));
  }
  *fit = result;
  return TUTTI_OK;
}
