/* Generators for tests: one station whose parameters are the same all year, or with a season. */
#ifndef TUTTI_TESTS_GENERATOR_LAWS_H
#define TUTTI_TESTS_GENERATOR_LAWS_H

#include <math.h>

#include "../support/testing.h"

static inline double logit(double p) { return log(p / (1 - p)); }

/* Chances 0.3 and 0.7, amounts of mean 5 and shape 1/2 beyond 0.25, tmax 20 and 15 (sd 3, 2), tmin 5 and 4
 * (2, 1). */
static inline tutti_station_law steady_law(void) {
  tutti_station_law law = {.wet_above = 0.25};
  const double first[TUTTI_STATION_PARAMETERS] = {logit(0.3), logit(0.7), log(5), log(0.5), 20,     15,
                                                  5,          4,          log(3), log(2),   log(2), log(1)};
  for (int p = 0; p < TUTTI_STATION_PARAMETERS; p++) law.c[p][0] = first[p];
  return law;
}

static inline void add_harmonics(tutti_station_law *law, int harmonics, double size) {
  for (int p = 0; p < TUTTI_STATION_PARAMETERS; p++)
    for (int k = 1; k <= 2 * harmonics; k++) law->c[p][k] = size * ((p * 5 + k * 3) % 7 - 3) / (2 * k);
}

/* One station. */
static const double one[1] = {1}, steady_lag0[4] = {1, 0.6, 0.6, 1}, steady_lag1[4] = {0.6, 0.4, 0.5, 0.65};
static inline tutti_generator of_one(tutti_station_law *law) {
  return (tutti_generator){1, law, (double *)one, (double *)one, (double *)steady_lag0, (double *)steady_lag1,
                           0};
}

static inline tutti_simulation days_from(int year, size_t days) {
  return (tutti_simulation){.first_day = tutti_day_number((tutti_date){year, 1, 1}), .days = days};
}

#endif
