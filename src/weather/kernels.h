/* The kernels of this family: AR(1) and the weather generator. Each row is result type, name, parameters. */
#ifndef TUTTI_WEATHER_KERNELS_H
#define TUTTI_WEATHER_KERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/random.h>
#include <tutti/weather.h>

#include "isa/kernels.h"
#include "weather/generator.h"

#define TUTTI_WEATHER_KERNELS(X)                                                                             \
  /* The final values of runs [begin, end), begin a multiple of 16. */                                       \
  X(void, ar1_final,                                                                                         \
    (const tutti_ar1 *model, tutti_rng rng, double start, size_t steps, size_t begin, size_t end,            \
     double *final))                                                                                         \
  /* Advances 16 runs, deviations from the mean, by `steps` steps, whose normals are the elements from       \
   * `first` on; path[16 t + j]: the value of run j after step t. */                                         \
  X(void, ar1_path,                                                                                          \
    (const tutti_ar1 *model, tutti_rng rng, uint64_t first, size_t steps, double *deviation, double *path))  \
  /* The weather of 16 runs on `days` days. normals: [4 stations x 16] a day; season: their days of the      \
   * year; state: [3 stations x 16], wet or not (1, 0) and the temperatures' residuals, before and after;    \
   * work: [3 stations x 16]; out: [stations x 3 x 16] a day. */                                             \
  X(void, generator_days,                                                                                    \
    (const generator_tables *tables, const double *normals, const uint16_t *season, size_t days,             \
     double *state, double *work, double *out))

TUTTI_KERNEL_FAMILY(weather, TUTTI_WEATHER_KERNELS)

#endif
