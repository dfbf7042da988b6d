/* AR(1) ensembles: what the plain one and the one with a report share. */
#ifndef TUTTI_WEATHER_AR1_H
#define TUTTI_WEATHER_AR1_H

#include <tutti/weather.h>

/* A block is 16 runs that share vector registers. */
enum { AR1_BLOCK = 16 };

tutti_status ar1_check(tutti_ctx *ctx, const tutti_ar1 *model, double start, size_t runs, size_t steps,
                       const double *final);
/* Runs of a chunk: few where they are long. */
size_t ar1_grain(size_t steps);
/* The expected value after `steps`, or the model's mean where that is not finite. */
double ar1_expected(const tutti_ar1 *model, double start, size_t steps);

#endif
