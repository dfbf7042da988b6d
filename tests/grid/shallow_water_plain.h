/* Shallow water written a second time, as plain as can be: three sweeps over the grid, in long double. The
 * equations are those in src/grid/shallow_water_kernel.c, in the order in which Sadourny (1975) and the
 * benchmark "swim" state them. */
#ifndef TUTTI_TESTS_GRID_SHALLOW_WATER_PLAIN_H
#define TUTTI_TESTS_GRID_SHALLOW_WATER_PLAIN_H

#include <stdlib.h>
#include <tutti/tutti.h>

#include "../support/data.h"

typedef long double real;

typedef struct {
  tutti_shallow_water_grid grid;
  real *now[3], *before[3], *next[3]; /* p, u, v */
  real *cu, *cv, *z, *h, *q, *energy; /* q: the mean of p at corners */
  size_t steps;
} plain;

static inline size_t plain_points(const plain *m) { return m->grid.nx * m->grid.ny; }

static inline void plain_open(plain *m, const tutti_shallow_water_grid *grid, double *const *state) {
  *m = (plain){.grid = *grid};
  const size_t n = plain_points(m);
  for (int f = 0; f < 3; f++) {
    m->now[f] = malloc(n * sizeof(real));
    m->before[f] = malloc(n * sizeof(real));
    m->next[f] = malloc(n * sizeof(real));
    for (size_t k = 0; k < n; k++) m->now[f][k] = m->before[f][k] = state[f][k];
  }
  m->cu = malloc(n * sizeof(real)), m->cv = malloc(n * sizeof(real)), m->z = malloc(n * sizeof(real));
  m->h = malloc(n * sizeof(real)), m->q = malloc(n * sizeof(real)), m->energy = malloc(n * sizeof(real));
}

static inline void plain_close(plain *m) {
  for (int f = 0; f < 3; f++) free(m->now[f]), free(m->before[f]), free(m->next[f]);
  free(m->cu), free(m->cv), free(m->z), free(m->h), free(m->q), free(m->energy);
}

/* Point (i, j) of a periodic grid, i >= -1, j >= -1. */
static inline real plain_at(const plain *m, const real *x, size_t i, size_t j) {
  return x[(i + m->grid.nx) % m->grid.nx * m->grid.ny + (j + m->grid.ny) % m->grid.ny];
}
#define AT(x, i, j) plain_at(m, x, i, j)

/* The first sweep, and what is diagnosed. */
static inline void plain_diagnose(plain *m) {
  const real dx = m->grid.dx, dy = m->grid.dy, *p = m->now[0], *u = m->now[1], *v = m->now[2];
  for (size_t i = 0; i < m->grid.nx; i++)
    for (size_t j = 0; j < m->grid.ny; j++) {
      const size_t k = i * m->grid.ny + j;
      const real squares = AT(u, i + 1, j) * AT(u, i + 1, j) + AT(u, i, j) * AT(u, i, j) +
                           AT(v, i, j + 1) * AT(v, i, j + 1) + AT(v, i, j) * AT(v, i, j);
      m->cu[k] = (AT(p, i, j) + AT(p, i - 1, j)) / 2 * AT(u, i, j);
      m->cv[k] = (AT(p, i, j) + AT(p, i, j - 1)) / 2 * AT(v, i, j);
      m->q[k] = (AT(p, i - 1, j - 1) + AT(p, i, j - 1) + AT(p, i, j) + AT(p, i - 1, j)) / 4;
      m->z[k] = ((AT(v, i, j) - AT(v, i - 1, j)) / dx - (AT(u, i, j) - AT(u, i, j - 1)) / dy) / m->q[k];
      m->h[k] = AT(p, i, j) + squares / 4;
      m->energy[k] = AT(p, i, j) * AT(p, i, j) / 2 + AT(p, i, j) * squares / 4;
    }
}

static inline void plain_step(plain *m) {
  const real t = m->steps ? 2 * (real)m->grid.dt : m->grid.dt, dx = m->grid.dx, dy = m->grid.dy;
  const real *cu = m->cu, *cv = m->cv, *z = m->z, *h = m->h;
  plain_diagnose(m);
  for (size_t i = 0; i < m->grid.nx; i++)
    for (size_t j = 0; j < m->grid.ny; j++) {
      const size_t k = i * m->grid.ny + j;
      m->next[0][k] = m->before[0][k] - t / dx * (AT(cu, i + 1, j) - AT(cu, i, j)) -
                      t / dy * (AT(cv, i, j + 1) - AT(cv, i, j));
      m->next[1][k] = m->before[1][k] +
                      t / 8 * (AT(z, i, j + 1) + AT(z, i, j)) *
                          (AT(cv, i, j + 1) + AT(cv, i - 1, j + 1) + AT(cv, i - 1, j) + AT(cv, i, j)) -
                      t / dx * (AT(h, i, j) - AT(h, i - 1, j));
      m->next[2][k] = m->before[2][k] -
                      t / 8 * (AT(z, i + 1, j) + AT(z, i, j)) *
                          (AT(cu, i + 1, j) + AT(cu, i, j) + AT(cu, i, j - 1) + AT(cu, i + 1, j - 1)) -
                      t / dy * (AT(h, i, j) - AT(h, i, j - 1));
    }
  for (int f = 0; f < 3; f++) {
    for (size_t k = 0; k < plain_points(m); k++) {
      const real x = m->now[f][k];
      m->before[f][k] = m->steps ? x + (real)m->grid.filter * (m->next[f][k] - 2 * x + m->before[f][k]) : x;
    }
    real *swap = m->now[f];
    m->now[f] = m->next[f];
    m->next[f] = swap;
  }
  m->steps++;
}

/* -- states -- */

typedef struct {
  double *field[3]; /* p, u, v */
} state;

static inline state state_of(size_t points) {
  state s;
  for (int f = 0; f < 3; f++) s.field[f] = calloc(points, sizeof(double));
  return s;
}
static inline void state_free(state *s) {
  for (int f = 0; f < 3; f++) free(s->field[f]);
}

/* Rough: p in [800, 1200), u and v in [-1, 1). */
static inline state state_at_random(size_t points, uint64_t seed) {
  state s = state_of(points);
  for (int f = 0; f < 3; f++)
    for (size_t k = 0; k < points; k++) {
      const double x = (double)(data_bits(&seed) >> 11) * 0x1p-53;
      s.field[f][k] = f ? 2 * x - 1 : 800 + 400 * x;
    }
  return s;
}

static inline tutti_status state_get(tutti_shallow_water *m, state *s) {
  tutti_status status = TUTTI_OK;
  for (int f = 0; f < 3 && !status; f++)
    status = tutti_shallow_water_field(m, (tutti_shallow_water_field_t)f, s->field[f]);
  return status;
}

/* The state after so many steps from a state s, which is replaced. */
static inline tutti_status state_run(tutti_ctx *ctx, const tutti_shallow_water_grid *grid, state *s,
                                     size_t steps) {
  tutti_shallow_water *m = NULL;
  tutti_status status = tutti_shallow_water_create(ctx, grid, &m);
  if (!status) status = tutti_shallow_water_set(m, s->field[0], s->field[1], s->field[2]);
  if (!status) status = tutti_shallow_water_step(m, steps);
  if (!status) status = state_get(m, s);
  tutti_shallow_water_destroy(m);
  return status;
}

static inline bool state_same(const state *a, const state *b, size_t points) {
  for (int f = 0; f < 3; f++)
    for (size_t k = 0; k < points; k++)
      if (!(a->field[f][k] == b->field[f][k])) return false;
  return true;
}

#endif
