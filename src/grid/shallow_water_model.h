/* A shallow water model: two states in one block of memory. A step reads one and writes the other, so that
 * the last good state is there whatever happens. */
#ifndef TUTTI_GRID_SHALLOW_WATER_MODEL_H
#define TUTTI_GRID_SHALLOW_WATER_MODEL_H

#include <tutti/grid.h>

#include "grid/domain.h"
#include "grid/shallow_water.h"

struct tutti_shallow_water {
  tutti_ctx *ctx;
  tutti_shallow_water_grid grid;
  tutti_domain domain;
  void *memory;
  size_t bytes;
  double *field[2][SHALLOW_FIELDS]; /* column 0 of local row 0 */
  int now;                          /* which of the two is the state */
  size_t steps;                     /* made since the initial state */
};

/* What every call with a model begins with: its context, and whether it can be used. */
tutti_status tutti_shallow_enter(tutti_shallow_water *model, tutti_ctx **ctx);

/* A row of a field of the state; row -1 and row `count` may be asked for after tutti_shallow_edges. */
const double *tutti_shallow_row(const tutti_shallow_water *model, int field, ptrdiff_t row);

/* Has the rows beside this rank's at hand. */
tutti_status tutti_shallow_edges(tutti_ctx *ctx, tutti_shallow_water *model);

/* After p, u and v were filled in: fills the halo columns, and begins with step 0. */
void tutti_shallow_begin(tutti_shallow_water *model);

/* The initial state of the benchmark "swim". TUTTI_EINVAL: a pressure in it is not positive. */
tutti_status tutti_shallow_fill(tutti_ctx *ctx, tutti_shallow_water *model);

#endif
