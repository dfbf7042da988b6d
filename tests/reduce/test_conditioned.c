/* Condition numbers from 1e10 to 1e300 (Ogita, Rump, Oishi, 2005): every digit that is left is right. */
#include <stdlib.h>

#include "../support/conditioned.h"
#include "../support/data.h"
#include "../support/levels.h"
#include "../support/testing.h"

static double dot_of(tutti_ctx *ctx, const double *x, const double *y, size_t n) {
  double dot = -7;
  const tutti_status status = tutti_dot(ctx, x, y, n, &dot);
  cr_assert(status == TUTTI_OK, "%s: %s", tutti_strerror(status), tutti_error_detail(ctx));
  return dot;
}

Test(conditioned, dot) {
  static const size_t lengths[] = {6, 10, 100, 1000, 5000};
  double *x = malloc(2 * 5000 * sizeof *x), *y = x + 5000;
  levels l = levels_open();
  uint64_t state = 71;
  for (int digits = 10; digits <= 300; digits += 10)
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
      const size_t n = lengths[k];
      const int log_condition = (int)(digits / 0.30103);
      conditioned_dot(&state, log_condition, x, y, n);
      const double measured = conditioned_measure(x, y, n), expected = reference_dot(x, y, n);
      /* With a handful of terms the exponents fall in steps too long to cancel all the way. */
      cr_assert(n < 100 || measured > 0.9 * log_condition - 12, "1e%d, n = %zu: the data have 2^%g", digits,
                n, measured);
      for (int i = 0; i < l.count; i++) {
        const double dot = dot_of(l.ctx[i], x, y, n);
        cr_assert(data_same(dot, expected), "1e%d, n = %zu, %s: %a, MPFR %a", digits, n, levels_name(&l, i),
                  dot, expected);
      }
    }
  levels_close(&l);
  free(x);
}

/* The products and their errors, as the terms of a sum of the same condition. */
Test(conditioned, sum) {
  enum { N = 2000 };
  double *x = malloc(4 * N * sizeof *x), *y = x + N, *terms = x + 2 * N;
  levels l = levels_open();
  uint64_t state = 72;
  for (int digits = 10; digits <= 300; digits += 5) {
    conditioned_dot(&state, (int)(digits / 0.30103), x, y, N);
    for (size_t i = 0; i < N; i++) {
      terms[i] = x[i] * y[i];
      terms[N + i] = fma(x[i], y[i], -terms[i]);
    }
    const double expected = reference_sum(terms, 2 * N);
    cr_assert(data_same(expected, reference_dot(x, y, N)), "the errors of the products are not exact");
    for (int i = 0; i < l.count; i++) {
      double sum = -7;
      tutti_sum(l.ctx[i], terms, 2 * N, &sum);
      cr_assert(data_same(sum, expected), "1e%d, %s: %a, MPFR %a", digits, levels_name(&l, i), sum, expected);
    }
  }
  levels_close(&l);
  free(x);
}

/* The same bits in any order, with many workers. */
Test(conditioned, every_configuration_same_bits) {
  enum { N = 150000 };
  double *x = malloc(2 * N * sizeof *x), *y = x + N;
  uint64_t state = 73;
  conditioned_dot(&state, 600, x, y, N);
  const double expected = reference_dot(x, y, N);
  for (CONTEXTS c = {.every_isa = true, .schedules = BY_DYNAMIC}; contexts_next(&c);) {
    for (size_t i = 0; i < N; i += 97) conditioned_swap(x, y, i, data_bits(&state) % N);
    const double dot = dot_of(c.ctx, x, y, N);
    cr_assert(data_same(dot, expected), "%s: %a, MPFR %a", c.name, dot, expected);
  }
  free(x);
}
