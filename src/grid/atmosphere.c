/* tutti_atmosphere_run: steps of the dry atmosphere. */
#include <math.h>
#include <stdlib.h>

#include "engine/collectives.h"
#include "grid/atmosphere_model.h"
#include "grid/kernels.h"
#include "grid/model.h"

#define SECOND_HALF ((uint64_t)1 << 63)

/* A half step, as the workers get it. */
typedef struct {
  atmosphere_sweep sweep;
  const tutti_kernels *kernels;
  _Atomic uint64_t *bad;
  uint64_t half; /* 0 or SECOND_HALF */
} half_step;

static void note_bad(const half_step *h, uint64_t cell) {
  if (cell != UINT64_MAX) tutti_note_failure(h->bad, h->half | cell);
}

static int rows_along_x(size_t begin, size_t end, void *args) {
  const half_step *h = args;
  double *work = aligned_alloc(64, tutti_atmosphere_work(h->sweep.nx) * sizeof *work);
  if (!work) return TUTTI_NO_MEMORY;
  note_bad(h, h->kernels->grid->atmosphere_x(&h->sweep, work, begin, end));
  free(work);
  return 0;
}

static int columns_along_z(size_t begin, size_t end, void *args) {
  const half_step *h = args;
  void *work = aligned_alloc(64, ATM_STRIP);
  if (!work) return TUTTI_NO_MEMORY;
  note_bad(h, h->kernels->grid->atmosphere_z(&h->sweep, work, begin, end));
  free(work);
  return 0;
}

static half_step half_step_of(const tutti_atmosphere *m, int from, int to, double dt) {
  const tutti_domain *d = &m->domain;
  return (half_step){.sweep = {.in = m->state[from],
                               .out = m->state[to],
                               .field = m->field,
                               .stride = d->stride,
                               .halo = d->halo_rows,
                               .nx = d->cols,
                               .nz = d->rows,
                               .first = d->first,
                               .dt = dt,
                               .max_speed = m->max_speed,
                               .cell = m->cell,
                               .face = m->face,
                               .inflow = m->inflow,
                               .push = m->push,
                               .push_row = m->push_row,
                               .push_rows = m->push_rows,
                               .push_column = m->push_column,
                               .push_columns = m->push_columns},
                     .kernels = m->ctx->kernels,
                     .bad = m->bad,
                     .half = to == ATM_NEXT ? SECOND_HALF : 0};
}

static tutti_status run_half(const tutti_atmosphere *m, const half_step *h, tutti_body body, size_t items) {
  static const tutti_output none[] = {{0}};
  const tutti_sweep sweep = {body, {h, sizeof *h, {{m->block, m->bytes}}}, none, true};
  return tutti_domain_run(m->ctx, &sweep, 0, items, tutti_domain_share_of(m->ctx, items));
}

static tutti_status along_x(const tutti_atmosphere *m, int from, int to, double dt) {
  half_step h = half_step_of(m, from, to, dt);
  h.sweep.spacing = m->dx;
  return run_half(m, &h, rows_along_x, m->domain.count);
}

static tutti_status rows_along_z(const tutti_atmosphere *m, half_step *h, size_t begin, size_t end) {
  h->sweep.row_begin = m->domain.first + begin;
  h->sweep.row_end = m->domain.first + end;
  return begin < end ? run_half(m, h, columns_along_z, (m->domain.cols + 7) / 8) : TUTTI_OK;
}

/* Rows that need no halo are computed while the halos travel. */
static tutti_status along_z(const tutti_atmosphere *m, int from, int to, double dt) {
  const tutti_domain *d = &m->domain;
  const bool below = d->first > 0, above = d->first + d->count < d->rows;
  const size_t low = below && d->count ? ATM_HALO : 0, high = d->count - (above && d->count ? ATM_HALO : 0);
  double *fields[ATM_FIELDS];
  half_step h = half_step_of(m, from, to, dt);
  h.sweep.spacing = m->dz;
  if (d->owners == 1) return rows_along_z(m, &h, 0, d->count);
  for (size_t f = 0; f < ATM_FIELDS; f++) fields[f] = m->state[from] + f * m->field;
  tutti_status status = tutti_exchange_begin(m->ctx, d, fields, ATM_FIELDS);
  const bool inner = low < high && high <= d->count;
  if (!status && inner) status = rows_along_z(m, &h, low, high);
  const tutti_status end = tutti_exchange_end(m->ctx, d, fields, ATM_FIELDS);
  if (!status) status = end;
  if (!status && !inner) return rows_along_z(m, &h, 0, d->count);
  if (!status) status = rows_along_z(m, &h, 0, low);
  return status ? status : rows_along_z(m, &h, high, d->count);
}

/* -- a step -- */

static void init(void *acc, const void *args) {
  (void)args;
  *(uint64_t *)acc = UINT64_MAX;
}
static void lower(void *into, const void *from, const void *args) {
  (void)args;
  if (*(const uint64_t *)from < *(uint64_t *)into) *(uint64_t *)into = *(const uint64_t *)from;
}

/* The lowest bad cell of all ranks. */
static tutti_status agree_on_bad(const tutti_atmosphere *m, uint64_t *bad) {
  static const tutti_reduction op = {.acc_size = sizeof(uint64_t), .init = init, .merge = lower};
  *bad = *m->bad;
  if (tutti_ranks(m->ctx) == 1) return TUTTI_OK;
  if (!tutti_ranks_any(m->ctx, *bad != UINT64_MAX)) return TUTTI_OK;
  return tutti_ranks_merge(m->ctx, &op, NULL, bad, false);
}

static tutti_status check_flow(const tutti_atmosphere *m) {
  uint64_t bad;
  const tutti_status status = agree_on_bad(m, &bad);
  if (status || bad == UINT64_MAX) return status;
  const uint64_t cell = bad & ~SECOND_HALF;
  return tutti_fail(m->ctx, TUTTI_EINVAL,
                    "step %zu, at %.17g s: at cell (%zu, %zu) wind and sound are not slower than %.17g m/s",
                    m->steps + 1, m->time, (size_t)cell % m->domain.cols, (size_t)cell / m->domain.cols,
                    m->max_speed);
}

/* x then z, in every other step z then x (Strang, 1968). Over ranks both halves are always taken, as the
 * others wait for this one's rows. */
static tutti_status step(tutti_atmosphere *m, double dt) {
  const bool x_first = m->steps % 2 == 0;
  *m->bad = UINT64_MAX;
  tutti_status status = (x_first ? along_x : along_z)(m, ATM_NOW, ATM_BETWEEN, dt);
  if (m->domain.owners > 1 || (!status && *m->bad == UINT64_MAX)) {
    const tutti_status second = (x_first ? along_z : along_x)(m, ATM_BETWEEN, ATM_NEXT, dt);
    if (!status) status = second;
  }
  status = tutti_domain_agree(m->ctx, status);
  return status ? status : check_flow(m);
}

static void rotate(tutti_atmosphere *m) {
  double *now = m->state[ATM_NOW];
  m->state[ATM_NOW] = m->state[ATM_NEXT];
  m->state[ATM_NEXT] = now;
}

tutti_status tutti_atmosphere_run(tutti_atmosphere *m, double until) {
  tutti_ctx *ctx;
  tutti_status status = tutti_grid_resolve(m ? m->ctx : NULL, &ctx);
  if (!status && !m) status = tutti_fail(ctx, TUTTI_EINVAL, "model is NULL");
  if (!status && !(until >= m->time && isfinite(until)))
    status = tutti_fail(ctx, TUTTI_EINVAL, "until = %.17g s: the state is that at %.17g s", until, m->time);
  if (status) return tutti_refuse(ctx, status);
  const double now = m->time, wanted = ceil((until - m->time) / m->dt);
  TUTTI_NOTE_CALL(ctx, .parameters = {{&until, sizeof until}, {&now, sizeof now}});
  status = tutti_ranks_agree(ctx);
  const size_t total = wanted < 0x1p62 ? (size_t)wanted : (size_t)1 << 62;
  for (size_t done = 1; m->time < until && !status; done++) {
    const bool last = m->time + m->dt > until || m->time + m->dt == m->time;
    status = step(m, last ? until - m->time : m->dt);
    if (status) break;
    rotate(m);
    m->time = last ? until : m->time + m->dt;
    m->steps++;
    const size_t all = m->time == until ? done : done < total ? total : done + 1;
    status = tutti_grid_progress(ctx, done, all);
    if (status == TUTTI_ECANCELED)
      return tutti_fail(ctx, status, "canceled after step %zu, at %.17g s", m->steps, m->time);
  }
  return status;
}
