/* Kernels of random: streams and variates. A row is: result type, name, parameters. All but sobol write
 * elements first .. first + n - 1 of the stream to out. */
#ifndef TUTTI_RANDOM_KERNELS_H
#define TUTTI_RANDOM_KERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/random.h>

#include "isa/kernels.h"
#include "random/sobol.h"
#include "random/variates.h"

#define TUTTI_RANDOM_KERNELS(X)                                                                              \
  /* Elements as they are: out is uint64_t for bits, float for uniform_f32, double for the others. */        \
  X(void, bits, (tutti_rng rng, uint64_t first, void *out, size_t n))                                        \
  X(void, uniform, (tutti_rng rng, uint64_t first, void *out, size_t n))                                     \
  X(void, normal, (tutti_rng rng, uint64_t first, void *out, size_t n))                                      \
  X(void, exponential, (tutti_rng rng, uint64_t first, void *out, size_t n))                                 \
  X(void, uniform_f32, (tutti_rng rng, uint64_t first, void *out, size_t n))                                 \
  X(void, lognormal, (tutti_rng rng, uint64_t first, double mu, double sigma, double *out, size_t n))        \
  /* 1 where an element is below the threshold, else 0. */                                                   \
  X(void, bernoulli, (tutti_rng rng, uint64_t first, uint64_t threshold, uint8_t * out, size_t n))           \
  /* low + an integer below range; range = 0 stands for 2^64. */                                             \
  X(void, integers, (tutti_rng rng, uint64_t first, uint64_t range, int64_t low, int64_t * out, size_t n))   \
  X(void, gamma, (tutti_rng rng, uint64_t first, const tutti_gamma_params *params, double *out, size_t n))   \
  /* Points first .. first + n - 1 of a Sobol sequence, one row for each. */                                 \
  X(void, sobol, (const tutti_sobol_params *params, uint32_t first, size_t n, double *out))

TUTTI_KERNEL_FAMILY(random, TUTTI_RANDOM_KERNELS)

#endif
