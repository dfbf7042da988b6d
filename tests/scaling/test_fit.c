/* The fits of the laws of scaling against published fits, against scipy, against data of the law, and their
 * standard errors against how much the estimates really scatter. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <tutti/scaling.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void is_close(double actual, double expected, double relative) {
  cr_assert(fabs(actual - expected) <= relative * fabs(expected), "%.17g is not %.17g", actual, expected);
}

static tutti_usl_fit usl(const double *workers, const double *throughput, size_t n) {
  tutti_usl_fit fit;
  cr_assert(tutti_fit_usl(workers, throughput, n, &fit) == TUTTI_OK, "the fit failed");
  return fit;
}

static tutti_amdahl_fit amdahl(const double *workers, const double *seconds, size_t n) {
  tutti_amdahl_fit fit;
  cr_assert(tutti_fit_amdahl(workers, seconds, n, &fit) == TUTTI_OK, "the fit failed");
  return fit;
}

static double amdahl_time(double serial_fraction, double t1, double workers) {
  return t1 * (serial_fraction + (1 - serial_fraction) / workers);
}

/* A standard normal variate, nearly: the sum of 12 uniform ones (Knuth's LCG), the same on every machine. */
static double noise(uint64_t *state) {
  double sum = -6;
  for (int i = 0; i < 12; i++) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    sum += (double)(*state >> 11) * 0x1p-53;
  }
  return sum;
}

/* ---- the USL: published and independent fits ---- */

/* SPEC SDM91, the published example of the R package usl; its standard errors are those of nls. */
static const double spec_workers[] = {1, 18, 36, 72, 108, 144, 216};
static const double spec_throughput[] = {64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2};

Test(usl_fit, agrees_with_the_published_fit_of_spec_sdm91) {
  tutti_usl_fit fit = usl(spec_workers, spec_throughput, 7);
  cr_assert_float_eq(fit.alpha, 0.0277285, 5.1e-8);
  cr_assert_float_eq(fit.alpha_se, 0.0091217, 5.1e-8);
  cr_assert_float_eq(fit.beta, 1.044e-4, 5.1e-8);
  cr_assert_float_eq(fit.beta_se, 1.988e-5, 5.1e-9);
  cr_assert_float_eq(fit.gamma, 90.00, 5.1e-3);
  cr_assert_float_eq(fit.gamma_se, 14.21, 5.1e-3);
  cr_assert_float_eq(fit.peak_workers, 96.52, 5.1e-3);
}

Test(usl_fit, finds_the_law_the_data_come_from) {
  const double workers[] = {1, 2, 4, 6, 8, 10}, throughput[] = {1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557};
  tutti_usl_fit fit = usl(workers, throughput, 6); /* four decimals of alpha = beta = 0.02 */
  cr_assert_float_eq(fit.alpha, 0.02, 2e-5);
  cr_assert_float_eq(fit.beta, 0.02, 2e-6);
  cr_assert_float_eq(fit.gamma, 1, 2e-5);
  cr_assert_float_eq(fit.peak_workers, 7, 1e-3);
}

/* scipy.optimize.curve_fit (MINPACK) of the same data. */
Test(usl_fit, agrees_with_scipy) {
  const double workers[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};
  const double throughput[] = {37.04,  74.64,  108.1,  132.72, 188.43, 234.83,
                               323.39, 377.45, 466.82, 470.38, 546.18, 508.16};
  tutti_usl_fit fit = usl(workers, throughput, 12);
  is_close(fit.gamma, 37.4791734, 1e-8);
  is_close(fit.gamma_se, 2.0055369, 1e-7);
  is_close(fit.alpha, 0.033293594, 1e-7);
  is_close(fit.alpha_se, 0.0064579997, 1e-7);
  is_close(fit.beta, 3.8368791e-4, 1e-7);
  is_close(fit.beta_se, 6.662262e-5, 1e-7);
  is_close(fit.residual_sd, 12.8242043145, 1e-9);
  is_close(fit.peak_workers, sqrt((1 - fit.alpha) / fit.beta), 1e-15);
}

Test(usl_fit, agrees_with_scipy_on_a_million_workers) {
  const double workers[] = {1e3, 5e3, 1e4, 1e5, 3e5, 1e6};
  const double throughput[] = {2508.9, 11871.2, 22547.0, 123684.7, 174855.4, 165991.7};
  tutti_usl_fit fit = usl(workers, throughput, 6);
  is_close(fit.gamma, 2.4554247, 1e-7);
  is_close(fit.gamma_se, 0.00868207, 1e-6);
  is_close(fit.alpha, 9.3959509e-6, 1e-7);
  is_close(fit.alpha_se, 5.770562e-8, 1e-6);
  is_close(fit.beta, 4.39512617e-12, 1e-7);
  is_close(fit.beta_se, 2.123917e-14, 1e-6);
  is_close(fit.residual_sd, 135.31779767, 1e-9);
}

/* ---- the USL: units, exact data, bounds ---- */

Test(usl_fit, does_not_depend_on_the_unit_of_throughput) {
  tutti_usl_fit fit = usl(spec_workers, spec_throughput, 7);
  const double units[] = {1e-12, 1e-5, 1e15, 1e200, 1e-200};
  for (size_t k = 0; k < COUNT(units); k++) {
    double throughput[7];
    for (int i = 0; i < 7; i++) throughput[i] = spec_throughput[i] * units[k];
    tutti_usl_fit other = usl(spec_workers, throughput, 7);
    is_close(other.gamma, fit.gamma * units[k], 1e-12);
    is_close(other.gamma_se, fit.gamma_se * units[k], 1e-12);
    is_close(other.alpha, fit.alpha, 1e-12);
    is_close(other.alpha_se, fit.alpha_se, 1e-12);
    is_close(other.beta, fit.beta, 1e-12);
    is_close(other.beta_se, fit.beta_se, 1e-12);
    is_close(other.residual_sd, fit.residual_sd * units[k], 1e-12);
  }
}

Test(usl_fit, does_not_depend_on_the_order_of_the_points_or_on_repeats) {
  tutti_usl_fit fit = usl(spec_workers, spec_throughput, 7);
  double workers[14], throughput[14];
  for (int i = 0; i < 14; i++) {
    workers[i] = spec_workers[6 - i % 7];
    throughput[i] = spec_throughput[6 - i % 7];
  }
  tutti_usl_fit other = usl(workers, throughput, 14);
  is_close(other.alpha, fit.alpha, 1e-7);
  is_close(other.beta, fit.beta, 1e-7);
  is_close(other.gamma, fit.gamma, 1e-7);
  /* twice the sum of squares on 11 instead of 4 degrees of freedom, and half the variance of a mean */
  is_close(other.residual_sd, fit.residual_sd * sqrt(2.0 * 4 / 11), 1e-9);
  is_close(other.alpha_se, fit.alpha_se * sqrt(4.0 / 11), 1e-7);
}

Test(usl_fit, recovers_exact_data) {
  const double alphas[] = {1e-6, 0.01, 0.3, 1}, betas[] = {1e-12, 1e-5, 1e-3, 0.2},
               gammas[] = {1e-12, 1, 1e15};
  const double most[] = {8, 300, 1e6};
  for (size_t a = 0; a < COUNT(alphas); a++)
    for (size_t b = 0; b < COUNT(betas); b++)
      for (size_t g = 0; g < COUNT(gammas); g++)
        for (size_t m = 0; m < COUNT(most); m++) {
          double workers[10], throughput[10];
          for (int i = 0; i < 10; i++) {
            workers[i] = 1 + i * (most[m] - 1) / 9;
            throughput[i] = tutti_usl(gammas[g], alphas[a], betas[b], workers[i]);
          }
          tutti_usl_fit fit = usl(workers, throughput, 10);
          /* what can be resolved: a term of 1e-12 of the throughput, or rounding blown up by collinearity */
          for (int i = 0; i < 10; i++)
            is_close(tutti_usl(fit.gamma, fit.alpha, fit.beta, workers[i]), throughput[i], 1e-9);
          double slowdown = 1 + alphas[a] * most[m] + betas[b] * most[m] * most[m];
          if (alphas[a] * most[m] > 1e-4 * slowdown && most[m] < 1e6) is_close(fit.alpha, alphas[a], 1e-6);
          if (betas[b] * most[m] * most[m] > 1e-4 * slowdown && most[m] < 1e6)
            is_close(fit.beta, betas[b], 1e-6);
          if (most[m] < 1e6) is_close(fit.gamma, gammas[g], 1e-7);
        }
}

Test(usl_fit, of_linear_data_holds_alpha_and_beta_at_zero) {
  double workers[] = {1, 2, 3, 7, 16, 1e6}, throughput[6];
  for (int i = 0; i < 6; i++) throughput[i] = 0.3 * workers[i];
  tutti_usl_fit fit = usl(workers, throughput, 6);
  cr_assert(fit.alpha == 0 && fit.beta == 0, "alpha %g, beta %g", fit.alpha, fit.beta);
  cr_assert(isnan(fit.alpha_se) && isnan(fit.beta_se), "no error of what sits at its bound");
  is_close(fit.gamma, 0.3, 1e-14);
  cr_assert(isfinite(fit.gamma_se) && isfinite(fit.residual_sd), "gamma is free");
  cr_assert(fit.peak_workers == INFINITY, "no peak");
}

/* Superlinear data: the best is the straight line through the origin, sum(py) / sum(pp). */
Test(usl_fit, of_superlinear_data_is_the_straight_line) {
  const double workers[] = {1, 2, 4, 8}, throughput[] = {1, 2.5, 6, 14};
  tutti_usl_fit fit = usl(workers, throughput, 4);
  cr_assert(fit.alpha == 0 && fit.beta == 0, "alpha %g, beta %g", fit.alpha, fit.beta);
  is_close(fit.gamma, 142.0 / 85, 1e-14);
  double rss = 0;
  for (int i = 0; i < 4; i++) rss += pow(throughput[i] - 142.0 / 85 * workers[i], 2);
  is_close(fit.residual_sd, sqrt(rss), 1e-13);
  is_close(fit.gamma_se, sqrt(rss / 85), 1e-13);
  cr_assert(isnan(fit.alpha_se) && isnan(fit.beta_se), "held");
}

Test(usl_fit, of_exact_data_of_a_simpler_law_finds_it) {
  double workers[] = {1, 2, 4, 8, 16, 32}, throughput[6];
  for (int i = 0; i < 6; i++) throughput[i] = tutti_usl(3.3, 0.07, 0, workers[i]);
  tutti_usl_fit fit = usl(workers, throughput, 6);
  cr_assert(fit.beta == 0 && isnan(fit.beta_se) && fit.peak_workers == INFINITY, "beta %g", fit.beta);
  is_close(fit.alpha, 0.07, 1e-12);
  cr_assert(isfinite(fit.alpha_se) && isfinite(fit.gamma_se), "alpha and gamma are free");

  for (int i = 0; i < 6; i++) throughput[i] = tutti_usl(3.3, 0, 0.003, workers[i]);
  fit = usl(workers, throughput, 6);
  cr_assert(fit.alpha == 0 && isnan(fit.alpha_se), "alpha %g", fit.alpha);
  is_close(fit.beta, 0.003, 1e-12);
  is_close(fit.peak_workers, sqrt(1 / 0.003), 1e-12);
  cr_assert(isfinite(fit.beta_se) && isfinite(fit.gamma_se), "beta and gamma are free");
}

/* Measured-looking data with the optimum on a bound; the other parameters as scipy fits the law without it,
 * the variance on n - 3 degrees of freedom. */
Test(usl_fit, agrees_with_scipy_at_the_bounds) {
  const double workers[] = {1, 2, 4, 8, 16, 32};
  const double contended[] = {10.1, 19.0, 33.5, 51.0, 70.2, 90.0};
  tutti_usl_fit fit = usl(workers, contended, 6);
  cr_assert(fit.beta == 0 && isnan(fit.beta_se) && fit.peak_workers == INFINITY, "beta %g", fit.beta);
  is_close(fit.gamma, 10.2402997, 1e-7);
  is_close(fit.alpha, 0.0861457, 1e-6);
  is_close(fit.gamma_se, 0.26691175, 1e-6);
  is_close(fit.alpha_se, 0.00372335, 1e-6);
  is_close(fit.residual_sd, 1.01930680829, 1e-9);

  const double peaked[] = {10.1, 20.3, 39.9, 70, 60.2, 30.0};
  fit = usl(workers, peaked, 6);
  cr_assert(fit.alpha == 0 && isnan(fit.alpha_se), "alpha %g", fit.alpha);
  is_close(fit.gamma, 12.3263722, 1e-7);
  is_close(fit.beta, 0.00993743143, 1e-6);
  is_close(fit.gamma_se, 1.43092657, 1e-6);
  is_close(fit.beta_se, 0.00214189, 1e-5);
  is_close(fit.residual_sd, 6.45872170528, 1e-9);
}

/* Least squares, so no point nearby is better, whatever the data. */
Test(usl_fit, is_a_minimum_on_random_data) {
  uint64_t state = 3;
  for (int trial = 0; trial < 300; trial++) {
    double workers[8], throughput[8];
    for (int i = 0; i < 8; i++) {
      workers[i] = 1 << i;
      throughput[i] = tutti_usl(20, 0.05, 1e-3, workers[i]) * exp(0.4 * noise(&state));
    }
    tutti_usl_fit fit = usl(workers, throughput, 8);
    double least = fit.residual_sd * fit.residual_sd * 5;
    for (int move = 0; move < 27; move++) {
      double step[3] = {move % 3 - 1, move / 3 % 3 - 1, move / 9 - 1}, rss = 0;
      double alpha = fmax(0, fit.alpha + 1e-4 * step[1]), beta = fmax(0, fit.beta + 1e-6 * step[2]);
      for (int i = 0; i < 8; i++)
        rss += pow(throughput[i] - tutti_usl(fit.gamma * (1 + 1e-3 * step[0]), alpha, beta, workers[i]), 2);
      cr_assert(rss >= least * (1 - 1e-12), "trial %d: %.17g below %.17g", trial, rss, least);
    }
  }
}

/* Data so far from the law that undamped steps, or either start alone, end in another valley or nowhere; the
 * least sums of squares are those of an exhaustive search. */
Test(usl_fit, finds_the_deepest_of_several_minima) {
  const struct {
    size_t n;
    double rss, workers[7], throughput[7];
  } data[] = {
      {7,
       2.4894827e-5,
       {1, 84, 1114, 1132, 1212, 16493, 34883},
       {0.00181223, 0.0114753, 0.006001, 0.0080924, 0.004014, 0.0045807, 0.0021306}},
      {7, 10979.8644, {4, 8, 16, 32, 64, 128, 2048}, {12.1, 141, 0.992, 14.9, 3.59, 37.1, 0.0843}},
      {5, 86.5292575, {1, 2, 16, 512, 2048}, {20.1, 22.1, 6.98, 10.7, 1.44}},
  };
  for (size_t k = 0; k < COUNT(data); k++) {
    tutti_usl_fit fit = usl(data[k].workers, data[k].throughput, data[k].n);
    is_close(fit.residual_sd, sqrt(data[k].rss / (double)(data[k].n - 3)), 1e-4);
  }
}

/* Throughput that no worker raises: alpha = 1, where sqrt((1 - alpha) / beta) would be 0 / 0. */
Test(usl_fit, of_constant_data_has_no_peak) {
  const double workers[] = {1, 2, 4, 8}, throughput[] = {3, 3, 3, 3};
  tutti_usl_fit fit = usl(workers, throughput, 4);
  is_close(fit.alpha, 1, 1e-14);
  cr_assert(fit.beta == 0 && fit.peak_workers == INFINITY, "beta %g, peak %g", fit.beta, fit.peak_workers);
}

Test(usl_fit, without_residual_has_no_errors) {
  double workers[] = {4, 8, 16}, throughput[3];
  for (int i = 0; i < 3; i++) throughput[i] = tutti_usl(5, 0.1, 0.01, workers[i]);
  tutti_usl_fit fit = usl(workers, throughput, 3);
  is_close(fit.gamma, 5, 1e-11);
  is_close(fit.alpha, 0.1, 1e-11);
  is_close(fit.beta, 0.01, 1e-11);
  cr_assert(isnan(fit.gamma_se) && isnan(fit.alpha_se) && isnan(fit.beta_se), "3 points leave no residual");
  cr_assert(isnan(fit.residual_sd), "nor its standard deviation");
}

/* Fractional worker counts, as of a CPU quota. */
Test(usl_fit, takes_worker_counts_below_one) {
  double workers[] = {0.25, 0.5, 1, 2, 4, 8}, throughput[6];
  for (int i = 0; i < 6; i++) throughput[i] = tutti_usl(7, 0.2, 0.02, workers[i]);
  tutti_usl_fit fit = usl(workers, throughput, 6);
  is_close(fit.gamma, 7, 1e-11);
  is_close(fit.alpha, 0.2, 1e-11);
  is_close(fit.beta, 0.02, 1e-11);
}

/* Steeper than p / (p - 1) with no point at one worker: any gamma, the larger the better. */
Test(usl_fit, with_unbounded_gamma_still_draws_the_best_curve) {
  const double workers[] = {2, 4, 8, 16}, throughput[] = {100, 60, 50, 45};
  tutti_usl_fit fit = usl(workers, throughput, 4);
  cr_assert(isfinite(fit.gamma) && isfinite(fit.alpha) && isfinite(fit.beta), "finite parameters");
  cr_assert(isnan(fit.gamma_se) && isnan(fit.alpha_se) && isnan(fit.beta_se), "that are not determined");
  cr_assert(isnan(fit.peak_workers), "alpha > 1: no peak");
  double rss = 0;
  for (int i = 0; i < 4; i++)
    rss += pow(throughput[i] - tutti_usl(fit.gamma, fit.alpha, fit.beta, workers[i]), 2);
  is_close(sqrt(rss), fit.residual_sd, 1e-6);
  cr_assert_float_eq(fit.residual_sd, 4.5647538, 1e-6);
}

Test(usl_fit, survives_values_at_the_ends_of_the_range) {
  const double workers[][4] = {
      {1e-300, 1e-200, 1, 2}, {1e-300, 2e-300, 3e-300, 4e-300}, {1, 1e100, 1e300, DBL_MAX}, {1, 2, 3, 4}};
  const double throughput[][4] = {{1, 2, 3, 4},
                                  {DBL_MAX, DBL_MAX, DBL_MAX, DBL_MAX},
                                  {5e-324, 5e-324, 5e-324, 5e-324},
                                  {1e-308, 1, 1e308, 1}};
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++) {
      tutti_usl_fit fit = usl(workers[i], throughput[j], 4);
      cr_assert(fit.gamma > 0 && fit.alpha >= 0 && fit.beta >= 0, "data %d %d: %g %g %g", i, j, fit.gamma,
                fit.alpha, fit.beta);
    }
}

/* Standard errors mean what they say: 1.96 of them hold the truth in about 95 % of experiments. */
Test(usl_fit, standard_errors_cover_the_truth) {
  enum { TRIALS = 1000, REPEATS = 5, POINTS = 10 * REPEATS };
  uint64_t state = 20240601;
  int covered[3] = {0};
  for (int trial = 0; trial < TRIALS; trial++) {
    double workers[POINTS], throughput[POINTS];
    for (int i = 0; i < POINTS; i++) {
      workers[i] = 1 + 7 * (i / REPEATS);
      throughput[i] = tutti_usl(20, 0.05, 1e-3, workers[i]) + 2 * noise(&state);
    }
    tutti_usl_fit fit = usl(workers, throughput, POINTS);
    covered[0] += fabs(fit.gamma - 20) < 1.96 * fit.gamma_se;
    covered[1] += fabs(fit.alpha - 0.05) < 1.96 * fit.alpha_se;
    covered[2] += fabs(fit.beta - 1e-3) < 1.96 * fit.beta_se;
  }
  for (int j = 0; j < 3; j++)
    cr_assert(covered[j] > 0.92 * TRIALS && covered[j] < 0.97 * TRIALS, "parameter %d: %d of %d", j,
              covered[j], TRIALS);
}

/* ---- the USL: invalid input ---- */

/* Nothing is written: every byte of the result stays as it was. */
static void usl_is_invalid(const double *workers, const double *throughput, size_t n, const char *why) {
  tutti_usl_fit fit, before;
  memset(&fit, 0x5a, sizeof fit);
  memcpy(&before, &fit, sizeof fit);
  cr_assert(tutti_fit_usl(workers, throughput, n, &fit) == TUTTI_EINVAL, "accepted %s", why);
  cr_assert(memcmp(&fit, &before, sizeof fit) == 0, "wrote a result for %s", why);
}

static const double bad_values[] = {0, -0.0, -1, NAN, INFINITY, -INFINITY};

Test(usl_fit, refuses_invalid_input) {
  double workers[] = {1, 2, 4, 8}, throughput[] = {1, 1.9, 3.5, 6};
  usl_is_invalid(NULL, throughput, 4, "workers = NULL");
  usl_is_invalid(workers, NULL, 4, "throughput = NULL");
  usl_is_invalid(NULL, NULL, 0, "nothing at all");
  cr_assert(tutti_fit_usl(workers, throughput, 4, NULL) == TUTTI_EINVAL, "accepted fit = NULL");
  for (size_t n = 0; n < 3; n++) usl_is_invalid(workers, throughput, n, "fewer than 3 points");
  usl_is_invalid((double[]){1, 2, 2, 1}, throughput, 4, "two worker counts");
  usl_is_invalid((double[]){3, 3, 3, 3}, throughput, 4, "one worker count");
  for (size_t k = 0; k < COUNT(bad_values); k++)
    for (int i = 0; i < 4; i++) {
      double kept = workers[i];
      workers[i] = bad_values[k];
      usl_is_invalid(workers, throughput, 4, "a worker count that is not positive and finite");
      workers[i] = kept;
      kept = throughput[i];
      throughput[i] = bad_values[k];
      usl_is_invalid(workers, throughput, 4, "a throughput that is not positive and finite");
      throughput[i] = kept;
    }
  usl(workers, throughput, 4); /* and what is left is valid */
}

/* ---- the USL, normalised ---- */

static tutti_usl_normalised_fit usl_normalised(const double *workers, const double *capacity, size_t n) {
  tutti_usl_normalised_fit fit;
  cr_assert(tutti_fit_usl_normalised(workers, capacity, n, &fit) == TUTTI_OK, "the fit failed");
  return fit;
}

/* scipy.optimize.curve_fit of throughputs divided by the first, without the point at one worker. */
Test(usl_normalised_fit, agrees_with_scipy) {
  const double workers[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};
  double capacity[] = {37.04,  74.64,  108.1,  132.72, 188.43, 234.83,
                       323.39, 377.45, 466.82, 470.38, 546.18, 508.16};
  for (int i = 11; i >= 0; i--) capacity[i] /= capacity[0];
  tutti_usl_normalised_fit fit = usl_normalised(workers, capacity, 12);
  is_close(fit.alpha, 0.0319909199, 1e-7);
  is_close(fit.alpha_se, 0.0024091287, 1e-6);
  is_close(fit.beta, 0.000391986168, 1e-7);
  is_close(fit.beta_se, 5.3877092e-05, 1e-6);
  is_close(fit.residual_sd, 0.347169821, 1e-7);

  double spec[7];
  for (int i = 0; i < 7; i++) spec[i] = spec_throughput[i] / spec_throughput[0];
  fit = usl_normalised(spec_workers, spec, 7);
  is_close(fit.alpha, 0.0126048711, 1e-6);
  is_close(fit.alpha_se, 0.0028339922, 1e-6);
  is_close(fit.beta, 0.000111200301, 1e-6);
  is_close(fit.beta_se, 2.2847747e-05, 1e-6);
}

Test(usl_normalised_fit, recovers_exact_data) {
  const double workers[] = {1, 2, 4, 6, 8, 10}, capacity[] = {1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557};
  tutti_usl_normalised_fit fit =
      usl_normalised(workers, capacity, 6); /* four decimals of alpha = beta = 0.02 */
  cr_assert_float_eq(fit.alpha, 0.02, 2e-5);
  cr_assert_float_eq(fit.beta, 0.02, 2e-6);
  cr_assert_float_eq(fit.peak_workers, 7, 1e-3);

  const double alphas[] = {0, 1e-3, 0.3, 1}, betas[] = {0, 1e-5, 0.2};
  for (size_t a = 0; a < COUNT(alphas); a++)
    for (size_t b = 0; b < COUNT(betas); b++) {
      double exact[6];
      for (int i = 0; i < 6; i++) exact[i] = tutti_usl(1, alphas[a], betas[b], workers[i]);
      fit = usl_normalised(workers, exact, 6);
      cr_assert_float_eq(fit.alpha, alphas[a], 1e-10, "alpha %g", fit.alpha);
      cr_assert_float_eq(fit.beta, betas[b], 1e-10, "beta %g", fit.beta);
      cr_assert(isnan(fit.alpha_se) == (alphas[a] == 0) && isnan(fit.beta_se) == (betas[b] == 0));
    }
}

Test(usl_normalised_fit, refuses_invalid_input) {
  const double workers[] = {1, 2, 4}, capacity[] = {1, 1.9, 3};
  tutti_usl_normalised_fit fit;
  cr_assert(isnan(usl_normalised(workers, capacity, 3).alpha_se), "two points leave no residual");
  cr_assert(tutti_fit_usl_normalised(workers, capacity, 2, &fit) == TUTTI_EINVAL, "one other count");
  cr_assert(tutti_fit_usl_normalised((double[]){1, 2, 2}, capacity, 3, &fit) == TUTTI_EINVAL, "the same");
  cr_assert(tutti_fit_usl_normalised(workers, (double[]){1, 2, NAN}, 3, &fit) == TUTTI_EINVAL, "NaN");
  cr_assert(tutti_fit_usl_normalised(NULL, capacity, 3, &fit) == TUTTI_EINVAL);
  cr_assert(tutti_fit_usl_normalised(workers, NULL, 3, &fit) == TUTTI_EINVAL);
  cr_assert(tutti_fit_usl_normalised(workers, capacity, 3, NULL) == TUTTI_EINVAL);
}

/* ---- Amdahl's law ---- */

Test(amdahl_fit, recovers_exact_data) {
  const double fractions[] = {1e-6, 1e-3, 0.05, 0.5, 0.999}, units[] = {1e-12, 3e-3, 1, 700, 1e15};
  const double workers[] = {1, 2, 3, 8, 1000, 1e6};
  for (size_t k = 0; k < COUNT(fractions); k++)
    for (size_t u = 0; u < COUNT(units); u++)
      for (size_t n = 2; n <= COUNT(workers); n++) {
        double seconds[COUNT(workers)];
        for (size_t i = 0; i < n; i++) seconds[i] = amdahl_time(fractions[k], units[u], workers[i]);
        tutti_amdahl_fit fit = amdahl(workers, seconds, n);
        cr_assert_float_eq(fit.serial_fraction, fractions[k], 4e-15, "s = %g from %zu points", fractions[k],
                           n);
        is_close(fit.t1, units[u], 4e-15);
        if (n == 2) cr_assert(isnan(fit.serial_fraction_se), "no residual is left");
        else cr_assert(fit.serial_fraction_se < 1e-14, "se %g of exact data", fit.serial_fraction_se);
      }
}

/* scipy.optimize.curve_fit with sigma = seconds, of repeated runs. */
Test(amdahl_fit, agrees_with_scipy) {
  const double workers[] = {1, 1, 2, 2, 4, 4, 8, 8, 16, 16};
  const double seconds[] = {11.711, 11.523, 6.432, 6.562, 3.847, 3.732, 2.301, 2.285, 1.687, 1.731};
  tutti_amdahl_fit fit = amdahl(workers, seconds, 10);
  is_close(fit.serial_fraction, 0.08617641, 1e-7);
  is_close(fit.serial_fraction_se, 0.00333076, 1e-6);
  is_close(fit.t1, 11.78688769, 1e-8);
}

/* Without a measurement of one worker, and with counts so close that normal equations would lose all digits.
 */
Test(amdahl_fit, extrapolates_to_one_worker) {
  double workers[] = {1e6, 1e6 + 1, 1e6 + 2}, seconds[3];
  for (int i = 0; i < 3; i++) seconds[i] = amdahl_time(1e-6, 1, workers[i]);
  tutti_amdahl_fit fit = amdahl(workers, seconds, 3);
  is_close(fit.serial_fraction, 1e-6, 1e-8);
  is_close(fit.t1, 1, 1e-8);
}

Test(amdahl_fit, of_superlinear_data_is_clamped_to_zero) {
  const double workers[] = {1, 2, 4}, seconds[] = {1, 0.4, 0.15};
  tutti_amdahl_fit fit = amdahl(workers, seconds, 3);
  cr_assert(fit.serial_fraction == 0, "s = %g", fit.serial_fraction);
  cr_assert(isnan(fit.serial_fraction_se), "no error at the bound");
  /* t1 refitted: least squares of t1 / (p t) against 1 */
  double x = 0, xx = 0;
  for (int i = 0; i < 3; i++) {
    double ratio = 1 / (workers[i] * seconds[i]);
    x += ratio;
    xx += ratio * ratio;
  }
  is_close(fit.t1, x / xx, 1e-14);
}

Test(amdahl_fit, of_slowing_data_is_clamped_to_one) {
  const double workers[] = {1, 2, 4}, seconds[] = {1, 1.2, 1.5};
  tutti_amdahl_fit fit = amdahl(workers, seconds, 3);
  cr_assert(fit.serial_fraction == 1, "s = %g", fit.serial_fraction);
  cr_assert(isnan(fit.serial_fraction_se), "no error at the bound");
  double x = 0, xx = 0;
  for (int i = 0; i < 3; i++) {
    x += 1 / seconds[i];
    xx += 1 / (seconds[i] * seconds[i]);
  }
  is_close(fit.t1, x / xx, 1e-14);
}

Test(amdahl_fit, of_exact_data_at_the_bounds_finds_them) {
  const double workers[] = {1, 3, 7, 48, 1e6};
  for (int serial = 0; serial <= 1; serial++) {
    double seconds[5];
    for (int i = 0; i < 5; i++) seconds[i] = amdahl_time(serial, 0.3, workers[i]);
    tutti_amdahl_fit fit = amdahl(workers, seconds, 5);
    cr_assert(fit.serial_fraction == serial, "s = %g", fit.serial_fraction);
    cr_assert(isnan(fit.serial_fraction_se), "no error at the bound");
    is_close(fit.t1, 0.3, 1e-14);
  }
}

/* 2000 experiments of 60 timings with 3 % noise: 1.96 standard errors hold the truth in about 95 % of them,
 * and the estimates scatter as much as the standard error says. */
Test(amdahl_fit, standard_error_covers_the_truth) {
  enum { TRIALS = 2000, REPEATS = 10, POINTS = 6 * REPEATS };
  const double truth = 0.05;
  uint64_t state = 1967;
  int covered = 0;
  double sum = 0, squares = 0, errors = 0;
  for (int trial = 0; trial < TRIALS; trial++) {
    double workers[POINTS], seconds[POINTS];
    for (int i = 0; i < POINTS; i++) {
      workers[i] = 1 << i / REPEATS;
      seconds[i] = amdahl_time(truth, 2, workers[i]) * (1 + 0.03 * noise(&state));
    }
    tutti_amdahl_fit fit = amdahl(workers, seconds, POINTS);
    covered += fabs(fit.serial_fraction - truth) < 1.96 * fit.serial_fraction_se;
    sum += fit.serial_fraction;
    squares += (fit.serial_fraction - truth) * (fit.serial_fraction - truth);
    errors += fit.serial_fraction_se * fit.serial_fraction_se;
  }
  cr_assert(covered > 0.93 * TRIALS && covered < 0.965 * TRIALS, "%d of %d", covered, TRIALS);
  is_close(sum / TRIALS, truth, 0.01);
  is_close(errors / TRIALS, squares / TRIALS, 0.1);
}

static void amdahl_is_invalid(const double *workers, const double *seconds, size_t n, const char *why) {
  tutti_amdahl_fit fit, before;
  memset(&fit, 0x5a, sizeof fit);
  memcpy(&before, &fit, sizeof fit);
  cr_assert(tutti_fit_amdahl(workers, seconds, n, &fit) == TUTTI_EINVAL, "accepted %s", why);
  cr_assert(memcmp(&fit, &before, sizeof fit) == 0, "wrote a result for %s", why);
}

Test(amdahl_fit, refuses_invalid_input) {
  double workers[] = {1, 2, 4}, seconds[] = {1, 0.6, 0.4};
  amdahl_is_invalid(NULL, seconds, 3, "workers = NULL");
  amdahl_is_invalid(workers, NULL, 3, "seconds = NULL");
  amdahl_is_invalid(NULL, NULL, 0, "nothing at all");
  cr_assert(tutti_fit_amdahl(workers, seconds, 3, NULL) == TUTTI_EINVAL, "accepted fit = NULL");
  for (size_t n = 0; n < 2; n++) amdahl_is_invalid(workers, seconds, n, "fewer than 2 points");
  amdahl_is_invalid((double[]){4, 4, 4}, seconds, 3, "one worker count");
  for (size_t k = 0; k < COUNT(bad_values); k++)
    for (int i = 0; i < 3; i++) {
      double kept = workers[i];
      workers[i] = bad_values[k];
      amdahl_is_invalid(workers, seconds, 3, "a worker count that is not positive and finite");
      workers[i] = kept;
      kept = seconds[i];
      seconds[i] = bad_values[k];
      amdahl_is_invalid(workers, seconds, 3, "a time that is not positive and finite");
      seconds[i] = kept;
    }
  amdahl(workers, seconds, 3);
}
