/* Tests of fit. Statistics of fixed seeds: a correct generator passes or fails for good; limits are of
 * probability 1e-6. */
#ifndef TUTTI_TESTS_GOODNESS_H
#define TUTTI_TESTS_GOODNESS_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* Pearson's chi-square of counts against expected ones, as a standard normal (Wilson and Hilferty, 1931). */
static inline double goodness_chi_square(const double *count, const double *expected, size_t cells) {
  double sum = 0;
  for (size_t i = 0; i < cells; i++) sum += (count[i] - expected[i]) * (count[i] - expected[i]) / expected[i];
  const double df = (double)(cells - 1), spread = 2 / (9 * df);
  return (cbrt(sum / df) - (1 - spread)) / sqrt(spread);
}

static inline int goodness_ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Kolmogorov's sqrt(n) D of a sample, which is sorted; its limit of probability 1e-6 is 2.69. */
static inline double goodness_kolmogorov(double *x, size_t n, double (*cdf)(double x, const void *parameters),
                                         const void *parameters) {
  double worst = 0;
  qsort(x, n, sizeof *x, goodness_ascending);
  for (size_t i = 0; i < n; i++) {
    const double f = cdf(x[i], parameters);
    worst = fmax(worst, fmax(f - (double)i / (double)n, (double)(i + 1) / (double)n - f));
  }
  return worst * sqrt((double)n);
}

#define GOODNESS_NORMAL_LIMIT     4.8
#define GOODNESS_KOLMOGOROV_LIMIT 2.69

#endif
