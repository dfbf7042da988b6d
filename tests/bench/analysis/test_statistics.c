/* Summaries, against values worked out by hand and published tables. */
#include <criterion/criterion.h>
#include <math.h>

#include "analysis/statistics.h"

static void check_close(double value, double expected, double tolerance) {
  cr_assert(fabs(value - expected) <= tolerance, "%.17g, expected %.17g", value, expected);
}

Test(statistics, quantiles_of_type_7) {
  /* R: quantile(c(1, 2, 4, 8), c(0, .25, .5, .75, 1)) gives 1.00 1.75 3.00 5.00 8.00 */
  const double x[] = {1, 2, 4, 8};
  check_close(quantile(x, 4, 0), 1, 0);
  check_close(quantile(x, 4, 0.25), 1.75, 0);
  check_close(quantile(x, 4, 0.5), 3, 0);
  check_close(quantile(x, 4, 0.75), 5, 0);
  check_close(quantile(x, 4, 1), 8, 0);
}

Test(statistics, one_value) {
  const double x = 3;
  const struct summary s = summarize(&x, 1);
  cr_assert_eq(s.n, 1);
  check_close(s.min, 3, 0);
  check_close(s.q1, 3, 0);
  check_close(s.median, 3, 0);
  check_close(s.max, 3, 0);
  check_close(s.coverage, 0, 0); /* one value says nothing about where the median is */
}

Test(statistics, nothing) { cr_assert_eq(summarize(NULL, 0).n, 0); }

Test(statistics, order_does_not_matter_and_input_stays) {
  double x[] = {5, 1, 4, 2, 3};
  const struct summary s = summarize(x, 5);
  check_close(s.min, 1, 0);
  check_close(s.q1, 2, 0);
  check_close(s.median, 3, 0);
  check_close(s.q3, 4, 0);
  check_close(s.max, 5, 0);
  check_close(x[0], 5, 0);
}

/* Confidence intervals of a median from order statistics: rank k from either end, and what it covers. n, k
 * and the coverages are those of the tables in Conover, "Practical nonparametric statistics", and follow from
 * sums of binomial coefficients: for n = 10 and k = 2, 1 - 2 (1 + 10) / 1024. */
static const struct {
  size_t n, k;
  double coverage;
} intervals[] = {
    {2, 1, 0.5},
    {5, 1, 1 - 2.0 / 32},
    {6, 1, 1 - 2.0 / 64},
    {8, 1, 1 - 2.0 / 256},
    {9, 2, 1 - 2.0 * (1 + 9) / 512},
    {10, 2, 1 - 2.0 * (1 + 10) / 1024},
    {12, 3, 1 - 2.0 * (1 + 12 + 66) / 4096},
    {15, 4, 1 - 2.0 * (1 + 15 + 105 + 455) / 32768},
    {20, 6, 1 - 2.0 * (1 + 20 + 190 + 1140 + 4845 + 15504) / 1048576},
};

Test(statistics, interval_of_the_median) {
  for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++) {
    const size_t n = intervals[i].n;
    double x[32];
    for (size_t j = 0; j < n; j++) x[j] = (double)(j + 1);
    const struct summary s = summarize(x, n);
    check_close(s.low, (double)intervals[i].k, 0);
    check_close(s.high, (double)(n + 1 - intervals[i].k), 0);
    check_close(s.coverage, intervals[i].coverage, 1e-12);
  }
}

Test(statistics, interval_of_many_values_follows_the_normal_approximation) {
  /* the rank is near n / 2 - 1.96 sqrt(n) / 2 */
  enum { N = 10000 };
  static double x[N];
  for (size_t j = 0; j < N; j++) x[j] = (double)(j + 1);
  const struct summary s = summarize(x, N);
  check_close(s.low, N / 2.0 - 1.959964 * 50, 2);
  check_close(s.high, N + 1 - s.low, 0);
  cr_assert(s.coverage >= 0.95 && s.coverage < 0.953);
}
