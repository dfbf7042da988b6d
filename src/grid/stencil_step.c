/* tutti_stencil_step.
 *
 * A step, from the present state to the other one:
 *
 * 1. Rows outside of the grid get their numbers (row_edge), in the calling thread: they are few.
 * 2. Ranks exchange rows; each row is computed, and then the points at its two ends (col_edge, or periodic).
 * 3. Ranks agree that all went well, and the other state becomes the present one. */
#include "context/open.h"
#include "core/call.h"
#include "engine/collectives.h"
#include "grid/stencil.h"
#include "memory/blocks.h"

/* -- points outside -- */

/* The halo columns of local row i; `row` is its column 0. */
static void fill_ends(const stencil_plan *p, size_t i, size_t field, double *row) {
  const tutti_stencil_grid *g = &p->grid;
  const ptrdiff_t cols = (ptrdiff_t)g->cols, halo = (ptrdiff_t)g->halo;
  tutti_stencil_point left = {.field = field, .row = (ptrdiff_t)(p->d.first + i), .inside = row, .step = 1};
  tutti_stencil_point right = {.field = field, .row = left.row, .inside = row + g->cols - 1, .step = -1};
  if (!g->col_edge) tutti_domain_wrap(&p->d, row);
  for (ptrdiff_t away = 1; away <= halo && g->col_edge; away++) {
    left.away = right.away = away;
    left.col = -away;
    right.col = cols - 1 + away;
    row[left.col] = g->col_edge(&left, g->args);
    row[right.col] = g->col_edge(&right, g->args);
  }
}

/* A halo row beyond an edge whose first row inside is local row `edge`; inwards: +1 at the upper edge. */
static void fill_row(const stencil_plan *p, size_t field, size_t edge, ptrdiff_t inwards, ptrdiff_t away) {
  const tutti_stencil_grid *g = &p->grid;
  const ptrdiff_t cols = (ptrdiff_t)g->cols, halo = (ptrdiff_t)g->halo, at = (ptrdiff_t)edge - inwards * away;
  double *base = stencil_field(p, p->now, field);
  double *to = base + tutti_domain_at(&p->d, at);
  const double *from = base + tutti_domain_at(&p->d, (ptrdiff_t)edge);
  tutti_stencil_point point = {.field = field,
                               .row = (ptrdiff_t)p->d.first + at,
                               .away = away,
                               .step = inwards * (ptrdiff_t)p->d.stride};
  for (ptrdiff_t j = -halo; j < cols + halo; j++) {
    point.col = j;
    point.inside = from + j;
    to[j] = g->row_edge(&point, g->args);
  }
}

static void fill_rows(const stencil_plan *p) {
  const tutti_domain *d = &p->d;
  for (size_t f = 0; f < p->grid.fields; f++)
    for (ptrdiff_t away = 1; away <= (ptrdiff_t)d->halo_rows; away++) {
      if (d->first == 0) fill_row(p, f, 0, 1, away);
      if (d->first + d->count == d->rows) fill_row(p, f, d->count - 1, -1, away);
    }
}

/* What the caller's function calls of the library runs serially, as in a chunk. */
TUTTI_SCOPE_ON_STACK static tutti_status fill_edges(tutti_ctx *ctx, const stencil_plan *p) {
  TUTTI_CALL call = {0};
  if (!p->grid.row_edge || !p->d.count || !p->d.halo_rows) return TUTTI_OK;
  const tutti_status busy = tutti_call_begin(&call, ctx);
  if (busy) return busy;
  tutti_in_worker = true;
  tutti_worker_ctx = ctx;
  fill_rows(p);
  return TUTTI_OK;
}

/* -- rows -- */

static int run_row(const stencil_plan *p, size_t i) {
  const double *in[TUTTI_DOMAIN_FIELDS];
  double *out[TUTTI_DOMAIN_FIELDS];
  const size_t at = tutti_domain_at(&p->d, (ptrdiff_t)i);
  for (size_t f = 0; f < p->grid.fields; f++) {
    in[f] = stencil_field(p, p->now, f) + at;
    out[f] = stencil_field(p, !p->now, f) + at;
  }
  const int value = p->grid.row(p->d.first + i, in, (ptrdiff_t)p->d.stride, out, p->grid.args);
  for (size_t f = 0; f < p->grid.fields && !value; f++) fill_ends(p, i, f, out[f]);
  return value;
}

static int run_rows(size_t begin, size_t end, void *args) {
  const stencil_plan *p = args;
  for (size_t i = begin; i < end; i++) {
    p->row_status[i] = STENCIL_LEFT;
    const int value = run_row(p, i);
    p->row_status[i] = value;
    if (value) return value;
  }
  return 0;
}

static int fill_ends_of_rows(size_t begin, size_t end, void *args) {
  const stencil_plan *p = args;
  for (size_t f = 0; f < p->grid.fields; f++)
    for (size_t i = begin; i < end; i++)
      fill_ends(p, i, f, stencil_field(p, p->now, f) + tutti_domain_at(&p->d, (ptrdiff_t)i));
  return 0;
}

/* Standing workers may run functions of the caller's if the context was opened so and they share what args
 * points to. */
static tutti_sweep sweep_of(const tutti_ctx *ctx, const tutti_stencil *m, tutti_body body) {
  static const tutti_output none[] = {{0}};
  const stencil_plan *p = &m->plan;
  const void *args = p->grid.args;
  const bool shared = ctx->config.standing && (!args || tutti_memory_serial(args, 1));
  return (tutti_sweep){.body = body,
                       .args = {.at = p,
                                .bytes = shared ? sizeof *p : 0,
                                .reads = {{p->states, m->bytes}, {args, args != NULL}}},
                       .outputs = none};
}

static size_t grain_of(const stencil_plan *p) {
  enum { NUMBERS = 1 << 14 };
  return NUMBERS / (p->grid.fields * p->grid.cols) + 1;
}

/* -- failures -- */

/* The lowest row of this rank that has failed; `count`: none. All rows below it have been run, so that their
 * statuses are those of this step. */
static size_t failed_row(const stencil_plan *p) {
  size_t i = 0;
  while (i < p->d.count && !p->row_status[i]) i++;
  return i;
}

/* *value becomes the smallest of all ranks' values; false: the transport has failed. */
static bool lowest(tutti_ctx *ctx, uint64_t *value) {
  return tutti_ranks(ctx) == 1 || ctx->transport.allreduce_min(ctx->transport.user, value) == 0;
}

/* On every rank: names the lowest row that has failed. Where the function was left in another way than by
 * returning, the engine has said so. */
static tutti_status name_row(tutti_ctx *ctx, const stencil_plan *p) {
  const size_t i = failed_row(p);
  const bool here = i < p->d.count && p->row_status[i] != STENCIL_LEFT;
  const uint64_t mine = here ? p->d.first + i : UINT64_MAX;
  uint64_t row = mine;
  if (!lowest(ctx, &row)) return TUTTI_EUSER;
  uint64_t value = here && row == mine ? (uint32_t)p->row_status[i] : UINT64_MAX;
  if (!lowest(ctx, &value) || row == UINT64_MAX) return TUTTI_EUSER;
  return tutti_fail(ctx, TUTTI_EUSER, "the function returned %d for row %llu", (int)(uint32_t)value,
                    (unsigned long long)row);
}

/* -- steps -- */

/* Points at the ends of rows are computed with the rows; anew where fields were set, or where there is a
 * function, whose arguments may be others than before. */
static tutti_status prepare(tutti_ctx *ctx, tutti_stencil *m) {
  const tutti_sweep s = sweep_of(ctx, m, fill_ends_of_rows);
  if (!m->plan.grid.halo || (!m->set && !m->plan.grid.col_edge)) return TUTTI_OK;
  tutti_status status = tutti_domain_run(ctx, &s, 0, m->plan.d.count, grain_of(&m->plan));
  status = tutti_domain_agree(ctx, status);
  m->set = status != TUTTI_OK;
  return status;
}

static tutti_status step(tutti_ctx *ctx, tutti_stencil *m, size_t done, size_t total) {
  stencil_plan *p = &m->plan;
  const tutti_sweep s = sweep_of(ctx, m, run_rows);
  double *fields[TUTTI_DOMAIN_FIELDS];
  for (size_t f = 0; f < p->grid.fields; f++) fields[f] = stencil_field(p, p->now, f);
  const tutti_status edges = fill_edges(ctx, p);
  tutti_status status = tutti_domain_step(ctx, &p->d, &s, grain_of(p), fields, p->grid.fields);
  if (edges) status = edges;
  if (!status) status = tutti_domain_report(ctx, done, total);
  status = tutti_domain_agree(ctx, status);
  if (!status || status == TUTTI_ECANCELED) p->now = !p->now;
  return status == TUTTI_EUSER ? name_row(ctx, p) : status;
}

tutti_status tutti_stencil_step(tutti_stencil *model, size_t steps) {
  tutti_ctx *ctx;
  tutti_status status = tutti_stencil_begin(model, 0, model, "model", &ctx);
  if (status) return status;
  TUTTI_NOTE_CALL(ctx, .n = steps);
  status = tutti_ranks_agree(ctx);
  if (!status && steps) status = prepare(ctx, model);
  for (size_t done = 1; done <= steps && !status; done++) status = step(ctx, model, done, steps);
  return status;
}
