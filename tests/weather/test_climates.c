/* tutti_generator_fit and tutti_generator_simulate where the record says little or nothing of a season: what
 * is simulated stays near what was observed, and is like the climate where the record knows it. */
#include "climates.h"

enum { RUNS = 16, DAYS = TESTING_SHARE(15 * 365) };

typedef struct {
  double least, most;
} range;

static range range_of(const double *x, size_t n, range r) {
  for (size_t i = 0; i < n; i++) {
    r.least = fmin(r.least, x[i]);
    r.most = fmax(r.most, x[i]);
  }
  return r;
}
static const range nothing = {INFINITY, -INFINITY};

static tutti_status fit(const climate *c, int harmonics, tutti_daily *record, tutti_generator *g) {
  const tutti_generator_options o = {harmonics, 0};
  *record = climate_record(c, 7);
  return tutti_generator_fit(NULL, record, 1, &o, g);
}

/* The standard deviation of a record's days about the means of a law. */
static double spread(const tutti_daily *record, const tutti_station_law *law, int variable) {
  double squares = 0, value[12][31][TUTTI_STATION_PARAMETERS];
  for (int month = 0; month < 12; month++)
    for (int day = 0; day < 31; day++) tutti_station_day(law, month + 1, day + 1, value[month][day]);
  for (size_t t = 0; t < record->days; t++) {
    const tutti_date date = tutti_day_date(record->first_day + (int32_t)t);
    const int wet = record->value[TUTTI_PRECIPITATION][t] > 0;
    const int mean = TUTTI_TMAX_DRY + 2 * (variable - TUTTI_TMAX) + wet;
    const double r = record->value[variable][t] - value[date.month - 1][date.day - 1][mean];
    squares += r * r;
  }
  return sqrt(squares / (double)record->days);
}

/* No temperature beyond the record by more than three standard deviations of a day, no amount beyond three
 * times the largest. Where the season is followed at all, the bounds are where hardly a day comes. */
static void expect_near(const climate *c, int harmonics, const tutti_daily *record, const tutti_generator *g,
                        const double *value) {
  const double margin = 3 * fmax(spread(record, g->law, TUTTI_TMAX), spread(record, g->law, TUTTI_TMIN));
  for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++) {
    const range seen = range_of(record->value[v], record->days, nothing);
    range r = nothing;
    size_t at_bound = 0;
    for (int run = 0; run < RUNS; run++) {
      const double *x = value + (size_t)(3 * run + v) * DAYS;
      r = range_of(x, DAYS, r);
      for (size_t t = 0; t < DAYS; t++)
        at_bound += x[t] == g->law->most[v] || (v && x[t] == g->law->least[v]);
    }
    const double most = v ? seen.most + 1.02 * margin : 3 * seen.most;
    const double least = v ? seen.least - 1.02 * margin : 0;
    cr_assert(r.least >= least && r.most <= most, "%s, %d harmonics, %d: [%g, %g], not in [%g, %g]", c->name,
              harmonics, v, r.least, r.most, least, most);
    cr_assert(harmonics == 0 || v == 0 || at_bound < 6, "%s, %d harmonics, %d: %zu", c->name, harmonics, v,
              at_bound);
    cr_assert(v == 0 || (r.least >= -90 && r.most <= 60));
    const double told =
        v ? fmin(seen.most + margin, 60) : 3 * seen.most; /* the bound is that of the header */
    cr_assert(fabs(g->law->most[v] - told) <= (v ? 0.02 * margin : 0), "%s, %d: %g, not %g", c->name, v,
              g->law->most[v], told);
  }
}

static double wet_days(const double *precipitation, size_t n) {
  double wet = 0;
  for (size_t t = 0; t < n; t++) wet += precipitation[t] > 0;
  return wet;
}

/* As many wet days as were observed, within five standard deviations of either number (days come in spells).
 */
static void expect_wet(const climate *c, int harmonics, const tutti_daily *record, const double *value) {
  const double observed = wet_days(record->value[TUTTI_PRECIPITATION], record->days);
  double simulated = 0;
  for (int run = 0; run < RUNS; run++) simulated += wet_days(value + (size_t)3 * run * DAYS, DAYS);
  const double expected = observed / (double)record->days * RUNS * DAYS;
  const double error = 5 * expected / sqrt(observed);
  cr_assert(fabs(simulated - expected) < error, "%s, %d harmonics: %g wet days, not %g", c->name, harmonics,
            simulated, expected);
}

Test(climates, no_day_is_far_from_those_observed, .timeout = 300) {
  double *value = malloc(sizeof(double) * 3 * RUNS * DAYS);
  for (int k = 0; k < CLIMATES; k++)
    for (int harmonics = 0; harmonics <= TUTTI_MOST_HARMONICS; harmonics++) {
      if (TESTS_EMULATED && (k + harmonics) % 3) continue; /* other harmonics for the next climate */
      const climate *c = &climates[k];
      tutti_daily record;
      tutti_generator g;
      const tutti_status status = fit(c, harmonics, &record, &g);
      if (c->refused) {
        testing_expect(NULL, status, TUTTI_EINVAL, c->refused, c->name);
      } else {
        const tutti_simulation s = {record.first_day, DAYS, NULL, NULL, 0};
        cr_assert(status == TUTTI_OK, "%s: %s", c->name, tutti_error_detail(NULL));
        cr_assert(tutti_generator_simulate(NULL, &g, (tutti_rng){3, 1}, &s, 0, RUNS, value) == TUTTI_OK);
        expect_near(c, harmonics, &record, &g, value);
        expect_wet(c, harmonics, &record, value);
        tutti_generator_free(&g);
      }
      tutti_daily_free(&record);
    }
  free(value);
}

/* All year round the means are those of the climate: of the kind of day there is, within the noise of its
 * days; of the other, no further off than it would be with none of them. */
Test(climates, means_are_those_of_the_climate, .timeout = 300) {
  for (int k = 0; k < CLIMATES; k++)
    for (int harmonics = 1; harmonics <= TUTTI_MOST_HARMONICS; harmonics++) {
      if (TESTS_EMULATED && (k + harmonics) % 3) continue; /* other harmonics for the next climate */
      const climate *c = &climates[k];
      tutti_daily record;
      tutti_generator g;
      if (fit(c, harmonics, &record, &g) == TUTTI_OK) {
        const double noise =
            c->sd * sqrt((1 + 2 * harmonics) * 4. / (double)record.days); /* days correlate */
        for (int day = 0; day < 365; day += 7) {
          const tutti_date date = tutti_day_date(tutti_day_number((tutti_date){2001, 1, 1}) + day);
          double mean[TUTTI_STATION_PARAMETERS];
          cr_assert(tutti_station_day(g.law, date.month, date.day, mean) == TUTTI_OK);
          const double dry = mean[TUTTI_TMAX_DRY] - climate_tmax(c, day, false);
          const double wet = mean[TUTTI_TMAX_WET] - climate_tmax(c, day, true);
          cr_assert(fabs(dry) < 5 * noise + 0.2, "%s, %d harmonics, day %d: dry off by %g", c->name,
                    harmonics, day, dry);
          cr_assert(fabs(wet) < 1.5 * fabs(c->cooler) + 5 * noise, "%s, %d harmonics, day %d: wet off by %g",
                    c->name, harmonics, day, wet);
        }
        tutti_generator_free(&g);
      }
      tutti_daily_free(&record);
    }
}
