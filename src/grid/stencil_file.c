/* tutti_stencil_save, tutti_stencil_load */
#include "engine/collectives.h"
#include "grid/checkpoint.h"
#include "grid/stencil.h"

static tutti_grid_head head_of(const tutti_stencil *m) {
  const tutti_stencil_grid *g = &m->plan.grid;
  return (tutti_grid_head){.kind = GRID_STENCIL, .rows = g->rows, .cols = g->cols, .fields = g->fields};
}

static void fields_of(const tutti_stencil *m, unsigned state, double **fields) {
  for (size_t f = 0; f < m->plan.grid.fields; f++) fields[f] = stencil_field(&m->plan, state, f);
}

tutti_status tutti_stencil_save(tutti_stencil *model, const char *path) {
  tutti_ctx *ctx;
  double *fields[TUTTI_DOMAIN_FIELDS];
  const tutti_status status = tutti_stencil_begin(model, 0, path, "path", &ctx);
  if (status) return status;
  const tutti_grid_head head = head_of(model);
  TUTTI_NOTE_CALL(ctx, .n = head.rows);
  fields_of(model, model->plan.now, fields);
  return tutti_grid_save(ctx, path, &head, &model->plan.d, fields);
}

/* Into the state that is not the present one, which it becomes if all went well. */
tutti_status tutti_stencil_load(tutti_stencil *model, const char *path) {
  tutti_ctx *ctx;
  double *fields[TUTTI_DOMAIN_FIELDS];
  tutti_status status = tutti_stencil_begin(model, 0, path, "path", &ctx);
  if (status) return status;
  const tutti_grid_head mine = head_of(model);
  tutti_grid_head head = mine;
  TUTTI_NOTE_CALL(ctx, .n = head.rows);
  status = tutti_grid_load_head(ctx, path, &head);
  if (!status && (head.rows != mine.rows || head.cols != mine.cols))
    status = tutti_fail(ctx, TUTTI_EINVAL, "checkpoint %s: its grid has %zu x %zu points, not %zu x %zu",
                        path, head.rows, head.cols, mine.rows, mine.cols);
  if (status) return status;
  fields_of(model, !model->plan.now, fields);
  status = tutti_grid_load(ctx, path, &head, &model->plan.d, fields);
  if (status) return status;
  model->plan.now = !model->plan.now;
  model->set = true;
  return TUTTI_OK;
}
