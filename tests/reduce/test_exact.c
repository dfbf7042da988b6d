/* tutti_exact_* against MPFR: correctly rounded whatever the terms and their order. */
#include <criterion/criterion.h>
#include <float.h>
#include <stdlib.h>
#include <tutti/tutti.h>

#include "../support/data.h"
#include "../support/reference.h"

static double exact_sum(const double *x, size_t n) {
  tutti_exact acc;
  tutti_exact_init(&acc);
  for (size_t i = 0; i < n; i++) tutti_exact_add(&acc, x[i]);
  return tutti_exact_round(&acc);
}

static double exact_sum_array(const double *x, size_t n) {
  tutti_exact acc;
  tutti_exact_init(&acc);
  tutti_exact_add_array(&acc, x, n);
  return tutti_exact_round(&acc);
}

static void check(const double *x, size_t n, const char *what) {
  const double expected = reference_sum(x, n), one_by_one = exact_sum(x, n), array = exact_sum_array(x, n);
  cr_assert(data_same(one_by_one, expected), "%s, n = %zu: %a, MPFR %a", what, n, one_by_one, expected);
  cr_assert(data_same(array, expected), "%s, n = %zu, as an array: %a, MPFR %a", what, n, array, expected);
}

Test(exact, one_term_is_itself) {
  uint64_t state = 1;
  for (int i = 0; i < 20000; i++) {
    const double x = data_from_bits(data_bits(&state));
    const double sum = exact_sum(&x, 1);
    cr_assert(data_same(sum, x), "%a became %a", x, sum);
  }
}

Test(exact, signed_zeros) {
  const double minus[] = {-0.0, -0.0, -0.0}, mixed[] = {-0.0, 0.0}, cancels[] = {1, -1, -0.0};
  cr_assert(data_same(exact_sum(NULL, 0), 0.0));
  check(minus, 3, "only -0");
  cr_assert(data_same(exact_sum(minus, 3), -0.0));
  check(mixed, 2, "-0 and +0");
  check(cancels, 3, "exact cancellation");
}

Test(exact, infinities_and_nan) {
  const double up[] = {1, INFINITY, DBL_MAX}, down[] = {-INFINITY, 5}, both[] = {INFINITY, 1, -INFINITY};
  const double nan[] = {1, NAN, INFINITY};
  cr_assert(exact_sum(up, 3) == INFINITY);
  cr_assert(exact_sum(down, 2) == -INFINITY);
  cr_assert(isnan(exact_sum(both, 3)));
  cr_assert(isnan(exact_sum(nan, 3)));
  check(up, 3, "+inf");
  check(down, 2, "-inf");
  check(both, 3, "both");
  check(nan, 3, "NaN");
}

Test(exact, overflow_only_of_the_result) {
  const double back[] = {DBL_MAX, DBL_MAX, DBL_MAX, -DBL_MAX, -DBL_MAX};
  const double over[] = {DBL_MAX, DBL_MAX};
  const double half_ulp =
      0x1p970; /* half of the last place of DBL_MAX: rounds to even, that is to infinity */
  const double tie[] = {DBL_MAX, half_ulp}, below[] = {DBL_MAX, half_ulp, -DBL_TRUE_MIN};
  cr_assert(exact_sum(back, 5) == DBL_MAX);
  cr_assert(exact_sum(over, 2) == INFINITY);
  cr_assert(exact_sum(tie, 2) == INFINITY);
  cr_assert(exact_sum(below, 3) == DBL_MAX);
  check(back, 5, "overflowing partial sums");
  check(below, 3, "just below the tie");
}

Test(exact, ties_to_even) {
  const double down[] = {1, 0x1p-53}, up[] = {1 + DBL_EPSILON, 0x1p-53}, above[] = {1, 0x1p-53, DBL_TRUE_MIN};
  const double subnormal[] = {DBL_TRUE_MIN, DBL_TRUE_MIN, -DBL_TRUE_MIN};
  cr_assert(exact_sum(down, 2) == 1);
  cr_assert(exact_sum(up, 2) == 1 + 2 * DBL_EPSILON);
  cr_assert(exact_sum(above, 3) == 1 + DBL_EPSILON);
  cr_assert(exact_sum(subnormal, 3) == DBL_TRUE_MIN);
}

/* Sums of two: every pair of exponents, so that every limb, shift and distance is met. */
Test(exact, pairs_of_exponents) {
  uint64_t state = 2;
  for (int a = -1074; a <= 1023; a += 31)
    for (int b = -1074; b <= 1023; b += 17) {
      const double pair[] = {data_scaled(&state, a, a), data_scaled(&state, b, b)};
      check(pair, 2, "pair");
    }
}

static double any_finite(uint64_t *s) { return data_finite(s); }
static double near_one(uint64_t *s) { return data_scaled(s, -3, 3); }
static double thirty_binades(uint64_t *s) { return data_scaled(s, -30, 0); }
static double six_hundred_binades(uint64_t *s) { return data_scaled(s, -300, 300); }
static double subnormal(uint64_t *s) { return data_scaled(s, -1074, -1020); }
static double huge(uint64_t *s) { return data_scaled(s, 1000, 1023); }
static double integer(uint64_t *s) { return (double)(int64_t)(data_bits(s) >> 40) - 0x1p23; }

static const struct {
  const char *name;
  double (*next)(uint64_t *);
} kinds[] = {{"any finite", any_finite},     {"near one", near_one},
             {"30 binades", thirty_binades}, {"600 binades", six_hundred_binades},
             {"subnormal", subnormal},       {"huge", huge},
             {"integers", integer}};
enum { KINDS = sizeof kinds / sizeof *kinds, MOST = 5000 };

/* Lengths around the vector's, the stride's and the block's ends at every instruction set. */
static const size_t lengths[] = {0,  1,  2,   3,   5,   7,   8,    9,    15,   16,   17,   31,   32,
                                 33, 63, 127, 255, 256, 257, 1023, 1024, 1025, 2047, 2048, 2049, MOST};

Test(exact, arrays_of_every_kind) {
  double *x = malloc(MOST * sizeof *x);
  uint64_t state = 3;
  for (int kind = 0; kind < KINDS; kind++)
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
      for (size_t i = 0; i < lengths[l]; i++) x[i] = kinds[kind].next(&state);
      check(x, lengths[l], kinds[kind].name);
    }
  free(x);
}

/* x and -x in random places, and something tiny: the condition number is beyond 1e300. */
Test(exact, cancelling) {
  enum { HALF = 1500 };
  double *x = malloc((2 * HALF + 1) * sizeof *x);
  uint64_t state = 4;
  for (int kind = 0; kind < KINDS; kind++) {
    for (size_t i = 0; i < HALF; i++) {
      x[2 * i] = kinds[kind].next(&state);
      x[2 * i + 1] = -x[2 * i];
    }
    x[2 * HALF] = 0x1p-1000;
    for (size_t i = 2 * HALF; i > 0; i--) {
      const size_t j = data_bits(&state) % (i + 1);
      const double swap = x[i];
      x[i] = x[j];
      x[j] = swap;
    }
    check(x, 2 * HALF + 1, kinds[kind].name);
    cr_assert(exact_sum_array(x, 2 * HALF + 1) == 0x1p-1000, "%s", kinds[kind].name);
  }
  free(x);
}

/* One value far above a block of small ones, at every place in the block, and the other way round. */
Test(exact, slice_boundaries) {
  enum { N = 2048 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 5;
  for (int distance = 0; distance < 130; distance++) {
    for (size_t i = 0; i < N; i++) x[i] = data_scaled(&state, -distance, -distance);
    x[data_bits(&state) % N] = data_scaled(&state, 0, 0);
    check(x, N, "one large");
    for (size_t i = 0; i < N; i++) x[i] = data_scaled(&state, 0, 0);
    x[data_bits(&state) % N] = data_scaled(&state, -distance, -distance);
    check(x, N, "one small");
  }
  free(x);
}

/* A block of equal values at the top of a binade fills the slices as far as they can be filled. */
Test(exact, slices_filled_to_the_brim) {
  enum { N = 4096 };
  double *x = malloc(N * sizeof *x);
  const double values[] = {nextafter(2, 0), -nextafter(2, 0), nextafter(0x1p-1022, 0), DBL_MAX,
                           1 + DBL_EPSILON};
  for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
    for (size_t i = 0; i < N; i++) x[i] = values[v];
    check(x, N, "equal values");
  }
  free(x);
}

Test(exact, products) {
  enum { N = 400 };
  double x[N], y[N];
  uint64_t state = 6;
  for (int trial = 0; trial < 200; trial++) {
    tutti_exact acc;
    tutti_exact_init(&acc);
    for (size_t i = 0; i < N; i++) {
      x[i] = kinds[trial % KINDS].next(&state);
      y[i] = kinds[(trial / KINDS) % KINDS].next(&state);
      tutti_exact_add_product(&acc, x[i], y[i]);
    }
    const double expected = reference_dot(x, y, N), sum = tutti_exact_round(&acc);
    cr_assert(data_same(sum, expected), "%s x %s: %a, MPFR %a", kinds[trial % KINDS].name,
              kinds[(trial / KINDS) % KINDS].name, sum, expected);
  }
}

Test(exact, special_products) {
  const double values[] = {0.0,          -0.0,     1,         -3,  DBL_MAX, -DBL_MAX,
                           DBL_TRUE_MIN, INFINITY, -INFINITY, NAN, DBL_MIN};
  const size_t count = sizeof values / sizeof *values;
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++) {
      tutti_exact acc;
      tutti_exact_init(&acc);
      tutti_exact_add_product(&acc, values[i], values[j]);
      const double product = values[i] * values[j], sum = tutti_exact_round(&acc);
      cr_assert(data_same(sum, product), "%a * %a = %a, not %a", values[i], values[j], product, sum);
    }
}

/* The product overflows, underflows even below the smallest subnormal, and the sum does not. */
Test(exact, products_beyond_the_range) {
  tutti_exact acc;
  tutti_exact_init(&acc);
  tutti_exact_add_product(&acc, 1e200, 1e200);
  tutti_exact_add(&acc, 2.5);
  tutti_exact_add_product(&acc, -1e200, 1e200);
  cr_assert(tutti_exact_round(&acc) == 2.5);
  tutti_exact_init(&acc);
  tutti_exact_add_product(&acc, DBL_TRUE_MIN, DBL_TRUE_MIN);
  cr_assert(data_same(tutti_exact_round(&acc), 0.0));
  tutti_exact_add(&acc, 1.5 * DBL_MIN);
  tutti_exact_add_product(&acc, DBL_TRUE_MIN, -0.5); /* a tie, but for the 2^-2148 above it */
  cr_assert(tutti_exact_round(&acc) == 1.5 * DBL_MIN);
  tutti_exact_init(&acc);
  tutti_exact_add_product(&acc, -DBL_TRUE_MIN, DBL_TRUE_MIN);
  cr_assert(data_same(tutti_exact_round(&acc), -0.0));
}

/* Any split, merged in any order, rounds to the same bits, and the accumulators hold the same number. */
Test(exact, merges) {
  enum { N = 3000, PARTS = 7 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 7;
  for (int kind = 0; kind < KINDS; kind++) {
    tutti_exact part[PARTS];
    for (int p = 0; p < PARTS; p++) tutti_exact_init(&part[p]);
    for (size_t i = 0; i < N; i++) {
      x[i] = kinds[kind].next(&state);
      tutti_exact_add(&part[data_bits(&state) % PARTS], x[i]);
    }
    for (int p = PARTS - 1; p > 0; p--) tutti_exact_merge(&part[p / 2], &part[p]);
    cr_assert(data_same(tutti_exact_round(&part[0]), reference_sum(x, N)), "%s", kinds[kind].name);
  }
  free(x);
}

/* Doubling by merging with itself passes the point where carries are due many times over: 2^40 terms. */
Test(exact, carries_of_many_terms) {
  tutti_exact acc;
  tutti_exact_init(&acc);
  const double x = -nextafter(2, 0);
  tutti_exact_add(&acc, x);
  tutti_exact_add(&acc, 0x1p-1074);
  for (int doubling = 1; doubling <= 40; doubling++) {
    const tutti_exact copy = acc;
    tutti_exact_merge(&acc, &copy);
    mpfr_t expected;
    mpfr_init2(expected, REFERENCE_BITS);
    mpfr_set_d(expected, x, MPFR_RNDN);
    mpfr_add_d(expected, expected, 0x1p-1074, MPFR_RNDN);
    mpfr_mul_2si(expected, expected, doubling, MPFR_RNDN);
    cr_assert(tutti_exact_round(&acc) == mpfr_get_d(expected, MPFR_RNDN), "2^%d terms", doubling);
    mpfr_clear(expected);
  }
}

/* Millions of small additions into one limb reach the deferred carry by counting. */
Test(exact, pending_additions_never_overflow) {
  tutti_exact acc;
  tutti_exact_init(&acc);
  tutti_exact_add(&acc, 0x1.fffffffffffffp-1);
  acc.pending = (UINT64_C(1) << 29) - 3; /* as after that many additions */
  for (int i = 0; i < 6; i++) tutti_exact_add(&acc, 0x1.fffffffffffffp-1);
  cr_assert(acc.pending < 6, "the carry was not taken: pending = %llu", (unsigned long long)acc.pending);
  cr_assert(tutti_exact_round(&acc) == 7 * 0x1.fffffffffffffp-1);
}
