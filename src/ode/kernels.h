/* The kernels of this family: steps of eight members. Each row is result type, name, parameters. */
#ifndef TUTTI_ODE_KERNELS_H
#define TUTTI_ODE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "isa/kernels.h"
#include "ode/batch.h"

#define TUTTI_ODE_KERNELS(X)                                                                                 \
  /* Steps [step, step + count) of eight members; non-zero is the right-hand side's. */                      \
  X(int, advance, (const ode_batch *b, size_t step, size_t count))                                           \
  X(int, lorenz96_advance, (const ode_batch *b, size_t step, size_t count))                                  \
  X(int, lorenz63_advance, (const ode_batch *b, size_t step, size_t count))

TUTTI_KERNEL_FAMILY(ode, TUTTI_ODE_KERNELS)

#endif
