/* Kernels of weather: AR(1) and the weather generator. A row is: result type, name, parameters. */
#ifndef TUTTI_WEATHER_KERNELS_H
#define TUTTI_WEATHER_KERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/random.h>
#include <tutti/weather.h>

#include "isa/kernels.h"
#include "weather/generator.h"

#define TUTTI_WEATHER_KERNELS(X)                                                                             \
  /* The final values of runs [begin, end); begin is a multiple of 16. */                                    \
  X(void, ar1_final,                                                                                         \
    (const tutti_ar1 *model, tutti_rng rng, double start, size_t steps, size_t begin, size_t end,            \
     double *final))                                                                                         \
  /* Advances 16 runs by `steps` steps. deviation[16]: of each run from the mean, before and after; the      \
   * normal variates are those from number `first` on; path[16 t + j] = the value of run j after step        \
   * t. */                                                                                                   \
  X(void, ar1_path,                                                                                          \
    (const tutti_ar1 *model, tutti_rng rng, uint64_t first, size_t steps, double *deviation, double *path))  \
  /* The weather of 16 runs on `days` days. For each day: normals[4 stations x 16]; season: its day of       \
   * the year; out[stations x 3 x 16]. state[3 stations x 16]: wet (1) or dry (0), then the residuals        \
   * of the temperatures, before and after. work[3 stations x 16]. */                                        \
  X(void, generator_days,                                                                                    \
    (const generator_tables *tables, const double *normals, const uint16_t *season, size_t days,             \
     double *state, double *work, double *out))

TUTTI_KERNEL_FAMILY(weather, TUTTI_WEATHER_KERNELS)

#endif
