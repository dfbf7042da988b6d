/* tutti_ar1_fit: the maximum of a likelihood computed another way, known parameters found again, and
 * intervals that cover at their rate. */
#include <math.h>
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"

/* A stationary series of its own making: normals by the sum of twelve uniforms would do, but these are exact.
 */
static void simulate(tutti_ar1 m, uint64_t stream, double *x, size_t n) {
  double d = m.sd / sqrt(1 - m.phi * m.phi) * tutti_normal_at((tutti_rng){77, stream}, 0);
  for (size_t i = 0; i < n; i++) {
    x[i] = m.mean + d;
    d = m.phi * d + m.sd * tutti_normal_at((tutti_rng){77, stream}, i + 1);
  }
}

static tutti_ar1_estimate fit(const double *x, size_t n) {
  tutti_ar1_estimate e;
  const tutti_status status = tutti_ar1_fit(x, n, &e);
  cr_assert(status == TUTTI_OK, "%s", tutti_error_detail(NULL));
  return e;
}

/* The density of the observed values as one normal vector, by a dense Cholesky factor of its covariance. */
static double minus_log_likelihood(const double *x, size_t n, tutti_ar1 m) {
  enum { MOST = 64 };
  double l[MOST][MOST], r[MOST], sum = 0;
  size_t at[MOST], k = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(x[i])) at[k++] = i;
  for (size_t i = 0; i < k; i++) {
    r[i] = x[at[i]] - m.mean;
    for (size_t j = 0; j <= i; j++) {
      double c = m.sd * m.sd / (1 - m.phi * m.phi) * pow(m.phi, (double)(at[i] - at[j]));
      for (size_t h = 0; h < j; h++) c -= l[i][h] * l[j][h];
      l[i][j] = i == j ? sqrt(c) : c / l[j][j];
    }
    for (size_t j = 0; j < i; j++) r[i] -= l[i][j] * r[j];
    r[i] /= l[i][i];
    sum += 0.5 * r[i] * r[i] + log(l[i][i]);
  }
  return sum;
}

Test(ar1_fit, maximises_the_likelihood) {
  for (uint64_t trial = 0; trial < 20; trial++) {
    double x[50];
    const double phi = 0.95 - 0.09 * (double)trial;
    simulate((tutti_ar1){10, phi, 2}, trial, x, 50);
    for (size_t i = 0; i < 50; i++)
      if ((i * 7 + trial) % 5 == 0 || (i > 20 && i < 25)) x[i] = NAN;
    const tutti_ar1_estimate e = fit(x, 50);
    const double best = minus_log_likelihood(x, 50, e.model);
    for (int p = 0; p < 6; p++) {
      tutti_ar1 m = e.model;
      const double off = p % 2 ? 0.01 : -0.01;
      if (p / 2 == 0) m.mean += off * e.std_error.mean;
      else if (p / 2 == 1) m.phi += off * e.std_error.phi;
      else m.sd += off * e.std_error.sd;
      const double rise =
          minus_log_likelihood(x, 50, m) - best; /* off^2 / 2 where errors do not correlate, or more */
      cr_assert(rise > 0.8 * 0.5e-4 && rise < 1e-3, "trial %d, parameter %d: %g", (int)trial, p, rise);
    }
  }
}

/* Asymptotic errors of a full series (Box and Jenkins, 1970): sd / (1 - phi) / sqrt n, sqrt((1 - phi^2) / n),
 * sd / sqrt(2 n). */
Test(ar1_fit, long_series) {
  enum { N = 20000 };
  static const double phis[] = {0.5, 0.95, -0.7, 0};
  static double x[N];
  for (size_t i = 0; i < 4; i++) {
    const tutti_ar1 m = {72, phis[i], 5};
    simulate(m, 100 + i, x, N);
    const tutti_ar1_estimate e = fit(x, N);
    cr_assert(e.observed == N);
    cr_assert(fabs(e.std_error.mean * (1 - m.phi) * sqrt(N) / m.sd - 1) < 0.2, "%g", e.std_error.mean);
    cr_assert(fabs(e.std_error.phi / sqrt((1 - m.phi * m.phi) / N) - 1) < 0.1, "%g", e.std_error.phi);
    cr_assert(fabs(e.std_error.sd * sqrt(2. * N) / m.sd - 1) < 0.05, "%g", e.std_error.sd);
    cr_assert(fabs(e.model.mean - m.mean) < 4 * e.std_error.mean &&
                  fabs(e.model.phi - m.phi) < 4 * e.std_error.phi &&
                  fabs(e.model.sd - m.sd) < 4 * e.std_error.sd,
              "phi %g: %g, %g, %g", m.phi, e.model.mean, e.model.phi, e.model.sd);
  }
}

/* 95 % intervals from 400 values with 30 % gaps, 500 times: 91.5 .. 98 % (3 standard deviations, and the bias
 * of a short series). */
Test(ar1_fit, intervals_cover) {
  enum { N = 400, REPETITIONS = 500 };
  const tutti_ar1 m = {72, 0.6, 5};
  int held[3] = {0};
  for (uint64_t trial = 0; trial < REPETITIONS; trial++) {
    double x[N];
    simulate(m, 1000 + trial, x, N);
    uint64_t state = trial;
    for (size_t i = 0; i < N; i++)
      if (data_bits(&state) % 10 < 3) x[i] = NAN;
    const tutti_ar1_estimate e = fit(x, N);
    held[0] += fabs(e.model.mean - m.mean) < 1.96 * e.std_error.mean;
    held[1] += fabs(e.model.phi - m.phi) < 1.96 * e.std_error.phi;
    held[2] += fabs(e.model.sd - m.sd) < 1.96 * e.std_error.sd;
  }
  for (int p = 0; p < 3; p++)
    cr_assert(held[p] >= 457 && held[p] <= 490, "parameter %d: %d of 500", p, held[p]);
}

Test(ar1_fit, gaps_at_the_ends_say_nothing) {
  double x[120];
  for (int i = 0; i < 120; i++) x[i] = NAN;
  simulate((tutti_ar1){0, 0.8, 1}, 5, x + 10, 100);
  const tutti_ar1_estimate whole = fit(x, 120), inner = fit(x + 10, 100);
  cr_assert(memcmp(&whole, &inner, sizeof whole) == 0 && whole.observed == 100);
}

/* Only every second value: phi and -phi are the same to them. */
Test(ar1_fit, the_sign_that_cannot_be_known_is_positive) {
  enum { N = 400 };
  double x[N];
  for (uint64_t trial = 0; trial < 10; trial++) {
    simulate((tutti_ar1){3, 0.8, 1}, 50 + trial, x, N);
    for (int i = 0; i < N; i++)
      if (i % 2) x[i] = NAN;
    const tutti_ar1_estimate e = fit(x, N);
    cr_assert(fabs(e.model.phi - 0.8) < 4 * e.std_error.phi, "%g", e.model.phi);
  }
}

/* The scale and place of the values change nothing but those of the model. */
Test(ar1_fit, any_scale) {
  enum { N = 300 };
  static const double units[] = {0x1p-1000, 0x1p-700, 0x1p-3, 0x1p600, 0x1p1015};
  double x[N], y[N];
  simulate((tutti_ar1){0, 0.6, 2}, 99, x, N);
  const tutti_ar1_estimate e = fit(x, N);
  for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
    for (int i = 0; i < N; i++) y[i] = units[k] * x[i];
    const tutti_ar1_estimate f = fit(y, N);
    cr_assert(f.model.phi == e.model.phi && f.model.sd == units[k] * e.model.sd, "%g: %g", units[k],
              f.model.phi);
    cr_assert(f.std_error.phi == e.std_error.phi && f.std_error.mean == units[k] * e.std_error.mean);
  }
  for (int i = 0; i < N; i++) y[i] = 1e11 + x[i];
  const tutti_ar1_estimate f = fit(y, N);
  cr_assert(fabs(f.model.phi - e.model.phi) < 1e-4 && fabs(f.model.mean - 1e11 - e.model.mean) < 1e-3);
  cr_assert(fabs(f.std_error.phi / e.std_error.phi - 1) < 1e-3);
}

Test(ar1_fit, bad_arguments) {
  double alternating[20];
  tutti_ar1_estimate none;
  for (int i = 0; i < 20; i++) alternating[i] = i % 2 ? 1 : -1;
  testing_expect(NULL, tutti_ar1_fit(alternating, 20, &none), TUTTI_EINVAL, "follow from each other exactly",
                 "");
  tutti_ar1_estimate e = {.observed = 42};
  double x[9] = {1, 2, 3, 4, 5, 6, 7, NAN, INFINITY};
  testing_expect(NULL, tutti_ar1_fit(NULL, 9, &e), TUTTI_EINVAL, "x is NULL", "x");
  testing_expect(NULL, tutti_ar1_fit(x, 9, NULL), TUTTI_EINVAL, "fit is NULL", "fit");
  testing_expect(NULL, tutti_ar1_fit(x, 9, &e), TUTTI_EINVAL, "x[8] = inf", "infinite");
  testing_expect(NULL, tutti_ar1_fit(x, 8, &e), TUTTI_EINVAL, "7 values in n = 8", "few");
  for (int i = 0; i < 9; i++) x[i] = 3.5;
  testing_expect(NULL, tutti_ar1_fit(x, 9, &e), TUTTI_EINVAL, "all 9 values are 3.5", "equal");
  cr_assert(e.observed == 42);
}
