/* Copies rows between the ranks of a grid. */
#include <string.h>

#include "engine/agreement.h"
#include "engine/collectives.h"
#include "grid/domain.h"

tutti_status tutti_domain_share(tutti_ctx *ctx, const tutti_domain *d, double *whole) {
  if (tutti_in_worker || d->owners == 1) return TUTTI_OK;
  (void)whole;
  return tutti_fail(ctx, TUTTI_EUNSUPPORTED, "grids over ranks");
}

/* Row `row` of a periodic grid, -halo_rows <= row < rows + halo_rows, is a copy of this one. */
static size_t original(const tutti_domain *d, ptrdiff_t row) {
  const ptrdiff_t rows = (ptrdiff_t)d->rows;
  return (size_t)((row % rows + rows) % rows);
}

static void copy_row(const tutti_domain *d, double *field, ptrdiff_t to) {
  double *row = field + tutti_domain_at(d, to) - (d->halo_cols + 7) / 8 * 8;
  memcpy(row, field + tutti_domain_at(d, (ptrdiff_t)original(d, to)) - (d->halo_cols + 7) / 8 * 8,
         d->stride * sizeof *row);
}

tutti_status tutti_exchange_begin(tutti_ctx *ctx, const tutti_domain *d, double *const *fields,
                                  size_t count) {
  (void)ctx;
  const ptrdiff_t halo = (ptrdiff_t)d->halo_rows, rows = (ptrdiff_t)d->rows;
  for (size_t f = 0; f < count && d->owners == 1 && d->count && d->periodic; f++)
    for (ptrdiff_t i = 0; i < halo; i++) {
      copy_row(d, fields[f], -1 - i);
      copy_row(d, fields[f], rows + i);
    }
  return TUTTI_OK;
}

tutti_status tutti_exchange_end(tutti_ctx *ctx, const tutti_domain *d, double *const *fields, size_t count) {
  (void)ctx, (void)d, (void)fields, (void)count;
  return TUTTI_OK;
}
