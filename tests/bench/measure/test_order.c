/* The order of rounds is a Williams square. */
#include <criterion/criterion.h>
#include <string.h>

#include "measure/order.h"

enum { MAX = 24 };

/* How often everyone comes at each place, and right after each other, in `rounds` rounds. */
static int at[MAX][MAX], after[MAX][MAX];

static void count_rounds(size_t n, size_t rounds) {
  memset(at, 0, sizeof at);
  memset(after, 0, sizeof after);
  for (size_t r = 0; r < rounds; r++) {
    size_t order[MAX];
    order_round(n, r, order);
    for (size_t i = 0; i < n; i++) {
      cr_assert(order[i] < n, "n = %zu, round %zu", n, r);
      at[order[i]][i]++;
      if (i) after[order[i]][order[i - 1]]++;
    }
  }
}

static void check_balance(size_t n, size_t rounds, int times) {
  count_rounds(n, rounds);
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < n; k++) {
      cr_assert_eq(at[i][k], times, "n = %zu: %zu at place %zu", n, i, k);
      cr_assert_eq(after[i][k], i == k ? 0 : times, "n = %zu: %zu after %zu", n, i, k);
    }
  }
}

Test(order, balanced_over_n_rounds_if_n_is_even) {
  for (size_t n = 2; n <= MAX; n += 2) check_balance(n, n, 1);
}

Test(order, balanced_over_2_n_rounds_if_n_is_odd) {
  for (size_t n = 1; n < MAX; n += 2) check_balance(n, 2 * n, 2);
}

Test(order, goes_on_after_a_full_square) {
  for (size_t n = 2; n <= MAX; n += 2) check_balance(n, 3 * n, 3);
}

Test(order, every_round_is_a_permutation) {
  for (size_t n = 1; n <= MAX; n++) {
    for (size_t r = 0; r < 100; r++) {
      size_t order[MAX];
      int seen[MAX] = {0};
      order_round(n, r, order);
      for (size_t i = 0; i < n; i++) cr_assert_eq(seen[order[i]]++, 0, "n = %zu, round %zu", n, r);
    }
  }
}

Test(order, five_rounds_favour_nobody_much) {
  /* ten configurations, five rounds: the mean place of each is near the middle, 4.5 */
  count_rounds(10, 5);
  for (size_t i = 0; i < 10; i++) {
    double sum = 0;
    for (size_t k = 0; k < 10; k++) sum += at[i][k] * (double)k;
    cr_assert(sum / 5 > 2.4 && sum / 5 < 6.6, "%zu: mean place %g", i, sum / 5);
  }
}
