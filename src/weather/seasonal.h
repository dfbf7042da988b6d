/* Numbers that go with the season: fits of harmonics, and small dense matrices. */
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

/* Observations of something, their days of the year. */
typedef struct {
  size_t n;
  double *y;
  uint16_t *day;
} seasonal_sample;

/* Of an observation: the logarithm of its likelihood but for a constant, its slope, and the information on
 * what it is a function of. */
typedef struct {
  double likelihood, slope, information;
} seasonal_term;

/* The same of observation i, whose law has the parameter eta. */
typedef seasonal_term (*seasonal_law)(const seasonal_sample *s, size_t i, double eta, const void *args);

/* Maximum likelihood of `terms` coefficients by Fisher's scoring from c on, with shorter steps where a whole
 * one would not make it likelier. `ridge` is the precision of a normal prior about 0 on the harmonics. False:
 * it does not converge. */
bool seasonal_fit(const seasonal_basis basis, const seasonal_sample *s, seasonal_law law, const void *args,
                  int terms, double ridge, double *c);

/* m = L L^T of the lower triangle of m[n x n], over it; what is above becomes 0. False: not positive
 * definite. Written here and not LAPACK's, whose last bits depend on the CPU. */
bool matrix_cholesky(double *m, size_t n);
/* x = (L L^T)^-1 x. */
void matrix_solve(const double *factor, size_t n, double *x);

#endif
