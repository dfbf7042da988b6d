/* Sums in MPFR, wide enough for every double and every product of two: the independent truth. */
#ifndef TUTTI_TESTS_REDUCE_REFERENCE_H
#define TUTTI_TESTS_REDUCE_REFERENCE_H

#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stddef.h>

/* 2^-2148 .. 2^2048 and room for 2^60 terms */
enum { REFERENCE_BITS = 4352 };

/* The correctly rounded sum of x[i] y[i] (y NULL: of x[i]); signs of zeros and special values by IEEE 754. */
static double reference_dot(const double *x, const double *y, size_t n) {
  mpfr_t sum, term;
  mpfr_init2(sum, REFERENCE_BITS);
  mpfr_init2(term, 106);
  mpfr_set_zero(sum, 1);
  bool negative_zeros = n > 0;
  for (size_t i = 0; i < n; i++) {
    mpfr_set_d(term, x[i], MPFR_RNDN);
    if (y) mpfr_mul_d(term, term, y[i], MPFR_RNDN);
    negative_zeros = negative_zeros && mpfr_zero_p(term) && mpfr_signbit(term);
    if (mpfr_add(sum, sum, term, MPFR_RNDN) != 0 && !mpfr_nan_p(sum))
      return (double)NAN + (double)i; /* not exact */
  }
  const double rounded = mpfr_zero_p(sum) ? (negative_zeros ? -0.0 : 0.0) : mpfr_get_d(sum, MPFR_RNDN);
  mpfr_clear(sum);
  mpfr_clear(term);
  return rounded;
}

static inline double reference_sum(const double *x, size_t n) { return reference_dot(x, NULL, n); }

#endif
