/* A batch of eight members of an ensemble. */
#ifndef TUTTI_ODE_BATCH_H
#define TUTTI_ODE_BATCH_H

#include <tutti/ode.h>

typedef struct {
  tutti_ode_rhs rhs; /* NULL: a kernel's own */
  const void *args;
  size_t dims;
  double start, dt;
  double *state, *rate, *stage, *other_stage, *sum; /* [dims x 8] each, aligned to 64 bytes */
} ode_batch;

/* Makes steps [step, step + count) of a batch. Non-zero: what the right-hand side returned. */
typedef int (*ode_advance)(const ode_batch *batch, size_t step, size_t count);

#endif
