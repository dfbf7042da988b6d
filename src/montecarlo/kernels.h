/* Kernels of montecarlo. A row is: result type, name, parameters. */
#ifndef TUTTI_MONTECARLO_KERNELS_H
#define TUTTI_MONTECARLO_KERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/random.h>

#include "isa/kernels.h"

#define TUTTI_MONTECARLO_KERNELS(X)                                                                          \
  /* How many of the points first .. first + n - 1 lie in the quarter circle. */                             \
  X(uint64_t, pi_hits, (tutti_rng rng, uint64_t first, uint64_t n))

TUTTI_KERNEL_FAMILY(montecarlo, TUTTI_MONTECARLO_KERNELS)

#endif
