/* The laws of scaling against published examples, their limits and each other. */
#include <criterion/criterion.h>
#include <math.h>
#include <tutti/scaling.h>

static const double fractions[] = {0, 1e-6, 0.05, 0.3, 0.5, 0.999, 1};
static const double counts[] = {1.5, 2, 3, 10, 49, 1000, 1e6};
enum { FRACTIONS = sizeof fractions / sizeof *fractions, COUNTS = sizeof counts / sizeof *counts };

static void is_close(double actual, double expected, double relative) {
  cr_assert(fabs(actual - expected) <= relative * fabs(expected), "%.17g is not %.17g", actual, expected);
}

/* A program that is 95 % parallel: the worked example of most textbooks. */
Test(amdahl, gives_the_published_speedups) {
  cr_assert_float_eq(tutti_amdahl(0.05, 10), 6.89, 0.01);
  cr_assert_float_eq(tutti_amdahl(0.05, 100), 16.80, 0.01);
  cr_assert_float_eq(tutti_amdahl(0.05, 1000), 19.62, 0.01);
  is_close(tutti_amdahl(0.05, INFINITY), 20, 1e-15);
}

Test(amdahl, is_the_textbook_formula) {
  for (int i = 0; i < FRACTIONS; i++)
    for (int j = 0; j < COUNTS; j++)
      is_close(tutti_amdahl(fractions[i], counts[j]), 1 / (fractions[i] + (1 - fractions[i]) / counts[j]),
               1e-14);
}

Test(amdahl, is_exact_at_the_ends) {
  for (int j = 0; j < COUNTS; j++) {
    cr_assert(tutti_amdahl(0, counts[j]) == counts[j], "no serial share: all %g workers count", counts[j]);
    cr_assert(tutti_amdahl(1, counts[j]) == 1, "all serial: %g workers are no faster", counts[j]);
  }
  for (int i = 0; i < FRACTIONS; i++) cr_assert(tutti_amdahl(fractions[i], 1) == 1, "one worker");
  cr_assert(tutti_amdahl(0, INFINITY) == INFINITY, "no limit without a serial share");
  cr_assert(tutti_amdahl(1, INFINITY) == 1, "all serial");
}

Test(amdahl, is_nan_outside_its_range) {
  cr_assert(isnan(tutti_amdahl(-1e-9, 4)), "a negative share");
  cr_assert(isnan(tutti_amdahl(1.001, 4)), "a share above 1");
  cr_assert(isnan(tutti_amdahl(0.5, 0.999)), "less than one worker");
  cr_assert(isnan(tutti_amdahl(0.5, -INFINITY)), "minus infinity workers");
  cr_assert(isnan(tutti_amdahl(NAN, 4)), "NaN share");
  cr_assert(isnan(tutti_amdahl(0.5, NAN)), "NaN workers");
}

Test(gustafson, is_the_published_formula) {
  /* 1024 processors, serial shares of 0.4 and 0.8 %: the 1020 and 1016 that Gustafson reports */
  cr_assert_float_eq(tutti_gustafson(0.004, 1024), 1019.908, 1e-9);
  cr_assert_float_eq(tutti_gustafson(0.008, 1024), 1015.816, 1e-9);
  for (int i = 0; i < FRACTIONS; i++)
    for (int j = 0; j < COUNTS; j++)
      is_close(tutti_gustafson(fractions[i], counts[j]), counts[j] - fractions[i] * (counts[j] - 1), 1e-12);
}

Test(gustafson, is_exact_at_the_ends) {
  cr_assert(tutti_gustafson(0, 1e6) == 1e6, "no serial share");
  cr_assert(tutti_gustafson(1, 1e300) == 1, "all serial, without cancellation");
  cr_assert(tutti_gustafson(0.3, 1) == 1, "one worker");
  cr_assert(tutti_gustafson(0.3, INFINITY) == INFINITY, "no limit");
  cr_assert(tutti_gustafson(0, INFINITY) == INFINITY, "no limit, no serial share");
  cr_assert(tutti_gustafson(1, INFINITY) == 1, "all serial, infinitely many workers");
}

Test(gustafson, is_nan_outside_its_range) {
  cr_assert(isnan(tutti_gustafson(-1e-9, 4)), "a negative share");
  cr_assert(isnan(tutti_gustafson(1.001, 4)), "a share above 1");
  cr_assert(isnan(tutti_gustafson(0.5, 0.5)), "less than one worker");
  cr_assert(isnan(tutti_gustafson(NAN, 4)), "NaN share");
  cr_assert(isnan(tutti_gustafson(1, NAN)), "NaN workers");
}

/* The throughputs to which this law was published, to their four decimals. */
Test(usl, gives_the_published_throughputs) {
  const double workers[] = {1, 2, 4, 6, 8, 10};
  const double throughput[] = {1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557};
  for (int i = 0; i < 6; i++)
    cr_assert_float_eq(tutti_usl(1, 0.02, 0.02, workers[i]), throughput[i], 5.1e-5, "%g workers", workers[i]);
}

Test(usl, without_coherency_is_amdahl) {
  for (int i = 0; i < FRACTIONS; i++)
    for (int j = 0; j < COUNTS; j++)
      is_close(tutti_usl(7, fractions[i], 0, counts[j]), 7 * tutti_amdahl(fractions[i], counts[j]), 1e-15);
}

Test(usl, peaks_where_theory_says) {
  double alpha = 0.03, beta = 2e-4, peak = sqrt((1 - alpha) / beta), top = tutti_usl(5, alpha, beta, peak);
  cr_assert(top > tutti_usl(5, alpha, beta, peak * 0.99), "rises before the peak");
  cr_assert(top > tutti_usl(5, alpha, beta, peak * 1.01), "falls after it");
}

Test(usl, takes_any_positive_worker_count) {
  cr_assert(tutti_usl(3, 0.5, 0.5, 1) == 3, "one worker: gamma");
  is_close(tutti_usl(3, 0.2, 0.1, 0.5), 1.5 / (1 - 0.1 - 0.025), 1e-15);
  cr_assert(tutti_usl(3, 0, 0, 1e200) == 3e200, "linear, without overflow on the way");
  cr_assert(tutti_usl(3, 0.1, 0.1, 1e300) < 1e-290, "nothing left");
  cr_assert(tutti_usl(3, 0.1, 0.1, INFINITY) == 0, "limit with coherency");
  is_close(tutti_usl(3, 0.1, 0, INFINITY), 30, 1e-15);
  cr_assert(tutti_usl(3, 0, 0, INFINITY) == INFINITY, "limit of the linear law");
}

Test(usl, is_nan_outside_its_range) {
  cr_assert(isnan(tutti_usl(1, 0.1, 0.1, 0)), "no workers");
  cr_assert(isnan(tutti_usl(1, 0.1, 0.1, -1)), "negative workers");
  cr_assert(isnan(tutti_usl(NAN, 0.1, 0.1, 2)), "NaN gamma");
  cr_assert(isnan(tutti_usl(1, NAN, 0.1, 2)), "NaN alpha");
  cr_assert(isnan(tutti_usl(1, 0.1, NAN, 2)), "NaN beta");
  cr_assert(isnan(tutti_usl(1, 0.1, 0.1, NAN)), "NaN workers");
  cr_assert(isnan(tutti_usl(1, NAN, 0.1, INFINITY)), "NaN alpha at infinity");
}

Test(karp_flatt, inverts_amdahl) {
  for (int i = 0; i < FRACTIONS; i++)
    for (int j = 0; j < COUNTS; j++) {
      double fraction = tutti_karp_flatt(tutti_amdahl(fractions[i], counts[j]), counts[j]);
      /* relative, down to the rounding of the speedup: p S eps / (S (p - 1)) */
      cr_assert_float_eq(fraction, fractions[i], 2e-15 * (fractions[i] + 1 / (counts[j] - 1)),
                         "s = %g, p = %g", fractions[i], counts[j]);
    }
  is_close(tutti_karp_flatt(20, INFINITY), 0.05, 1e-15);
}

Test(karp_flatt, is_the_published_formula) {
  is_close(tutti_karp_flatt(3.3, 4), (1 / 3.3 - 0.25) / 0.75, 1e-14);
  cr_assert(tutti_karp_flatt(4, 4) == 0, "perfect");
  cr_assert(tutti_karp_flatt(1, 4) == 1, "no gain");
  is_close(tutti_karp_flatt(0.5, 4), (2 - 0.25) / 0.75, 1e-15); /* slower than serial: above 1 */
  is_close(tutti_karp_flatt(5, 4), (0.2 - 0.25) / 0.75, 1e-14);
  cr_assert(tutti_karp_flatt(5, 4) < 0, "superlinear: negative");
  is_close(tutti_karp_flatt(INFINITY, 5), -0.25, 1e-15);
  cr_assert(tutti_karp_flatt(INFINITY, INFINITY) == 0, "perfect in the limit");
}

Test(karp_flatt, is_nan_outside_its_range) {
  cr_assert(isnan(tutti_karp_flatt(1, 1)), "one worker says nothing");
  cr_assert(isnan(tutti_karp_flatt(0.5, 1)), "one worker, slower than itself");
  cr_assert(isnan(tutti_karp_flatt(1, 0.5)), "less than one worker");
  cr_assert(isnan(tutti_karp_flatt(0, 4)), "no speed");
  cr_assert(isnan(tutti_karp_flatt(-1, 4)), "negative speedup");
  cr_assert(isnan(tutti_karp_flatt(NAN, 4)), "NaN speedup");
  cr_assert(isnan(tutti_karp_flatt(2, NAN)), "NaN workers");
}
