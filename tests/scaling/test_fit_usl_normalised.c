/* The fit of the USL with throughputs divided by that of one worker: against scipy, and data of the law. */
#include "usl_fit.h"

static tutti_usl_normalised_fit usl_normalised(const double *workers, const double *capacity, size_t n) {
  tutti_usl_normalised_fit fit;
  cr_assert(tutti_fit_usl_normalised(workers, capacity, n, &fit) == TUTTI_OK, "the fit failed");
  return fit;
}

/* scipy.optimize.curve_fit of throughputs divided by the first, without the point at one worker. */
Test(usl_normalised_fit, agrees_with_scipy) {
  double capacity[12], spec[7];
  for (int i = 0; i < 12; i++) capacity[i] = flat_throughput[i] / flat_throughput[0];
  tutti_usl_normalised_fit fit = usl_normalised(flat_workers, capacity, 12);
  is_close(fit.alpha, 0.0319909199, 1e-7);
  is_close(fit.alpha_se, 0.0024091287, 1e-6);
  is_close(fit.beta, 0.000391986168, 1e-7);
  is_close(fit.beta_se, 5.3877092e-05, 1e-6);
  is_close(fit.residual_sd, 0.347169821, 1e-7);

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

static tutti_status fit_any_normalised(const double *workers, const double *capacity, size_t n, void *fit) {
  return tutti_fit_usl_normalised(workers, capacity, n, fit);
}

Test(usl_normalised_fit, refuses_invalid_input) {
  const double workers[] = {1, 2, 4}, capacity[] = {1, 1.9, 3};
  cr_assert(isnan(usl_normalised(workers, capacity, 3).alpha_se), "two points leave no residual");
  refuses(fit_any_normalised, workers, capacity, 2, "one count but 1");
  refuses(fit_any_normalised, (double[]){1, 2, 2}, capacity, 3, "one count but 1, twice");
  refuses_invalid_points(fit_any_normalised, (double[]){1, 1.9, 3, 4.2}, 3);
}
