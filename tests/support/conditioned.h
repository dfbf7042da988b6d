/* Dot products of a chosen condition number: Ogita, Rump, Oishi, "Accurate sum and dot product", 2005,
 * algorithm 6.1. */
#ifndef TUTTI_TESTS_SUPPORT_CONDITIONED_H
#define TUTTI_TESTS_SUPPORT_CONDITIONED_H

#include "data.h"
#include "reference.h"

/* Swaps elements i and j of both arrays. */
static inline void conditioned_swap(double *x, double *y, size_t i, size_t j) {
  const double a = x[i], b = y[i];
  x[i] = x[j];
  y[i] = y[j];
  x[j] = a;
  y[j] = b;
}

/* n >= 6 pairs with a condition number of about 2^log_condition: half of them at random over the exponents
 * that takes, the other half so that, term by term, they cancel what there is down to about 1; shuffled. */
static inline void conditioned_dot(uint64_t *state, int log_condition, double *x, double *y, size_t n) {
  mpfr_t sum, term;
  mpfr_init2(sum, REFERENCE_BITS);
  mpfr_init2(term, REFERENCE_BITS);
  mpfr_set_zero(sum, 1);
  const size_t half = n / 2;
  for (size_t i = 0; i < n; i++) {
    const double fall = i < half ? 0 : (double)(i - half) / (double)(n - half > 1 ? n - half - 1 : 1);
    const int random = (int)(data_bits(state) % (uint64_t)(log_condition / 2 + 1));
    const int exponent = i == 0     ? log_condition / 2
                         : i < half ? random
                                    : (int)(log_condition / 2 * (1 - fall));
    x[i] = data_scaled(state, exponent, exponent);
    y[i] = data_scaled(state, exponent, exponent);
    if (i >= half) { /* y[i] = (y[i] - sum) / x[i] */
      mpfr_d_sub(term, y[i], sum, MPFR_RNDN);
      mpfr_div_d(term, term, x[i], MPFR_RNDN);
      y[i] = mpfr_get_d(term, MPFR_RNDN);
    }
    mpfr_set_d(term, x[i], MPFR_RNDN);
    mpfr_mul_d(term, term, y[i], MPFR_RNDN);
    mpfr_add(sum, sum, term, MPFR_RNDN);
  }
  for (size_t i = n - 1; i > 0; i--) conditioned_swap(x, y, i, data_bits(state) % (i + 1));
  mpfr_clear(sum);
  mpfr_clear(term);
}

/* log2 of 2 sum |x[i] y[i]| / |sum x[i] y[i]|, in MPFR: it may be beyond a double's range. */
static inline double conditioned_measure(const double *x, const double *y, size_t n) {
  mpfr_t sum, magnitudes, term;
  reference_add(sum, REFERENCE_PRODUCTS, x, y, n);
  mpfr_init2(term, 106);
  mpfr_init2(magnitudes, REFERENCE_BITS);
  mpfr_set_zero(magnitudes, 1);
  for (size_t i = 0; i < n; i++) {
    mpfr_set_d(term, fabs(x[i]), MPFR_RNDN);
    mpfr_mul_d(term, term, fabs(y[i]), MPFR_RNDN);
    mpfr_add(magnitudes, magnitudes, term, MPFR_RNDN);
  }
  mpfr_div(magnitudes, magnitudes, sum, MPFR_RNDN);
  mpfr_abs(magnitudes, magnitudes, MPFR_RNDN);
  mpfr_log2(magnitudes, magnitudes, MPFR_RNDN);
  const double log_condition = 1 + mpfr_get_d(magnitudes, MPFR_RNDN);
  mpfr_clear(sum);
  mpfr_clear(magnitudes);
  mpfr_clear(term);
  return log_condition;
}

#endif
