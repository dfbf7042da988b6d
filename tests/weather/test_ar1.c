/* tutti_ar1_ensemble against its closed form and against its definition over the normals. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <tutti/tutti.h>

#include "../support/data.h"
#include "../support/testing.h"

static const tutti_ar1 lecture = {72, 0.5, 5};

/* After n steps: mean 72 + (T0 - 72) / 2^n, variance (100 / 3)(1 - 4^-n), and the values are normal. */
Test(ar1, closed_form) {
  enum { RUNS = TESTING_FEW(1000000) };
  static const size_t steps[] = {1, 2, 3, 10, 100};
  const double start = 85;
  for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
    const double mean = 72 + (start - 72) / exp2((double)steps[s]);
    const double variance = 100.0 / 3 * (1 - exp2(-2.0 * (double)steps[s]));
    tutti_moments_t m;
    cr_assert_eq(tutti_ar1_ensemble(NULL, &lecture, (tutti_rng){1, s}, start, RUNS, steps[s], NULL, &m),
                 TUTTI_OK);
    cr_assert_eq(m.n, RUNS);
    cr_assert(fabs(m.mean - mean) < 5 * sqrt(variance / RUNS), "%zu steps: mean %.6f, not %.6f", steps[s],
              m.mean, mean);
    cr_assert(fabs(m.variance - variance) < 5 * variance * sqrt(2.0 / RUNS),
              "%zu steps: variance %.6f, not %.6f", steps[s], m.variance, variance);
    cr_assert(fabs(m.skewness) < 5 * sqrt(6.0 / RUNS), "skewness %g", m.skewness);
    cr_assert(fabs(m.kurtosis - 3) < 5 * sqrt(24.0 / RUNS), "kurtosis %g", m.kurtosis);
  }
}

/* Step t of run r uses normal element 16 (floor(r / 16) steps + t) + r mod 16; the recursion in long double.
 */
Test(ar1, definition_on_every_isa) {
  enum { RUNS = 1000, STEPS = 23 };
  const tutti_ar1 model = {-3, 0.9, 2.5};
  const tutti_rng rng = {77, 88};
  double *final = malloc(RUNS * sizeof *final);
  for (CONTEXTS c = every_isa_also_threaded(); contexts_next(&c);) {
    cr_assert_eq(tutti_ar1_ensemble(c.ctx, &model, rng, 4, RUNS, STEPS, final, NULL), TUTTI_OK);
    for (uint64_t r = 0; r < RUNS; r++) {
      long double value = 4;
      for (uint64_t t = 0; t < STEPS; t++)
        value = -3 + 0.9 * (value + 3) +
                2.5 * (long double)tutti_normal_at(rng, 16 * (r / 16 * STEPS + t) + r % 16);
      cr_assert(fabsl(final[r] - value) < 1e-13L, "run %llu: %.17g, not %.17Lg", (unsigned long long)r,
                final[r], value);
    }
  }
  free(final);
}

/* Moments of the stored finals, by the two-pass formulas in long double. */
Test(ar1, moments_are_those_of_the_finals) {
  enum { RUNS = 30011 };
  double *final = malloc(RUNS * sizeof *final);
  tutti_moments_t m, alone;
  cr_assert_eq(tutti_ar1_ensemble(NULL, &lecture, (tutti_rng){5, 5}, 75, RUNS, 10, final, &m), TUTTI_OK);
  cr_assert_eq(tutti_ar1_ensemble(NULL, &lecture, (tutti_rng){5, 5}, 75, RUNS, 10, NULL, &alone), TUTTI_OK);
  cr_assert(memcmp(&m, &alone, sizeof m) == 0);
  cr_assert_eq(tutti_ar1_ensemble(NULL, &lecture, (tutti_rng){5, 5}, 75, RUNS - 1, 10, NULL, &alone),
               TUTTI_OK);
  cr_assert(memcmp(&m, &alone, sizeof m) != 0, "the last run does not count");
  long double mean = 0, m2 = 0, m3 = 0, m4 = 0;
  for (size_t i = 0; i < RUNS; i++) mean += final[i];
  mean /= RUNS;
  for (size_t i = 0; i < RUNS; i++) {
    const long double d = final[i] - mean;
    m2 += d * d;
    m3 += d * d * d;
    m4 += d * d * d * d;
  }
  m2 /= RUNS;
  cr_assert(fabsl(m.mean - mean) < 1e-13L);
  cr_assert(fabsl(m.variance - m2 * RUNS / (RUNS - 1)) < 1e-12L);
  cr_assert(fabsl(m.skewness - m3 / RUNS / (m2 * sqrtl(m2))) < 1e-12L);
  cr_assert(fabsl(m.kurtosis - m4 / RUNS / (m2 * m2)) < 1e-12L);
  free(final);
}

/* A run's value does not depend on how many others there are. */
Test(ar1, fewer_runs_are_a_prefix) {
  enum { RUNS = 200 };
  double all[RUNS], some[RUNS];
  cr_assert_eq(tutti_ar1_ensemble(NULL, &lecture, (tutti_rng){6, 6}, 75, RUNS, 7, all, NULL), TUTTI_OK);
  for (size_t runs = 0; runs < RUNS; runs += 13) {
    memset(some, 0, sizeof some);
    cr_assert_eq(tutti_ar1_ensemble(NULL, &lecture, (tutti_rng){6, 6}, 75, runs, 7, some, NULL), TUTTI_OK);
    cr_assert(memcmp(all, some, runs * sizeof *all) == 0, "%zu runs", runs);
    cr_assert(some[runs] == 0, "%zu runs wrote beyond the end", runs);
  }
}

Test(ar1, special_cases) {
  double final[3] = {9, 9, 9};
  tutti_moments_t m;
  cr_assert_eq(tutti_ar1_ensemble(NULL, &lecture, (tutti_rng){1, 1}, 0.1, 3, 0, final, &m), TUTTI_OK);
  cr_assert(final[0] == 0.1 && final[2] == 0.1, "no step: %.17g", final[0]);
  cr_assert(m.variance == 0 && isnan(m.skewness), "variance %g", m.variance);
  const tutti_ar1 still = {72, 0.5, 0};
  cr_assert_eq(tutti_ar1_ensemble(NULL, &still, (tutti_rng){1, 1}, 80, 3, 3, final, &m), TUTTI_OK);
  cr_assert(final[0] == 73 && m.mean == 73 && m.variance == 0);
  cr_assert_eq(tutti_ar1_ensemble(NULL, &lecture, (tutti_rng){1, 1}, 75, 0, 10, NULL, &m), TUTTI_OK);
  cr_assert(m.n == 0 && isnan(m.mean) && isnan(m.variance));
  /* A random walk, and one that explodes until it overflows: no crash, values as IEEE 754 has them. */
  const tutti_ar1 walk = {0, 1, 1}, explodes = {0, 10, 1};
  cr_assert_eq(tutti_ar1_ensemble(NULL, &walk, (tutti_rng){1, 1}, 1e16, 1000, 4, NULL, &m), TUTTI_OK);
  cr_assert(fabs(m.mean - 1e16) < 2 && m.variance < 16);
  cr_assert_eq(tutti_ar1_ensemble(NULL, &explodes, (tutti_rng){1, 1}, 1, 3, 400, final, NULL), TUTTI_OK);
  cr_assert(final[0] == INFINITY);
}

static void refused(const tutti_ar1 *model, double start, size_t runs, size_t steps, const char *detail) {
  tutti_moments_t m = {42, 42, 42, 42, 42};
  cr_assert_eq(tutti_ar1_ensemble(NULL, model, (tutti_rng){1, 1}, start, runs, steps, NULL, &m),
               TUTTI_EINVAL);
  cr_assert(strstr(tutti_error_detail(NULL), detail) != NULL, "%s", tutti_error_detail(NULL));
  cr_assert(m.n == 42 && m.mean == 42);
}

Test(ar1, bad_arguments) {
  refused(NULL, 75, 1, 1, "model is NULL");
  refused(&(tutti_ar1){72, 0.5, -1}, 75, 1, 1, "sd -1");
  refused(&(tutti_ar1){72, NAN, 1}, 75, 1, 1, "phi nan");
  refused(&(tutti_ar1){INFINITY, 0.5, 1}, 75, 1, 1, "mean inf");
  refused(&lecture, NAN, 1, 1, "start = nan");
  refused(&lecture, 75, SIZE_MAX / 16, SIZE_MAX / 16, "2^64");
  cr_assert_eq(tutti_ar1_ensemble(NULL, &lecture, (tutti_rng){1, 1}, 75, 1, 1, NULL, NULL), TUTTI_EINVAL);
}

/* So many steps that a chunk holds but 16 runs. */
Test(ar1, long_runs_on_any_workers, .timeout = 300) {
  enum { RUNS = TESTS_EMULATED ? 35 : 83, STEPS = 9001 };
  double expected[RUNS], final[RUNS];
  tutti_moments_t stats, m;
  cr_assert(tutti_ar1_ensemble(NULL, &lecture, (tutti_rng){5, 5}, 40, RUNS, STEPS, expected, &stats) ==
            TUTTI_OK);
  for (CONTEXTS c = {.every_isa = true, .schedules = BY_DYNAMIC, .workers = {1, 3}}; contexts_next(&c);) {
    testing_expect(c.ctx, tutti_ar1_ensemble(c.ctx, &lecture, (tutti_rng){5, 5}, 40, RUNS, STEPS, final, &m),
                   TUTTI_OK, "", c.name);
    cr_assert(memcmp(final, expected, sizeof final) == 0 && memcmp(&m, &stats, sizeof m) == 0, "%s", c.name);
  }
}
