/* Kernels of problems: lattices. A row is: result type, name, parameters. */
#ifndef TUTTI_PROBLEMS_KERNELS_H
#define TUTTI_PROBLEMS_KERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/random.h>

#include "isa/kernels.h"
#include "problems/ising.h"

#define TUTTI_PROBLEMS_KERNELS(X)                                                                            \
  /* One sweep over an Ising lattice, number `sweep` of the stream rng; and the sums over all spins of       \
   * magnetisation and energy. */                                                                            \
  X(void, ising_sweep, (ising_lattice * lattice, const ising_params *params, tutti_rng rng, uint64_t sweep)) \
  X(void, ising_measure, (const ising_lattice *lattice, int64_t *magnetisation, int64_t *energy))

TUTTI_KERNEL_FAMILY(problems, TUTTI_PROBLEMS_KERNELS)

#endif
