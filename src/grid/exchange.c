/* Copies rows between the ranks of a grid.
 *
 * With a transport that has messages each rank sends its first and its last halo rows to its neighbours, and
 * computes other rows meanwhile. Without messages all ranks gather these rows. */
#include <stdlib.h>
#include <string.h>

#include "engine/agreement.h"
#include "engine/collectives.h"
#include "grid/domain.h"

enum { NOBODY = -1 };

/* Rows lie one behind the other, halo columns included: `halo_rows` of them travel in one piece. */
static double *row_of(const tutti_domain *d, double *field, ptrdiff_t row) {
  return field + ((ptrdiff_t)d->halo_rows + row) * (ptrdiff_t)d->stride;
}
static size_t bytes_of_halo(const tutti_domain *d) { return d->halo_rows * d->stride * sizeof(double); }

/* The ranks that have the rows before and after those of a rank. */
static int rank_above(const tutti_domain *d, int rank) {
  return rank > 0 ? rank - 1 : d->periodic ? (int)d->owners - 1 : NOBODY;
}
static int rank_below(const tutti_domain *d, int rank) {
  return rank + 1 < (int)d->owners ? rank + 1 : d->periodic ? 0 : NOBODY;
}

/* -- one rank has all rows -- */

static void copy_row(const tutti_domain *d, double *field, ptrdiff_t to) {
  const ptrdiff_t rows = (ptrdiff_t)d->rows;
  memcpy(row_of(d, field, to), row_of(d, field, (to % rows + rows) % rows), d->stride * sizeof *field);
}

static void copy_ends(const tutti_domain *d, double *const *fields, size_t count) {
  const ptrdiff_t halo = (ptrdiff_t)d->halo_rows, rows = (ptrdiff_t)d->rows;
  for (size_t f = 0; f < count && d->count && d->periodic; f++)
    for (ptrdiff_t i = 0; i < halo; i++) {
      copy_row(d, fields[f], -1 - i);
      copy_row(d, fields[f], rows + i);
    }
}

/* -- by messages -- */

/* One message for each field: its halo rows from `row` on, from or to a rank. Returns how many. */
static int list(const tutti_domain *d, double *const *fields, size_t count, int rank, ptrdiff_t row,
                tutti_message *m) {
  for (size_t f = 0; f < count && rank != NOBODY; f++)
    m[f] = (tutti_message){rank, row_of(d, fields[f], row), bytes_of_halo(d)};
  return rank == NOBODY ? 0 : (int)count;
}

/* On both sides rows that travel upwards come first: where two ranks share a periodic grid, each is the
 * other's neighbour above and below. */
static int start(const tutti_ctx *ctx, const tutti_domain *d, double *const *fields, size_t count) {
  tutti_message send[2 * TUTTI_DOMAIN_FIELDS], receive[2 * TUTTI_DOMAIN_FIELDS];
  const tutti_transport *t = &ctx->transport;
  const int above = rank_above(d, t->rank), below = rank_below(d, t->rank);
  const ptrdiff_t halo = (ptrdiff_t)d->halo_rows, rows = (ptrdiff_t)d->count;
  int sends = list(d, fields, count, above, 0, send);
  sends += list(d, fields, count, below, rows - halo, send + sends);
  int receives = list(d, fields, count, below, rows, receive);
  receives += list(d, fields, count, above, -halo, receive + receives);
  return t->start_exchange(t->user, send, sends, receive, receives);
}

/* -- by gathering -- */

/* In `all` each rank that has rows has two pieces: the first rows of all fields, and the last rows. */
static void pack(const tutti_domain *d, double *const *fields, size_t count, unsigned char *all, int rank) {
  const size_t bytes = bytes_of_halo(d), piece = count * bytes;
  unsigned char *mine = all + 2 * piece * (size_t)rank;
  for (size_t f = 0; f < count; f++) {
    memcpy(mine + f * bytes, row_of(d, fields[f], 0), bytes);
    memcpy(mine + piece + f * bytes, row_of(d, fields[f], (ptrdiff_t)(d->count - d->halo_rows)), bytes);
  }
}

static void unpack(const tutti_domain *d, double *const *fields, size_t count, const unsigned char *all,
                   int rank) {
  const size_t bytes = bytes_of_halo(d), piece = count * bytes;
  const int above = rank_above(d, rank), below = rank_below(d, rank);
  for (size_t f = 0; f < count; f++) {
    if (above != NOBODY)
      memcpy(row_of(d, fields[f], -(ptrdiff_t)d->halo_rows),
             all + (2 * (size_t)above + 1) * piece + f * bytes, bytes);
    if (below != NOBODY)
      memcpy(row_of(d, fields[f], (ptrdiff_t)d->count), all + 2 * (size_t)below * piece + f * bytes, bytes);
  }
}

/* from: room for ranks + 1; all: for the pieces of all ranks. */
static int exchange_all(const tutti_ctx *ctx, const tutti_domain *d, double *const *fields, size_t count,
                        size_t *from, unsigned char *all) {
  const tutti_transport *t = &ctx->transport;
  const size_t share = 2 * count * bytes_of_halo(d);
  for (size_t r = 0; r <= (size_t)t->ranks; r++) from[r] = (r < d->owners ? r : d->owners) * share;
  if (d->count) pack(d, fields, count, all, t->rank);
  const int error = t->gather(t->user, all, from);
  if (!error && d->count) unpack(d, fields, count, all, t->rank);
  return error;
}

static tutti_status gather(tutti_ctx *ctx, const tutti_domain *d, double *const *fields, size_t count) {
  size_t *from = malloc(((size_t)ctx->transport.ranks + 1) * sizeof *from);
  unsigned char *all = malloc(d->owners * 2 * count * bytes_of_halo(d));
  const bool room = from && all;
  const int error = room ? exchange_all(ctx, d, fields, count, from, all) : 0;
  free(all);
  free(from);
  if (!room) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for rows of ranks");
  return error ? tutti_no_transport(ctx, "gathering rows", error) : TUTTI_OK;
}

/* -- -- */

static bool has_messages(const tutti_ctx *ctx, const tutti_domain *d, size_t count) {
  return ctx->transport.start_exchange && d->owners > 1 && d->count && d->halo_rows && count;
}

tutti_status tutti_exchange_begin(tutti_ctx *ctx, const tutti_domain *d, double *const *fields,
                                  size_t count) {
  if (d->owners == 1) copy_ends(d, fields, count);
  else if (has_messages(ctx, d, count)) {
    const int error = start(ctx, d, fields, count);
    return error ? tutti_no_transport(ctx, "sending rows", error) : TUTTI_OK;
  } else if (!ctx->transport.start_exchange && d->halo_rows && count) return gather(ctx, d, fields, count);
  return TUTTI_OK;
}

tutti_status tutti_exchange_end(tutti_ctx *ctx, const tutti_domain *d, double *const *fields, size_t count) {
  (void)fields;
  const int error = has_messages(ctx, d, count) ? ctx->transport.finish_exchange(ctx->transport.user) : 0;
  return error ? tutti_no_transport(ctx, "receiving rows", error) : TUTTI_OK;
}

tutti_status tutti_domain_share(tutti_ctx *ctx, const tutti_domain *d, double *whole) {
  const size_t ranks = (size_t)tutti_ranks(ctx), row = d->cols * sizeof *whole;
  if (tutti_in_worker || ranks == 1) return TUTTI_OK;
  size_t *from = malloc((ranks + 1) * sizeof *from);
  tutti_status status = tutti_ranks_compare(ctx, COLLECTIVE_SHARE, NULL, d->rows * row, !from);
  if (!status && from) {
    for (size_t r = 0; r <= ranks; r++) from[r] = tutti_domain_first(d, r) * row;
    const int error = ctx->transport.gather(ctx->transport.user, whole, from);
    if (error) status = tutti_no_transport(ctx, "gathering a field", error);
  }
  free(from);
  return status;
}
