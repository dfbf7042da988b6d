/* tutti_poisson against probabilities from the C library. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"
#include "goodness.h"

enum { N = 100000 };

/* P(X <= k), summed from nine standard deviations below the mean, or from 0, in the long double of the
 * machine. */
static double cdf(double k, double mean) {
  long double sum = 0;
  for (double j = fmax(0, floor(mean - 9.5 * sqrt(mean))); j <= k; j++)
    sum += expl(j * logl(mean) - mean - lgammal(j + 1));
  return (double)sum;
}

/* Cells of about a tenth of a standard deviation, of 20 expected ones at least; both tails are one each. */
static double fit(double mean, const uint64_t *x) {
  double count[128] = {0}, expected[128] = {0}, edge[129], below = 0;
  const double width = fmax(1, floor(sqrt(mean) / 10));
  size_t cells = 0;
  for (double k = floor(mean) - floor(6 * sqrt(mean) / width) * width; cells < 127; k += width) {
    const double p = cdf(k, mean);
    if ((p - below) * N < 20) continue;
    if ((1 - p) * N < 20) break;
    expected[cells] = (p - below) * N;
    edge[cells++] = k;
    below = p;
  }
  expected[cells++] = (1 - below) * N;
  for (size_t i = 0; i < N; i++) {
    size_t c = 0;
    while (c + 1 < cells && (double)x[i] > edge[c]) c++;
    count[c]++;
  }
  return goodness_chi_square(count, expected, cells);
}

Test(poisson, fits) {
  static const double means[] = {0.1, 1, 3.5, 12, 5000};
  uint64_t *x = malloc(N * sizeof *x);
  for (size_t m = 0; m < sizeof means / sizeof *means; m++) {
    cr_assert(tutti_poisson(NULL, (tutti_rng){77, m}, 0, means[m], x, N) == TUTTI_OK);
    const double z = fit(means[m], x);
    cr_assert(fabs(z) < GOODNESS_NORMAL_LIMIT, "mean %g: chi-square %g", means[m], z);
  }
  free(x);
}

/* Every single variate is the quantile of its uniform: P(X < x) <= u < P(X <= x), but for u within 1e-9 of
 * either. Above the table (2^20) the series takes over. */
Test(poisson, is_the_quantile_of_its_element) {
  static const double means[] = {0.7, 30, 20000.5, 0x1p20, 0x1.00001p20, 3e6};
  for (size_t m = 0; m < sizeof means / sizeof *means; m++) {
    enum { FEW = 150 };
    const tutti_rng rng = {3, m};
    uint64_t x[FEW];
    cr_assert(tutti_poisson(NULL, rng, 5, means[m], x, FEW) == TUTTI_OK);
    for (uint64_t i = 0; i < (means[m] > 1e5 ? 12 : FEW); i++) {
      const double u = (double)tutti_bits_at(rng, 5 + i) * 0x1p-64, k = (double)x[i];
      const double below = cdf(k - 1, means[m]), at = cdf(k, means[m]);
      cr_assert(below <= u + 1e-9 && u <= at + 1e-9, "mean %g: %g of u = %.12g in %.12g .. %.12g", means[m],
                k, u, below, at);
    }
  }
}

/* Moments where no table reaches; mean and variance are equal. */
Test(poisson, large_means) {
  static const double means[] = {3e6, 1e9, 1e12, 0x1p50};
  uint64_t *x = malloc(N * sizeof *x);
  double *d = malloc(N * sizeof *d);
  for (size_t k = 0; k < 4; k++) {
    cr_assert(tutti_poisson(NULL, (tutti_rng){78, k}, 0, means[k], x, N) == TUTTI_OK);
    tutti_moments_t m;
    for (size_t i = 0; i < N; i++) d[i] = ((double)x[i] - means[k]) / sqrt(means[k]);
    cr_assert(tutti_moments(NULL, d, N, &m) == TUTTI_OK);
    cr_assert(fabs(m.mean) < 5 / sqrt(N) && fabs(m.variance - 1) < 5 * sqrt(2.0 / N), "mean %g: %g, %g",
              means[k], m.mean, m.variance);
    cr_assert(fabs(m.skewness) < 5 * sqrt(6.0 / N) + 1 / sqrt(means[k]), "mean %g: skewness %g", means[k],
              m.skewness);
  }
  free(x);
  free(d);
}

Test(poisson, arguments) {
  uint64_t x[3] = {42, 42, 42};
  testing_expect(NULL, tutti_poisson(NULL, (tutti_rng){1, 1}, 0, -1, x, 3), TUTTI_EINVAL, "mean = -1",
                 "negative");
  testing_expect(NULL, tutti_poisson(NULL, (tutti_rng){1, 1}, 0, NAN, x, 3), TUTTI_EINVAL, "mean = nan",
                 "NaN");
  testing_expect(NULL, tutti_poisson(NULL, (tutti_rng){1, 1}, 0, 0x1.1p50, x, 3), TUTTI_EINVAL,
                 "mean = ", "large");
  testing_expect(NULL, tutti_poisson(NULL, (tutti_rng){1, 1}, 0, 2, NULL, 3), TUTTI_EINVAL, "out is NULL",
                 "out");
  cr_assert(x[0] == 42 && x[2] == 42);
  cr_assert(tutti_poisson(NULL, (tutti_rng){1, 1}, 0, 0, x, 3) == TUTTI_OK && x[0] == 0 && x[2] == 0);
  cr_assert(tutti_poisson(NULL, (tutti_rng){1, 1}, 0, 0x1p-1074, x, 3) == TUTTI_OK && x[0] == 0 && x[2] == 0);
}
