/* Amdahl's law with an overhead and Gustafson's law: fits against scipy, textbook formulas, data of the law.
 */
#include "fits.h"

static tutti_amdahl_overhead_fit overhead(const double *workers, const double *seconds, size_t n) {
  tutti_amdahl_overhead_fit fit;
  cr_assert(tutti_fit_amdahl_overhead(workers, seconds, n, &fit) == TUTTI_OK, "the fit failed");
  return fit;
}

static tutti_gustafson_fit gustafson(const double *workers, const double *throughput, size_t n) {
  tutti_gustafson_fit fit;
  cr_assert(tutti_fit_gustafson(workers, throughput, n, &fit) == TUTTI_OK, "the fit failed");
  return fit;
}

static double overhead_time(double s, double o, double t1, double p) {
  return t1 * (s + (1 - s) / p + o * (p - 1));
}

Test(amdahl_overhead_fit, recovers_exact_data) {
  const double fractions[] = {1e-3, 0.05, 0.5, 0.99}, overheads[] = {1e-6, 1e-3, 0.1},
               units[] = {1e-12, 1, 1e15};
  const double workers[] = {1, 2, 3, 8, 64, 1000};
  for (size_t k = 0; k < COUNT(fractions); k++)
    for (size_t o = 0; o < COUNT(overheads); o++)
      for (size_t u = 0; u < COUNT(units); u++)
        for (size_t n = 3; n <= COUNT(workers); n++) {
          double seconds[COUNT(workers)];
          for (size_t i = 0; i < n; i++)
            seconds[i] = overhead_time(fractions[k], overheads[o], units[u], workers[i]);
          const tutti_amdahl_overhead_fit fit = overhead(workers, seconds, n);
          cr_assert_float_eq(fit.serial_fraction, fractions[k], 1e-13);
          cr_assert_float_eq(fit.overhead, overheads[o], 1e-13);
          is_close(fit.t1, units[u], 1e-13);
          is_close(fit.peak_workers, sqrt((1 - fractions[k]) / overheads[o]), 1e-6);
          if (n == 3) cr_assert(isnan(fit.serial_fraction_se) && isnan(fit.overhead_se) && isnan(fit.t1_se));
          else cr_assert(fit.serial_fraction_se < 1e-12 && fit.overhead_se < 1e-12);
        }
}

/* scipy.optimize.curve_fit with sigma = seconds, of repeated runs. */
Test(amdahl_overhead_fit, agrees_with_scipy) {
  const double workers[] = {1, 1, 2, 2, 4, 4, 8, 8, 16, 16, 32, 32};
  const double seconds[] = {11.711, 11.523, 6.432, 6.562, 3.847, 3.732,
                            2.301,  2.285,  1.687, 1.731, 1.60,  1.66};
  const tutti_amdahl_overhead_fit fit = overhead(workers, seconds, 12);
  is_close(fit.serial_fraction, 0.0690850561, 1e-7);
  is_close(fit.overhead, 0.00119700795, 1e-7);
  is_close(fit.t1, 11.9517514, 1e-7);
  is_close(fit.serial_fraction_se, 0.0059315804, 1e-6);
  is_close(fit.overhead_se, 0.00019568803, 1e-6);
  is_close(fit.t1_se, 0.17850423, 1e-6);
}

/* The curve of the Universal Scalability Law, whose fit it agrees with on exact data. */
Test(amdahl_overhead_fit, is_the_usl_of_times) {
  const double workers[] = {1, 2, 4, 6, 8, 10};
  double seconds[6], throughput[6];
  for (int i = 0; i < 6; i++) {
    seconds[i] = overhead_time(0.07, 0.004, 3, workers[i]);
    throughput[i] = 1 / seconds[i];
  }
  const tutti_amdahl_overhead_fit fit = overhead(workers, seconds, 6);
  tutti_usl_fit usl;
  cr_assert(tutti_fit_usl(workers, throughput, 6, &usl) == TUTTI_OK);
  is_close(fit.serial_fraction, usl.alpha, 1e-9);
  is_close(fit.overhead, usl.beta, 1e-9);
  is_close(1 / fit.t1, usl.gamma, 1e-9);
  is_close(fit.peak_workers, usl.peak_workers, 1e-9);
}

Test(amdahl_overhead_fit, without_overhead_is_amdahls) {
  const double workers[] = {1, 2, 4, 8, 16}, seconds[] = {10, 5.6, 3.2, 1.9, 1.2}; /* wants o < 0 */
  const tutti_amdahl_overhead_fit fit = overhead(workers, seconds, 5);
  tutti_amdahl_fit plain;
  cr_assert(tutti_fit_amdahl(workers, seconds, 5, &plain) == TUTTI_OK);
  cr_assert(fit.overhead == 0 && isnan(fit.overhead_se) && fit.peak_workers == INFINITY, "o = %g",
            fit.overhead);
  is_close(fit.serial_fraction, plain.serial_fraction, 1e-12);
  is_close(fit.t1, plain.t1, 1e-12);
  is_close(fit.serial_fraction_se, plain.serial_fraction_se * sqrt(3.0 / 2), 1e-9); /* n - 3, not n - 2 */
}

/* Times in proportion to p - 1: any small time on one worker, and the curve all the same. */
Test(amdahl_overhead_fit, of_nothing_but_overhead_draws_the_curve) {
  const double workers[] = {2, 3, 5, 9}, seconds[] = {1, 2, 4, 8};
  const tutti_amdahl_overhead_fit fit = overhead(workers, seconds, 4);
  cr_assert(isfinite(fit.serial_fraction) && isfinite(fit.overhead) && fit.t1 > 0);
  for (int i = 0; i < 4; i++)
    is_close(overhead_time(fit.serial_fraction, fit.overhead, fit.t1, workers[i]), seconds[i], 1e-6);
}

Test(gustafson_fit, recovers_exact_data) {
  const double fractions[] = {1e-3, 0.05, 0.5, 0.99}, units[] = {1e-12, 1, 1e15};
  const double workers[] = {1, 2, 3, 8, 64, 1000};
  for (size_t k = 0; k < COUNT(fractions); k++)
    for (size_t u = 0; u < COUNT(units); u++)
      for (size_t n = 2; n <= COUNT(workers); n++) {
        double throughput[COUNT(workers)];
        for (size_t i = 0; i < n; i++) throughput[i] = units[u] * tutti_gustafson(fractions[k], workers[i]);
        const tutti_gustafson_fit fit = gustafson(workers, throughput, n);
        cr_assert_float_eq(fit.serial_fraction, fractions[k], 1e-13);
        is_close(fit.rate1, units[u], 1e-13);
        if (n == 2) cr_assert(isnan(fit.serial_fraction_se) && isnan(fit.rate1_se));
        else cr_assert(fit.serial_fraction_se < 1e-12 && fit.rate1_se < 1e-12 * units[u]);
      }
}

/* scipy.optimize.curve_fit with sigma = throughput. */
Test(gustafson_fit, agrees_with_scipy) {
  const double workers[] = {1, 2, 4, 8, 16, 32}, throughput[] = {5.02, 9.71, 18.9, 37.6, 72.9, 147.1};
  const tutti_gustafson_fit fit = gustafson(workers, throughput, 6);
  is_close(fit.serial_fraction, 0.0898613447, 1e-7);
  is_close(fit.serial_fraction_se, 0.011231531, 1e-6);
  is_close(fit.rate1, 5.04622163, 1e-8);
  is_close(fit.rate1_se, 0.046296881, 1e-6);
}

/* A weighted straight line a + b p, its variances as in every textbook: of b, sigma^2 Sw / D, of a, sigma^2
 * Swpp / D, with the covariance -sigma^2 Swp / D and D = Sw Swpp - Swp^2. */
Test(gustafson_fit, has_the_errors_of_a_straight_line) {
  const double workers[] = {2, 3, 5, 7, 11}, y[] = {2.2, 3.1, 4.6, 6.9, 9.7};
  double sw = 0, swp = 0, swpp = 0, swy = 0, swpy = 0, rss = 0;
  for (int i = 0; i < 5; i++) {
    const double w = 1 / (y[i] * y[i]), p = workers[i];
    sw += w;
    swp += w * p;
    swpp += w * p * p;
    swy += w * y[i];
    swpy += w * p * y[i];
  }
  const double d = sw * swpp - swp * swp, a = (swpp * swy - swp * swpy) / d, b = (sw * swpy - swp * swy) / d;
  for (int i = 0; i < 5; i++) rss += pow((a + b * workers[i]) / y[i] - 1, 2);
  const double variance = rss / 3 / d, aa = variance * swpp, bb = variance * sw, ab = -variance * swp;
  const tutti_gustafson_fit fit = gustafson(workers, y, 5);
  is_close(fit.rate1, a + b, 1e-12);
  is_close(fit.rate1_se, sqrt(aa + bb + 2 * ab), 1e-10);
  is_close(fit.serial_fraction, a / (a + b), 1e-12);
  is_close(fit.serial_fraction_se, sqrt(b * b * aa + a * a * bb - 2 * a * b * ab) / pow(a + b, 2), 1e-10);
}

Test(gustafson_fit, keeps_the_bounds) {
  const double workers[] = {1, 2, 4, 8};
  const tutti_gustafson_fit above = gustafson(workers, (double[]){1, 2.1, 4.4, 9.5}, 4),
                            flat = gustafson(workers, (double[]){3, 2.9, 2.8, 2.7}, 4);
  cr_assert(above.serial_fraction == 0 && isnan(above.serial_fraction_se), "s = %g", above.serial_fraction);
  cr_assert(flat.serial_fraction == 1 && isnan(flat.serial_fraction_se), "s = %g", flat.serial_fraction);
}

static tutti_status fit_any_overhead(const double *workers, const double *seconds, size_t n, void *fit) {
  return tutti_fit_amdahl_overhead(workers, seconds, n, fit);
}

static tutti_status fit_any_gustafson(const double *workers, const double *throughput, size_t n, void *fit) {
  return tutti_fit_gustafson(workers, throughput, n, fit);
}

Test(linear_fits, refuse_invalid_input) {
  refuses_invalid_points(fit_any_overhead, (double[]){1, 0.6, 0.4, 0.3}, 3);
  refuses_invalid_points(fit_any_gustafson, (double[]){1, 0.6, 0.4, 0.3}, 2);
}
