/* First-order autoregressions AR(1): what tutti_ar1_ensemble and tutti_ar1_simulate share. */
#ifndef TUTTI_WEATHER_AR1_H
#define TUTTI_WEATHER_AR1_H

#include <tutti/weather.h>

/* A block is 16 runs, which are computed side by side in vector registers. */
enum { AR1_BLOCK = 16 };

tutti_status tutti_ar1_check(tutti_ctx *ctx, const tutti_ar1 *model, double start, size_t runs, size_t steps,
                             const double *final);
/* The runs in a chunk: the more steps they have, the fewer. */
size_t tutti_ar1_grain(size_t steps);
/* The expected value after `steps` steps, or the model's mean where that is not finite. */
double tutti_ar1_expected(const tutti_ar1 *model, double start, size_t steps);

#endif
