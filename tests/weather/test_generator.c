/* tutti_generator_simulate: the laws it was given, found again in what it makes; the documented use of the
 * stream; the same bits everywhere. */
#include <stdlib.h>

#include "generator_laws.h"

enum { RUNS = 48, DAYS = TESTING_SHARE(8000) };
static const tutti_rng rng = {11, 5};

/* value[(run 3 + variable) days + day], to be freed. */
static double *simulate(const tutti_generator *g, size_t runs, size_t days) {
  double *value = malloc(3 * g->stations * runs * days * sizeof *value);
  const tutti_simulation s = days_from(2001, days);
  cr_assert(value && tutti_generator_simulate(NULL, g, rng, &s, 0, runs, value) == TUTTI_OK, "%s",
            tutti_error_detail(NULL));
  return value;
}

/* -- occurrence -- */

Test(generator, wet_days_have_the_stationary_share) {
  tutti_station_law law = steady_law();
  const tutti_generator g = of_one(&law);
  double *x = simulate(&g, RUNS, DAYS), wet = 0;
  for (size_t r = 0; r < RUNS; r++)
    for (size_t t = 0; t < DAYS; t++) wet += x[3 * r * DAYS + t] > 0;
  const double n = (double)RUNS * DAYS, share = 0.3 / (1 + 0.3 - 0.7);
  const double error = sqrt(share * (1 - share) * (1 + 0.4) / (1 - 0.4) / n); /* days correlate by 0.4^lag */
  cr_assert(fabs(wet / n - share) < 4 * error, "%g, %g errors off", wet / n, (wet / n - share) / error);
  free(x);
}

Test(generator, wet_spells_have_geometric_lengths) {
  enum { LONGEST = 20 };
  tutti_station_law law = steady_law();
  const tutti_generator g = of_one(&law);
  double *x = simulate(&g, RUNS, DAYS), count[2][LONGEST + 1] = {0}, spells[2] = {0};
  for (size_t r = 0; r < RUNS; r++) {
    const double *rain = x + 3 * r * DAYS;
    for (size_t t = 1, begin = 0; t < DAYS; t++) {
      if ((rain[t] > 0) == (rain[t - 1] > 0)) continue;
      const size_t length = t - begin;
      const int wet = rain[t - 1] > 0;
      if (begin)
        count[wet][length < LONGEST ? length : LONGEST]++, spells[wet]++; /* the first began before */
      begin = t;
    }
  }
  for (int wet = 0; wet < 2; wet++) {
    double chi_square = 0; /* both kinds go on with probability 0.7 */
    for (int k = 1; k <= LONGEST; k++) {
      const double expected = spells[wet] * pow(0.7, k - 1) * (k < LONGEST ? 0.3 : 1);
      chi_square += (count[wet][k] - expected) * (count[wet][k] - expected) / expected;
    }
    cr_assert(chi_square < 43.8, "%d: %g", wet, chi_square); /* 0.1 % of 19 degrees of freedom */
  }
  free(x);
}

/* -- amounts -- */

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double gamma_below(double shape, double x) { /* in closed form */
  if (shape == 0.5) return erf(sqrt(x));
  if (shape == 1) return -expm1(-x);
  return 1 - (1 + x) * exp(-x); /* 2 */
}

Test(generator, amounts_have_gamma_distributions) {
  static const double shapes[] = {0.5, 1, 2};
  for (int k = 0; k < 3; k++) {
    tutti_station_law law = steady_law();
    const tutti_generator g = of_one(&law);
    law.c[TUTTI_SHAPE][0] = log(shapes[k]);
    double *x = simulate(&g, RUNS, DAYS), far = 0;
    size_t n = 0;
    for (size_t r = 0; r < RUNS; r++)
      for (size_t t = 0; t < DAYS; t++)
        if (x[3 * r * DAYS + t] > 0) x[n++] = x[3 * r * DAYS + t]; /* n never overtakes the place read */
    qsort(x, n, sizeof *x, ascending);
    cr_assert(x[0] >= 0.25);
    for (size_t i = 0; i < n; i++) {
      const double p = gamma_below(shapes[k], (x[i] - 0.25) * shapes[k] / 5);
      far = fmax(far, fmax(p - (double)i / (double)n, (double)(i + 1) / (double)n - p));
    }
    cr_assert(far * sqrt((double)n) < 1.95, "shape %g: %g", shapes[k], far * sqrt((double)n)); /* 0.1 % */
    free(x);
  }
}

/* -- temperatures -- */

Test(generator, temperatures_have_their_means_spreads_and_correlations) {
  tutti_station_law law = steady_law();
  const tutti_generator g = of_one(&law);
  static const double mean[2][2] = {{20, 15}, {5, 4}}, sd[2][2] = {{3, 2}, {2, 1}}; /* [variable][wet] */
  double *x = simulate(&g, RUNS, DAYS), of_run[RUNS][8];
  for (size_t r = 0; r < RUNS; r++) {
    const double *run = x + 3 * r * DAYS;
    double sum[8] = {0}, before[2] = {0};
    for (size_t t = 0; t < DAYS; t++) {
      const int wet = run[t] > 0;
      double z[2];
      for (int v = 0; v < 2; v++) {
        z[v] = (run[(size_t)(v + 1) * DAYS + t] - mean[v][wet]) / sd[v][wet];
        sum[v] += z[v];
        sum[2 + v] += z[v] * z[v] - 1;
        for (int w = 0; w < 2 && t; w++) sum[4 + 2 * v + w] += z[v] * before[w] - steady_lag1[2 * v + w];
      }
      memcpy(before, z, sizeof z);
    }
    for (int k = 0; k < 8; k++) of_run[r][k] = sum[k] / DAYS;
  }
  for (int k = 0; k < 8; k++) { /* zero within 4 standard errors, which the runs' spread tells */
    double total = 0, squares = 0;
    for (size_t r = 0; r < RUNS; r++) total += of_run[r][k], squares += of_run[r][k] * of_run[r][k];
    const double t = total / sqrt((squares - total * total / RUNS) * RUNS / (RUNS - 1));
    cr_assert(fabs(t) < 4, "%d: %g standard errors", k, t);
  }
  free(x);
}

/* However small its amount comes out: a wet day is one with more than wet_above. */
Test(generator, a_wet_day_is_wet) {
  tutti_station_law law = steady_law();
  const tutti_generator g = of_one(&law);
  law.c[TUTTI_SHAPE][0] = log(0.06);
  law.c[TUTTI_WET_AFTER_DRY][0] = law.c[TUTTI_WET_AFTER_WET][0] = 40; /* always */
  double *x = simulate(&g, 16, 2000), least = 1;
  for (size_t r = 0; r < 16; r++)
    for (size_t t = 0; t < 2000; t++) least = fmin(least, x[3 * r * 2000 + t]);
  cr_assert(least == nextafter(0.25, 1), "%a", least);
  free(x);
}

Test(generator, tmin_is_never_above_tmax) {
  tutti_station_law law = steady_law();
  const tutti_generator g = of_one(&law);
  law.c[TUTTI_TMIN_DRY][0] = 20;
  law.c[TUTTI_TMIN_WET][0] = 15;
  double *x = simulate(&g, 16, 1000);
  for (size_t r = 0; r < 16; r++)
    for (size_t t = 0; t < 1000; t++) cr_assert(x[(3 * r + 2) * 1000 + t] <= x[(3 * r + 1) * 1000 + t]);
  free(x);
}

/* A bound is where what would come out beyond it ends; everything else is what it is without. */
Test(generator, days_lie_within_the_bounds) {
  enum { SOME = 16, LONG = 1000 };
  tutti_station_law law = steady_law();
  const tutti_generator g = of_one(&law);
  double *free_days = simulate(&g, SOME, LONG);
  static const double least[] = {7, 14.5, 3.25}, most[] = {9, 22, 6.5};
  memcpy(law.least, least, sizeof least);
  memcpy(law.most, most, sizeof most);
  double *bounded = simulate(&g, SOME, LONG);
  size_t moved = 0;
  for (size_t i = 0; i < 3 * SOME * LONG; i++) {
    const size_t v = i / LONG % 3;
    const double expected = fmin(v ? fmax(free_days[i], least[v]) : free_days[i], most[v]);
    cr_assert(bounded[i] == expected, "%zu: %g, not %g", i, bounded[i], expected);
    moved += bounded[i] != free_days[i];
  }
  cr_assert(moved > SOME * LONG / 10);
  free(free_days);
  free(bounded);
}

/* -- stations -- */

/* With chances of 1/2 whatever yesterday was, two stations are wet together with probability 1/4 + asin(r) /
 * 2 pi (Sheppard, 1899); their amounts lie above the medians together likewise. */
Test(generator, stations_are_wet_together_as_often_as_they_should) {
  enum { S = 3 };
  tutti_station_law law[S];
  static const double occurrence[S * S] = {1, 0.7, -0.3, 0.7, 1, 0.2, -0.3, 0.2, 1};
  static const double amount[S * S] = {1, 0.5, 0.1, 0.5, 1, -0.6, 0.1, -0.6, 1};
  double lag0[4 * S * S], lag1[4 * S * S];
  for (int s = 0; s < S; s++) {
    law[s] = steady_law();
    law[s].c[TUTTI_WET_AFTER_DRY][0] = law[s].c[TUTTI_WET_AFTER_WET][0] = 0;
    law[s].c[TUTTI_SHAPE][0] = 0; /* exponential: median 5 ln 2 */
  }
  for (int i = 0; i < 2 * S; i++)
    for (int j = 0; j < 2 * S; j++) {
      lag0[2 * S * i + j] = i == j ? 1 : i / 2 == j / 2 ? 0.6 : 0.3;
      lag1[2 * S * i + j] = 0.5 * lag0[2 * S * i + j];
    }
  const tutti_generator g = {S, law, (double *)occurrence, (double *)amount, lag0, lag1, 0};
  double *x = simulate(&g, RUNS, DAYS);
  for (size_t a = 0; a < S; a++)
    for (size_t b = 0; b < a; b++) {
      double both = 0, above = 0, product = 0, n = (double)RUNS * DAYS;
      for (size_t r = 0; r < RUNS; r++)
        for (size_t t = 0; t < DAYS; t++) {
          const double *of_a = x + (S * r + a) * 3 * DAYS + t, *of_b = x + (S * r + b) * 3 * DAYS + t;
          const int wet_a = *of_a > 0, wet_b = *of_b > 0;
          both += wet_a && wet_b;
          if (wet_a && wet_b) above += (*of_a - 0.25 > 5 * log(2)) == (*of_b - 0.25 > 5 * log(2));
          product += (of_a[DAYS] - (wet_a ? 15 : 20)) / (wet_a ? 2 : 3) * (of_b[DAYS] - (wet_b ? 15 : 20)) /
                     (wet_b ? 2 : 3);
        }
      const double p = 0.25 + asin(occurrence[S * a + b]) / (2 * acos(-1));
      const double q = 0.5 + asin(amount[S * a + b]) / acos(-1);
      cr_assert(fabs(both / n - p) < 4 * sqrt(p * (1 - p) / n), "%zu, %zu: %g, not %g", a, b, both / n, p);
      cr_assert(fabs(above / both - q) < 4 * sqrt(q * (1 - q) / both), "%zu, %zu: %g, not %g", a, b,
                above / both, q);
      cr_assert(fabs(product / n - 0.3) < 4 * 1.4 / sqrt(n), "%zu, %zu: %g", a, b,
                product / n); /* 1.09 (1 + 2 (0.25 + ...)) = 1.35^2 */
    }
  free(x);
}

/* -- the stream -- */

/* One day after the other, from the normal variates the header names. */
Test(generator, uses_the_stream_as_documented) {
  enum { FIRST = 30, SOME = 5, LONG = 800, SPIN_UP = 32 };
  tutti_station_law law = steady_law();
  add_harmonics(&law, 2, 0.2);
  const tutti_generator g = of_one(&law);
  const tutti_simulation s = days_from(2003, LONG); /* a leap year among them */
  double *x = malloc(3 * SOME * LONG * sizeof *x);
  cr_assert(tutti_generator_simulate(NULL, &g, rng, &s, FIRST, SOME, x) == TUTTI_OK);
  const double a = (0.6 - 0.4 * 0.6) / 0.64, b = (0.4 - 0.6 * 0.6) / 0.64; /* lag1 lag0^-1, by hand */
  const double c = (0.5 - 0.65 * 0.6) / 0.64, d = (0.65 - 0.5 * 0.6) / 0.64;
  const double v00 = 1 - (a * 0.6 + b * 0.4), v10 = 0.6 - (c * 0.6 + d * 0.4), v11 = 1 - (c * 0.5 + d * 0.65);
  const double l00 = sqrt(v00), l10 = v10 / l00, l11 = sqrt(v11 - l10 * l10);
  for (size_t r = FIRST; r < FIRST + SOME; r++) {
    const tutti_rng of_block = tutti_rng_split(rng, r / 16);
    double warm = 0, cold = 0;
    int wet = 0;
    for (size_t t = 0; t < SPIN_UP + LONG; t++) {
      double value[TUTTI_STATION_PARAMETERS], z[4];
      const tutti_date date = tutti_day_date(s.first_day + (int32_t)t - SPIN_UP);
      cr_assert(tutti_station_day(&law, date.month, date.day, value) == TUTTI_OK);
      for (size_t k = 0; k < 4; k++) z[k] = tutti_normal_at(of_block, 16 * (4 * t + k) + r % 16);
      wet = 0.5 * erfc(-z[0] / sqrt(2)) < value[wet ? TUTTI_WET_AFTER_WET : TUTTI_WET_AFTER_DRY];
      const double before = warm;
      warm = a * warm + b * cold + l00 * z[2];
      cold = c * before + d * cold + l10 * z[2] + l11 * z[3];
      if (t < SPIN_UP) continue;
      const double *at = x + 3 * (r - FIRST) * LONG + (t - SPIN_UP);
      const double high = value[TUTTI_TMAX_DRY + wet] + value[TUTTI_TMAX_DRY_SD + wet] * warm;
      const double low = value[TUTTI_TMIN_DRY + wet] + value[TUTTI_TMIN_DRY_SD + wet] * cold;
      cr_assert((at[0] > 0) == wet, "run %zu, day %zu", r, t);
      cr_assert(fabs(at[LONG] - fmax(high, low)) < 1e-11 && fabs(at[2 * LONG] - fmin(high, low)) < 1e-11,
                "%zu", t);
    }
  }
  free(x);
}

/* -- the same bits -- */

static int keep_some(size_t run, const tutti_daily *station, const void *args, double *out) {
  (void)args;
  out[0] = (double)run;
  out[1] = station[0].value[TUTTI_PRECIPITATION][station[0].days - 1];
  out[2] = station[1].value[TUTTI_TMIN][3];
  return 0;
}

static tutti_generator of_two(tutti_station_law *law) {
  static const double two[4] = {1, 0.5, 0.5, 1};
  static const double lag0[16] = {1, 0.6, 0.3, 0.2, 0.6, 1, 0.2, 0.3, 0.3, 0.2, 1, 0.6, 0.2, 0.3, 0.6, 1};
  static const double lag1[16] = {0.6, 0.4, 0.2, 0.1, 0.5, 0.65, 0.2, 0.2,
                                  0.2, 0.1, 0.6, 0.4, 0.1, 0.2,  0.5, 0.65};
  law[0] = law[1] = steady_law();
  add_harmonics(&law[0], 4, 0.3);
  add_harmonics(&law[1], 1, 0.1);
  return (tutti_generator){2, law, (double *)two, (double *)two, (double *)lag0, (double *)lag1, 0};
}

Test(generator, the_same_bits_everywhere, .timeout = 120) {
  enum { N = 37, LONG = 70, WIDTH = 6 * LONG };
  static double expected[N * WIDTH], got[N * WIDTH], seen[3 * N];
  tutti_station_law law[2];
  const tutti_generator g = of_two(law);
  tutti_simulation s = days_from(2004, LONG);
  cr_assert(tutti_generator_simulate(NULL, &g, rng, &s, 0, N, expected) == TUTTI_OK);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    if (!contexts_asks(&c, 0)) continue;
    s.observe = NULL;
    memset(got, 0xff, sizeof got);
    cr_assert(tutti_generator_simulate(c.ctx, &g, rng, &s, 5, N - 5, got) == TUTTI_OK, "%s",
              tutti_error_detail(c.ctx));
    cr_assert(memcmp(got, expected + 5 * WIDTH, (N - 5) * WIDTH * sizeof *got) == 0, "%s", c.name);
    s.observe = keep_some;
    s.width = 3;
    cr_assert(tutti_generator_simulate(c.ctx, &g, rng, &s, 0, N, seen) == TUTTI_OK, "%s",
              tutti_error_detail(c.ctx));
    for (size_t r = 0; r < N; r++)
      cr_assert(seen[3 * r] == (double)r && seen[3 * r + 1] == expected[r * WIDTH + LONG - 1] &&
                    seen[3 * r + 2] == expected[r * WIDTH + 5 * LONG + 3],
                "%s, run %zu", c.name, r);
  }
}

Test(generator, a_run_does_not_depend_on_how_many_days_there_are) {
  tutti_station_law law = steady_law();
  const tutti_generator g = of_one(&law);
  double *some = simulate(&g, 20, 100), *more = simulate(&g, 33, 250);
  for (size_t r = 0; r < 60; r++)
    cr_assert(memcmp(some + r * 100, more + r * 250, 100 * sizeof *some) == 0, "series %zu", r);
  free(some);
  free(more);
}

/* -- failures -- */

static int fails_at_20(size_t run, const tutti_daily *station, const void *args, double *out) {
  (void)station, (void)args;
  *out = 0;
  return run == 20 ? 9 : 0;
}

Test(generator, what_cannot_be_is_refused) {
  tutti_station_law law = steady_law();
  tutti_generator g = of_one(&law);
  tutti_simulation s = days_from(2001, 10);
  double out[30], bad[4] = {1, 0.6, 0.6, 1};
  memset(out, 0x55, sizeof out);
  const double untouched = out[0];
#define EXPECT(detail)                                                                                       \
  testing_expect(NULL, tutti_generator_simulate(NULL, &g, rng, &s, 0, 1, out), TUTTI_EINVAL, detail,         \
                 detail);                                                                                    \
  cr_assert(memcmp(out, &untouched, sizeof *out) == 0)
  s.days = 0;
  EXPECT("days = 0");
  s.days = SIZE_MAX;
  EXPECT("days = 18446744073709551615: not of the years 1 to 9999");
  s = (tutti_simulation){.first_day = INT32_MIN, .days = 1};
  EXPECT("first_day = -2147483648");
  s = days_from(2001, 10);
  s.observe = keep_some;
  EXPECT("width = 0");
  s.observe = NULL;
  law.c[TUTTI_TMIN_WET][3] = NAN;
  EXPECT("station 0: coefficient 3 of TUTTI_TMIN_WET is nan");
  law = steady_law();
  law.c[TUTTI_WET_AFTER_DRY][0] = -INFINITY;
  EXPECT("coefficient 0 of TUTTI_WET_AFTER_DRY is -inf");
  law = steady_law();
  law.c[TUTTI_AMOUNT][0] = 709;
  EXPECT("TUTTI_AMOUNT is 8.2");
  law = steady_law();
  law.c[TUTTI_TMAX_WET_SD][0] = -800;
  EXPECT("TUTTI_TMAX_WET_SD is 0 on day 0");
  law = steady_law();
  law.wet_above = -1;
  EXPECT("wet_above = -1");
  law = steady_law();
  law.c[TUTTI_TMAX_DRY][0] = 61;
  EXPECT("TUTTI_TMAX_DRY is 61 on day 0");
  law = steady_law();
  law.c[TUTTI_TMIN_WET][1] = 95; /* 99 on January 1, in summer -91 */
  EXPECT("TUTTI_TMIN_WET is 99 on day 0");
  law = steady_law();
  law.c[TUTTI_TMIN_DRY_SD][0] = 4; /* e^4 = 54.6 */
  EXPECT("TUTTI_TMIN_DRY_SD is 54.598");
  law = steady_law();
  law.most[TUTTI_PRECIPITATION] = 0.25;
  EXPECT("most[0] = 0.25, wet_above = 0.25");
  law.most[TUTTI_PRECIPITATION] = NAN;
  EXPECT("most[0] = nan");
  law = steady_law();
  law.least[TUTTI_TMAX] = 5, law.most[TUTTI_TMAX] = 4;
  EXPECT("least[1] = 5, most[1] = 4");
  law.most[TUTTI_TMAX] = 40;
  EXPECT("tmax within [5, 40], tmin within [0, 0]");
  law.least[TUTTI_TMIN] = 6, law.most[TUTTI_TMIN] = 30;
  EXPECT("tmax within [5, 40], tmin within [6, 30]");
  law = steady_law();
  g.lag0 = bad;
  bad[1] = bad[2] = 1;
  EXPECT("lag0[1][0] = 1: not that of a matrix of correlations");
  bad[2] = 0.5;
  EXPECT("lag0[0][1] = 1 with lag0[1][0] = 0.5: not those of a matrix of correlations"); /* the spoilt one
                                                                                            first */
  bad[1] = NAN;
  EXPECT("lag0[0][1] = nan with lag0[1][0] = 0.5");
  bad[1] = 0.75;
  EXPECT("lag0[1][0] = 0.5 with lag0[0][1] = 0.75");
  bad[1] = 0.5, bad[2] = -1.25;
  EXPECT("lag0[1][0] = -1.25 with lag0[0][1] = 0.5");
  bad[1] = bad[2] = nextafter(1, 2);
  EXPECT("lag0[1][0] = 1.0000000000000002: not");
  bad[2] = 0.5;
  bad[1] = 0.5, bad[0] = 2;
  EXPECT("lag0[0][0] = 2");
  g = of_one(&law);
  g.lag1 = bad;
  bad[0] = 0.99, bad[1] = bad[2] = 0, bad[3] = 0.2;
  EXPECT("lag0 - lag1 lag0^-1 lag1^T is not positive definite");
  g = of_one(&law);
  g.amount = NULL;
  EXPECT("amount is NULL");
  g = of_one(&law);
  g.stations = 65;
  EXPECT("stations = 65 is not in [1, 64]");
#undef EXPECT
  g = of_one(&law);
  testing_expect(NULL, tutti_generator_simulate(NULL, &g, rng, &s, 0, 1, NULL), TUTTI_EINVAL, "out is NULL",
                 "");
  testing_expect(NULL, tutti_generator_simulate(NULL, &g, rng, NULL, 0, 1, out), TUTTI_EINVAL,
                 "simulation is NULL", "");
  testing_expect(NULL, tutti_generator_simulate(NULL, NULL, rng, &s, 0, 1, out), TUTTI_EINVAL,
                 "generator is NULL", "");
  testing_expect(NULL, tutti_generator_simulate(NULL, &g, rng, &s, SIZE_MAX, 2, out), TUTTI_EINVAL, "beyond",
                 "");
  cr_assert(tutti_generator_simulate(NULL, &g, rng, &s, 0, 0, NULL) == TUTTI_OK);
}

Test(generator, an_observer_may_stop_it) {
  tutti_station_law law = steady_law();
  const tutti_generator g = of_one(&law);
  tutti_simulation s = days_from(2001, 10);
  double out[64];
  s.observe = fails_at_20;
  s.width = 1;
  testing_expect(NULL, tutti_generator_simulate(NULL, &g, rng, &s, 0, 64, out), TUTTI_EUSER, "returned 9",
                 "");
}

Test(generator, parameters_of_a_day) {
  tutti_station_law law = steady_law();
  double value[TUTTI_STATION_PARAMETERS];
  law.c[TUTTI_TMAX_DRY][1] = 2; /* cos: + 2 on January 1, - 2 half a year of 366 days later, on July 2 */
  cr_assert(tutti_station_day(&law, 1, 1, value) == TUTTI_OK && fabs(value[TUTTI_TMAX_DRY] - 22) < 1e-12);
  cr_assert(fabs(value[TUTTI_WET_AFTER_DRY] - 0.3) < 1e-15 && fabs(value[TUTTI_AMOUNT] - 5) < 1e-14);
  cr_assert(tutti_station_day(&law, 7, 2, value) == TUTTI_OK && fabs(value[TUTTI_TMAX_DRY] - 18) < 1e-12);
  law.c[TUTTI_SHAPE][0] = -4;
  cr_assert(tutti_station_day(&law, 7, 2, value) == TUTTI_OK && value[TUTTI_SHAPE] == 0.05);
  law.c[TUTTI_SHAPE][0] = 8;
  cr_assert(tutti_station_day(&law, 7, 2, value) == TUTTI_OK && value[TUTTI_SHAPE] == 1000);
  law.most[TUTTI_TMAX] = 19; /* with tmin's: means lie within */
  cr_assert(tutti_station_day(&law, 1, 1, value) == TUTTI_OK && value[TUTTI_TMAX_DRY] == 19);
  testing_expect(NULL, tutti_station_day(&law, 2, 30, value), TUTTI_EINVAL, "month = 2, day = 30", "");
  testing_expect(NULL, tutti_station_day(NULL, 2, 3, value), TUTTI_EINVAL, "law is NULL", "");
}
