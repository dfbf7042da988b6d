/* tutti_sum_i64 against sums in 128 bits. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"

enum { MOST = 300007 };

/* Whether the sum fits, and what it is. */
static bool fits(const int64_t *x, size_t n, int64_t *sum) {
  __int128 wide = 0;
  for (size_t i = 0; i < n; i++) wide += x[i];
  *sum = (int64_t)wide;
  return wide == *sum;
}

/* 0: any bits; 1: of one sign, so that the sum overflows; 2: small; 3: the extremes by turns */
static void fill(int64_t *x, size_t n, int kind, uint64_t *state) {
  for (size_t i = 0; i < n; i++) {
    const int64_t any = (int64_t)data_bits(state);
    x[i] = kind == 0 ? any / 4096 : kind == 1 ? any | INT64_MIN : kind == 2 ? any >> 48 : INT64_MAX;
    if (kind == 3 && i % 2) x[i] = INT64_MIN;
  }
}

static void check(tutti_ctx *ctx, const char *name, const int64_t *x, size_t n) {
  int64_t expected, sum = 42;
  const bool fit = fits(x, n, &expected);
  const tutti_status status = tutti_sum_i64(ctx, x, n, &sum);
  testing_expect(ctx, status, fit ? TUTTI_OK : TUTTI_EOVERFLOW, "does not fit", name);
  cr_assert(sum == (fit ? expected : 42), "%s, n = %zu: %lld", name, n, (long long)sum);
}

Test(integers, every_configuration_against_128_bits) {
  const size_t sizes[] = {0, 1, 2, 7, 8, 9, 31, 32, 33, 63, 1000, MOST};
  int64_t *x = malloc(MOST * sizeof *x);
  uint64_t state = 31;
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    for (int kind = 0; kind < 4; kind++) {
      const size_t n = sizes[(unsigned)(c.next + kind) % (sizeof sizes / sizeof *sizes)];
      fill(x, n, kind, &state);
      check(c.ctx, c.name, x, n);
    }
  }
  free(x);
}

/* Partial sums of 2^77, a result that fits exactly, and one that is too large by one. */
Test(integers, only_the_result_must_fit) {
  enum { N = 40000 };
  int64_t *x = malloc((N + 2) * sizeof *x);
  for (size_t i = 0; i < N; i++) x[i] = i < N / 2 ? INT64_MAX : -INT64_MAX;
  x[N] = INT64_MIN;
  for (CONTEXTS c = every_isa_also_threaded(); contexts_next(&c);) {
    int64_t sum = 42;
    cr_assert(tutti_sum_i64(c.ctx, x, N + 1, &sum) == TUTTI_OK && sum == INT64_MIN, "%lld", (long long)sum);
    x[N + 1] = -1;
    sum = 42;
    testing_expect(c.ctx, tutti_sum_i64(c.ctx, x, N + 2, &sum), TUTTI_EOVERFLOW, "-9.22337e+18", "min - 1");
    cr_assert(sum == 42, "%lld", (long long)sum);
  }
  free(x);
}

/* The bound itself, and one beyond it, at either end and on either side of a chunk's edge. */
Test(integers, one_beyond_the_largest) {
  enum { N = 200000 };
  int64_t *x = calloc(N, sizeof *x), sum = 42;
  x[0] = INT64_MAX - 1;
  x[N - 1] = 1;
  cr_assert(tutti_sum_i64(NULL, x, N, &sum) == TUTTI_OK && sum == INT64_MAX, "%lld", (long long)sum);
  x[N - 1] = 2;
  sum = 42;
  testing_expect(NULL, tutti_sum_i64(NULL, x, N, &sum), TUTTI_EOVERFLOW, "9.22337e+18", "max + 1");
  cr_assert(sum == 42, "%lld", (long long)sum);
  testing_expect(NULL, tutti_sum_i64(NULL, (int64_t[]){INT64_MAX, 1}, 2, &sum), TUTTI_EOVERFLOW, "fit",
                 "two");
  free(x);
}

Test(integers, bad_arguments_leave_the_result_alone) {
  int64_t x = 1, sum = 42;
  testing_expect(NULL, tutti_sum_i64(NULL, NULL, 3, &sum), TUTTI_EINVAL, "x is NULL", "x");
  testing_expect(NULL, tutti_sum_i64(NULL, &x, 1, NULL), TUTTI_EINVAL, "result", "result");
  testing_expect(NULL, tutti_sum_i64(NULL, &x, SIZE_MAX, &sum), TUTTI_EINVAL, "18446744073709551615", "n");
  cr_assert(sum == 42, "%lld", (long long)sum);
  cr_assert(tutti_sum_i64(NULL, NULL, 0, &sum) == TUTTI_OK && sum == 0, "%lld", (long long)sum);
  cr_assert(strcmp(tutti_strerror(TUTTI_EOVERFLOW), "the result does not fit its type") == 0, "%s",
            tutti_strerror(TUTTI_EOVERFLOW));
}
