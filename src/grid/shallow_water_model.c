/* What all calls with a shallow water model need. */
#include "grid/shallow_water_model.h"

#include <string.h>

#include "grid/model.h"

tutti_status tutti_shallow_enter(tutti_shallow_water *model, tutti_ctx **ctx) {
  if (!model) return tutti_fail(NULL, TUTTI_EINVAL, "model is NULL");
  return tutti_grid_resolve(model->ctx, ctx);
}

const double *tutti_shallow_row(const tutti_shallow_water *m, int field, ptrdiff_t row) {
  const ptrdiff_t rows = (ptrdiff_t)m->domain.rows;
  if (m->domain.owners == 1) row = (row % rows + rows) % rows;
  return m->field[m->now][field] + row * (ptrdiff_t)m->domain.stride;
}

tutti_status tutti_shallow_edges(tutti_ctx *ctx, tutti_shallow_water *m) {
  double *fields[SHALLOW_BEFORE];
  const size_t origin = tutti_domain_at(&m->domain, 0);
  if (m->domain.owners == 1) return TUTTI_OK;
  for (int f = 0; f < SHALLOW_BEFORE; f++) fields[f] = m->field[m->now][f] - origin;
  tutti_status status = tutti_exchange_begin(ctx, &m->domain, fields, SHALLOW_BEFORE);
  if (!status) status = tutti_exchange_end(ctx, &m->domain, fields, SHALLOW_BEFORE);
  return tutti_domain_agree(ctx, status);
}

/* With xold = x the first step needs no case of its own: it is one of length dt whose filter is 0. */
void tutti_shallow_begin(tutti_shallow_water *m) {
  const size_t stride = m->domain.stride, halo = SHALLOW_HALO_COLS;
  for (int f = 0; f < SHALLOW_BEFORE; f++)
    for (size_t i = 0; i < m->domain.count; i++) {
      double *row = m->field[m->now][f] + i * stride;
      tutti_domain_wrap(&m->domain, row);
      memcpy(m->field[m->now][f + SHALLOW_BEFORE] + i * stride - halo, row - halo,
             (m->domain.cols + 2 * halo) * sizeof *row);
    }
  m->steps = 0;
}
