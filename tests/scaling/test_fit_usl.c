/* The fit of the USL against a published fit, against scipy, and against data of the law; and what it
 * refuses. */
#include "usl_fit.h"

/* The standard errors are those of R's nls. */
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
  tutti_usl_fit fit = usl(flat_workers, flat_throughput, 12);
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

/* Fractional worker counts, as of a CPU quota. */
Test(usl_fit, takes_worker_counts_below_one) {
  double workers[] = {0.25, 0.5, 1, 2, 4, 8}, throughput[6];
  for (int i = 0; i < 6; i++) throughput[i] = tutti_usl(7, 0.2, 0.02, workers[i]);
  tutti_usl_fit fit = usl(workers, throughput, 6);
  is_close(fit.gamma, 7, 1e-11);
  is_close(fit.alpha, 0.2, 1e-11);
  is_close(fit.beta, 0.02, 1e-11);
}

/* -- invalid input -- */

static tutti_status fit_any_usl(const double *workers, const double *measured, size_t n, void *fit) {
  return tutti_fit_usl(workers, measured, n, fit);
}

Test(usl_fit, refuses_invalid_input) { refuses_invalid_points(fit_any_usl, (double[]){1, 1.9, 3.5, 6}, 3); }
