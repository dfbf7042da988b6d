/* tutti_asum is the exact sum of magnitudes; tutti_nrm2 is within 1 ulp wherever its value can be held. */
#include <float.h>
#include <stdlib.h>

#include "../support/data.h"
#include "../support/levels.h"
#include "../support/reference.h"
#include "../support/testing.h"

typedef tutti_status (*function)(tutti_ctx *ctx, const double *x, size_t n, double *result);

static double value_of(function f, tutti_ctx *ctx, const double *x, size_t n) {
  double value = -7;
  const tutti_status status = f(ctx, x, n, &value);
  cr_assert(status == TUTTI_OK, "%s: %s", tutti_strerror(status), tutti_error_detail(ctx));
  return value;
}

/* How many doubles lie between two of the same sign; NaN is next to NaN. */
static uint64_t distance(double a, double b) {
  if (a != a || b != b) return a != a && b != b ? 0 : UINT64_MAX;
  const uint64_t i = data_to_bits(a), j = data_to_bits(b);
  return i > j ? i - j : j - i;
}

static void check(const levels *l, const double *x, size_t n, const char *what) {
  const double asum = reference_asum(x, n), nrm2 = reference_nrm2(x, n),
               first = value_of(tutti_nrm2, l->ctx[0], x, n);
  cr_assert(distance(first, nrm2) <= 1, "nrm2, %s, n = %zu: %a, MPFR %a", what, n, first, nrm2);
  for (int i = 0; i < l->count; i++) {
    const double sum = value_of(tutti_asum, l->ctx[i], x, n), norm = value_of(tutti_nrm2, l->ctx[i], x, n);
    cr_assert(data_same(sum, asum), "asum, %s, %s, n = %zu: %a, MPFR %a", what, levels_name(l, i), n, sum,
              asum);
    cr_assert(data_same(norm, first), "nrm2, %s, %s, n = %zu: %a and %a", what, levels_name(l, i), n, norm,
              first);
  }
}

static double any_finite(uint64_t *s) { return data_finite(s); }
static double near_one(uint64_t *s) { return data_scaled(s, -3, 3); }
static double hundred_binades(uint64_t *s) { return data_scaled(s, -50, 50); }
static double near_largest(uint64_t *s) { return data_scaled(s, 1020, 1023); }
static double huge(uint64_t *s) { return data_scaled(s, 505, 518); }   /* squares overflow or do not */
static double tiny(uint64_t *s) { return data_scaled(s, -545, -470); } /* squares are subnormal, or vanish */
static double subnormal(uint64_t *s) { return data_scaled(s, -1074, -1020); }
static double smallest(uint64_t *s) {
  return data_bits(s) % 3 ? 0 : data_bits(s) & 1 ? DBL_TRUE_MIN : -DBL_TRUE_MIN;
}
static double integer(uint64_t *s) { return (double)(int64_t)(data_bits(s) >> 40) - 0x1p23; }

static const struct {
  const char *name;
  double (*next)(uint64_t *);
} kinds[] = {{"any finite", any_finite},     {"near one", near_one}, {"100 binades", hundred_binades},
             {"near DBL_MAX", near_largest}, {"huge", huge},         {"tiny", tiny},
             {"subnormal", subnormal},       {"smallest", smallest}, {"integers", integer}};
enum { KINDS = sizeof kinds / sizeof *kinds };

Test(asum_nrm2, every_isa_against_mpfr) {
  static const size_t lengths[] = {0,  1,   2,   3,   7,    8,    9,    16,   17,  31,
                                   33, 127, 255, 257, 1023, 1025, 2047, 2049, 5000};
  double *x = malloc(5000 * sizeof *x);
  levels l = levels_open();
  uint64_t state = 51;
  for (int kind = 0; kind < KINDS; kind++)
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
      for (int trial = 0; trial < 5; trial++) {
        for (size_t i = 0; i < lengths[k]; i++) x[i] = kinds[kind].next(&state);
        check(&l, x, lengths[k], kinds[kind].name);
      }
  levels_close(&l);
  free(x);
}

/* Every exponent there is: nrm2 scales by it, neither overflowing nor underflowing. */
Test(asum_nrm2, pairs_at_every_exponent) {
  levels l = levels_open();
  uint64_t state = 52;
  for (int exponent = -1074; exponent <= 1023; exponent++)
    for (int below = 0; below < 4; below++) {
      const int other = exponent - 13 * below < -1074 ? -1074 : exponent - 13 * below;
      const double pair[] = {data_scaled(&state, exponent, exponent), data_scaled(&state, other, other)};
      check(&l, pair, 2, "pair");
    }
  levels_close(&l);
}

Test(asum_nrm2, known_values) {
  const double five[] = {3, -4}, largest[] = {DBL_MAX}, over[] = {DBL_MAX, DBL_MAX},
               least[] = {-DBL_TRUE_MIN};
  const double scaled[] = {3e300, 4e300}, small[] = {3 * DBL_TRUE_MIN, 4 * DBL_TRUE_MIN},
               close[] = {0x1.8p1022, 0x1p1023};
  cr_assert(value_of(tutti_nrm2, NULL, five, 2) == 5 && value_of(tutti_asum, NULL, five, 2) == 7);
  cr_assert(value_of(tutti_nrm2, NULL, largest, 1) == DBL_MAX &&
            value_of(tutti_asum, NULL, largest, 1) == DBL_MAX);
  cr_assert(value_of(tutti_nrm2, NULL, over, 2) == INFINITY &&
            value_of(tutti_asum, NULL, over, 2) == INFINITY);
  cr_assert(value_of(tutti_nrm2, NULL, least, 1) == DBL_TRUE_MIN &&
            value_of(tutti_asum, NULL, least, 1) == DBL_TRUE_MIN);
  cr_assert(distance(value_of(tutti_nrm2, NULL, scaled, 2), 5e300) <= 1);
  cr_assert(value_of(tutti_nrm2, NULL, small, 2) == 5 * DBL_TRUE_MIN);
  cr_assert(value_of(tutti_nrm2, NULL, close, 2) == 0x1.4p1023, "the largest that is exact");
  cr_assert(data_same(value_of(tutti_nrm2, NULL, NULL, 0), 0.0) &&
            data_same(value_of(tutti_asum, NULL, NULL, 0), 0.0));
}

Test(asum_nrm2, special_values) {
  enum { N = 2500 };
  static const double special[] = {-0.0, INFINITY, -INFINITY, NAN, DBL_MAX, -DBL_TRUE_MIN};
  double x[N];
  levels l = levels_open();
  uint64_t state = 53;
  for (size_t s = 0; s < sizeof special / sizeof *special; s++)
    for (size_t t = 0; t < sizeof special / sizeof *special; t++) {
      for (size_t i = 0; i < N; i++) x[i] = near_one(&state);
      x[data_bits(&state) % N] = special[s];
      x[data_bits(&state) % N] = special[t];
      check(&l, x, N, "special");
    }
  for (size_t i = 0; i < N; i++) x[i] = -0.0;
  check(&l, x, N, "-0");
  cr_assert(data_same(value_of(tutti_asum, NULL, x, N), 0.0) &&
            data_same(value_of(tutti_nrm2, NULL, x, N), 0.0));
  x[1] = INFINITY;
  x[2] = -INFINITY; /* magnitudes: not opposite any more */
  cr_assert(value_of(tutti_asum, NULL, x, N) == INFINITY && value_of(tutti_nrm2, NULL, x, N) == INFINITY);
  levels_close(&l);
}

Test(asum_nrm2, many_small_vectors) {
  double x[8];
  levels l = levels_open();
  uint64_t state = 54;
  for (int v = 0; v < 150000; v++) {
    const size_t n = 1 + data_bits(&state) % 8;
    for (size_t i = 0; i < n; i++)
      x[i] = v % 2 ? data_from_bits(data_bits(&state)) : data_scaled(&state, -2, 2);
    const int level = v / 2 % l.count;
    const double asum = value_of(tutti_asum, l.ctx[level], x, n),
                 nrm2 = value_of(tutti_nrm2, l.ctx[level], x, n);
    cr_assert(data_same(asum, reference_asum(x, n)), "vector %d, %s: asum %a", v, levels_name(&l, level),
              asum);
    cr_assert(distance(nrm2, reference_nrm2(x, n)) <= 1, "vector %d, %s: nrm2 %a", v, levels_name(&l, level),
              nrm2);
  }
  levels_close(&l);
}

/* Every configuration, and every second of them on shuffled data. */
Test(asum_nrm2, every_configuration_same_bits) {
  enum { N = (1 << 18) + 77 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 55;
  for (size_t i = 0; i < N; i++)
    x[i] = i / 5000 % 8 == 7 ? data_scaled(&state, -700, 700) : data_scaled(&state, -9, 9);
  const double asum = reference_asum(x, N), nrm2 = value_of(tutti_nrm2, NULL, x, N);
  cr_assert(distance(nrm2, reference_nrm2(x, N)) <= 1);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    for (size_t i = N - 1; c.next % 2 && i > 0; i -= 1 + i / 1000) {
      const size_t j = data_bits(&state) % (i + 1);
      const double swap = x[i];
      x[i] = x[j];
      x[j] = swap;
    }
    cr_assert(data_same(value_of(tutti_asum, c.ctx, x, N), asum), "asum, %s", c.name);
    cr_assert(data_same(value_of(tutti_nrm2, c.ctx, x, N), nrm2), "nrm2, %s", c.name);
  }
  free(x);
}

Test(asum_nrm2, bad_arguments_leave_the_result_alone) {
  static const function functions[] = {tutti_asum, tutti_nrm2};
  double x = 1, result = 42;
  for (int f = 0; f < 2; f++) {
    testing_expect(NULL, functions[f](NULL, NULL, 3, &result), TUTTI_EINVAL, "x is NULL", "x");
    testing_expect(NULL, functions[f](NULL, &x, 1, NULL), TUTTI_EINVAL, "result", "result");
    testing_expect(NULL, functions[f](NULL, &x, SIZE_MAX / 8, &result), TUTTI_EINVAL, "2305843009213693951",
                   "n");
    testing_expect(NULL, functions[f](NULL, &x, ((size_t)1 << 45) + 1, &result), TUTTI_EINVAL, "2^45", "n");
  }
  cr_assert(result == 42);
}
