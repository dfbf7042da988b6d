/* tutti_sum: every ISA against MPFR, shuffled data, arguments. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/reference.h"
#include "../support/testing.h"

static double sum_of(tutti_ctx *ctx, const double *x, size_t n) {
  double sum = -7;
  const tutti_status status = tutti_sum(ctx, x, n, &sum);
  cr_assert_eq(status, TUTTI_OK, "%s: %s", tutti_strerror(status), tutti_error_detail(ctx));
  return sum;
}

/* 2^18 elements make several chunks; each kind exercises the fast path, the slow one, or both by turns. */
Test(sum, every_isa_against_mpfr) {
  enum { N = (1 << 18) + 77 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 11;
  for (int kind = 0; kind < 4; kind++) {
    for (size_t i = 0; i < N; i++)
      x[i] = kind == 0   ? (double)(data_bits(&state) >> 11) * 0x1p-53
             : kind == 1 ? data_scaled(&state, -20, 5)
             : kind == 2 ? data_scaled(&state, -1074, 1000)
                         : (i / 5000 % 2 ? data_scaled(&state, -300, 300) : data_scaled(&state, 0, 0));
    const double expected = reference_sum(x, N);
    for (CONTEXTS c = every_isa(); contexts_next(&c);) {
      const double sum = sum_of(c.ctx, x, N);
      cr_assert(data_same(sum, expected), "%s, kind %d: %a, MPFR %a", c.name, kind, sum, expected);
    }
  }
  free(x);
}

Test(sum, special_values_in_long_arrays) {
  enum { N = 10000 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 12;
  for (CONTEXTS c = every_isa(); contexts_next(&c);) {
    for (int trial = 0; trial < 50; trial++) {
      for (size_t i = 0; i < N; i++) x[i] = data_scaled(&state, -5, 5);
      const size_t place = data_bits(&state) % N;
      x[place] = trial % 3 == 0 ? (double)NAN : trial % 3 == 1 ? (double)INFINITY : -(double)INFINITY;
      const double sum = sum_of(c.ctx, x, N);
      cr_assert(data_same(sum, x[place]), "%a at %zu: %a", x[place], place, sum);
    }
    for (size_t i = 0; i < N; i++) x[i] = -0.0;
    cr_assert(data_same(sum_of(c.ctx, x, N), -0.0));
    x[N / 2] = 0.0;
    cr_assert(data_same(sum_of(c.ctx, x, N), 0.0));
  }
  free(x);
}

Test(sum, shuffled_data_same_bits) {
  enum { N = 50000 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 13;
  for (size_t i = 0; i < N; i++) x[i] = data_scaled(&state, -60, 60);
  const double expected = reference_sum(x, N);
  for (int shuffle = 0; shuffle < 20; shuffle++) {
    for (size_t i = N - 1; i > 0; i--) {
      const size_t j = data_bits(&state) % (i + 1);
      const double swap = x[i];
      x[i] = x[j];
      x[j] = swap;
    }
    cr_assert(sum_of(NULL, x, N) == expected);
  }
  free(x);
}

/* Unaligned arrays, as a caller may pass them. */
Test(sum, any_alignment) {
  enum { N = 3000 };
  double *x = malloc((N + 8) * sizeof *x);
  uint64_t state = 14;
  for (size_t i = 0; i < N + 8; i++) x[i] = data_scaled(&state, -3, 3);
  for (size_t offset = 0; offset < 8; offset++)
    cr_assert(sum_of(NULL, x + offset, N) == reference_sum(x + offset, N));
  free(x);
}

/* A sum is done in blocks of 4 096 terms, each on a grid that is guessed from a few of its terms, or on that
 * of the block before, in two slices or three. The data below make each of the guesses wrong, at places about
 * the ends of vectors, blocks and chunks. */
enum { BLOCK = 4096, MANY = 7 * BLOCK + 3 };

static void check_everywhere(const double *x, size_t n, const char *what, size_t place) {
  const double expected = reference_sum(x, n);
  for (CONTEXTS c = every_isa(); contexts_next(&c);) {
    const double sum = sum_of(c.ctx, x, n);
    cr_assert(data_same(sum, expected), "%s, %zu terms, place %zu, %s: %a, MPFR %a", what, n, place, c.name,
              sum, expected);
  }
}

static const size_t ends[] = {1,         15,
                              16,        17,
                              31,        33,
                              1023,      BLOCK - 33,
                              BLOCK - 1, BLOCK,
                              BLOCK + 1, 2 * BLOCK - 1,
                              2 * BLOCK, 2 * BLOCK + 1,
                              3 * BLOCK, 3 * BLOCK + 1,
                              MANY};
enum { ENDS = sizeof ends / sizeof *ends };

Test(sum, lengths_about_every_end) {
  double *x = malloc(MANY * sizeof *x);
  uint64_t state = 15;
  for (size_t i = 0; i < MANY; i++) x[i] = data_scaled(&state, -9, 9);
  for (int e = 0; e < ENDS; e++) check_everywhere(x, ends[e], "random", 0);
  free(x);
}

/* One term is out of line with the sample that the grid was guessed from: it is at the bound or just below or
 * above, or far from it, or tiny; and there may be a second one that takes it back, so that only what was
 * lost on the way could tell. */
Test(sum, a_term_that_the_guess_did_not_see) {
  static const double strange[] = {1,
                                   2,
                                   0x1.fffffffffffffp1,
                                   4,
                                   0x1.0000000000001p2,
                                   8,
                                   0x1p14,
                                   0x1.8p15,
                                   -0x1.8p15,
                                   0x1p40,
                                   -0x1.2345678p70,
                                   1e300,
                                   0x1p-40,
                                   0x1.8p-75,
                                   0x1p-140,
                                   0x1p-1074,
                                   0x0.fffffffffffffp-1022,
                                   -0.0,
                                   0x1.fffffffffffffp1023,
                                   (double)INFINITY,
                                   (double)NAN};
  double *x = malloc(MANY * sizeof *x);
  uint64_t state = 16;
  for (size_t i = 0; i < MANY; i++) x[i] = data_scaled(&state, -1, 0);
  for (size_t v = 0; v < sizeof strange / sizeof *strange; v++)
    for (int e = 0; e < ENDS; e++) {
      const size_t n = e % 3 == 0 ? ends[e] : MANY, place = (ends[e] - 1) % n, other = (place + 7) % n;
      const double before = x[place], before_other = x[other];
      x[place] = strange[v];
      check_everywhere(x, n, "one strange term", place);
      x[other] = -strange[v];
      check_everywhere(x, n, "and its negative", place);
      x[other] = before_other;
      x[place] = before;
    }
  free(x);
}

/* Magnitudes that grow or shrink along the array, by a binade in so many terms: the grid of a block is wrong
 * for the next one, in one direction or the other. */
Test(sum, growing_and_shrinking_terms) {
  static const int pace[] = {1, 20, 100, 500, 3000};
  double *x = malloc(MANY * sizeof *x);
  uint64_t state = 17;
  for (int p = 0; p < 5; p++)
    for (int direction = -1; direction <= 1; direction += 2) {
      for (int i = 0; i < MANY; i++) {
        const int exponent = direction * ((i - MANY / 2) / pace[p]) % 1000;
        x[i] = data_scaled(&state, exponent, exponent);
      }
      check_everywhere(x, MANY, "growing or shrinking", (size_t)pace[p]);
    }
  free(x);
}

/* The range of doubles has ends, and so have grids. */
Test(sum, blocks_at_the_ends_of_the_range) {
  static const int tops[] = {-1074, -1060, -1030, -1022, -1010, -975, -962, -958, -900, 998,
                             1003,  1007,  1008,  1009,  1010,  1011, 1012, 1013, 1020, 1023};
  double *x = malloc(BLOCK * 2 * sizeof *x);
  uint64_t state = 18;
  for (size_t t = 0; t < sizeof tops / sizeof *tops; t++)
    for (int width = 0; width <= 60; width += 20) {
      const int low = tops[t] - width < -1074 ? -1074 : tops[t] - width;
      for (size_t i = 0; i < 2 * BLOCK; i++) x[i] = data_scaled(&state, low, tops[t]);
      check_everywhere(x, 600, "at an end", (size_t)tops[t] + 1074);
      check_everywhere(x, 2 * BLOCK, "at an end", (size_t)tops[t] + 1074);
      for (size_t i = 0; i < 2 * BLOCK; i++) x[i] = fabs(x[i]); /* as full as can be */
      check_everywhere(x, 2 * BLOCK, "at an end, positive", (size_t)tops[t] + 1074);
    }
  free(x);
}

/* All of what a block may add up to: equal terms just below a power of two. */
Test(sum, full_slices) {
  double *x = malloc(MANY * sizeof *x);
  for (int i = 0; i < MANY; i++) x[i] = 0x1.fffffffffffffp0;
  for (int e = 0; e < ENDS; e++) check_everywhere(x, ends[e], "equal terms", 0);
  for (int i = 0; i < MANY; i++) x[i] = i % 2 ? -0x1.fffffffffffffp0 : 0x1.ffffffffffffep0;
  for (int e = 0; e < ENDS; e++) check_everywhere(x, ends[e], "alternating terms", 0);
  free(x);
}

/* Terms too wide for slices are added in bins, one for each sign and exponent. */
Test(sum, every_sign_and_exponent) {
  enum { N = 5 * 4096 + 3 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 19;
  for (int kind = 0; kind < 4; kind++) {
    for (uint64_t i = 0; i < N; i++) {
      const uint64_t top = i * 1229 % 4096, mantissa = data_bits(&state) >> 12;
      const bool special = top % 2048 == 2047;
      x[i] = data_from_bits((special ? 0 : top << 52) | (kind % 2 ? mantissa : UINT64_MAX >> 12));
    }
    if (kind == 2) x[N / 2] = -(double)INFINITY;
    if (kind == 3) x[N - 1] = (double)NAN;
    check_everywhere(x, N, "every exponent", (size_t)kind);
    for (int e = 0; e < 16; e++) check_everywhere(x + e, N - 16, "every exponent", (size_t)kind);
  }
  free(x);
}

/* As much as goes into a bin before it is emptied: equal terms of 53 bits, and one that slices have no room
 * for. What cancels in the end must not have overflowed before. */
Test(sum, full_bins) {
  enum { N = (1 << 17) + 100 };
  static const uint64_t exponents[] = {0, 1, 2, 3, 31, 32, 1000, 1023, 2028, 2029, 2045, 2046};
  double *x = malloc(N * sizeof *x);
  for (size_t e = 0; e < sizeof exponents / sizeof *exponents; e++)
    for (int kind = 0; kind < 4; kind++) {
      const double equal = data_from_bits(exponents[e] << 52 | UINT64_MAX >> 12);
      for (size_t i = 0; i < N; i++)
        x[i] = kind == 0 || (kind == 2 && i % 2) || (kind == 3 && i >= N / 2) ? equal : -equal;
      x[1] = exponents[e] > 1000 ? 0x1p-1074 : 0x1.8p1000;
      x[2] = -x[1];
      check_everywhere(x, N, "equal terms and one of another exponent", exponents[e]);
    }
  free(x);
}

/* Zeros of a sum: -0 only where every term is -0, whether slices, chunks or both have found it. */
Test(sum, zeros) {
  double *x = malloc(MANY * sizeof *x);
  for (int e = 0; e < ENDS; e++) {
    const size_t n = ends[e];
    for (size_t i = 0; i < n; i++) x[i] = -0.0;
    check_everywhere(x, n, "-0", 0);
    x[n - 1] = 0.0;
    check_everywhere(x, n, "-0 and one 0", n - 1);
    for (size_t i = 0; i < n; i++) x[i] = i % 2 ? -x[i - 1] : 1.0 / (double)(i + 1);
    x[n - 1] = n % 2 ? -0.0 : x[n - 1];
    check_everywhere(x, n, "terms that cancel", 0);
  }
  free(x);
}

/* Of a chunk's sum only the limbs that are set are merged. Here the quarters of the array differ in
 * magnitude, sign or kind, so that chunks' sums have few limbs or none in common; where high ones cancel, low
 * ones are the result. */
Test(sum, chunks_that_have_no_limb_in_common) {
  enum { PERIOD = 977, QUARTER = 10 * PERIOD, N = 4 * QUARTER };
  static const double scale[][4] = {{1, 1, 1, 1},
                                    {0x1p-900, 0x1p-300, 0x1p300, 0x1p900},
                                    {0x1p900, 0x1p-300, -0x1p900, 0},
                                    {0x1p300, -0x1p300, 0x1p-900, 0},
                                    {0, 0, -0x1p-1070, 0},
                                    {1, 0x1p70, -0x1p70, 1},
                                    {-0x1p200, 0x1p-500, 0, 0x1p200},
                                    {-0.0, -0.0, -0.0, -0.0},
                                    {-0.0, 0, -0.0, -0.0},
                                    {1, 0, (double)INFINITY, 1},
                                    {0, (double)NAN, 0, 1}};
  double *x = malloc(N * sizeof *x);
  for (size_t kind = 0; kind < sizeof scale / sizeof *scale; kind++) {
    for (size_t i = 0; i < N; i++) x[i] = scale[kind][i / QUARTER] * (1 + (double)(i % PERIOD));
    const double expected = reference_sum(x, N);
    for (CONTEXTS c = {.every_isa = true, .backends = ON_THREADS, .workers = {1, 2, 3, 4, 7}};
         contexts_next(&c);) {
      const double sum = sum_of(c.ctx, x, N);
      cr_assert(data_same(sum, expected), "kind %zu, %s: %a, MPFR %a", kind, c.name, sum, expected);
    }
  }
  free(x);
}

/* A sum of three slices is rounded once: the last bits, in the third slice, decide on a tie. */
Test(sum, ties_that_tiny_terms_decide) {
  enum { N = 500 };
  double x[N] = {0};
  for (int sign = -1; sign <= 1; sign += 2)
    for (int last = 0; last < 2; last++)
      for (int down = 60; down < 130; down++) {
        x[3] = 1 + last * 0x1p-52;
        x[N / 2] = 0x1p-53;
        x[N - 2] = sign * ldexp(1, -down);
        check_everywhere(x, N, "a tie and a tiny term", (size_t)down);
        x[3] = -x[3];
        x[N / 2] = -x[N / 2];
        check_everywhere(x, N, "a tie and a tiny term", (size_t)down);
      }
}

Test(sum, bad_arguments_leave_the_result_alone) {
  double x = 1, sum = 42;
  cr_assert_eq(tutti_sum(NULL, NULL, 3, &sum), TUTTI_EINVAL);
  cr_assert(strstr(tutti_error_detail(NULL), "x is NULL") != NULL, "%s", tutti_error_detail(NULL));
  cr_assert_eq(tutti_sum(NULL, &x, 1, NULL), TUTTI_EINVAL);
  cr_assert(strstr(tutti_error_detail(NULL), "result") != NULL, "%s", tutti_error_detail(NULL));
  cr_assert_eq(tutti_sum(NULL, &x, SIZE_MAX, &sum), TUTTI_EINVAL);
  cr_assert(strstr(tutti_error_detail(NULL), "18446744073709551615") != NULL, "%s", tutti_error_detail(NULL));
  cr_assert_eq(tutti_sum(NULL, &x, ((size_t)1 << 45) + 1, &sum), TUTTI_EINVAL);
  cr_assert(sum == 42);
  cr_assert(data_same(sum_of(NULL, NULL, 0), 0.0));
}
