/* tutti_generator_fit: parameters found again in simulated records, real stations, and what cannot be fitted.
 */
#include <stdlib.h>

#include "generator_laws.h"

static const tutti_rng rng = {23, 1};

/* Runs as records that point into value[runs x 3 x days]. */
static tutti_daily record_of(double *value, size_t run, int32_t first_day, size_t days) {
  double *at = value + 3 * run * days;
  return (tutti_daily){first_day, days, {at, at + days, at + 2 * days}};
}

static tutti_generator fit(const tutti_daily *record, size_t stations, int harmonics, double wet_above) {
  tutti_generator g;
  const tutti_generator_options options = {harmonics, wet_above};
  cr_assert(tutti_generator_fit(NULL, record, stations, &options, &g) == TUTTI_OK, "%s",
            tutti_error_detail(NULL));
  return g;
}

/* Zero within `limit` standard errors, which the spread of the differences tells. */
static void expect_unbiased(const double *difference, size_t n, double limit, const char *what) {
  double sum = 0, squares = 0;
  for (size_t i = 0; i < n; i++) sum += difference[i], squares += difference[i] * difference[i];
  const double mean = sum / (double)n, sd = sqrt((squares - sum * mean) / (double)(n - 1));
  cr_assert(fabs(mean) < limit * sd / sqrt((double)n), "%s: off by %g, %g standard errors", what, mean,
            mean / sd * sqrt((double)n));
  cr_assert(sd < 0.35, "%s: sd %g", what, sd); /* the fit says something */
}

/* 12 stations' worth of 40 years, each fitted alone: every coefficient is right on average. */
Test(generator_fit, finds_the_parameters_again) {
  enum { RUNS = 12, DAYS = 40 * 365, HARMONICS = 2, TERMS = 1 + 2 * HARMONICS };
  tutti_station_law law = steady_law();
  add_harmonics(&law, HARMONICS, 0.15);
  for (int p = TUTTI_TMAX_DRY; p <= TUTTI_TMIN_WET; p++) /* temperatures vary more; tmin stays below tmax */
    for (int k = 1; k < TERMS; k++) law.c[p][k] = p < TUTTI_TMIN_DRY ? 3. / k : 2. / k;
  law.c[TUTTI_TMIN_DRY][0] = -20;
  law.c[TUTTI_TMIN_WET][0] = -25;
  const tutti_generator g = of_one(&law);
  const tutti_simulation s = days_from(1960, DAYS);
  double *value = malloc((size_t)3 * RUNS * DAYS * sizeof *value);
  static double c[TUTTI_STATION_PARAMETERS][TERMS][RUNS], lag0[4][RUNS], lag1[4][RUNS];
  cr_assert(value && tutti_generator_simulate(NULL, &g, rng, &s, 0, RUNS, value) == TUTTI_OK);
  for (size_t r = 0; r < RUNS; r++) {
    for (size_t t = 0; t < DAYS; t += 97) value[(3 * r + t % 3) * DAYS + t] = NAN; /* gaps */
    const tutti_daily record = record_of(value, r, s.first_day, DAYS);
    tutti_generator found = fit(&record, 1, HARMONICS, 0.25);
    cr_assert(found.stations == 1 && found.shrunk == 0 && found.occurrence[0] == 1 && found.amount[0] == 1);
    for (int p = 0; p < TUTTI_STATION_PARAMETERS; p++)
      for (int k = 0; k < TERMS; k++) c[p][k][r] = found.law->c[p][k] - law.c[p][k];
    for (int k = 0; k < 4; k++) {
      lag0[k][r] = found.lag0[k] - steady_lag0[k];
      lag1[k][r] = found.lag1[k] - steady_lag1[k];
    }
    tutti_generator_free(&found);
    cr_assert(!found.law && !found.occurrence);
  }
  for (int p = 0; p < TUTTI_STATION_PARAMETERS; p++)
    for (int k = 0; k < TERMS; k++) {
      char what[32];
      snprintf(what, sizeof what, "parameter %d, term %d", p, k);
      expect_unbiased(c[p][k], RUNS, 4.5, what); /* t of 11 degrees: 1 of 1000 */
    }
  for (int k = 0; k < 4; k++) {
    if (k % 3) expect_unbiased(lag0[k], RUNS, 4.5, "lag0");
    expect_unbiased(lag1[k], RUNS, 4.5, "lag1");
  }
  free(value);
}

/* Two stations, of which the second begins 700 days later and lacks days. */
Test(generator_fit, finds_what_joins_stations) {
  enum { DAYS = 60 * 365, LATE = 700 };
  tutti_station_law law[2] = {steady_law(), steady_law()};
  static const double occurrence[4] = {1, 0.6, 0.6, 1}, amount[4] = {1, 0.4, 0.4, 1};
  double lag0[16] = {1, 0.6, 0.5, 0.2, 0.6, 1, 0.3, 0.4, 0.5, 0.3, 1, 0.5, 0.2, 0.4, 0.5, 1}, lag1[16];
  for (int i = 0; i < 16; i++) lag1[i] = 0.6 * lag0[i];
  lag1[1] = 0.45; /* not symmetric */
  for (int s = 0; s < 2; s++) law[s].c[TUTTI_TMIN_DRY][0] = law[s].c[TUTTI_TMIN_WET][0] = -20;
  const tutti_generator g = {2, law, (double *)occurrence, (double *)amount, lag0, lag1, 0};
  const tutti_simulation s = days_from(1960, DAYS);
  double *value = malloc((size_t)6 * DAYS * sizeof *value);
  cr_assert(value && tutti_generator_simulate(NULL, &g, rng, &s, 0, 1, value) == TUTTI_OK);
  tutti_daily record[2] = {record_of(value, 0, s.first_day, DAYS), record_of(value, 1, s.first_day, DAYS)};
  record[1].first_day += LATE;
  record[1].days -= LATE;
  for (int v = 0; v < 3; v++) record[1].value[v] += LATE;
  for (size_t t = 0; t < record[1].days; t += 13) record[1].value[t % 3][t] = NAN;
  tutti_generator found = fit(record, 2, 0, 0.25);
  const double error = 1 / sqrt(DAYS / 2.); /* of a correlation, at most: days are not independent */
  cr_assert(fabs(found.occurrence[1] - 0.6) < 4 * 1.5 * error, "%g", found.occurrence[1]);
  cr_assert(fabs(found.amount[2] - 0.4) < 4 * 1.5 * error, "%g", found.amount[2]);
  cr_assert(found.occurrence[1] == found.occurrence[2] && found.amount[1] == found.amount[2]);
  for (int i = 0; i < 16; i++) {
    cr_assert(fabs(found.lag0[i] - lag0[i]) < 4 * error, "lag0[%d]: %g", i, found.lag0[i]);
    cr_assert(fabs(found.lag1[i] - lag1[i]) < 4 * error, "lag1[%d]: %g", i, found.lag1[i]);
  }
  tutti_generator_free(&found);
  free(value);
}

/* -- stations of the real world: NOAA's daily records, 2012 to 2015 -- */

static int months(size_t run, const tutti_daily *station, const void *args, double *out) {
  tutti_month month[12];
  (void)run, (void)args;
  tutti_daily_months(station, 0, month);
  for (int m = 0; m < 12; m++) {
    const double of_month[] = {month[m].precipitation, month[m].wet_share, month[m].tmax, month[m].tmin};
    memcpy(out + 4 * m, of_month, sizeof of_month);
  }
  return 0;
}

/* The station's monthly means are such as 4 simulated years might have had: among 600 of them (75 under
 * emulation), none is further off than 3.5 of their standard deviations, and on average they are about one
 * off. */
Test(generator_fit, seattle_is_one_of_its_simulations) {
  enum { RUNS = TESTING_SHARE(600), WIDTH = 48 };
  tutti_daily seattle;
  cr_assert(tutti_daily_read(NULL, TESTS_EXAMPLES "/data/seattle-weather.csv", &seattle) == TUTTI_OK, "%s",
            tutti_error_detail(NULL));
  cr_assert(seattle.days == 1461 && seattle.value[TUTTI_PRECIPITATION][1] == 10.9);
  tutti_generator g = fit(&seattle, 1, 2, 0);
  const tutti_simulation s = {seattle.first_day, seattle.days, months, NULL, WIDTH};
  double *means = malloc(sizeof(double) * RUNS * WIDTH), observed[WIDTH], all = 0;
  cr_assert(tutti_generator_simulate(NULL, &g, rng, &s, 0, RUNS, means) == TUTTI_OK);
  months(0, &seattle, NULL, observed);
  for (int k = 0; k < WIDTH; k++) {
    double sum = 0, squares = 0;
    for (int r = 0; r < RUNS; r++)
      sum += means[r * WIDTH + k], squares += means[r * WIDTH + k] * means[r * WIDTH + k];
    const double sd = sqrt((squares - sum * sum / RUNS) / (RUNS - 1)), z = (observed[k] - sum / RUNS) / sd;
    cr_assert(fabs(z) < 3.5, "month %d, %d: observed %g, simulated %g, sd %g", k / 4 + 1, k % 4, observed[k],
              sum / RUNS, sd);
    all += z * z / WIDTH;
  }
  cr_assert(all < 1.6, "%g", all);
  tutti_generator_free(&g);
  tutti_daily_free(&seattle);
  free(means);
}

/* -- the same bits, and what cannot be fitted -- */

static double *short_record(size_t days, tutti_daily *record) {
  tutti_station_law law = steady_law();
  const tutti_generator g = of_one(&law);
  const tutti_simulation s = days_from(1990, days);
  double *value = malloc(3 * days * sizeof *value);
  cr_assert(tutti_generator_simulate(NULL, &g, rng, &s, 0, 1, value) == TUTTI_OK);
  *record = record_of(value, 0, s.first_day, days);
  return value;
}

Test(generator_fit, the_same_bits_at_every_level) {
  tutti_daily record;
  double *value = short_record(1500, &record);
  tutti_generator expected = fit(&record, 1, 1, 0.25);
  for (CONTEXTS c = every_isa_also_threaded(); contexts_next(&c);) {
    tutti_generator g;
    const tutti_generator_options options = {1, 0.25};
    cr_assert(tutti_generator_fit(c.ctx, &record, 1, &options, &g) == TUTTI_OK);
    cr_assert(memcmp(g.law, expected.law, sizeof *g.law) == 0 &&
              memcmp(g.lag0, expected.lag0, 4 * sizeof(double)) == 0);
    cr_assert(memcmp(g.lag1, expected.lag1, 4 * sizeof(double)) == 0);
    tutti_generator_free(&g);
  }
  tutti_generator_free(&expected);
  free(value);
}

Test(generator_fit, says_what_is_missing) {
  enum { DAYS = 1200 };
  tutti_daily record[2];
  double *value = short_record(DAYS, &record[0]), copy[DAYS];
  tutti_generator g = {.stations = 77};
  tutti_generator_options o = {2, 0.25};
  memcpy(copy, record[0].value[0], sizeof copy);
#define EXPECT(n, detail)                                                                                    \
  testing_expect(NULL, tutti_generator_fit(NULL, record, n, &o, &g), TUTTI_EINVAL, detail, detail)
  record[0].days = 30;
  EXPECT(1, "days after dry ones; 5 coefficients need 40");
  record[0].days = DAYS;
  for (int t = 0; t < DAYS; t++) record[0].value[0][t] = 0;
  EXPECT(1, "station 0: all 1199 days after dry ones are dry");
  for (int t = 0; t < DAYS; t++) record[0].value[0][t] = copy[t];
  for (int t = 0; t < DAYS; t++) record[0].value[0][t] = copy[t] > 0 ? 0.5 : 0;
  EXPECT(1, "wet days have the same amount, 0.5 mm");
  for (int t = 0; t < DAYS; t++) record[0].value[0][t] = copy[t];
  record[1] = record[0];
  record[1].first_day += DAYS - 50;
  EXPECT(2, "tmax of station 0 and tmax of station 1 are both known on 50 days: 100 are needed");
  record[1] = record[0];
  record[1].days = SIZE_MAX;
  testing_expect(NULL, tutti_generator_fit(NULL, &record[1], 1, &o, &g), TUTTI_EINVAL,
                 "not of the years 1 to 9999", "");
  double every_second[DAYS];
  for (int t = 0; t < DAYS; t++) every_second[t] = t % 2 ? (double)NAN : record[0].value[2][t];
  record[1] = record[0];
  record[1].value[2] = every_second;
  testing_expect(NULL, tutti_generator_fit(NULL, &record[1], 1, &o, &g), TUTTI_EINVAL,
                 "tmin of station 0 and tmin of station 0 the day before are both known on 0 days", "");
  record[0].value[1][17] = -999.9;
  EXPECT(1, "station 0: value[1][17] = -999.89999999999998: no temperature of this planet: a mark of a "
            "missing value?");
  record[0].value[1][17] = INFINITY;
  EXPECT(1, "station 0: value[1][17] = inf");
  for (int t = 0; t < DAYS; t++) record[0].value[1][t] = 3;
  EXPECT(1, "all dry days with tmax are the same");
  record[0].value[0][4] = -2;
  EXPECT(1, "station 0: value[0][4] = -2");
  record[0].value[2] = NULL;
  record[0].value[0][4] = 0;
  EXPECT(1, "station 0: value[2] is NULL");
  o.harmonics = 5;
  EXPECT(1, "harmonics = 5 is not in [0, 4]");
  o = (tutti_generator_options){2, NAN};
  EXPECT(1, "wet_above = nan");
  o.wet_above = 0;
  EXPECT(0, "stations = 0 is not in [1, 64]");
  record[0].first_day = INT32_MIN;
  EXPECT(1, "first_day = -2147483648");
#undef EXPECT
  testing_expect(NULL, tutti_generator_fit(NULL, NULL, 1, &o, &g), TUTTI_EINVAL, "record is NULL", "");
  testing_expect(NULL, tutti_generator_fit(NULL, record, 1, &o, NULL), TUTTI_EINVAL, "generator is NULL", "");
  cr_assert(g.stations == 77);
  free(value);
}

/* A season without rain: no wet day from May to September. The chances there are small, and the fit is one.
 */
Test(generator_fit, a_dry_season_can_be_fitted) {
  enum { DAYS = 20 * 365 };
  tutti_daily record;
  double *value = short_record(DAYS, &record), chance[TUTTI_STATION_PARAMETERS];
  for (size_t t = 0; t < DAYS; t++) {
    const int month = tutti_day_date(record.first_day + (int32_t)t).month;
    if (month > 4 && month < 10) record.value[0][t] = 0;
  }
  tutti_generator g = fit(&record, 1, 2, 0.25);
  cr_assert(tutti_station_day(g.law, 7, 15, chance) == TUTTI_OK);
  cr_assert(chance[TUTTI_WET_AFTER_DRY] < 0.01, "%g", chance[TUTTI_WET_AFTER_DRY]);
  cr_assert(tutti_station_day(g.law, 1, 15, chance) == TUTTI_OK);
  cr_assert(fabs(chance[TUTTI_WET_AFTER_DRY] - 0.3) < 0.1, "%g", chance[TUTTI_WET_AFTER_DRY]);
  tutti_generator_free(&g);
  free(value);
}

/* Wet with chance 0.6 from June to September and hardly ever otherwise, with as many harmonics as there are:
 * scoring without a look at the likelihood leaves for infinity. */
Test(generator_fit, a_monsoon_can_be_fitted) {
  enum { DAYS = 20 * 365 };
  for (int seed = 0; seed < 6; seed++)
    for (int harmonics = 2; harmonics <= 4; harmonics++) {
      tutti_daily record;
      double *value = short_record(DAYS, &record), chance[TUTTI_STATION_PARAMETERS];
      for (size_t t = 0; t < DAYS; t++) {
        const int month = tutti_day_date(record.first_day + (int32_t)t).month;
        const double u = tutti_uniform_at((tutti_rng){31, (uint64_t)seed}, t);
        const double rare = seed % 2 ? 0 : 0.01;
        record.value[0][t] = u < (month >= 6 && month <= 9 ? 0.6 : rare) ? 1 + 9 * u : 0;
      }
      tutti_generator g = fit(&record, 1, harmonics, 0.25);
      cr_assert(tutti_station_day(g.law, 7, 30, chance) == TUTTI_OK &&
                    fabs(chance[TUTTI_WET_AFTER_WET] - 0.6) < 0.1,
                "%g", chance[TUTTI_WET_AFTER_WET]);
      cr_assert(tutti_station_day(g.law, 1, 30, chance) == TUTTI_OK && chance[TUTTI_WET_AFTER_DRY] < 0.03,
                "%g", chance[TUTTI_WET_AFTER_DRY]);
      tutti_generator_free(&g);
      free(value);
    }
}
