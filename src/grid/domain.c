/* Shares a grid out over ranks. */
#include "grid/domain.h"

#include <string.h>

#include "memory/blocks.h"

enum { LINE = 8 /* numbers in a cache line */ };

static size_t up_to_line(size_t numbers) { return (numbers + LINE - 1) / LINE * LINE; }

tutti_domain tutti_domain_of(const tutti_ctx *ctx, size_t rows, size_t cols, size_t halo_rows,
                             size_t halo_cols, bool periodic) {
  const size_t rank = (size_t)ctx->transport.rank, ranks = (size_t)tutti_ranks(ctx);
  const size_t thick = halo_rows ? halo_rows : 1, most = rows < thick ? 1 : rows / thick;
  const size_t lines = up_to_line(up_to_line(halo_cols) + cols + halo_cols) / LINE;
  tutti_domain d = {.rows = rows,
                    .cols = cols,
                    .halo_rows = halo_rows,
                    .halo_cols = halo_cols,
                    .owners = most < ranks ? most : ranks,
                    .stride = (lines | 1) * LINE,
                    .periodic = periodic};
  d.first = tutti_domain_first(&d, rank);
  d.count = tutti_domain_first(&d, rank + 1) - d.first;
  return d;
}

size_t tutti_domain_first(const tutti_domain *d, size_t rank) {
  return rank >= d->owners ? d->rows : (size_t)((__uint128_t)d->rows * rank / d->owners);
}

size_t tutti_domain_numbers(const tutti_domain *d) {
  return tutti_bytes_of(d->stride, tutti_bytes_and(d->count, 2 * d->halo_rows));
}

void tutti_domain_wrap(const tutti_domain *d, double *row) {
  for (size_t j = 0; j < d->halo_cols; j++) row[d->cols + j] = row[j % d->cols];
  for (size_t j = 1; j <= d->halo_cols; j++) *(row - j) = row[(d->cols - j % d->cols) % d->cols];
}

void tutti_domain_put(const tutti_domain *d, double *field, const double *whole) {
  for (size_t i = 0; i < d->count; i++)
    memcpy(field + tutti_domain_at(d, (ptrdiff_t)i), whole + (d->first + i) * d->cols,
           d->cols * sizeof *field);
}
