/* What a kernel needs to make steps of the shallow water model. */
#ifndef TUTTI_GRID_SHALLOW_WATER_H
#define TUTTI_GRID_SHALLOW_WATER_H

#include <stdbool.h>
#include <stddef.h>

/* A state: p, u and v, and the same one step earlier and filtered. */
enum { SHALLOW_NOW, SHALLOW_BEFORE = 3, SHALLOW_FIELDS = 6 };

/* Two steps at once need the points of two rows around a row. The columns are as many as make every lane of
 * the widest vectors that touch a row a valid point. */
enum { SHALLOW_HALO_ROWS = 2, SHALLOW_HALO_COLS = 16 };

/* The factors of a step of length t: t / (4 dx), t / dx, t / dy; and the coefficient of the filter. */
typedef struct {
  double turn, by_dx, by_dy, filter;
} shallow_step;

/* One step or two. Every pointer is that to column 0 of local row 0. */
typedef struct {
  const double *from[SHALLOW_FIELDS];
  double *to[SHALLOW_FIELDS];
  size_t stride, cols;
  size_t wrap;  /* the grid's rows, if all are here: row -1 is the last. 0: there are halo rows */
  double ratio; /* dx / dy */
  int steps;
  shallow_step step[2];
} shallow_call;

#endif
