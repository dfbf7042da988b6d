/* Moments from exact power sums against MPFR. */
#include "reduce/moments.h"

#include <criterion/criterion.h>
#include <mpfr.h>
#include <stdlib.h>

#include "../support/contexts.h"
#include "../support/data.h"
#include "isa/levels.h"
#include "reduce/kernels.h"

enum { BITS = 600 };

/* sum (x - mean)^k / n in 600 bits; the mean itself for k = 1. */
static void central(mpfr_t result, const double *x, size_t n, const mpfr_t mean, unsigned long k) {
  mpfr_t d;
  mpfr_init2(d, BITS);
  mpfr_set_zero(result, 1);
  for (size_t i = 0; i < n; i++) {
    mpfr_set_d(d, x[i], MPFR_RNDN);
    if (k > 1) {
      mpfr_sub(d, d, mean, MPFR_RNDN);
      mpfr_pow_ui(d, d, k, MPFR_RNDN);
    }
    mpfr_add(result, result, d, MPFR_RNDN);
  }
  mpfr_div_ui(result, result, n, MPFR_RNDN);
  mpfr_clear(d);
}

static tutti_moments_t reference(const double *x, size_t n) {
  mpfr_t mean, m2, m3, m4;
  mpfr_inits2(BITS, mean, m2, m3, m4, (mpfr_ptr)NULL);
  central(mean, x, n, mean, 1);
  central(m2, x, n, mean, 2);
  central(m3, x, n, mean, 3);
  central(m4, x, n, mean, 4);
  const double v = mpfr_get_d(m2, MPFR_RNDN);
  tutti_moments_t m = {n, mpfr_get_d(mean, MPFR_RNDN), v * (double)n / (double)(n - 1),
                       mpfr_get_d(m3, MPFR_RNDN) / (v * sqrt(v)), mpfr_get_d(m4, MPFR_RNDN) / (v * v)};
  mpfr_clears(mean, m2, m3, m4, (mpfr_ptr)NULL);
  return m;
}

static tutti_moments_t computed(tutti_isa isa, const double *x, size_t n, double centre) {
  tutti_power_sums sums;
  tutti_power_sums_init(&sums);
  tutti_kernels_of(isa)->reduce->power_sums(&sums, centre, x, n);
  return tutti_power_sums_moments(&sums, centre);
}

static bool near(double a, double b, double tolerance) { return fabs(a - b) <= tolerance * (1 + fabs(b)); }

Test(moments, against_mpfr_on_every_isa) {
  enum { N = 5000 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 21;
  for (size_t i = 0; i < N; i++) { /* skewed, around 100 */
    const double u = (double)(data_bits(&state) >> 11) * 0x1p-53;
    x[i] = 100 - log(1 - u);
  }
  const tutti_moments_t expected = reference(x, N);
  for (contexts c = every_isa(); contexts_step(&c);) {
    for (int offset = 0; offset < 3; offset++) {
      const tutti_moments_t m = computed(c.config.isa, x, N, 101 + offset);
      cr_assert_eq(m.n, N);
      cr_assert(near(m.mean, expected.mean, 1e-15), "mean %.17g, MPFR %.17g", m.mean, expected.mean);
      cr_assert(near(m.variance, expected.variance, 1e-13), "variance %.17g, MPFR %.17g", m.variance,
                expected.variance);
      cr_assert(near(m.skewness, expected.skewness, 1e-12), "skewness %.17g, MPFR %.17g", m.skewness,
                expected.skewness);
      cr_assert(near(m.kurtosis, expected.kurtosis, 1e-12), "kurtosis %.17g, MPFR %.17g", m.kurtosis,
                expected.kurtosis);
    }
  }
  free(x);
}

/* {1, 2, 3, 4, 10}: mean 4, m2 10, m3 36, m4 278.8 by hand */
Test(moments, by_hand) {
  const double x[] = {1, 2, 3, 4, 10};
  const tutti_moments_t m = computed(TUTTI_ISA_BEST, x, 5, 3);
  cr_assert(m.mean == 4);
  cr_assert(near(m.variance, 12.5, 1e-15));
  cr_assert(near(m.skewness, 36 / (10 * sqrt(10)), 1e-15));
  cr_assert(near(m.kurtosis, 2.788, 1e-15));
}

Test(moments, none_one_and_equal_values) {
  const double x[] = {0.1, 0.1, 0.1};
  tutti_moments_t m = computed(TUTTI_ISA_BEST, x, 0, 0);
  cr_assert(m.n == 0 && isnan(m.mean) && isnan(m.variance) && isnan(m.skewness) && isnan(m.kurtosis));
  m = computed(TUTTI_ISA_BEST, x, 1, 0);
  cr_assert(m.n == 1 && m.mean == 0.1 && isnan(m.variance) && isnan(m.skewness) && isnan(m.kurtosis));
  m = computed(TUTTI_ISA_BEST, x, 3, 0);
  cr_assert(near(m.mean, 0.1, 1e-16));
  cr_assert(m.variance == 0 && isnan(m.skewness) && isnan(m.kurtosis), "variance %g", m.variance);
}
