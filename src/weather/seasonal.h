/* Numbers that go with the season: fits of harmonics. */
#ifndef TUTTI_WEATHER_SEASONAL_H
#define TUTTI_WEATHER_SEASONAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/generator.h>

#include "weather/daily.h"

enum { SEASONAL_TERMS = 1 + 2 * TUTTI_MOST_HARMONICS };

/* basis[d][k]: what coefficient k of the harmonics is multiplied by on day d of a leap year. */
typedef double seasonal_basis[DAILY_SEASONS][SEASONAL_TERMS];
void seasonal_fill(seasonal_basis basis);
double seasonal_at(const seasonal_basis basis, int day, const double *c);

/* Observations of something, their days of the year, and which of two kinds of days these are. */
typedef struct {
  size_t n;
  double *y;
  uint16_t *day;
  unsigned char *kind; /* 0 or 1; NULL: there is one kind */
} seasonal_sample;

/* Of an observation: the logarithm of its likelihood but for a constant, its slope, and minus the slope's:
 * the observed information on what it is a function of. */
typedef struct {
  double likelihood, slope, information;
} seasonal_term;

/* The same of observation i, whose law has the parameter eta. */
typedef seasonal_term (*seasonal_likelihood)(const seasonal_sample *s, size_t i, double eta,
                                             const void *args);

/* Precisions of normal priors: of the first coefficient and of the harmonics about 0, and of the coefficients
 * of kind 1 about those of kind 0, so that a kind that was not seen in some season is there like the other
 * (ridge regression: Hoerl and Kennard, 1970). */
typedef struct {
  double first, harmonics, apart;
} seasonal_prior;

/* The likeliest `terms` coefficients, of each kind a row of c, by Newton's method from c on, with shorter
 * steps where a whole one would not make it likelier. The laws' likelihoods are concave in their parameter,
 * so that there is one maximum, and from everywhere a way up to it. False: it is at infinity. */
bool seasonal_fit(const seasonal_basis basis, const seasonal_sample *s, seasonal_likelihood law,
                  const void *args, int terms, seasonal_prior prior, double c[][SEASONAL_TERMS]);

#endif
