/* tutti_cumsum against MPFR, within the bound its header states. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/reference.h"
#include "../support/testing.h"

enum { MOST = 200003, KINDS = 6 };

/* How far out[i] is from the exact prefix, in units of the bound; the largest over all i. */
static double worst(const double *x, const double *out, size_t n) {
  mpfr_t sum, error, bound, magnitude;
  mpfr_inits2(REFERENCE_BITS, sum, error, (mpfr_ptr)NULL);
  mpfr_inits2(80, bound, magnitude, (mpfr_ptr)NULL);
  mpfr_set_zero(sum, 1);
  mpfr_set_zero(magnitude, 1);
  double ratio = 0;
  const double factor = ldexp(0x1p16 + (double)n / 0x1p17, -106);
  for (size_t i = 0; i < n; i++) {
    mpfr_add_d(sum, sum, x[i], MPFR_RNDN);
    mpfr_add_d(magnitude, magnitude, fabs(x[i]), MPFR_RNDU);
    mpfr_sub_d(error, sum, out[i], MPFR_RNDN);
    if (mpfr_zero_p(error)) continue;
    mpfr_mul_d(bound, magnitude, factor, MPFR_RNDN);
    mpfr_abs(error, error, MPFR_RNDN);
    mpfr_prec_round(error, 80, MPFR_RNDN);
    mpfr_div_2ui(sum, sum, 53, MPFR_RNDN);
    mpfr_add(bound, bound, sum, MPFR_RNDN);
    if (mpfr_signbit(sum)) mpfr_sub(bound, bound, sum, MPFR_RNDN), mpfr_sub(bound, bound, sum, MPFR_RNDN);
    mpfr_mul_2ui(sum, sum, 53, MPFR_RNDN);
    mpfr_div(error, error, bound, MPFR_RNDN);
    const double r = mpfr_get_d(error, MPFR_RNDU);
    if (!(r <= ratio)) ratio = r;
    mpfr_set_prec(error, REFERENCE_BITS);
  }
  mpfr_clears(sum, error, bound, magnitude, (mpfr_ptr)NULL);
  return ratio;
}

static double value_of(int kind, size_t i, uint64_t *state) {
  switch (kind) {
  case 0:
    return (double)(data_bits(state) >> 11) * 0x1p-53;
  case 1:
    return data_scaled(state, -30, 30);
  case 2:
    return i % 2 ? -1e16 + (double)(i % 7) : 1e16; /* cancels again and again */
  case 3:
    return data_scaled(state, -1074, 900);
  case 4:
    return (i / 1500 % 2 ? -1 : 1) * fabs(data_scaled(state, 1009, 1011)); /* to where it is scaled */
  default:
    return data_scaled(state, -1074, -1060);
  }
}

static bool same_array(const double *a, const double *b, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!data_same(a[i], b[i])) return false;
  return true;
}

Test(cumsum, every_configuration_against_mpfr) {
  double *x = malloc(MOST * sizeof *x), *first = malloc(MOST * sizeof *x), *out = malloc(MOST * sizeof *x);
  uint64_t state = 61;
  for (int kind = 0; kind < KINDS; kind++) {
    for (size_t i = 0; i < MOST; i++) x[i] = value_of(kind, i, &state);
    testing_expect(NULL, tutti_cumsum(NULL, x, MOST, first), TUTTI_OK, "", "first");
    const double ratio = worst(x, first, MOST);
    cr_assert(ratio <= 1, "kind %d: %g times the bound", kind, ratio);
    for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
      memcpy(out, x, MOST * sizeof *x);
      testing_expect(c.ctx, tutti_cumsum(c.ctx, out, MOST, out), TUTTI_OK, "", c.name); /* in place */
      cr_assert(same_array(out, first, MOST), "%s, kind %d: other bits", c.name, kind);
    }
  }
  free(x);
  free(first);
  free(out);
}

/* The last prefix is right to the last bit but for cancellation, at lengths about tiles and segments. */
Test(cumsum, lengths) {
  enum { LONGEST = 2200 };
  double x[LONGEST], out[LONGEST + 1];
  uint64_t state = 62;
  for (size_t i = 0; i < LONGEST; i++) x[i] = data_scaled(&state, -8, 8);
  for (size_t n = 0; n <= LONGEST; n += n < 20 ? 1 : n % 128 < 2 || n % 128 == 127 ? 1 : 5) {
    out[n] = 42;
    testing_expect(NULL, tutti_cumsum(NULL, x, n, out), TUTTI_OK, "", "lengths");
    const double ratio = worst(x, out, n);
    cr_assert(ratio <= 1, "n %zu: %g times the bound", n, ratio);
    cr_assert(out[n] == 42, "n %zu: written behind the end", n);
  }
}

/* Runs on every level and hands the result to look. */
static void on_every_isa(const double *x, size_t n,
                         void (*look)(const double *out, size_t n, const char *name)) {
  double *out = malloc(n * sizeof *out);
  for (CONTEXTS c = {.every_isa = true, .backends = ON_THREADS, .workers = {2}}; contexts_next(&c);) {
    testing_expect(c.ctx, tutti_cumsum(c.ctx, x, n, out), TUTTI_OK, "", c.name);
    look(out, n, c.name);
  }
  free(out);
}

static void look_special(const double *out, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++) {
    const double expected = i < 3000 ? (double)(i + 1) : i < 90000 ? -(double)INFINITY : (double)NAN;
    cr_assert(data_same(out[i], expected), "%s: out[%zu] = %a, not %a", name, i, out[i], expected);
  }
}

Test(cumsum, infinities_and_nan) {
  enum { N = 150000 };
  double *x = malloc(N * sizeof *x);
  for (size_t i = 0; i < N; i++) x[i] = 1;
  x[3000] = -(double)INFINITY;
  x[90000] = (double)INFINITY;
  on_every_isa(x, N, look_special);
  x[90000] = (double)NAN;
  on_every_isa(x, N, look_special);
  free(x);
}

/* 1e308 twice overflows; back in the range the prefixes are right again, also in the same tile. */
static void look_overflow(const double *out, size_t n, const char *name) {
  cr_assert(out[0] == 1e308 && out[1] == (double)INFINITY && out[2] == 1e308 && out[3] == 0, "%s: %g %g %g",
            name, out[1], out[2], out[3]);
  for (size_t i = 4; i < n; i++) cr_assert(out[i] == 1e300, "%s: out[%zu] = %g", name, i, out[i]);
}

Test(cumsum, beyond_the_largest_double) {
  enum { N = 100000 };
  double *x = calloc(N, sizeof *x);
  x[0] = x[1] = 1e308;
  x[2] = x[3] = -1e308;
  x[4] = 1e300;
  on_every_isa(x, N, look_overflow);
  free(x);
}

/* The same in the middle of small items, where a tile begins with a small sum. */
enum { SMALL = 70001 };
static void look_overflow_after_small(const double *out, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++) {
    const double expected = i < SMALL ? (double)(i + 1) : i == SMALL + 1 ? (double)INFINITY : 1e308;
    const double back = (double)(i - 3);
    cr_assert(out[i] == (i < SMALL + 3 ? expected : back), "%s: out[%zu] = %g", name, i, out[i]);
  }
}

Test(cumsum, beyond_the_largest_double_from_a_small_start) {
  enum { N = 100000 };
  double *x = malloc(N * sizeof *x);
  for (size_t i = 0; i < N; i++) x[i] = 1;
  x[SMALL] = x[SMALL + 1] = 1e308;
  x[SMALL + 2] = x[SMALL + 3] = -1e308;
  on_every_isa(x, N, look_overflow_after_small);
  free(x);
}

static void look_zeros(const double *out, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++)
    cr_assert(data_same(out[i], i < 80000 ? -0.0 : 0.0), "%s: out[%zu] = %a", name, i, out[i]);
}

/* Prefixes before an infinity, a NaN or a huge item in the same tile may be as small as can be. */
Test(cumsum, small_prefixes_before_large_items) {
  enum { N = 3000 };
  static const double late[] = {(double)INFINITY, (double)NAN, 0x1p1023, -0x1p1012};
  double x[N], out[N];
  for (CONTEXTS c = every_isa_also_threaded(); contexts_next(&c);) {
    for (int k = 0; k < 4; k++)
      for (size_t place = 1; place < N; place = 3 * place + 1) {
        for (size_t i = 0; i < N; i++) x[i] = i < place ? 0x1p-1070 : i == place ? late[k] : 0;
        cr_assert(tutti_cumsum(c.ctx, x, N, out) == TUTTI_OK);
        for (size_t i = 0; i < place; i++)
          cr_assert(out[i] == (double)(i + 1) * 0x1p-1070, "%g at %zu, prefix %zu: %g", late[k], place, i,
                    out[i]);
        for (size_t i = place; i < N; i++)
          cr_assert(out[i] == late[k] || (isnan(late[k]) && isnan(out[i])), "%g at %zu, prefix %zu: %g",
                    late[k], place, i, out[i]);
      }
  }
}

Test(cumsum, signed_zeros) {
  enum { N = 100000 };
  double *x = malloc(N * sizeof *x);
  for (size_t i = 0; i < N; i++) x[i] = i == 80000 ? 0.0 : -0.0;
  on_every_isa(x, N, look_zeros);
  free(x);
}

Test(cumsum, bad_arguments_leave_the_output_alone) {
  double x = 1, out = 42;
  testing_expect(NULL, tutti_cumsum(NULL, NULL, 1, &out), TUTTI_EINVAL, "x is NULL", "x");
  testing_expect(NULL, tutti_cumsum(NULL, &x, 1, NULL), TUTTI_EINVAL, "out is NULL", "out");
  testing_expect(NULL, tutti_cumsum(NULL, &x, SIZE_MAX, &out), TUTTI_EINVAL, "2^45", "n");
  cr_assert(out == 42);
  cr_assert(tutti_cumsum(NULL, NULL, 0, NULL) == TUTTI_OK);
}
