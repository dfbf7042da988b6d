/* tutti_shallow_water_create, tutti_shallow_water_set, tutti_shallow_water_destroy */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/collectives.h"
#include "grid/model.h"
#include "grid/shallow_water_model.h"
#include "memory/blocks.h"

enum { LINE = 8 /* numbers in a cache line */ };

void tutti_shallow_water_grid_default(tutti_shallow_water_grid *grid) {
  if (grid) *grid = (tutti_shallow_water_grid){64, 64, 1e5, 1e5, 90, .001, 1e6};
}

/* -- arguments -- */

static tutti_status check_positive(tutti_ctx *ctx, const char *name, double x) {
  return isfinite(x) && x > 0
             ? TUTTI_OK
             : tutti_fail(ctx, TUTTI_EINVAL, "%s = %.17g is not finite and positive", name, x);
}

static tutti_status check_grid(tutti_ctx *ctx, const tutti_shallow_water_grid *grid) {
  if (!grid) return tutti_fail(ctx, TUTTI_EINVAL, "grid is NULL");
  if (grid->nx == 0 || grid->ny == 0)
    return tutti_fail(ctx, TUTTI_EINVAL, "nx = %zu, ny = %zu: a grid has at least one point", grid->nx,
                      grid->ny);
  tutti_status status = check_positive(ctx, "dx", grid->dx);
  if (!status) status = check_positive(ctx, "dy", grid->dy);
  if (!status) status = check_positive(ctx, "dt", grid->dt);
  if (!status && !(grid->filter >= 0 && grid->filter < 1))
    status = tutti_fail(ctx, TUTTI_EINVAL, "filter = %.17g is not in [0, 1)", grid->filter);
  if (!status && !isfinite(grid->amplitude))
    status = tutti_fail(ctx, TUTTI_EINVAL, "amplitude = %.17g is not finite", grid->amplitude);
  return status;
}

/* -- the block of memory -- */

/* A line before the fields and some behind them: vectors that begin in a halo reach a few numbers over. */
static tutti_status allocate(tutti_ctx *ctx, tutti_shallow_water *m) {
  enum { BEFORE = LINE, BEHIND = 4 * LINE };
  char what[96];
  const size_t numbers = tutti_domain_numbers(&m->domain), fields = (size_t)2 * SHALLOW_FIELDS;
  m->bytes =
      tutti_bytes_of(tutti_bytes_and(tutti_bytes_of(numbers, fields), BEFORE + BEHIND), sizeof(double));
  snprintf(what, sizeof what, "for a grid of %zu x %zu points", m->grid.nx, m->grid.ny);
  const tutti_status status = tutti_grid_memory(ctx, m->bytes, fields, what, &m->memory);
  if (status) return status;
  for (size_t f = 0; f < fields; f++) {
    double *field = (double *)m->memory + BEFORE + f * numbers;
    m->field[f / SHALLOW_FIELDS][f % SHALLOW_FIELDS] = field + tutti_domain_at(&m->domain, 0);
  }
  return TUTTI_OK;
}

/* More points than any memory has would not even be counted right. */
static tutti_status open_model(tutti_ctx *ctx, tutti_shallow_water *m) {
  const tutti_shallow_water_grid *g = &m->grid;
  enum { BYTES = 2 * SHALLOW_FIELDS * sizeof(double) };
  if (tutti_bytes_of(tutti_bytes_of(g->nx, g->ny), BYTES) == SIZE_MAX)
    return tutti_fail(ctx, TUTTI_ENOMEM, "%zu x %zu points of %d bytes are more than any memory holds", g->nx,
                      g->ny, (int)BYTES);
  m->domain = tutti_domain_of(ctx, g->nx, g->ny, SHALLOW_HALO_ROWS, SHALLOW_HALO_COLS, true);
  const tutti_status status = allocate(ctx, m);
  return status ? status : tutti_shallow_fill(ctx, m);
}

void tutti_shallow_water_destroy(tutti_shallow_water *model) {
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  if (model) tutti_memory_release(model->memory);
  free(model);
}

static tutti_status create(tutti_ctx *ctx, const tutti_shallow_water_grid *grid,
                           tutti_shallow_water **model) {
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  tutti_shallow_water *m = malloc(sizeof *m);
  if (!m) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for a model");
  *m = (tutti_shallow_water){.ctx = ctx, .grid = *grid};
  const tutti_status status = open_model(ctx, m);
  if (status) tutti_shallow_water_destroy(m);
  else *model = m;
  return status;
}

/* Where one rank has no memory, none has a model. */
tutti_status tutti_shallow_water_create(tutti_ctx *ctx, const tutti_shallow_water_grid *grid,
                                        tutti_shallow_water **model) {
  tutti_shallow_water *m = NULL;
  tutti_status status = tutti_grid_resolve(ctx, &ctx);
  if (!status) status = check_grid(ctx, grid);
  if (!status && !model) status = tutti_fail(ctx, TUTTI_EINVAL, "model is NULL");
  if (!status) status = create(ctx, grid, &m);
  if (status) return tutti_refuse(ctx, status);
  const double reals[] = {grid->dx, grid->dy, grid->dt, grid->filter, grid->amplitude};
  const uint64_t sizes[] = {grid->nx, grid->ny};
  TUTTI_NOTE_CALL(ctx, .n = grid->nx, .parameters = {{sizes, sizeof sizes}, {reals, sizeof reals}});
  status = tutti_ranks_agree(ctx);
  if (status) tutti_shallow_water_destroy(m);
  else *model = m;
  return status;
}

/* -- the state -- */

static const char *const names = "puv";

static tutti_status check_state(tutti_ctx *ctx, const tutti_shallow_water *m, const double *const *state) {
  const size_t ny = m->grid.ny;
  for (int f = 0; f < SHALLOW_BEFORE; f++)
    if (!state[f]) return tutti_fail(ctx, TUTTI_EINVAL, "%c is NULL", names[f]);
  for (size_t k = 0; k < m->grid.nx * ny; k++)
    for (int f = 0; f < SHALLOW_BEFORE; f++)
      if (!isfinite(state[f][k]) || (f == 0 && state[f][k] <= 0))
        return tutti_fail(ctx, TUTTI_EINVAL, "%c(%zu, %zu) = %.17g is not %s", names[f], k / ny, k % ny,
                          state[f][k], f ? "finite" : "finite and positive");
  return TUTTI_OK;
}

tutti_status tutti_shallow_water_set(tutti_shallow_water *model, const double *p, const double *u,
                                     const double *v) {
  const double *const state[] = {p, u, v};
  tutti_ctx *ctx = NULL;
  tutti_status status = tutti_shallow_enter(model, &ctx);
  if (!status) status = check_state(ctx, model, state);
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = model->grid.nx);
  status = tutti_ranks_agree(ctx);
  if (status) return status;
  const size_t origin = tutti_domain_at(&model->domain, 0);
  for (int f = 0; f < SHALLOW_BEFORE; f++)
    tutti_domain_put(&model->domain, model->field[model->now][f] - origin, state[f]);
  tutti_shallow_begin(model);
  return TUTTI_OK;
}
