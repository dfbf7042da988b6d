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
