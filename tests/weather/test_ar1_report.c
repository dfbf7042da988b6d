/* tutti_ar1_simulate: what it reports of every step against counts over stored trajectories, and against
 * closed forms. */
#include <math.h>
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"

enum { RUNS = 3001, STEPS = TESTING_SHARE(75) };
static const tutti_ar1 model = {72, 0.5, 5};
static const tutti_rng rng = {2026, 5};
static double trajectory[RUNS * STEPS], fan[STEPS * 5], exceedance[STEPS], final[RUNS];
static uint64_t first_above[STEPS + 1];

static void simulate(tutti_ctx *ctx, double start, bool antithetic, tutti_moments_t *stats) {
  const tutti_ar1_report report = {.antithetic = antithetic,
                                   .threshold = 80,
                                   .exceedance = exceedance,
                                   .first_above = first_above,
                                   .fan = fan,
                                   .trajectory = trajectory,
                                   .trajectories = RUNS};
  const tutti_status status = tutti_ar1_simulate(ctx, &model, rng, start, RUNS, STEPS, &report, final, stats);
  cr_assert(status == TUTTI_OK, "%s", tutti_error_detail(ctx));
}

/* The standard deviation after t steps. */
static double sd_after(size_t t) { return 5 * sqrt((1 - pow(0.5, 2 * (double)t)) / 0.75); }

Test(ar1_report, final_values_are_those_of_the_ensemble) {
  static double plain[RUNS];
  tutti_moments_t stats, expected;
  simulate(NULL, 75, false, &stats);
  cr_assert_eq(tutti_ar1_ensemble(NULL, &model, rng, 75, RUNS, STEPS, plain, &expected), TUTTI_OK);
  cr_assert(memcmp(final, plain, sizeof final) == 0 && memcmp(&stats, &expected, sizeof stats) == 0);
  cr_assert_eq(tutti_ar1_simulate(NULL, &model, rng, 75, RUNS, STEPS, NULL, final, &stats), TUTTI_OK);
  cr_assert(memcmp(final, plain, sizeof final) == 0 && memcmp(&stats, &expected, sizeof stats) == 0);
}

/* Step by step from the normals that are promised. */
Test(ar1_report, trajectories_are_the_recursion) {
  for (int antithetic = 0; antithetic < 2; antithetic++) {
    simulate(NULL, 75, antithetic, NULL);
    for (size_t r = 0; r < RUNS; r += 13) {
      double d = 75 - model.mean;
      for (size_t t = 0; t < STEPS; t++) {
        const uint64_t block = antithetic ? r / 32 : r / 16;
        const double z = tutti_normal_at(rng, 16 * (block * STEPS + t) + r % 16);
        d = fma(model.phi, d, (antithetic && r / 16 % 2 ? -model.sd : model.sd) * z);
        cr_assert(trajectory[r * STEPS + t] == model.mean + d, "run %zu, step %zu: %.17g, not %.17g", r, t,
                  trajectory[r * STEPS + t], model.mean + d);
      }
      cr_assert(final[r] == trajectory[r * STEPS + STEPS - 1]);
    }
  }
}

Test(ar1_report, counts_are_those_of_the_trajectories) {
  for (int antithetic = 0; antithetic < 2; antithetic++) {
    simulate(NULL, 75, antithetic, NULL);
    uint64_t first[STEPS + 1] = {0};
    for (size_t r = 0; r < RUNS; r++) {
      size_t t = 0;
      while (t < STEPS && !(trajectory[r * STEPS + t] > 80)) t++;
      first[t]++;
    }
    cr_assert(memcmp(first, first_above, sizeof first) == 0);
    for (size_t t = 0; t < STEPS; t++) {
      size_t above = 0;
      for (size_t r = 0; r < RUNS; r++) above += trajectory[r * STEPS + t] > 80;
      cr_assert(exceedance[t] == (double)above / RUNS, "step %zu: %g", t, exceedance[t]);
    }
  }
}

/* Linear interpolation in bins of 2^-7 standard deviations: between the order statistics on either side of p
 * n, give or take a bin. */
Test(ar1_report, fan_is_the_quantiles_to_a_bin) {
  static const double levels[] = {0.05, 0.25, 0.5, 0.75, 0.95};
  simulate(NULL, 75, false, NULL);
  for (size_t t = 0; t < STEPS; t++) {
    double column[RUNS], quantile[5];
    for (size_t r = 0; r < RUNS; r++) column[r] = trajectory[r * STEPS + t];
    cr_assert_eq(tutti_quantile(NULL, column, RUNS, levels, 5, quantile), TUTTI_OK);
    for (int i = 0; i < 5; i++)
      cr_assert(fabs(fan[5 * t + i] - quantile[i]) < 1.1 * 0x1p-7 * sd_after(t + 1),
                "step %zu, level %g: %g, not %g", t, levels[i], fan[5 * t + i], quantile[i]);
  }
}

static double normal_cdf(double z) { return 0.5 * erfc(-z / sqrt(2)); }

/* 200 000 runs against the closed forms: mean, variance, lag correlation, P(T > 80), quantiles. */
Test(ar1_report, closed_forms, .timeout = 120) {
  enum { MANY = TESTING_SHARE(200000), FEW = 12 };
  static const double z[] = {-1.6448536269514722, -0.6744897501960817, 0, 0.6744897501960817,
                             1.6448536269514722};
  static const double levels[] = {0.05, 0.25, 0.5, 0.75, 0.95};
  double *path = malloc(MANY * FEW * sizeof *path), above[FEW], quantile[FEW * 5];
  const tutti_ar1_report report = {
      .threshold = 80, .exceedance = above, .fan = quantile, .trajectory = path, .trajectories = MANY};
  tutti_moments_t stats;
  cr_assert_eq(tutti_ar1_simulate(NULL, &model, rng, 75, MANY, FEW, &report, NULL, &stats), TUTTI_OK);
  for (size_t t = 0; t < FEW; t++) {
    const double mean = 72 + 3 * pow(0.5, (double)t + 1), sd = sd_after(t + 1);
    const double p = normal_cdf((mean - 80) / sd);
    cr_assert(fabs(above[t] - p) < 4 * sqrt(p * (1 - p) / MANY), "step %zu: P = %g, not %g", t, above[t], p);
    for (int i = 0; i < 5; i++) {
      const double density = exp(-z[i] * z[i] / 2) / sqrt(2 * M_PI) / sd;
      const double error = sqrt(levels[i] * (1 - levels[i]) / MANY) / density;
      cr_assert(fabs(quantile[5 * t + i] - mean - z[i] * sd) < 4 * error, "step %zu, %g: %g, not %g", t,
                levels[i], quantile[5 * t + i], mean + z[i] * sd);
    }
  }
  const double sd = sd_after(FEW), mean = 72 + 3 * pow(0.5, FEW);
  cr_assert(fabs(stats.mean - mean) < 4 * sd / sqrt(MANY) &&
            fabs(stats.variance / sd / sd - 1) < 4 * sqrt(2. / MANY));
  double xy = 0, xx = 0, yy = 0; /* steps 8 and 11: correlation phi^3 sd_8 / sd_11 */
  for (size_t r = 0; r < MANY; r++) {
    const double x = path[r * FEW + 8] - 72 - 3 * pow(0.5, 9), y = path[r * FEW + 11] - mean;
    xy += x * y, xx += x * x, yy += y * y;
  }
  const double correlation = xy / sqrt(xx * yy), truth = 0.125 * sd_after(9) / sd_after(12);
  cr_assert(fabs(correlation - truth) < 4 * (1 - truth * truth) / sqrt(MANY), "%g, not %g", correlation,
            truth);
  free(path);
}

/* A pair's mean is the expected value; so is the ensemble's. */
Test(ar1_report, antithetic_pairs) {
  tutti_moments_t stats;
  simulate(NULL, 75, true, &stats);
  for (size_t r = 0; r < RUNS - 16; r++)
    if (r / 16 % 2 == 0)
      for (size_t t = 0; t < STEPS; t++) {
        const double mean = 72 + 3 * pow(0.5, (double)t + 1);
        cr_assert(fabs(trajectory[r * STEPS + t] + trajectory[(r + 16) * STEPS + t] - 2 * mean) < 1e-11);
      }
  cr_assert(fabs(stats.variance / sd_after(STEPS) / sd_after(STEPS) - 1) < 5 * sqrt(4. / RUNS));
}

Test(ar1_report, same_bits_everywhere) {
  static double all[RUNS * STEPS], fan_0[STEPS * 5], exceedance_0[STEPS];
  uint64_t first_0[STEPS + 1];
  tutti_moments_t expected, stats;
  simulate(NULL, 75, true, &expected);
  memcpy(all, trajectory, sizeof all);
  memcpy(fan_0, fan, sizeof fan);
  memcpy(exceedance_0, exceedance, sizeof exceedance);
  memcpy(first_0, first_above, sizeof first_0);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    memset(trajectory, 0, sizeof trajectory);
    simulate(c.ctx, 75, true, &stats);
    cr_assert(memcmp(all, trajectory, sizeof all) == 0 && memcmp(fan_0, fan, sizeof fan) == 0 &&
                  memcmp(exceedance_0, exceedance, sizeof exceedance) == 0 &&
                  memcmp(first_0, first_above, sizeof first_0) == 0 &&
                  memcmp(&stats, &expected, sizeof stats) == 0,
              "%s", c.name);
  }
}

Test(ar1_report, edges) {
  double q[5], x[40];
  uint64_t first[2];
  tutti_ar1_report report = {.threshold = 50, .first_above = first};
  cr_assert_eq(tutti_ar1_simulate(NULL, &model, rng, 75, 40, 0, &report, x, NULL), TUTTI_OK);
  cr_assert(first[0] == 40 && x[39] == 75); /* no step: never */
  const tutti_ar1 still = {72, 0.5, 0};
  report = (tutti_ar1_report){.fan = q};
  cr_assert_eq(tutti_ar1_simulate(NULL, &still, rng, 75, 40, 1, &report, NULL, NULL), TUTTI_OK);
  for (int i = 0; i < 5; i++) cr_assert(q[i] == 73.5, "%g", q[i]);
  report = (tutti_ar1_report){.threshold = NAN, .first_above = first};
  testing_expect(NULL, tutti_ar1_simulate(NULL, &model, rng, 75, 4, 1, &report, x, NULL), TUTTI_EINVAL,
                 "threshold", "threshold");
  report = (tutti_ar1_report){.trajectory = x, .trajectories = 5};
  testing_expect(NULL, tutti_ar1_simulate(NULL, &model, rng, 75, 4, 1, &report, x, NULL), TUTTI_EINVAL,
                 "trajectories = 5", "trajectories");
  report = (tutti_ar1_report){.trajectories = 2, .fan = q};
  testing_expect(NULL, tutti_ar1_simulate(NULL, &model, rng, 75, 4, 1, &report, x, NULL), TUTTI_EINVAL,
                 "trajectory is NULL", "trajectory");
  report = (tutti_ar1_report){.fan = q};
  testing_expect(NULL, tutti_ar1_simulate(NULL, NULL, rng, 75, 4, 1, &report, x, NULL), TUTTI_EINVAL,
                 "model is NULL", "model");
  testing_expect(NULL, tutti_ar1_simulate(NULL, &model, rng, 75, (size_t)1 << 32, 1, &report, NULL, NULL),
                 TUTTI_EINVAL, "runs = 4294967296", "runs");
}

Test(ar1_report, no_step_at_all) {
  double share, fans, kept[2] = {7, 8}, last[3];
  uint64_t never[1];
  const tutti_ar1_report report = {
      .exceedance = &share, .first_above = never, .fan = &fans, .trajectory = kept, .trajectories = 2};
  const tutti_ar1 law = {72, 0.5, 5};
  tutti_moments_t m;
  cr_assert(tutti_ar1_simulate(NULL, &law, (tutti_rng){1, 1}, 70, 3, 0, &report, last, &m) == TUTTI_OK, "%s",
            tutti_error_detail(NULL));
  cr_assert(last[0] == 70 && last[2] == 70 && m.mean == 70 && never[0] == 3 && kept[0] == 7);
}

/* The fans of a law whose variance no double holds. */
Test(ar1_report, a_fan_of_any_scale) {
  enum { MEMBERS = 2000, DAYS = 4 };
  double fans[2][5 * DAYS];
  static const double sd[2] = {5, 5 * 0x1p660};
  for (int k = 0; k < 2; k++) {
    const tutti_ar1 law = {0, 0.5, sd[k]};
    const tutti_ar1_report report = {.fan = fans[k]};
    cr_assert(tutti_ar1_simulate(NULL, &law, (tutti_rng){1, 1}, 0, MEMBERS, DAYS, &report, NULL, NULL) ==
              TUTTI_OK);
  }
  for (int i = 0; i < 5 * DAYS; i++)
    cr_assert(fans[1][i] == 0x1p660 * fans[0][i], "%d: %g, %g", i, fans[0][i], fans[1][i]);
}
