/* A stencil that has a little of everything, in whole numbers, and the same by plain loops over one array
 * that has no halos: what lies outside is looked up, point by point. */
#ifndef TUTTI_TESTS_GRID_ANY_STENCIL_H
#define TUTTI_TESTS_GRID_ANY_STENCIL_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/tutti.h>

enum { ANY_FIELDS = 2, ANY_PRIME = 1009 };

/* What lies beyond the edges of a direction. */
typedef enum { WRAPPED, FIXED, FLAT, MIRRORED, ODD, PLACED, EDGES } edge_kind;

typedef struct {
  size_t rows, cols, halo;
  edge_kind row_kind, col_kind;
  double wall;
} any_grid;

static inline double any_edge(const tutti_stencil_point *p, edge_kind kind, double wall) {
  switch (kind) {
  case FIXED:
    return wall + (double)p->field;
  case FLAT:
    return p->inside[0];
  case MIRRORED:
    return p->inside[(p->away - 1) * p->step];
  case ODD:
    return -p->inside[(p->away - 1) * p->step];
  default: /* PLACED */
    return (double)((ptrdiff_t)p->field * 1000 + p->row * 31 + p->col * 7 + p->away) + p->inside[0];
  }
}

/* How often a function for an edge was asked for a point that is not beyond that edge. */
static _Atomic int any_misplaced;
static inline bool any_is_inside(ptrdiff_t at, size_t n) { return at >= 0 && at < (ptrdiff_t)n; }

static inline double any_row_edge(const tutti_stencil_point *p, const void *args) {
  const any_grid *g = args;
  const ptrdiff_t halo = (ptrdiff_t)g->halo;
  any_misplaced += any_is_inside(p->row, g->rows) || !any_is_inside(p->col + halo, g->cols + 2 * g->halo);
  return any_edge(p, g->row_kind, g->wall);
}
static inline double any_col_edge(const tutti_stencil_point *p, const void *args) {
  const any_grid *g = args;
  any_misplaced += any_is_inside(p->col, g->cols) || !any_is_inside(p->row, g->rows);
  return any_edge(p, g->col_kind, g->wall);
}

/* Weights that no symmetry leaves as they are; the result is a whole number below ANY_PRIME. */
static inline long any_term(ptrdiff_t di, ptrdiff_t dj, size_t from, size_t to, double value) {
  return (long)value *
         (long)(1 + 3 * (di + 9) + 5 * (dj + 11) * (di + 10) + 2 * (ptrdiff_t)from + (ptrdiff_t)to);
}

static inline int any_row(size_t row, const double *const *in, ptrdiff_t stride, double *const *out,
                          const void *args) {
  const any_grid *g = args;
  const ptrdiff_t halo = (ptrdiff_t)g->halo;
  for (size_t f = 0; f < ANY_FIELDS; f++)
    for (ptrdiff_t j = 0; j < (ptrdiff_t)g->cols; j++) {
      long sum = (long)row;
      for (size_t from = 0; from < ANY_FIELDS; from++)
        for (ptrdiff_t di = -halo; di <= halo; di++)
          for (ptrdiff_t dj = -halo; dj <= halo; dj++)
            sum += any_term(di, dj, from, f, in[from][di * stride + j + dj]);
      out[f][j] = (double)(sum % ANY_PRIME);
    }
  return 0;
}

static inline tutti_stencil_grid any_stencil(const any_grid *g) {
  return (tutti_stencil_grid){.rows = g->rows,
                              .cols = g->cols,
                              .fields = ANY_FIELDS,
                              .halo = g->halo,
                              .row = any_row,
                              .row_edge = g->row_kind == WRAPPED ? NULL : any_row_edge,
                              .col_edge = g->col_kind == WRAPPED ? NULL : any_col_edge,
                              .args = g};
}

/* -- by plain loops: x[field][row][col], one behind the other -- */

static inline ptrdiff_t any_modulo(ptrdiff_t a, size_t n) {
  return (a % (ptrdiff_t)n + (ptrdiff_t)n) % (ptrdiff_t)n;
}

/* The number at any point, outside too: beyond the rows first, by what the rows inside have in that column.
 */
static inline double any_at(const any_grid *g, const double *x, size_t f, ptrdiff_t row, ptrdiff_t col) {
  const ptrdiff_t rows = (ptrdiff_t)g->rows, cols = (ptrdiff_t)g->cols;
  const bool row_out = row < 0 || row >= rows, col_out = col < 0 || col >= cols;
  if (!row_out && !col_out) return x[((ptrdiff_t)f * rows + row) * cols + col];
  const edge_kind kind = row_out ? g->row_kind : g->col_kind;
  const ptrdiff_t at = row_out ? row : col, n = row_out ? rows : cols;
  const ptrdiff_t edge = at < 0 ? 0 : n - 1, away = at < 0 ? -at : at - edge,
                  back = at < 0 ? away - 1 : n - away;
#define ANY_INSIDE(i) (row_out ? any_at(g, x, f, (i), col) : any_at(g, x, f, row, (i)))
  switch (kind) {
  case WRAPPED:
    return ANY_INSIDE(any_modulo(at, (size_t)n));
  case FIXED:
    return g->wall + (double)f;
  case FLAT:
    return ANY_INSIDE(edge);
  case MIRRORED:
    return ANY_INSIDE(back);
  case ODD:
    return -ANY_INSIDE(back);
  default:
    return (double)((ptrdiff_t)f * 1000 + row * 31 + col * 7 + away) + ANY_INSIDE(edge);
  }
#undef ANY_INSIDE
}

static inline void any_plain_step(const any_grid *g, double *x) {
  const size_t points = g->rows * g->cols;
  const ptrdiff_t halo = (ptrdiff_t)g->halo;
  double *y = malloc(ANY_FIELDS * points * sizeof *y);
  for (size_t f = 0; f < ANY_FIELDS; f++)
    for (size_t i = 0; i < g->rows; i++)
      for (size_t j = 0; j < g->cols; j++) {
        long sum = (long)i;
        for (size_t from = 0; from < ANY_FIELDS; from++)
          for (ptrdiff_t di = -halo; di <= halo; di++)
            for (ptrdiff_t dj = -halo; dj <= halo; dj++)
              sum += any_term(di, dj, from, f, any_at(g, x, from, (ptrdiff_t)i + di, (ptrdiff_t)j + dj));
        y[f * points + i * g->cols + j] = (double)(sum % ANY_PRIME);
      }
  memcpy(x, y, ANY_FIELDS * points * sizeof *x);
  free(y);
}

static inline void any_begin(const any_grid *g, double *x) {
  for (size_t k = 0; k < ANY_FIELDS * g->rows * g->cols; k++) x[k] = (double)((k * k + 7 * k) % 101);
}

/* -- both -- */

/* Sets a model, moves it by `steps` in two calls and compares it, and its sums. 0: they are the same; else a
 * bit for what is wrong. */
static inline int any_differs(tutti_ctx *ctx, const any_grid *g, size_t steps) {
  const size_t points = g->rows * g->cols;
  double *x = malloc(ANY_FIELDS * points * sizeof *x), *y = malloc(points * sizeof *y);
  const tutti_stencil_grid grid = any_stencil(g);
  tutti_stencil *model = NULL;
  const bool made = tutti_stencil_create(ctx, &grid, &model) == TUTTI_OK;
  int wrong = !made;
  any_begin(g, x);
  for (size_t f = 0; f < ANY_FIELDS && made; f++)
    wrong |= 2 * (tutti_stencil_set(model, f, x + f * points) != 0);
  if (made)
    wrong |= 4 * (tutti_stencil_step(model, steps / 2) || tutti_stencil_step(model, steps - steps / 2));
  for (size_t k = 0; k < steps; k++) any_plain_step(g, x);
  for (size_t f = 0; f < ANY_FIELDS && made; f++) { /* also where something is wrong: other ranks wait */
    double sum = 0, expected = 0;
    for (size_t k = 0; k < points; k++) expected += x[f * points + k];
    wrong |= 8 * (tutti_stencil_field(model, f, y) || memcmp(y, x + f * points, points * sizeof *y) != 0);
    wrong |= 16 * (tutti_stencil_sum(model, f, &sum) || sum != expected);
  }
  wrong |= 32 * (any_misplaced != 0);
  tutti_stencil_destroy(model);
  free(x);
  free(y);
  return wrong;
}

#endif
