/* A model of the dry atmosphere, as the library holds it. */
#ifndef TUTTI_GRID_ATMOSPHERE_MODEL_H
#define TUTTI_GRID_ATMOSPHERE_MODEL_H

#include <stdatomic.h>

#include "grid/atmosphere.h"
#include "grid/domain.h"

enum { ATM_HALO = 6 /* rows that the three stages of a half step along z reach over */ };

/* Three states rotate: the current one, that between the half steps, and the next one. So a step that fails
 * leaves the state before it, and chunks may be run again. */
enum { ATM_NOW, ATM_BETWEEN, ATM_NEXT, ATM_STATES };

struct tutti_atmosphere {
  tutti_ctx *ctx;
  tutti_domain domain;
  double width, height, dx, dz, dt, max_speed, time;
  size_t steps;
  unsigned which; /* the case, from 1; 0: a setup of the caller's */
  void *block;    /* all that follows lies in it */
  size_t bytes, field;
  double *state[ATM_STATES];
  atmosphere_level *cell, *face; /* cell[-2 .. nz + 1], face[0 .. nz] */
  atmosphere_inflow *inflow;     /* [nz] */
  double *push;
  size_t push_row, push_rows, push_column, push_columns;
  /* The lowest bad cell of the step, 2^63 more in the second half step; UINT64_MAX: none. */
  _Atomic uint64_t *bad;
};

/* The height of a cell's centre. */
static inline double atmosphere_height(const tutti_atmosphere *m, size_t k) {
  return ((double)k + 0.5) * m->dz;
}

#endif
