/* Normals against Box and Muller's formula in MPFR, and by their moments. */
#include <criterion/criterion.h>
#include <mpfr.h>
#include <stdlib.h>
#include <tutti/tutti.h>

#include "../support/data.h"

enum { BITS = 200 };

/* sqrt(-2 ln u1) cos or sin(2 pi u2) */
static void box_muller(mpfr_t z, double u1, double u2, bool sine) {
  mpfr_t angle;
  mpfr_init2(angle, BITS);
  mpfr_const_pi(angle, MPFR_RNDN);
  mpfr_mul_d(angle, angle, u2, MPFR_RNDN);
  mpfr_mul_ui(angle, angle, 2, MPFR_RNDN);
  if (sine) mpfr_sin(angle, angle, MPFR_RNDN);
  else mpfr_cos(angle, angle, MPFR_RNDN);
  mpfr_set_d(z, u1, MPFR_RNDN);
  mpfr_log(z, z, MPFR_RNDN);
  mpfr_mul_si(z, z, -2, MPFR_RNDN);
  mpfr_sqrt(z, z, MPFR_RNDN);
  mpfr_mul(z, z, angle, MPFR_RNDN);
  mpfr_clear(angle);
}

/* |x - exact| in units in the last place of the exact value's double */
static double ulps(double x, const mpfr_t exact) {
  mpfr_t error;
  mpfr_init2(error, BITS);
  mpfr_d_sub(error, x, exact, MPFR_RNDN);
  const double result = fabs(mpfr_get_d(error, MPFR_RNDN)) / ldexp(1, (int)mpfr_get_exp(exact) - 53);
  mpfr_clear(error);
  return result;
}

Test(normal, within_4_ulp_of_mpfr) {
  enum { N = 16 * 1500 };
  double *u = malloc(N * sizeof *u), *z = malloc(N * sizeof *z), worst = 0;
  mpfr_t exact;
  mpfr_init2(exact, BITS);
  for (uint64_t seed = 0; seed < 3; seed++) {
    const tutti_rng rng = {seed, 17 * seed};
    cr_assert_eq(tutti_uniform(NULL, rng, 0, u, N), TUTTI_OK);
    cr_assert_eq(tutti_normal(NULL, rng, 0, z, N), TUTTI_OK);
    for (size_t i = 0; i < N; i++) {
      const bool sine = i % 16 >= 8;
      const size_t radius = sine ? i - 8 : i;
      box_muller(exact, u[radius], u[radius + 8], sine);
      worst = fmax(worst, ulps(z[i], exact));
      cr_assert(worst < 4, "element %zu, u %a and %a: %a is %g ulp off", i, u[radius], u[radius + 8], z[i],
                worst);
    }
  }
  mpfr_clear(exact);
  free(u);
  free(z);
}

/* Mean, variance, skewness, kurtosis of 4 million: each within 5 of its standard errors
 * 1/sqrt n, sqrt(2/n), sqrt(6/n), sqrt(24/n). */
Test(normal, moments) {
  enum { N = 1 << 22 };
  double *z = malloc(N * sizeof *z);
  cr_assert_eq(tutti_normal(NULL, (tutti_rng){99, 1}, 0, z, N), TUTTI_OK);
  double mean = 0, m2 = 0, m3 = 0, m4 = 0;
  for (size_t i = 0; i < N; i++) mean += z[i] / N;
  for (size_t i = 0; i < N; i++) {
    const double d = z[i] - mean;
    m2 += d * d / N;
    m3 += d * d * d / N;
    m4 += d * d * d * d / N;
  }
  cr_assert(fabs(mean) < 5 / sqrt(N), "mean %g", mean);
  cr_assert(fabs(m2 - 1) < 5 * sqrt(2.0 / N), "variance %g", m2);
  cr_assert(fabs(m3 / (m2 * sqrt(m2))) < 5 * sqrt(6.0 / N), "skewness %g", m3);
  cr_assert(fabs(m4 / (m2 * m2) - 3) < 5 * sqrt(24.0 / N), "kurtosis %g", m4);
  free(z);
}

/* Shares within 1, 2, 3 standard deviations (erf(k / sqrt 2)), and no correlation between the two of a pair.
 */
Test(normal, shape) {
  enum { N = 1 << 20 };
  static const double share[] = {0.6826894921370859, 0.9544997361036416, 0.9973002039367398};
  double *z = malloc(N * sizeof *z), product = 0;
  size_t within[3] = {0};
  cr_assert_eq(tutti_normal(NULL, (tutti_rng){100, 1}, 0, z, N), TUTTI_OK);
  for (size_t i = 0; i < N; i++) {
    for (int k = 0; k < 3; k++) within[k] += fabs(z[i]) < k + 1;
    if (i % 16 < 8) product += z[i] * z[i + 8];
  }
  for (int k = 0; k < 3; k++) {
    const double error = sqrt(share[k] * (1 - share[k]) / N);
    cr_assert(fabs((double)within[k] / N - share[k]) < 5 * error, "within %d: %g", k + 1,
              (double)within[k] / N);
  }
  cr_assert(fabs(product) < 5 * sqrt(N / 2), "correlation of pairs: %g", product);
  free(z);
}
