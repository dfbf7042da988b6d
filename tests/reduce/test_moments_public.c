/* tutti_moments against MPFR, by hand, and where doubles end. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/reference.h"
#include "../support/testing.h"

enum { MOST = 140003, KINDS = 8 };

typedef struct {
  double mean, variance, skewness, kurtosis;
  double skewness_unit; /* mean of |d|^3 over m2^(3/2): what an error of the skewness is measured in */
} truth;

/* m[k] = mean of (x - m[1])^k for k = 2..4, m[0] of |x - m[1]|^3, m[1] the mean. */
static void central(mpfr_t m[5], const double *x, size_t n) {
  mpfr_t d, p;
  mpfr_inits2(REFERENCE_BITS, d, p, (mpfr_ptr)NULL);
  for (int k = 0; k < 5; k++) mpfr_set_zero(m[k], 1);
  for (size_t i = 0; i < n; i++) mpfr_add_d(m[1], m[1], x[i], MPFR_RNDN);
  mpfr_div_ui(m[1], m[1], n, MPFR_RNDN);
  for (size_t i = 0; i < n; i++) {
    mpfr_set_prec(d, REFERENCE_BITS);
    mpfr_d_sub(d, x[i], m[1], MPFR_RNDN);
    mpfr_prec_round(d, 200, MPFR_RNDN);
    mpfr_set(p, d, MPFR_RNDN);
    for (int k = 2; k <= 4; k++) {
      mpfr_mul(p, p, d, MPFR_RNDN);
      mpfr_add(m[k], m[k], p, MPFR_RNDN);
      if (k == 3) mpfr_abs(p, p, MPFR_RNDN);
      if (k == 3) mpfr_add(m[0], m[0], p, MPFR_RNDN);
      if (k == 3) mpfr_mul_d(p, p, mpfr_signbit(d) ? -1 : 1, MPFR_RNDN);
    }
  }
  for (int k = 0; k < 5; k++)
    if (k != 1) mpfr_div_ui(m[k], m[k], n, MPFR_RNDN);
  mpfr_clears(d, p, (mpfr_ptr)NULL);
}

static truth reference(const double *x, size_t n) {
  mpfr_t m[5], t;
  mpfr_init2(t, 200);
  for (int k = 0; k < 5; k++) mpfr_init2(m[k], REFERENCE_BITS);
  central(m, x, n);
  truth r;
  r.mean = mpfr_get_d(m[1], MPFR_RNDN);
  mpfr_mul_d(t, m[2], (double)n, MPFR_RNDN);
  mpfr_div_d(t, t, (double)(n - 1), MPFR_RNDN);
  r.variance = mpfr_get_d(t, MPFR_RNDN);
  mpfr_sqr(t, m[2], MPFR_RNDN);
  mpfr_div(t, m[4], t, MPFR_RNDN);
  r.kurtosis = mpfr_get_d(t, MPFR_RNDN);
  mpfr_sqrt(t, m[2], MPFR_RNDN);
  mpfr_mul(t, t, m[2], MPFR_RNDN);
  mpfr_div(m[3], m[3], t, MPFR_RNDN);
  mpfr_div(m[0], m[0], t, MPFR_RNDN);
  r.skewness = mpfr_get_d(m[3], MPFR_RNDN);
  r.skewness_unit = mpfr_get_d(m[0], MPFR_RNDN);
  for (int k = 0; k < 5; k++) mpfr_clear(m[k]);
  mpfr_clear(t);
  return r;
}

static double value_of(int kind, size_t i, uint64_t *state) {
  const double u = (double)(data_bits(state) >> 11) * 0x1p-53;
  switch (kind) {
  case 0:
    return u;
  case 1:
    return 100 - log(1 - u); /* skewed */
  case 2:
    return 1e16 + 2 * floor(5 * u);
  case 3:
    return i % 3 ? 1 : 1 + 0x1p-52; /* a mean between neighbours */
  case 4:
    return data_scaled(state, 1000, 1022);
  case 5:
    return data_scaled(state, -1074, -1060);
  case 6:
    return data_scaled(state, -400, 400);
  default:
    return i % 2 ? 1.7e308 : -1.6e308; /* differences beyond the largest double */
  }
}

static bool near(double a, double b, double unit) { return data_same(a, b) || fabs(a - b) <= 1e-14 * unit; }

static void check(const tutti_moments_t *m, const truth *t, const char *name, int kind, size_t n) {
  cr_assert(m->n == n, "%s: n %zu", name, m->n);
  cr_assert(data_same(m->mean, t->mean), "%s, kind %d, n %zu: mean %a, MPFR %a", name, kind, n, m->mean,
            t->mean);
  cr_assert(near(m->variance, t->variance, t->variance + 0x1p-1020),
            "%s, kind %d: variance %.17g, MPFR %.17g", name, kind, m->variance, t->variance);
  cr_assert(near(m->skewness, t->skewness, t->skewness_unit), "%s, kind %d: skewness %.17g, MPFR %.17g", name,
            kind, m->skewness, t->skewness);
  cr_assert(near(m->kurtosis, t->kurtosis, t->kurtosis), "%s, kind %d: kurtosis %.17g, MPFR %.17g", name,
            kind, m->kurtosis, t->kurtosis);
}

Test(moments_public, every_configuration_against_mpfr) {
  const size_t sizes[] = {2, 3, 9, 511, 513, 5000};
  double *x = malloc(MOST * sizeof *x);
  uint64_t state = 51;
  for (int kind = 0; kind < KINDS; kind++) {
    const size_t n = kind < 3 ? MOST : sizes[kind % 6];
    for (size_t i = 0; i < n; i++) x[i] = value_of(kind, i, &state);
    const truth t = reference(x, n);
    tutti_moments_t first = {0};
    int seen = 0;
    for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
      tutti_moments_t m;
      testing_expect(c.ctx, tutti_moments(c.ctx, x, n, &m), TUTTI_OK, "", c.name);
      if (seen++ == 0) first = m;
      check(&m, &t, c.name, kind, n);
      cr_assert(data_same(m.variance, first.variance) && data_same(m.skewness, first.skewness) &&
                    data_same(m.kurtosis, first.kurtosis),
                "%s, kind %d: other bits", c.name, kind);
    }
  }
  free(x);
}

/* Awkward lengths about the groups of eight and the pieces of 512. */
Test(moments_public, lengths) {
  double x[1100];
  uint64_t state = 52;
  for (size_t i = 0; i < 1100; i++) x[i] = value_of(1, i, &state);
  for (size_t n = 2; n < 1100; n += n < 40 ? 1 : 37) {
    const truth t = reference(x, n);
    tutti_moments_t m;
    testing_expect(NULL, tutti_moments(NULL, x, n, &m), TUTTI_OK, "", "lengths");
    check(&m, &t, "lengths", 1, n);
  }
}

static tutti_moments_t of(const double *x, size_t n) {
  tutti_moments_t m = {0, -7, -7, -7, -7};
  testing_expect(NULL, tutti_moments(NULL, x, n, &m), TUTTI_OK, "", "moments");
  return m;
}

Test(moments_public, none_one_equal_and_special) {
  tutti_moments_t m = of(NULL, 0);
  cr_assert(m.n == 0 && isnan(m.mean) && isnan(m.variance) && isnan(m.skewness) && isnan(m.kurtosis));
  m = of((double[]){0.1}, 1);
  cr_assert(m.n == 1 && m.mean == 0.1 && isnan(m.variance) && isnan(m.skewness) && isnan(m.kurtosis));
  m = of((double[]){0.1, 0.1, 0.1}, 3);
  cr_assert(m.mean == 0.1 && m.variance == 0 && isnan(m.skewness) && isnan(m.kurtosis), "%a", m.variance);
  m = of((double[]){1, 2, 3, 4, 10}, 5); /* mean 4, m2 10, m3 36, m4 278.8 */
  cr_assert(m.mean == 4 && m.variance == 12.5 && fabs(m.skewness - 36 / (10 * sqrt(10))) < 1e-15);
  cr_assert(fabs(m.kurtosis - 2.788) < 1e-15, "%.17g", m.kurtosis);
  m = of((double[]){1, (double)INFINITY}, 2);
  cr_assert(m.mean == (double)INFINITY && isnan(m.variance) && isnan(m.skewness) && isnan(m.kurtosis));
  m = of((double[]){1, (double)NAN, 3}, 3);
  cr_assert(isnan(m.mean) && isnan(m.variance) && isnan(m.kurtosis));
  m = of((double[]){1e308, 1e308, -1e307}, 3);
  cr_assert(isfinite(m.mean) && m.variance == (double)INFINITY && isfinite(m.kurtosis), "%g", m.kurtosis);
}

/* Means beside the middle of two doubles by far less than a double of their size can tell. */
Test(moments_public, mean_next_to_a_tie) {
  const double tiny = 0x1p-200, low = 2 + 0x1p-51, high = 2 + 0x1p-50;
  cr_assert(of((double[]){2, low, 0, 0}, 4).mean == 1);
  cr_assert(of((double[]){2, low, tiny, 0}, 4).mean == 1 + 0x1p-52);
  cr_assert(of((double[]){high, low, 0, 0}, 4).mean == 1 + 0x1p-51);
  cr_assert(of((double[]){high, low, 0, -tiny}, 4).mean == 1 + 0x1p-52);
  cr_assert(of((double[]){-2, -low, -tiny, 0}, 4).mean == -1 - 0x1p-52);
}

Test(moments_public, bad_arguments_leave_the_result_alone) {
  const double x = 1;
  tutti_moments_t m = {.mean = 42};
  testing_expect(NULL, tutti_moments(NULL, NULL, 1, &m), TUTTI_EINVAL, "x is NULL", "x");
  testing_expect(NULL, tutti_moments(NULL, &x, 1, NULL), TUTTI_EINVAL, "result", "result");
  testing_expect(NULL, tutti_moments(NULL, &x, SIZE_MAX, &m), TUTTI_EINVAL, "2^45", "n");
  cr_assert(m.mean == 42);
}
