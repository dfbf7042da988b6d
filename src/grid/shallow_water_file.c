/* tutti_shallow_water_save, tutti_shallow_water_restore */
#include <string.h>

#include "core/bytes.h"
#include "engine/collectives.h"
#include "grid/checkpoint.h"
#include "grid/model.h"
#include "grid/shallow_water_model.h"

enum { DX, DY, DT, FILTER, AMPLITUDE, STEPS, VALUES };

/* The state and the one before it, as fields of the domain. */
static void fields_of(const tutti_shallow_water *m, double *fields[SHALLOW_FIELDS]) {
  for (int f = 0; f < SHALLOW_FIELDS; f++) fields[f] = m->field[m->now][f] - tutti_domain_at(&m->domain, 0);
}

tutti_status tutti_shallow_water_save(tutti_shallow_water *model, const char *path) {
  tutti_ctx *ctx = NULL;
  double *fields[SHALLOW_FIELDS];
  tutti_status status = tutti_shallow_enter(model, &ctx);
  if (!status && !path) status = tutti_fail(ctx, TUTTI_EINVAL, "path is NULL");
  if (status) return tutti_refuse(ctx, status);
  const tutti_shallow_water_grid *g = &model->grid;
  const tutti_grid_head head = {GRID_SHALLOW_WATER,
                                g->nx,
                                g->ny,
                                SHALLOW_FIELDS,
                                VALUES,
                                {[DX] = bytes_bits(g->dx),
                                 [DY] = bytes_bits(g->dy),
                                 [DT] = bytes_bits(g->dt),
                                 [FILTER] = bytes_bits(g->filter),
                                 [AMPLITUDE] = bytes_bits(g->amplitude),
                                 [STEPS] = model->steps}};
  TUTTI_NOTE_CALL(ctx, .n = model->steps);
  fields_of(model, fields);
  return tutti_grid_save(ctx, path, &head, &model->domain, fields);
}

static tutti_status fill(tutti_ctx *ctx, const char *path, const tutti_grid_head *head,
                         tutti_shallow_water *m) {
  double *fields[SHALLOW_FIELDS];
  fields_of(m, fields);
  const tutti_status status = tutti_grid_load(ctx, path, head, &m->domain, fields);
  for (int f = 0; f < SHALLOW_FIELDS; f++)
    for (size_t i = 0; i < m->domain.count; i++)
      tutti_domain_wrap(&m->domain, m->field[m->now][f] + i * m->domain.stride);
  m->steps = head->value[STEPS];
  return status;
}

tutti_status tutti_shallow_water_restore(tutti_ctx *ctx, const char *path, tutti_shallow_water **model) {
  tutti_grid_head head = {.kind = GRID_SHALLOW_WATER, .fields = SHALLOW_FIELDS, .values = VALUES};
  tutti_shallow_water *m = NULL;
  tutti_status status = tutti_grid_resolve(ctx, &ctx);
  if (!status && (!path || !model))
    status = tutti_fail(ctx, TUTTI_EINVAL, "%s is NULL", path ? "model" : "path");
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = 1);
  status = tutti_grid_load_head(ctx, path, &head);
  if (status) return status;
  const tutti_shallow_water_grid grid = {head.rows,
                                         head.cols,
                                         bytes_double(head.value[DX]),
                                         bytes_double(head.value[DY]),
                                         bytes_double(head.value[DT]),
                                         bytes_double(head.value[FILTER]),
                                         bytes_double(head.value[AMPLITUDE])};
  status = tutti_shallow_water_create(ctx, &grid, &m);
  if (!status) status = fill(ctx, path, &head, m);
  if (status) tutti_shallow_water_destroy(m);
  else *model = m;
  return status;
}
