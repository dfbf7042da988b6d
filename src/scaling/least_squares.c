#include "scaling/least_squares.h"

#include <float.h>
#include <math.h>

void tutti_triangle_fold(triangle *t, const double coefficients[MAX_PARAMETERS], double rhs) {
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

/* Least squares with the parameters in the set `held` fixed at their lower bounds. False: there is no
 * unique solution. */
static bool solve_held(const triangle *t, unsigned held, const double lower[MAX_PARAMETERS],
                       double x[MAX_PARAMETERS], double *rss) {
  triangle free = {.rss = t->rss};
  for (int i = 0; i < MAX_PARAMETERS; i++) {
    double row[MAX_PARAMETERS] = {0}, rhs = t->z[i];
    for (int j = i; j < MAX_PARAMETERS; j++) {
      if (is_held(held, j)) rhs -= t->r[i][j] * lower[j];
      else row[j] = t->r[i][j];
    }
    tutti_triangle_fold(&free, row, rhs);
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

void tutti_triangle_solve(const triangle *t, unsigned always_held, const double lower[MAX_PARAMETERS],
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
    if (held == always_held) return; /* with more parameters held the fit cannot be better */
  }
}

double tutti_triangle_error_factor(const triangle *t, const double g[MAX_PARAMETERS]) {
  double w[MAX_PARAMETERS], sum = 0;
  for (int j = 0; j < MAX_PARAMETERS; j++) {
    w[j] = g[j];
    for (int k = 0; k < j; k++) w[j] -= t->r[k][j] * w[k];
    if (w[j] != 0) w[j] /= t->r[j][j]; /* 0 / 0: the parameter takes no part */
    sum += w[j] * w[j];
  }
  return sqrt(sum);
}

static bool is_measurable(double x) { return x > 0 && x <= DBL_MAX; }

bool tutti_are_points_valid(const double *workers, const double *measured, size_t n, int distinct) {
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
