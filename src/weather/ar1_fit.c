/* tutti_ar1_fit: maximum likelihood of a stationary AR(1) series with gaps. */
#include <math.h>
#include <stdlib.h>

#include "core/context.h"
#include "math/elementary.h"
#include "weather/ar1.h"

enum { FEWEST = 8 };

/* A scaled series, x = (value - middle) / unit, whose largest |x| is near 1. */
typedef struct {
  double *x;
  size_t n, observed;
  double middle, unit;
  bool even; /* all distances between values are even: phi and -phi fit equally well */
} series;

/* What the likelihood needs. A value k steps after another one, x, is normal with
 *
 *     mean + phi^k (x - mean)   and the variance   sd^2 v,   v = 1 + phi^2 + ... + phi^(2 (k - 1));
 *
 * the first value with the mean itself and v = 1 / (1 - phi^2). */
typedef struct {
  double power, v;
} step_law;

static step_law law_of(double phi, size_t k) {
  step_law l = {1, 0};
  for (; k > 0; k--) {
    l.v = 1 + phi * phi * l.v;
    l.power *= phi;
  }
  return l;
}

/* A function that is called for every value: its deviation from what is expected is y - a mean, its
 * variance sd^2 v. */
typedef void (*term_user)(void *args, double y, double a, double v);

static void each_term(const series *s, double phi, term_user use, void *args) {
  size_t last = 0;
  while (isnan(s->x[last])) last++;
  use(args, s->x[last], 1, 1 / (1 - phi * phi));
  for (size_t i = last + 1; i < s->n; i++) {
    if (isnan(s->x[i])) continue;
    const step_law l = law_of(phi, i - last);
    use(args, s->x[i] - l.power * s->x[last], 1 - l.power, l.v);
    last = i;
  }
}

typedef struct {
  double weight, weighted, log_v, mean, squares;
} totals;

static void add_weights(void *args, double y, double a, double v) {
  totals *t = args;
  t->weight += a * a / v;
  t->weighted += a * y / v;
  if (v != 1) t->log_v += tutti_math_log(v);
}

static void add_squares(void *args, double y, double a, double v) {
  totals *t = args;
  const double r = y - a * t->mean;
  t->squares += r * r / v;
}

/* The best mean and sd for a phi; returns -2 log(likelihood). */
static double profile(const series *s, double phi, tutti_ar1 *model) {
  totals t = {0};
  const double n = (double)s->observed;
  each_term(s, phi, add_weights, &t);
  t.mean = t.weighted / t.weight;
  each_term(s, phi, add_squares, &t);
  *model = (tutti_ar1){t.mean, phi, sqrt(t.squares / n)};
  return n * tutti_math_log(t.squares / n) + t.log_v;
}

/* -log(likelihood) of any model. */
static double minus_log_likelihood(const series *s, const double *p) { /* mean, phi, sd */
  totals t = {.mean = p[0]};
  each_term(s, p[1], add_weights, &t);
  t.mean = p[0];
  each_term(s, p[1], add_squares, &t);
  return (double)s->observed * tutti_math_log(p[2]) + 0.5 * (t.log_v + t.squares / (p[2] * p[2]));
}

/* The most likely phi: the best one of a grid, then golden section search about it (Kiefer, 1953). */
static tutti_ar1 maximise(const series *s) {
  enum { GRID = 40 };
  const double golden = 0.6180339887498949;
  tutti_ar1 model;
  double best = INFINITY, low = -1, high = 1;
  for (int i = s->even ? GRID / 2 : 1; i < GRID; i++) {
    const double phi = 2. * i / GRID - 1, value = profile(s, phi, &model);
    if (!(value < best)) continue;
    best = value;
    low = phi - 2. / GRID;
    high = phi + 2. / GRID;
  }
  double a = high - golden * (high - low), b = low + golden * (high - low);
  double at_a = profile(s, a, &model), at_b = profile(s, b, &model);
  while (high - low > 1e-9) {
    if (at_a < at_b) {
      high = b, b = a, at_b = at_a;
      at_a = profile(s, a = high - golden * (high - low), &model);
    } else {
      low = a, a = b, at_a = at_b;
      at_b = profile(s, b = low + golden * (high - low), &model);
    }
  }
  profile(s, 0.5 * (low + high), &model);
  return model;
}

/* -- errors: the inverse of the matrix of second derivatives -- */

static double second_derivative(const series *s, const double *p, const double *h, int i, int j) {
  double sum = 0;
  for (int corner = 0; corner < 4; corner++) {
    const int up = corner & 1 ? 1 : -1, over = corner & 2 ? 1 : -1;
    double q[3] = {p[0], p[1], p[2]};
    q[i] += up * h[i];
    q[j] += over * h[j];
    sum += up * over * minus_log_likelihood(s, q);
  }
  return sum / (4 * h[i] * h[j]);
}

static double cofactor(double m[3][3], int i, int j) {
  const int a = (i + 1) % 3, b = (i + 2) % 3, c = (j + 1) % 3, d = (j + 2) % 3;
  return m[a][c] * m[b][d] - m[a][d] * m[b][c];
}

static tutti_ar1 errors_of(const series *s, tutti_ar1 model) {
  const double n = (double)s->observed, p[3] = {model.mean, model.phi, model.sd};
  const double h[3] = {0.01 * model.sd / (1 - model.phi) / sqrt(n), 0.01 * (1 - fabs(model.phi)) / sqrt(n),
                       0.01 * model.sd / sqrt(n)};
  double m[3][3], error[3];
  for (int i = 0; i < 3; i++)
    for (int j = 0; j <= i; j++) m[i][j] = m[j][i] = second_derivative(s, p, h, i, j);
  const double determinant =
      m[0][0] * cofactor(m, 0, 0) + m[0][1] * cofactor(m, 0, 1) + m[0][2] * cofactor(m, 0, 2);
  for (int i = 0; i < 3; i++) error[i] = sqrt(cofactor(m, i, i) / determinant);
  return (tutti_ar1){error[0], error[1], error[2]};
}

/* Finds the middle of the values, and a power of two near their range. false: all values are the same. */
static bool scale(series *s, const double *x, size_t n) {
  double least = INFINITY, most = -INFINITY;
  size_t last = 0;
  s->even = true;
  for (size_t i = 0; i < n; i++) {
    if (isnan(x[i])) continue;
    if (s->observed++ && (i - last) % 2) s->even = false;
    last = i;
    least = fmin(least, x[i]);
    most = fmax(most, x[i]);
  }
  s->n = n;
  s->middle = 0.5 * least + 0.5 * most;
  s->unit = exp2(ilogb(0.5 * most - 0.5 * least));
  return most > least;
}

static tutti_status check(const double *x, size_t n, const tutti_ar1_estimate *fit) {
  if (!x || !fit) return tutti_fail(NULL, TUTTI_EINVAL, "%s is NULL", x ? "fit" : "x");
  size_t observed = 0;
  for (size_t i = 0; i < n; i++) {
    if (isinf(x[i])) return tutti_fail(NULL, TUTTI_EINVAL, "x[%zu] = %.17g", i, x[i]);
    if (!isnan(x[i])) observed++;
  }
  return observed >= FEWEST ? TUTTI_OK
                            : tutti_fail(NULL, TUTTI_EINVAL, "%zu values in n = %zu: at least %d are needed",
                                         observed, n, FEWEST);
}

tutti_status tutti_ar1_fit(const double *x, size_t n, tutti_ar1_estimate *fit) {
  series s = {0};
  tutti_status status = check(x, n, fit);
  if (status) return status;
  if (!scale(&s, x, n))
    return tutti_fail(NULL, TUTTI_EINVAL, "all %zu values are %.17g", s.observed, s.middle);
  s.x = calloc(n, sizeof *s.x);
  if (!s.x) return tutti_fail(NULL, TUTTI_ENOMEM, "no memory for n = %zu values", n);
  for (size_t i = 0; i < n; i++) s.x[i] = (x[i] - s.middle) / s.unit;
  const tutti_ar1 m = maximise(&s), e = errors_of(&s, m);
  free(s.x);
  if (!isfinite(e.mean) || !isfinite(e.phi) || !isfinite(e.sd) || m.sd == 0)
    return tutti_fail(NULL, TUTTI_EINVAL,
                      "the values follow from each other exactly: phi = %.17g, sd = %.17g", m.phi,
                      m.sd * s.unit);
  *fit = (tutti_ar1_estimate){{s.middle + s.unit * m.mean, m.phi, s.unit * m.sd},
                              {s.unit * e.mean, e.phi, s.unit * e.sd},
                              s.observed};
  return TUTTI_OK;
}
