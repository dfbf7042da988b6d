/* Kernels of ode: steps of a batch of eight members. A row is: result type, name, parameters. */
#ifndef TUTTI_ODE_KERNELS_H
#define TUTTI_ODE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "isa/kernels.h"
#include "ode/batch.h"

#define TUTTI_ODE_KERNELS(X)                                                                                 \
  /* Make steps [step, step + count) of a batch, with the user's right-hand side or one of these             \
   * models. Non-zero: what the right-hand side returned. */                                                 \
  X(int, advance, (const ode_batch *b, size_t step, size_t count))                                           \
  X(int, lorenz96_advance, (const ode_batch *b, size_t step, size_t count))                                  \
  X(int, lorenz63_advance, (const ode_batch *b, size_t step, size_t count))

TUTTI_KERNEL_FAMILY(ode, TUTTI_ODE_KERNELS)

#endif
