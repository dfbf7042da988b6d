/* The fit of the USL where it is hard: parameters at their bounds, several minima, extreme values; and
 * whether its standard errors are as large as the estimates scatter. */
#include <float.h>

#include "usl_fit.h"

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
