/* Laws fitted to points: published data, closed forms, what is said of a fit and what is refused. The fits
 * themselves are tests/scaling's. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>
#include <tutti/tutti.h>

#include "analysis/scaling_law.h"
#include "math/student.h"
#include "output/law_json.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void is_close(double actual, double expected, double tolerance) {
  cr_assert(fabs(actual - expected) <= tolerance, "%.17g is not %.17g", actual, expected);
}

static const double spec_workers[] = {1, 18, 36, 72, 108, 144, 216};
static const double spec_throughput[] = {64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2};
static const struct law_points spec = {7, spec_workers, spec_throughput, 0};

static struct law fitted(enum law_kind kind, const struct law_points *points) {
  const struct law law = law_fit(kind, points);
  cr_assert(law.fitted && law.kind == kind, "%s is not fitted", law_name(kind));
  return law;
}

Test(laws, usl_of_spec_sdm91) {
  const struct law law = fitted(LAW_USL, &spec);
  cr_assert_str_eq(law.parameters[0].symbol, "alpha");
  is_close(law.parameters[0].value, 0.0277285, 5.1e-8);
  is_close(law.parameters[0].se, 0.0091217, 5.1e-8);
  is_close(law.parameters[1].value, 1.044e-4, 5.1e-8);
  is_close(law.parameters[1].se, 1.988e-5, 5.1e-9);
  is_close(law.parameters[2].value, 90.00, 5.1e-3);
  is_close(law.parameters[2].se, 14.21, 5.1e-3);
  is_close(law.peak, 96.52, 5.1e-3);
  /* the limit is the law at its peak, over that of one worker */
  const double a = law.parameters[0].value, b = law.parameters[1].value, p = law.peak;
  is_close(law.limit, p / (1 + a * (p - 1) + b * p * (p - 1)), 1e-9);
  is_close(law_predict(&law, 1), law.parameters[2].value, 1e-9);
}

Test(laws, both_forms_of_the_usl_of_exact_data) {
  const double workers[] = {1, 2, 4, 6, 8, 10}, throughput[] = {1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557};
  const struct law_points points = {6, workers, throughput, 0};
  for (enum law_kind kind = LAW_USL; kind <= LAW_USL_NORMALISED; kind++) {
    const struct law law = fitted(kind, &points); /* four decimals of alpha = beta = 0.02, gamma = 1 */
    is_close(law.parameters[0].value, 0.02, 2e-5);
    is_close(law.parameters[1].value, 0.02, 2e-6);
    is_close(law.one, 1, 2e-5);
    is_close(law.peak, 7, 1e-3);
    cr_assert(law.residual_sd < 5e-5, "%g", law.residual_sd);
  }
}

/* The textbook's: 95 % parallel. */
Test(laws, amdahl_of_95_percent) {
  double workers[] = {1, 2, 4, 8}, throughput[4];
  for (int i = 0; i < 4; i++) throughput[i] = 1 / (3 * (0.05 + 0.95 / workers[i]));
  const struct law_points points = {4, workers, throughput, 0};
  const struct law law = fitted(LAW_AMDAHL, &points);
  is_close(law.parameters[0].value, 0.05, 1e-14);
  is_close(law.parameters[1].value, 3, 1e-13);
  const double counts[] = {10, 100, 1000}, published[] = {6.89, 16.80, 19.62}; /* cut after two digits */
  for (int i = 0; i < 3; i++) is_close(law_predict(&law, counts[i]) / law.one, published[i] + 0.005, 0.005);
  is_close(law.limit, 20, 1e-11);
  cr_assert(law.peak == INFINITY);
}

/* scipy.optimize.curve_fit with sigma = seconds: t1, and tests/scaling's value of s. */
Test(laws, amdahl_has_the_errors_of_least_squares) {
  const double workers[] = {1, 1, 2, 2, 4, 4, 8, 8, 16, 16};
  const double seconds[] = {11.711, 11.523, 6.432, 6.562, 3.847, 3.732, 2.301, 2.285, 1.687, 1.731};
  double throughput[10], s = 0, sz = 0, szz = 0, rss = 0;
  for (int i = 0; i < 10; i++) throughput[i] = 1 / seconds[i];
  const struct law_points points = {10, workers, throughput, 0};
  const struct law law = fitted(LAW_AMDAHL, &points);
  is_close(law.parameters[0].se, 0.00333076, 1e-8);
  /* a straight line a + b / p: the variance of a + b is that of its value at p = 1 */
  for (int i = 0; i < 10; i++) {
    const double w = 1 / (seconds[i] * seconds[i]), z = 1 / workers[i],
                 fit = 11.78688769 * (0.08617641 + (1 - 0.08617641) * z);
    s += w;
    sz += w * z;
    szz += w * z * z;
    rss += (fit / seconds[i] - 1) * (fit / seconds[i] - 1);
  }
  const double mean = sz / s;
  const double variance = rss / 8 * (1 / s + (1 - mean) * (1 - mean) / (szz - s * mean * mean));
  is_close(law.parameters[1].se, sqrt(variance), 1e-6);
}

Test(laws, amdahl_with_overhead_of_exact_data) {
  double workers[] = {1, 2, 4, 8, 16, 32}, throughput[6];
  for (int i = 0; i < 6; i++) throughput[i] = 1 / (5 * (0.1 + 0.9 / workers[i] + 0.004 * (workers[i] - 1)));
  const struct law_points points = {6, workers, throughput, 0};
  const struct law law = fitted(LAW_AMDAHL_OVERHEAD, &points);
  is_close(law.parameters[0].value, 0.1, 1e-12);
  is_close(law.parameters[1].value, 0.004, 1e-13);
  is_close(law.parameters[2].value, 5, 1e-11);
  is_close(law.peak, 15, 1e-9); /* sqrt(0.9 / 0.004) */
  is_close(law_predict(&law, 100), 1 / (5 * (0.1 + 0.009 + 0.396)), 1e-12);
}

Test(laws, gustafson_of_exact_data) {
  const double workers[] = {1, 2, 10, 50}, throughput[] = {7, 13.3, 63.7, 315.7}; /* 7 (p - 0.1 (p - 1)) */
  const struct law_points points = {4, workers, throughput, 0};
  const struct law law = fitted(LAW_GUSTAFSON, &points);
  is_close(law.parameters[0].value, 0.1, 1e-12);
  is_close(law.one, 7, 1e-11);
  is_close(law_predict(&law, 1000), 7 * 900.1, 1e-7);
  cr_assert(law.limit == INFINITY && law.peak == INFINITY);
}

Test(laws, alpha_above_one_has_its_best_at_one_worker) {
  const double workers[] = {1, 2, 4, 8}, throughput[] = {10, 6, 5, 4.6};
  const struct law_points points = {4, workers, throughput, 0};
  const struct law law = fitted(LAW_USL_NORMALISED, &points);
  cr_assert(isnan(law.peak) && law.parameters[0].value > 1);
  is_close(law.limit, 1, 0);
}

/* ---- what is said of a fit ---- */

static void says(enum law_kind kind, const struct law_points *points, const char *expected) {
  char text[256];
  const struct law law = law_fit(kind, points);
  law_statement(&law, points, text, sizeof text);
  cr_assert(strcmp(text, expected) == 0, "%s: %s", law_name(kind), text);
}

Test(laws, refusals) {
  const double two[] = {1, 2, 2}, three[] = {2, 4, 8}, throughput[] = {1, 1.9, 1.8};
  const struct law_points one_count = {1, two, throughput, 0}, two_counts = {3, two, throughput, 0},
                          no_one = {3, three, throughput, 0};
  says(LAW_AMDAHL, &one_count, "1 worker count cannot tell a serial part from a slow machine");
  says(LAW_GUSTAFSON, &one_count, "1 worker count cannot tell a serial part from a slow machine");
  says(LAW_USL, &two_counts, "2 worker counts cannot tell contention from coherency: it takes 3");
  says(LAW_USL_NORMALISED, &two_counts, "2 worker counts cannot tell contention from coherency: it takes 3");
  says(LAW_AMDAHL_OVERHEAD, &two_counts,
       "2 worker counts cannot tell a serial part from an overhead: it takes 3");
  says(LAW_USL_NORMALISED, &no_one, "no measurement at 1 worker to divide by");
  says(LAW_USL, &no_one, "as many parameters as worker counts: nothing is left to tell how well it fits");
}

/* Exact Amdahl but for one point of 5, 10 % off: a law through the others misses it by about as much. */
Test(laws, statements) {
  double workers[] = {1, 2, 4, 8, 16}, throughput[5];
  for (int i = 0; i < 5; i++) throughput[i] = 1 / (0.05 + 0.95 / workers[i]);
  throughput[3] *= 1.1;
  struct law_points points = {5, workers, throughput, 0};
  const struct law law = law_fit(LAW_AMDAHL, &points);
  double worst = 0;
  for (int i = 0; i < 5; i++)
    worst = fmax(worst,
                 fabs(throughput[i] * (law.parameters[0].value + (1 - law.parameters[0].value) / workers[i]) *
                          law.parameters[1].value -
                      1));
  char expected[128];
  snprintf(expected, sizeof expected, "misses by up to %.2g %%; the noise of the points is unknown",
           100 * worst);
  says(LAW_AMDAHL, &points, expected);
  points.noise = 0.01;
  snprintf(expected, sizeof expected,
           "misses by up to %.2g %%, more than the 1 %% noise: the law does not hold here", 100 * worst);
  says(LAW_AMDAHL, &points, expected);
  points.noise = 0.05;
  snprintf(expected, sizeof expected,
           "fits within the noise: misses by up to %.2g %%, where the noise is 5 %%", 100 * worst);
  says(LAW_AMDAHL, &points, expected);
}

/* Repeats hide a misfit from the residuals, but not from their means: 16 measurements each, 10 % noise, and a
 * curve that is no Amdahl's. */
Test(laws, many_repeats_show_a_small_misfit) {
  enum { REPEATS = 16, N = 5 * REPEATS };
  double workers[N], throughput[N];
  for (int i = 0; i < N; i++) {
    const double p = 1 << i / REPEATS;
    workers[i] = p;
    throughput[i] = p / (1 + 0.01 * p * (p - 1)) * (i % 2 ? 1.1 : 0.9);
  }
  struct law_points points = {N, workers, throughput, 0};
  points.noise = law_repeat_noise(&points);
  is_close(points.noise, 0.1 * sqrt(N / (N - 5.0)), 1e-12);
  char text[256];
  struct law law = law_fit(LAW_AMDAHL, &points);
  law_statement(&law, &points, text, sizeof text);
  cr_assert(strstr(text, "the law does not hold here"), "%s", text);
  law = law_fit(LAW_USL, &points);
  law_statement(&law, &points, text, sizeof text);
  cr_assert(strstr(text, "fits within the noise"), "%s", text);
}

Test(laws, noise_of_nothing_repeated_is_unknown) { cr_assert(law_repeat_noise(&spec) == 0); }

Test(laws, counts_workers) {
  const double workers[] = {8, 1, 2, 8, 2}, throughput[] = {1, 1, 1, 1, 1};
  const struct law_points points = {5, workers, throughput, 0};
  double distinct[5];
  cr_assert(law_worker_counts(&points, distinct) == 3);
  cr_assert(distinct[0] == 1 && distinct[1] == 2 && distinct[2] == 8);
}

/* ---- the choice ---- */

/* numpy: weighted least squares without each point in turn. */
Test(laws, left_out_error_of_spec_sdm91) {
  is_close(law_left_out_error(LAW_AMDAHL_OVERHEAD, &spec), 0.14515159, 1e-7);
  cr_assert(isnan(law_left_out_error(LAW_USL_NORMALISED, &spec)), "one worker left out leaves no unit");
}

/* Three points of two parameters, left out by hand: the law through the other two. */
Test(laws, left_out_error_by_hand) {
  const double workers[] = {1, 2, 4}, seconds[] = {8, 5, 3.2}, throughput[] = {1 / 8.0, 1 / 5.0, 1 / 3.2};
  const struct law_points points = {3, workers, throughput, 0};
  double sum = 0;
  for (int i = 0; i < 3; i++) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    const double b = (seconds[j] - seconds[k]) / (1 / workers[j] - 1 / workers[k]),
                 a = seconds[j] - b / workers[j];
    sum += pow(seconds[i] / (a + b / workers[i]) - 1, 2);
  }
  is_close(law_left_out_error(LAW_AMDAHL, &points), sqrt(sum / 3), 1e-12);
}

Test(laws, chooses_the_law_the_data_come_from) {
  double workers[] = {1, 2, 4, 8, 16, 32}, throughput[6], errors[LAW_KINDS];
  const struct law_points points = {6, workers, throughput, 0};
  const struct {
    double alpha, beta;
    enum law_kind kind;
  } truths[] = {{0.05, 0, LAW_AMDAHL}, {0.05, 0.002, LAW_AMDAHL_OVERHEAD}};
  for (size_t t = 0; t < COUNT(truths); t++) {
    for (int i = 0; i < 6; i++) throughput[i] = tutti_usl(3, truths[t].alpha, truths[t].beta, workers[i]);
    for (int k = 0; k < LAW_KINDS; k++)
      errors[k] = law_grows((enum law_kind)k) ? NAN : law_left_out_error((enum law_kind)k, &points);
    const enum law_kind chosen = law_choose(errors);
    cr_assert(chosen == truths[t].kind, "%s", chosen == LAW_KINDS ? "none" : law_name(chosen));
  }
  for (int k = 0; k < LAW_KINDS; k++) errors[k] = NAN;
  cr_assert(law_choose(errors) == LAW_KINDS);
  errors[LAW_AMDAHL] = 0.1;
  errors[LAW_USL] = 0.1 - 1e-13; /* rounding */
  cr_assert(law_choose(errors) == LAW_AMDAHL);
  errors[LAW_USL] = 0.099;
  cr_assert(law_choose(errors) == LAW_USL);
}

/* 200 worker counts are left out in 64 parts. */
Test(laws, left_out_error_of_many_counts) {
  double workers[200], throughput[200];
  for (int i = 0; i < 200; i++) {
    workers[i] = i + 1;
    throughput[i] = tutti_amdahl(0.1, workers[i]) * (i % 2 ? 1.01 : 0.99);
  }
  const struct law_points points = {200, workers, throughput, 0};
  is_close(law_left_out_error(LAW_AMDAHL, &points), 0.01, 5e-4);
}

/* ---- names, JSON, Student ---- */

Test(laws, names) {
  for (int k = 0; k < LAW_KINDS; k++) cr_assert(law_named(law_name((enum law_kind)k)) == (enum law_kind)k);
  cr_assert(law_named("amdahl+") == LAW_KINDS && law_named("") == LAW_KINDS);
}

Test(laws, as_json) {
  const struct law law = fitted(LAW_AMDAHL, &spec);
  json_t *object = law_json(&law, &spec, NAN, true);
  cr_assert_str_eq(json_string_value(json_object_get(object, "law")), "amdahl");
  cr_assert(json_is_true(json_object_get(object, "chosen")));
  cr_assert(json_is_null(json_object_get(object, "left_out_error")));
  cr_assert(json_is_null(json_object_get(object, "peak_workers")), "infinity is null");
  cr_assert(json_array_size(json_object_get(object, "parameters")) == 2);
  is_close(json_real_value(json_object_get(object, "limit")), law.limit, 0);
  json_decref(object);
  const struct law none = law_fit(LAW_USL, &(struct law_points){2, spec_workers, spec_throughput, 0});
  object = law_json(&none, &(struct law_points){2, spec_workers, spec_throughput, 0}, NAN, false);
  cr_assert(json_array_size(json_object_get(object, "parameters")) == 0);
  cr_assert_str_eq(json_string_value(json_object_get(object, "statement")),
                   "2 worker counts cannot tell contention from coherency: it takes 3");
  json_decref(object);
}

/* Any table of Student's distribution. */
Test(laws, student) {
  const double table[][2] = {{1, 12.7062}, {2, 4.3027}, {3, 3.1824},  {4, 2.7764},
                             {5, 2.5706},  {7, 2.3646}, {10, 2.2281}, {30, 2.0423}};
  for (size_t i = 0; i < COUNT(table); i++) is_close(tutti_student_975(table[i][0]), table[i][1], 5e-5);
  is_close(tutti_student_975(1e9), NORMAL_975, 1e-8);
}
