/* A grid of rows and columns, of which each rank has some rows; and how its rows are computed.
 *
 * A field is an array of one number for each point: this rank's rows, and halos around them. The halo rows
 * above and below are copies of rows of the neighbours, or of the other end of a periodic grid, from the
 * last exchange. Halo columns are filled by whoever computes a row. Rows are numbered from this rank's
 * first: local row i is row `first + i` of the grid. */
#ifndef TUTTI_GRID_DOMAIN_H
#define TUTTI_GRID_DOMAIN_H

#include <tutti/reduce.h>

#include "engine/job.h"

enum { TUTTI_DOMAIN_FIELDS = 64 /* that are exchanged at a time, at most */ };

typedef struct {
  size_t rows, cols;           /* points of the whole grid */
  size_t halo_rows, halo_cols; /* on each side */
  size_t first, count;         /* this rank's rows. Ranks that have any have at least min(halo_rows, rows) */
  size_t owners;               /* ranks 0 .. owners - 1 have rows */
  size_t stride; /* numbers from a row to the next: an odd number of cache lines, so that rows do not all
                    compete for the same lines of a cache */
  bool periodic; /* from the last row to the first */
} tutti_domain;

/* Shares a grid out over the ranks of a context. */
tutti_domain tutti_domain_of(const tutti_ctx *ctx, size_t rows, size_t cols, size_t halo_rows,
                             size_t halo_cols, bool periodic);

/* The first row of a rank; of one without rows, and of rank `owners`: rows. */
size_t tutti_domain_first(const tutti_domain *d, size_t rank);

/* How many numbers a field takes; SIZE_MAX: more than any memory has. A field begins at a cache line. */
size_t tutti_domain_numbers(const tutti_domain *d);

/* Where column 0 of local row `row` is, -halo_rows <= row < count + halo_rows: a cache line begins there. */
static inline size_t tutti_domain_at(const tutti_domain *d, ptrdiff_t row) {
  return (size_t)((ptrdiff_t)d->halo_rows + row) * d->stride + (d->halo_cols + 7) / 8 * 8;
}

/* Fills the halo columns of a row of a grid that is periodic from the last column to the first. */
void tutti_domain_wrap(const tutti_domain *d, double *row);

/* Copies this rank's rows of an array of rows x cols numbers into a field; halos stay as they are. */
void tutti_domain_put(const tutti_domain *d, double *field, const double *whole);

/* Copies a field into an array of rows x cols numbers, on every rank. TUTTI_ESYSTEM: the transport. */
tutti_status tutti_domain_get(tutti_ctx *ctx, const tutti_domain *d, const double *field, double *whole);

/* Sends this rank's rows of an array of rows x cols numbers to all ranks, and gets theirs. */
tutti_status tutti_domain_share(tutti_ctx *ctx, const tutti_domain *d, double *whole);

/* Sums over the whole grid, on every rank, each exact and rounded once: `count` of them, to which `add` adds
 * what there is in a row of this rank. args.at is a struct whose first member this is; args are otherwise as
 * in a job. */
enum { TUTTI_ROW_SUMS = 3 /* at most */ };
typedef struct tutti_row_sums {
  void (*add)(const struct tutti_row_sums *sums, size_t row, tutti_exact *sum);
  int count;
} tutti_row_sums;
tutti_status tutti_domain_sums(tutti_ctx *ctx, const tutti_domain *d, tutti_args args, double *sums);

/* The sum of a field. With worker processes the field lies in memory that they share. */
tutti_status tutti_domain_sum(tutti_ctx *ctx, const tutti_domain *d, const double *field, double *sum);

/* -- computing rows -- */

/* Fills the halo rows of fields: begin, then, if that was TUTTI_OK, end, on every rank. Between the two the
 * rows that are copied, the first and the last halo_rows of this rank, are not to be changed. Halo rows
 * beyond the ends of a grid that is not periodic stay as they are. */
tutti_status tutti_exchange_begin(tutti_ctx *ctx, const tutti_domain *d, double *const *fields, size_t count);
tutti_status tutti_exchange_end(tutti_ctx *ctx, const tutti_domain *d, double *const *fields, size_t count);

/* The largest grain with which every worker gets a chunk of so many items. Worker processes get several, at
 * least nine together: the backend takes fewer for little work, and runs them in the caller. */
size_t tutti_domain_share_of(const tutti_ctx *ctx, size_t items);

/* Runs body over this rank's items [begin, end), on this rank's workers, in chunks of at least `grain`
 * items. args, outputs: as in a job; outputs are items [0, end). Ranks do not wait for each other: those
 * that fail say so to the others by tutti_domain_agree. TUTTI_EUSER: a body of the caller's (internal:
 * false) failed. */
typedef struct {
  tutti_body body;
  tutti_args args;
  const tutti_output *outputs; /* what is changed in place, or whose chunks fail */
  bool internal;
} tutti_sweep;
tutti_status tutti_domain_run(tutti_ctx *ctx, const tutti_sweep *s, size_t begin, size_t end, size_t grain);

/* A step of a grid: exchanges the halo rows of fields, and runs s over all rows of this rank. Rows that do
 * not need the halos are computed while they travel. */
tutti_status tutti_domain_step(tutti_ctx *ctx, const tutti_domain *d, const tutti_sweep *s, size_t grain,
                               double *const *fields, size_t count);

/* The same status on every rank, at the end of what each did by itself: one that a rank has failed with; in
 * ranks with another one the detail names that rank. TUTTI_ECANCELED only if no rank has failed otherwise. */
tutti_status tutti_domain_agree(tutti_ctx *ctx, tutti_status status);

/* Calls the progress function, if there is one, after a whole step: `done` of `total` steps.
 * TUTTI_ECANCELED: it cancels, before the last one. */
tutti_status tutti_domain_report(tutti_ctx *ctx, size_t done, size_t total);

#endif
