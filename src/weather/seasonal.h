/* Parameters that depend on the season: fits of harmonics by maximum likelihood. */
#ifndef TUTTI_WEATHER_SEASONAL_H
#define TUTTI_WEATHER_SEASONAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/generator.h>

#include "weather/daily.h"

enum { SEASONAL_TERMS = 1 + 2 * TUTTI_MOST_HARMONICS };

/* basis[d][k] is the factor of coefficient k on day d of a leap year: 1, cos(2 pi d / 366), sin(2 pi d /
 * 366), cos(4 pi d / 366), ... */
typedef double seasonal_basis[DAILY_SEASONS][SEASONAL_TERMS];
void tutti_seasonal_fill(seasonal_basis basis);
double tutti_seasonal_at(const seasonal_basis basis, int day, const double *c);

/* A sample: observations, their days of the year, and the kind of each day (dry or wet, for example). */
typedef struct {
  size_t n;
  double *y;
  uint16_t *day;
  unsigned char *kind; /* 0 or 1; NULL: there is one kind */
} seasonal_sample;

/* The log-likelihood l(eta) of one observation, without its constant term, as a function of the parameter
 * eta: l, the slope dl/deta, and the information -d^2 l/deta^2. */
typedef struct {
  double likelihood, slope, information;
} seasonal_term;

/* The log-likelihood of observation i at the parameter eta. */
typedef seasonal_term (*seasonal_likelihood)(const seasonal_sample *s, size_t i, double eta,
                                             const void *args);

/* Normal priors of the coefficients, as precisions (1 / variance): `first` of the first coefficient and
 * `harmonics` of the others, about 0; `apart` of the coefficients of kind 1, about those of kind 0. So in
 * a season in which one kind was not seen it is like the other one (ridge regression: Hoerl and Kennard,
 * 1970). */
typedef struct {
  double first, harmonics, apart;
} seasonal_prior;

/* Finds the `terms` most likely coefficients, one row of c for each kind, by Newton's method, starting
 * from c. A step that would lower the likelihood is shortened. The log-likelihoods are concave in eta: so
 * there is one maximum, and Newton's method gets there from everywhere. False: the maximum is at infinity. */
bool tutti_seasonal_fit(const seasonal_basis basis, const seasonal_sample *s, seasonal_likelihood law,
                        const void *args, int terms, seasonal_prior prior, double c[][SEASONAL_TERMS]);

#endif
