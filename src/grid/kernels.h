/* Kernels of grids. A row is: result type, name, parameters. */
#ifndef TUTTI_GRID_KERNELS_H
#define TUTTI_GRID_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "grid/atmosphere.h"
#include "grid/shallow_water.h"
#include "isa/kernels.h"

#define TUTTI_GRID_KERNELS(X)                                                                                \
  /* Makes the steps of a call for rows [begin, end). Non-zero: at a point, after one of the steps, p is not \
   * positive, or a number is not finite. */                                                                 \
  X(int, shallow_water, (const shallow_call *call, size_t begin, size_t end))                                \
  /* Half steps of the atmosphere: along x of rows [begin, end), with a work space of                        \
   * tutti_atmosphere_work numbers; along z of groups [begin, end) of eight columns, with ATM_STRIP bytes.   \
   * They return the lowest cell, k nx + i, at which the flow is too fast or not a number; or UINT64_MAX. */ \
  X(uint64_t, atmosphere_x, (const atmosphere_sweep *s, double *work, size_t begin, size_t end))             \
  X(uint64_t, atmosphere_z, (const atmosphere_sweep *s, void *work, size_t begin, size_t end))               \
  /* A field of the cells of a row, at height z: the value, or what it is above the background. */           \
  X(void, atmosphere_cells, (const atmosphere_row *r, atmosphere_quantity which, double *out))

TUTTI_KERNEL_FAMILY(grid, TUTTI_GRID_KERNELS)

#endif
