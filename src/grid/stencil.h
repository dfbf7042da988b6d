/* A stencil of the caller's: its data, which stencil.c makes and stencil_step.c moves. */
#ifndef TUTTI_GRID_STENCIL_H
#define TUTTI_GRID_STENCIL_H

#include <tutti/grid.h>

#include "grid/domain.h"

/* What workers are handed. All pointers but those of the caller's functions point into the model's memory,
 * which workers share. */
typedef struct {
  tutti_stencil_grid grid;
  tutti_domain d;
  double *states;      /* two of them, of d's fields one behind the other */
  size_t numbers;      /* of a field */
  unsigned now;        /* which of the two is the present one */
  int64_t *row_status; /* [count]: what the function returned for a row in this step; or STENCIL_LEFT */
} stencil_plan;

#define STENCIL_LEFT INT64_MAX /* the function has not returned */

struct tutti_stencil {
  tutti_ctx *ctx;
  stencil_plan plan;
  size_t bytes; /* of the memory, which begins at plan.states */
  bool set;     /* fields have been set: their halo columns are not filled yet */
};

static inline double *stencil_field(const stencil_plan *p, unsigned state, size_t field) {
  return p->states + (state * p->grid.fields + field) * p->numbers;
}

/* Finds the context of a model in *ctx and checks that the model can be used here; over ranks the result is
 * told to the others (tutti_refuse). field: one that it must have. */
tutti_status tutti_stencil_begin(tutti_stencil *model, size_t field, const void *array, const char *name,
                                 tutti_ctx **ctx);

#endif
