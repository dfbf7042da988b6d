/* The two parts of fitting a generator: each station by itself, then the correlations between stations. */
#ifndef TUTTI_WEATHER_GENERATOR_FIT_H
#define TUTTI_WEATHER_GENERATOR_FIT_H

#include "weather/generator.h"
#include "weather/seasonal.h"

/* A station's record, day by day. */
typedef struct {
  const tutti_daily *record;
  size_t days;
  uint16_t *season; /* [days]: day of the year, 0 .. 365 */
  signed char *wet; /* [days]: 1, 0, or -1: not known */
  double
      *residual[2]; /* [days] each: of tmax and tmin, NaN where not known; filled by tutti_generator_join */
} station_days;

/* Fits station s, with `terms` coefficients for each parameter. law->wet_above is given. */
tutti_status tutti_generator_fit_station(tutti_ctx *ctx, const seasonal_basis *basis, size_t s,
                                         const station_days *d, int terms, tutti_station_law *law);

/* Estimates the correlations of the fitted stations, into g. */
tutti_status tutti_generator_join(tutti_ctx *ctx, const seasonal_basis basis, station_days *days,
                                  tutti_generator *g);

#endif
