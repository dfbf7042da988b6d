/* The rank test and Holm's adjustment, against published tables, enumeration and simulation. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/tutti.h>

#include "analysis/significance.h"

static void check_close(double value, double expected, double tolerance) {
  cr_assert(fabs(value - expected) <= tolerance, "%.17g, expected %.17g", value, expected);
}

/* ---- Mann and Whitney ---- */

/* p of n and m values without ties of which u pairs (a, b) have a > b. */
static double p_of(size_t n, size_t m, size_t u) {
  double a[64], b[64];
  for (size_t k = 0; k < m; k++) b[k] = (double)k;
  for (size_t i = 0; i < n; i++) {
    const size_t below = u < m ? u : m;
    u -= below;
    a[i] = (double)below - 0.5 + 1e-3 * (double)i;
  }
  return mann_whitney(a, n, b, m);
}

Test(mann_whitney, separated_samples) {
  check_close(p_of(3, 3, 0), 2. / 20, 1e-15);
  check_close(p_of(5, 5, 0), 2. / 252, 1e-15);
  check_close(p_of(5, 5, 25), 2. / 252, 1e-15);
  check_close(p_of(5, 5, 1), 4. / 252, 1e-15);
  check_close(p_of(5, 5, 2), 8. / 252, 1e-15); /* 2 is 2 or 1 + 1: two ways */
  check_close(p_of(1, 9, 0), 2. / 10, 1e-15);
  check_close(p_of(10, 6, 0), 2. / 8008, 1e-15);
}

/* Critical values of U, two-sided, 5 %: Mann and Whitney's table as it is in textbooks (Siegel, 1956). */
static const struct {
  size_t n, m, u;
} critical[] = {{5, 5, 2},   {4, 4, 0},    {6, 8, 8},    {8, 8, 13},
                {10, 7, 14}, {10, 10, 23}, {15, 12, 49}, {20, 20, 127}};

Test(mann_whitney, published_critical_values) {
  for (size_t i = 0; i < sizeof critical / sizeof *critical; i++) {
    const double at = p_of(critical[i].n, critical[i].m, critical[i].u),
                 next = p_of(critical[i].n, critical[i].m, critical[i].u + 1);
    cr_assert(at <= 0.05 && next > 0.05, "%zu, %zu: %g, %g", critical[i].n, critical[i].m, at, next);
  }
}

/* Hollander and Wolfe (1973), p. 69: permeability of membranes at term and earlier; W = 35, and a one-sided p
 * of 0.1272 in print. */
Test(mann_whitney, published_example) {
  const double term[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46},
               early[] = {1.15, 0.88, 0.90, 0.74, 1.21};
  check_close(mann_whitney(term, 10, early, 5), 2 * 0.1272, 1e-4);
  check_close(mann_whitney(early, 5, term, 10), 2 * 0.1272, 1e-4);
}

/* Every way to divide the values, one by one; ranks from counts of smaller and equal ones. */
static double enumerate(const double *values, size_t n, size_t all) {
  double ranks[16], mean = 0, observed = 0;
  size_t far = 0, total = 0;
  for (size_t i = 0; i < all; i++) {
    ranks[i] = 0.5;
    for (size_t k = 0; k < all; k++) ranks[i] += values[k] < values[i] ? 1 : values[k] == values[i] ? 0.5 : 0;
    mean += ranks[i] * (double)n / (double)all;
    if (i < n) observed += ranks[i];
  }
  for (unsigned chosen = 0; chosen < 1u << all; chosen++) {
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < all; i++)
      if (chosen >> i & 1) {
        sum += ranks[i];
        count++;
      }
    if (count != n) continue;
    total++;
    far += fabs(sum - mean) >= fabs(observed - mean) - 1e-9;
  }
  return (double)far / (double)total;
}

Test(mann_whitney, ties_as_by_enumeration) {
  for (uint64_t trial = 0; trial < 60; trial++) {
    const size_t n = 1 + trial % 6, m = 1 + trial / 6 % 6;
    double values[12];
    for (size_t i = 0; i < n + m; i++) values[i] = (double)(tutti_bits_at((tutti_rng){5, trial}, i) % 5);
    check_close(mann_whitney(values, n, values + n, m), enumerate(values, n, n + m), 1e-12);
  }
}

Test(mann_whitney, equal_values_tell_nothing) {
  static double same[100];
  check_close(mann_whitney(same, 6, same, 6), 1, 0);
  check_close(mann_whitney(same, 100, same, 90), 1, 0); /* beyond the exact test, too */
}

/* 60 and 70 values are beyond the exact test. If nothing differs, p is below x in a share x of trials; one
 * standard error of 2000 trials at 5 % is 0.5 %. */
static double share_below(double x, double grain) {
  enum { TRIALS = 2000, N = 60, M = 70 };
  int below = 0;
  for (uint64_t trial = 0; trial < TRIALS; trial++) {
    double values[N + M];
    for (size_t i = 0; i < N + M; i++)
      values[i] = grain * round(tutti_normal_at((tutti_rng){9, trial}, i) / grain);
    below += mann_whitney(values, N, values + N, M) < x;
  }
  return (double)below / TRIALS;
}

Test(mann_whitney, many_values_by_the_normal_approximation) {
  check_close(share_below(0.05, 1e-9), 0.05, 0.015);
  check_close(share_below(0.05, 1), 0.05, 0.015); /* half a dozen different values: mostly ties */
  check_close(share_below(0.2, 1), 0.2, 0.027);
}

/* 41 and 41 values are the fewest that are not exact: SciPy's exact p-values (1.17,
 * mannwhitneyu). The distribution of U is a little flatter than the normal one, which shows in the third
 * digit. */
Test(mann_whitney, the_approximation_goes_on_where_the_exact_test_ends) {
  check_close(p_of(41, 41, 840), 1, 0);
  check_close(p_of(41, 41, 839), 0.992641, 1e-4);
  check_close(p_of(41, 41, 700), 0.195257, 2e-3);
  check_close(p_of(41, 41, 600), 0.025480, 2e-3);
}

Test(mann_whitney, the_smallest_p) {
  check_close(mann_whitney_least(5, 5), 2. / 252, 1e-17);
  check_close(mann_whitney_least(3, 7), 2. / 120, 1e-17);
  check_close(mann_whitney_least(1, 1), 1, 0);
  cr_assert_eq(mann_whitney_rounds(1, 0.05), 4);  /* 2 / 20 is not below 0.05, 2 / 70 is */
  cr_assert_eq(mann_whitney_rounds(23, 0.05), 6); /* 23 * 2 / 924 = 0.0498 */
  cr_assert_eq(mann_whitney_rounds(24, 0.05), 7);
  cr_assert_eq(mann_whitney_rounds(70, 0.05), 7); /* 70 * 2 / 3432 = 0.041 */
  cr_assert_eq(mann_whitney_rounds(0, 0.05), 1);
}

/* ---- Holm ---- */

static void check_holm(size_t n, const double *p, const double *expected) {
  double adjusted[8];
  holm(p, n, adjusted);
  for (size_t i = 0; i < n; i++) check_close(adjusted[i], expected[i], 1e-15);
}

/* What R's p.adjust(p, "holm") prints; by hand: the i-th smallest of n times n + 1 - i, never below the one
 * before, at most 1. */
Test(holm, as_r_has_it) {
  check_holm(4, (double[]){0.01, 0.04, 0.03, 0.005}, (double[]){0.03, 0.06, 0.06, 0.02});
  check_holm(5, (double[]){0.01, 0.02, 0.03, 0.04, 0.05}, (double[]){0.05, 0.08, 0.09, 0.09, 0.09});
  check_holm(3, (double[]){0.9, 0.4, 0.5}, (double[]){1, 1, 1});
  check_holm(3, (double[]){0.02, 0.02, 0.001}, (double[]){0.04, 0.04, 0.003});
  check_holm(1, (double[]){0.03}, (double[]){0.03});
  holm(NULL, 0, NULL);
}

/* 300 comparisons of two runs that do not differ, 40 measurements each: hardly any false alarm, where the
 * test alone would raise one nearly always. One standard error of 300 at 5 % is 1.3 %. */
Test(holm, few_false_alarms) {
  enum { PAIRS_OF_RUNS = 300, COMPARISONS = 40, ROUNDS = 10 };
  int alarms = 0, alone = 0;
  for (uint64_t run = 0; run < PAIRS_OF_RUNS; run++) {
    double p[COMPARISONS], adjusted[COMPARISONS], least = 1, least_alone = 1;
    for (uint64_t c = 0; c < COMPARISONS; c++) {
      double times[2 * ROUNDS];
      for (size_t i = 0; i < 2 * ROUNDS; i++) times[i] = tutti_normal_at((tutti_rng){run, c}, i);
      p[c] = mann_whitney(times, ROUNDS, times + ROUNDS, ROUNDS);
    }
    holm(p, COMPARISONS, adjusted);
    for (size_t c = 0; c < COMPARISONS; c++) {
      least = fmin(least, adjusted[c]);
      least_alone = fmin(least_alone, p[c]);
    }
    alarms += least < 0.05;
    alone += least_alone < 0.05;
  }
  cr_assert(alarms <= 27 && alarms >= 3, "%d of 300", alarms);
  cr_assert(alone > 225, "%d of 300", alone);
}
