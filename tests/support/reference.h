/* Sums in MPFR, wide enough for every double and every product of two: the independent truth. */
#ifndef TUTTI_TESTS_SUPPORT_REFERENCE_H
#define TUTTI_TESTS_SUPPORT_REFERENCE_H

#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* 2^-2148 .. 2^2048 and room for 2^60 terms */
enum { REFERENCE_BITS = 4352 };

/* What the terms are: x[i], |x[i]|, x[i] y[i]. */
typedef enum { REFERENCE_SUM, REFERENCE_MAGNITUDES, REFERENCE_PRODUCTS } reference_terms;

/* sum = the sum of the terms, exactly; the result: whether there are terms, and all of them are -0. */
static inline bool reference_add(mpfr_t sum, reference_terms kind, const double *x, const double *y,
                                 size_t n) {
  mpfr_t term;
  mpfr_init2(sum, REFERENCE_BITS);
  mpfr_init2(term, 106);
  mpfr_set_zero(sum, 1);
  bool negative_zeros = n > 0;
  for (size_t i = 0; i < n; i++) {
    mpfr_set_d(term, kind == REFERENCE_MAGNITUDES ? fabs(x[i]) : x[i], MPFR_RNDN);
    if (kind == REFERENCE_PRODUCTS) mpfr_mul_d(term, term, y[i], MPFR_RNDN);
    negative_zeros = negative_zeros && mpfr_zero_p(term) && mpfr_signbit(term);
    if (mpfr_add(sum, sum, term, MPFR_RNDN) != 0 && !mpfr_nan_p(sum)) abort(); /* not exact */
  }
  mpfr_clear(term);
  return negative_zeros;
}

/* Correctly rounded; signs of zeros and special values by IEEE 754. */
static inline double reference_double(reference_terms kind, const double *x, const double *y, size_t n) {
  mpfr_t sum;
  const bool negative_zeros = reference_add(sum, kind, x, y, n);
  const double rounded = mpfr_zero_p(sum) ? (negative_zeros ? -0.0 : 0.0) : mpfr_get_d(sum, MPFR_RNDN);
  mpfr_clear(sum);
  return rounded;
}

/* The same rounded to float, once. */
static inline float reference_float(reference_terms kind, const double *x, const double *y, size_t n) {
  mpfr_t sum;
  const bool negative_zeros = reference_add(sum, kind, x, y, n);
  const float rounded = mpfr_zero_p(sum) ? (negative_zeros ? -0.0f : 0.0f) : mpfr_get_flt(sum, MPFR_RNDN);
  mpfr_clear(sum);
  return rounded;
}

/* sqrt(x[0]^2 + ...), correctly rounded. */
static inline double reference_nrm2(const double *x, size_t n) {
  mpfr_t sum;
  reference_add(sum, REFERENCE_PRODUCTS, x, x, n);
  mpfr_sqrt(sum, sum, MPFR_RNDN); /* 4352 bits: it is rounded far below where a double is */
  const double rounded = mpfr_get_d(sum, MPFR_RNDN);
  mpfr_clear(sum);
  return rounded;
}

static inline double reference_sum(const double *x, size_t n) {
  return reference_double(REFERENCE_SUM, x, NULL, n);
}
static inline double reference_asum(const double *x, size_t n) {
  return reference_double(REFERENCE_MAGNITUDES, x, NULL, n);
}
/* y NULL: the sum of x */
static inline double reference_dot(const double *x, const double *y, size_t n) {
  return reference_double(y ? REFERENCE_PRODUCTS : REFERENCE_SUM, x, y, n);
}

#endif
