/* tutti_stencil_create, _set, _field, _sum, _destroy */
#include "grid/stencil.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/collectives.h"
#include "grid/model.h"
#include "memory/blocks.h"
#include "reduce/moments_exact.h"

enum { MOST_HALO = 64 };

/* -- create, destroy -- */

static tutti_status check(tutti_ctx *ctx, const tutti_stencil_grid *g, tutti_stencil **model) {
  if (!g || !model) return tutti_fail(ctx, TUTTI_EINVAL, "%s is NULL", g ? "model" : "grid");
  if (!g->row) return tutti_fail(ctx, TUTTI_EINVAL, "row is NULL");
  if (g->rows == 0 || g->cols == 0)
    return tutti_fail(ctx, TUTTI_EINVAL, "rows = %zu, cols = %zu: a grid has one of each at least", g->rows,
                      g->cols);
  if (g->fields == 0 || g->fields > TUTTI_DOMAIN_FIELDS)
    return tutti_fail(ctx, TUTTI_EINVAL, "fields = %zu is not in [1, %d]", g->fields, TUTTI_DOMAIN_FIELDS);
  if (g->halo > MOST_HALO)
    return tutti_fail(ctx, TUTTI_EINVAL, "halo = %zu is not in [0, %d]", g->halo, MOST_HALO);
  if (g->rows > EXACT_MAX_TERMS / g->cols)
    return tutti_fail(ctx, TUTTI_EINVAL, "rows = %zu times cols = %zu are more than 2^45 points", g->rows,
                      g->cols);
  return TUTTI_OK;
}

/* Two states, and what the function returned for each row. A rank may have no rows. */
static tutti_status allocate(tutti_ctx *ctx, tutti_stencil *m) {
  char what[128];
  stencil_plan *p = &m->plan;
  const tutti_stencil_grid *g = &p->grid;
  p->numbers = tutti_domain_numbers(&p->d);
  const size_t states = tutti_bytes_of(2 * g->fields * sizeof *p->states, p->numbers),
               flags = (p->d.count + 1) * sizeof *p->row_status;
  snprintf(what, sizeof what, "for a grid of %zu x %zu points of %zu numbers", g->rows, g->cols, g->fields);
  m->bytes = tutti_bytes_and(states, flags);
  void *memory;
  const tutti_status status = tutti_grid_memory(ctx, m->bytes, 2 * g->fields, what, &memory);
  if (status) return status;
  p->states = memory;
  p->row_status = (int64_t *)(void *)((unsigned char *)memory + states);
  return TUTTI_OK;
}

static tutti_status make(tutti_ctx *ctx, const tutti_stencil_grid *g, tutti_stencil **model) {
  tutti_stencil *m = *model = calloc(1, sizeof *m);
  if (!m) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for a model");
  m->ctx = ctx;
  m->plan.grid = *g;
  m->plan.d = tutti_domain_of(ctx, g->rows, g->cols, g->halo, g->halo, !g->row_edge);
  m->set = true;
  return allocate(ctx, m);
}

tutti_status tutti_stencil_create(tutti_ctx *ctx, const tutti_stencil_grid *grid, tutti_stencil **model) {
  tutti_stencil *made = NULL;
  tutti_status status = tutti_grid_resolve(ctx, &ctx);
  if (!status) status = check(ctx, grid, model);
  if (!status) status = make(ctx, grid, &made);
  if (status) (void)tutti_refuse(ctx, status);
  else {
    const uint64_t numbers[] = {grid->rows, grid->cols,      grid->fields,
                                grid->halo, !grid->row_edge, !grid->col_edge};
    TUTTI_NOTE_CALL(ctx, .parameters = {{numbers, sizeof numbers}});
    status = tutti_ranks_agree(ctx);
  }
  if (!status) *model = made;
  else tutti_stencil_destroy(made);
  return status;
}

void tutti_stencil_destroy(tutti_stencil *model) {
  if (model) tutti_memory_release(model->plan.states);
  free(model);
}

/* -- fields -- */

tutti_status tutti_stencil_begin(tutti_stencil *model, size_t field, const void *array, const char *name,
                                 tutti_ctx **ctx) {
  if (!model) return tutti_fail(NULL, TUTTI_EINVAL, "model is NULL");
  const tutti_status status = tutti_grid_resolve(model->ctx, ctx);
  if (status) return status;
  if (field >= model->plan.grid.fields)
    return tutti_refuse(*ctx, tutti_fail(*ctx, TUTTI_EINVAL, "field = %zu is not in [0, %zu)", field,
                                         model->plan.grid.fields));
  if (!array) return tutti_refuse(*ctx, tutti_fail(*ctx, TUTTI_EINVAL, "%s is NULL", name));
  return TUTTI_OK;
}

tutti_status tutti_stencil_set(tutti_stencil *model, size_t field, const double *values) {
  tutti_ctx *ctx;
  tutti_status status = tutti_stencil_begin(model, field, values, "values", &ctx);
  if (status) return status;
  TUTTI_NOTE_CALL(ctx, .n = field);
  status = tutti_ranks_agree(ctx);
  if (status) return status;
  tutti_domain_put(&model->plan.d, stencil_field(&model->plan, model->plan.now, field), values);
  model->set = true;
  return TUTTI_OK;
}

tutti_status tutti_stencil_field(tutti_stencil *model, size_t field, double *out) {
  tutti_ctx *ctx;
  const tutti_status status = tutti_stencil_begin(model, field, out, "out", &ctx);
  if (status) return status;
  TUTTI_NOTE_CALL(ctx, .n = field);
  return tutti_domain_get(ctx, &model->plan.d, stencil_field(&model->plan, model->plan.now, field), out);
}

tutti_status tutti_stencil_sum(tutti_stencil *model, size_t field, double *sum) {
  tutti_ctx *ctx;
  const tutti_status status = tutti_stencil_begin(model, field, sum, "sum", &ctx);
  if (status) return status;
  TUTTI_NOTE_CALL(ctx, .n = field);
  return tutti_domain_sum(ctx, &model->plan.d, stencil_field(&model->plan, model->plan.now, field), sum);
}
