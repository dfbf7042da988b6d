/* Records of climates that are hard on a generator: made of plain formulas and the library's random numbers.
 */
#ifndef TUTTI_TESTS_CLIMATES_H
#define TUTTI_TESTS_CLIMATES_H

#include <math.h>
#include <stdlib.h>

#include "../support/testing.h"

/* Rain with a chance in one or two seasons, [from, until) days of the year, and with `rare` in between. Wet
 * days are cooler (or, < 0, warmer). tmax goes with the year about its mean; what is over is autoregressive.
 */
typedef struct {
  const char *name;
  int years;
  int from[2], until[2];
  double chance, rare;
  double mean, swing, sd, cooler;
  const char *refused; /* the detail where it cannot be fitted */
} climate;

static const climate climates[] = {
    {"monsoon of five weeks", 16, {200, 0}, {235, 0}, 0.48, 0, 33, -5, 2, 4, NULL},
    {"two rainy seasons", 12, {70, 280}, {130, 330}, 0.5, 0, 28, 2, 1.5, 2, NULL},
    {"desert", 20, {0, 0}, {366, 0}, 0.006, 0, 30, 9, 3, 6, NULL},
    {"one wet day", 10, {0, 0}, {0, 0}, 0, 0, 25, 8, 3, 5, NULL},
    {"no wet day", 10, {0, 0}, {0, 0}, 0, 0, 25, 8, 3, 5, "all 3651 days after dry ones are dry"},
    {"all days wet", 10, {0, 0}, {366, 0}, 1, 0, 27, 1, 1, 2, "all 3651 days after wet ones are wet"},
    {"polar", 10, {150, 0}, {250, 0}, 0.3, 0.05, -25, 18, 4, -4, NULL},
    {"one year", 1, {0, 300}, {120, 366}, 0.5, 0.1, 12, 9, 3, 3, NULL},
};
enum { CLIMATES = sizeof climates / sizeof *climates };

/* The chance of rain on a day of the year. */
static inline double climate_chance(const climate *c, int day) {
  for (int k = 0; k < 2; k++)
    if (day >= c->from[k] && day < c->until[k]) return c->chance;
  return c->rare;
}

/* The mean of tmax on a day of the year. */
static inline double climate_tmax(const climate *c, int day, bool wet) {
  return c->mean + c->swing * -cos(2 * acos(-1) * (day - 15) / 365.25) - (wet ? c->cooler : 0);
}

/* The record, from 1990 on; its values are to be freed with tutti_daily_free. */
static inline tutti_daily climate_record(const climate *c, uint64_t seed) {
  const int32_t first = tutti_day_number((tutti_date){1990, 1, 1});
  const size_t days = (size_t)(tutti_day_number((tutti_date){1990 + c->years, 1, 1}) - first);
  const tutti_rng rng = {seed, 2};
  tutti_daily record = {first, days, {NULL, NULL, NULL}};
  double noise = 0;
  for (int v = 0; v < TUTTI_DAILY_VARIABLES; v++)
    cr_assert((record.value[v] = malloc(days * sizeof(double))) != NULL);
  for (size_t t = 0; t < days; t++) {
    const tutti_date date = tutti_day_date(first + (int32_t)t);
    const int day = tutti_day_number((tutti_date){date.year, date.month, date.day}) -
                    tutti_day_number((tutti_date){date.year, 1, 1});
    const bool only = strcmp(c->name, "one wet day") == 0 && t == 1200;
    const bool wet = only || tutti_uniform_at(rng, 4 * t) < climate_chance(c, day);
    noise = 0.6 * noise + 0.8 * tutti_normal_at(rng, 4 * t + 1);
    record.value[TUTTI_PRECIPITATION][t] = wet ? -6 * log(1 - tutti_uniform_at(rng, 4 * t + 2)) + 1e-3 : 0;
    const double tmax = record.value[TUTTI_TMAX][t] = climate_tmax(c, day, wet) + c->sd * noise;
    record.value[TUTTI_TMIN][t] = tmax - 3 * c->sd - c->sd * fabs(tutti_normal_at(rng, 4 * t + 3));
  }
  return record;
}

#endif
