/* Weighted sums and means against MPFR. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/reference.h"
#include "../support/testing.h"

enum { MOST = 150001 };

/* The correctly rounded quotient of the exact sums. */
static double reference_mean(const double *x, const double *w, size_t n) {
  mpfr_t sum, weights, term;
  mpfr_inits2(REFERENCE_BITS, sum, weights, term, (mpfr_ptr)NULL);
  mpfr_set_zero(sum, 1);
  mpfr_set_zero(weights, 1);
  for (size_t i = 0; i < n; i++) {
    mpfr_set_d(term, x[i], MPFR_RNDN);
    mpfr_mul_d(term, term, w[i], MPFR_RNDN);
    mpfr_add(sum, sum, term, MPFR_RNDN);
    mpfr_add_d(weights, weights, w[i], MPFR_RNDN);
  }
  mpfr_div(sum, sum, weights, MPFR_RNDN);
  const double mean = mpfr_get_d(sum, MPFR_RNDN);
  mpfr_clears(sum, weights, term, (mpfr_ptr)NULL);
  return mean;
}

static bool within_1_ulp(double a, double b) {
  return data_same(a, b) || a == nextafter(b, (double)INFINITY) || a == nextafter(b, -(double)INFINITY);
}

static void fill(double *x, double *w, size_t n, int kind, uint64_t *state) {
  static const int low[] = {-3, -300, 1000, -1074, -30}, high[] = {3, 300, 1023, -1000, 30};
  for (size_t i = 0; i < n; i++) {
    x[i] = data_scaled(state, low[kind], high[kind]);
    w[i] = kind == 4 ? data_scaled(state, 900, 1023) : fabs(data_scaled(state, low[kind], high[kind]));
  }
}

Test(weighted, every_configuration_against_mpfr) {
  const size_t sizes[] = {1, 2, 3, 17, 1000, MOST};
  double *x = malloc(MOST * sizeof *x), *w = malloc(MOST * sizeof *w);
  uint64_t state = 41;
  for (int size = 0; size < 6; size++)
    for (int kind = 0; kind < 5; kind++) {
      const size_t n = sizes[size];
      fill(x, w, n, kind, &state);
      const double sum = reference_dot(x, w, n), mean = reference_mean(x, w, n);
      double first = 0;
      int seen = 0;
      for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
        if (n == MOST && c.next % 7 != kind) continue; /* a seventh of the configurations */
        double s = -7, m = -7;
        testing_expect(c.ctx, tutti_weighted_sum(c.ctx, x, w, n, &s), TUTTI_OK, "", c.name);
        testing_expect(c.ctx, tutti_weighted_mean(c.ctx, x, w, n, &m), TUTTI_OK, "", c.name);
        if (seen++ == 0) first = m;
        cr_assert(data_same(s, sum), "%s, kind %d, n %zu: sum %a, MPFR %a", c.name, kind, n, s, sum);
        cr_assert(within_1_ulp(m, mean), "%s, kind %d, n %zu: mean %a, MPFR %a", c.name, kind, n, m, mean);
        cr_assert(data_same(m, first), "%s: mean %a, elsewhere %a", c.name, m, first);
      }
    }
  free(x);
  free(w);
}

static double mean_of(const double *x, const double *w, size_t n) {
  double mean = -7;
  testing_expect(NULL, tutti_weighted_mean(NULL, x, w, n, &mean), TUTTI_OK, "", "mean");
  return mean;
}

Test(weighted, by_hand) {
  const double inf = (double)INFINITY;
  cr_assert(mean_of((double[]){1, 2, 4}, (double[]){3, 2, 1}, 3) == 11.0 / 6);
  cr_assert(mean_of((double[]){1e308, 1e308}, (double[]){1e308, 1e308}, 2) == 1e308);
  cr_assert(mean_of((double[]){5e-324, 5e-324}, (double[]){5e-324, 5e-324}, 2) == 5e-324);
  cr_assert(mean_of((double[]){1, 2}, (double[]){-3, 1}, 2) == 0.5);
  cr_assert(mean_of((double[]){1, 1}, (double[]){1, 0x1p-60}, 2) == 1);
  cr_assert(data_same(mean_of((double[]){0, 0}, (double[]){1, 1}, 2), 0.0));
  cr_assert(data_same(mean_of((double[]){2, 4}, (double[]){1, -0.5}, 2), 0.0));
  cr_assert(isnan(mean_of((double[]){1, 2}, (double[]){1, -1}, 2)));
  cr_assert(isnan(mean_of((double[]){1, 2}, (double[]){0, 0}, 2)));
  cr_assert(isnan(mean_of(NULL, NULL, 0)));
  cr_assert(mean_of((double[]){inf, 2}, (double[]){1, 1}, 2) == inf);
  cr_assert(mean_of((double[]){inf, 2}, (double[]){-1, 3}, 2) == -inf);
  cr_assert(isnan(mean_of((double[]){1, 2}, (double[]){inf, 1}, 2)));
  cr_assert(isnan(mean_of((double[]){(double)NAN, 2}, (double[]){1, 1}, 2)));
}

Test(weighted, bad_arguments_leave_the_result_alone) {
  const double x = 1;
  double r = 42;
  testing_expect(NULL, tutti_weighted_sum(NULL, NULL, &x, 1, &r), TUTTI_EINVAL, "x is NULL", "x");
  testing_expect(NULL, tutti_weighted_sum(NULL, &x, NULL, 1, &r), TUTTI_EINVAL, "w is NULL", "w");
  testing_expect(NULL, tutti_weighted_mean(NULL, &x, NULL, 1, &r), TUTTI_EINVAL, "w is NULL", "w");
  testing_expect(NULL, tutti_weighted_mean(NULL, &x, &x, 1, NULL), TUTTI_EINVAL, "result", "result");
  testing_expect(NULL, tutti_weighted_mean(NULL, &x, &x, SIZE_MAX, &r), TUTTI_EINVAL, "2^45", "n");
  cr_assert(r == 42);
}
