/* The fit of Amdahl's law against scipy, against data of the law, and its standard error against how much the
 * estimates really scatter. */
#include "fits.h"

static tutti_amdahl_fit amdahl(const double *workers, const double *seconds, size_t n) {
  tutti_amdahl_fit fit;
  cr_assert(tutti_fit_amdahl(workers, seconds, n, &fit) == TUTTI_OK, "the fit failed");
  return fit;
}

static double amdahl_time(double serial_fraction, double t1, double workers) {
  return t1 * (serial_fraction + (1 - serial_fraction) / workers);
}

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

static tutti_status fit_any_amdahl(const double *workers, const double *measured, size_t n, void *fit) {
  return tutti_fit_amdahl(workers, measured, n, fit);
}

Test(amdahl_fit, refuses_invalid_input) {
  refuses_invalid_points(fit_any_amdahl, (double[]){1, 0.6, 0.4, 0.3}, 2);
}
