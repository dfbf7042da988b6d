/* Kernels of grid. A row is: result type, name, parameters. */
#ifndef TUTTI_GRID_KERNELS_H
#define TUTTI_GRID_KERNELS_H

#include "grid/shallow_water.h"
#include "isa/kernels.h"

#define TUTTI_GRID_KERNELS(X)                                                                                \
  /* Makes the steps of a call for rows [begin, end). Non-zero: at a point, after one of the steps, p is not \
   * positive, or a number is not finite. */                                                                 \
  X(int, shallow_water, (const shallow_call *call, size_t begin, size_t end))

TUTTI_KERNEL_FAMILY(grid, TUTTI_GRID_KERNELS)

#endif
