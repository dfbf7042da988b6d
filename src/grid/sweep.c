/* Runs the rows of a grid, on this rank's workers, while rows of its neighbours travel. */
#include <string.h>

#include "backends/registry.h"
#include "core/call.h"
#include "engine/agreement.h"
#include "engine/collectives.h"
#include "grid/domain.h"

tutti_status tutti_domain_get(tutti_ctx *ctx, const tutti_domain *d, const double *field, double *whole) {
  for (size_t i = 0; i < d->count; i++)
    memcpy(whole + (d->first + i) * d->cols, field + tutti_domain_at(d, (ptrdiff_t)i),
           d->cols * sizeof *field);
  return tutti_domain_share(ctx, d, whole);
}

/* Items of a sweep that does not begin at item 0; only ranks and their threads have them. Other ranks may be
 * waiting for this rank's rows meanwhile. */
typedef struct {
  const tutti_sweep *sweep;
  size_t begin;
  const tutti_transport *transport;
  const void *caller; /* the calling thread */
} shifted;

static int run_shifted(size_t begin, size_t end, void *args) {
  const shifted *s = args;
  if (s->transport->advance && tutti_this_thread() == s->caller) s->transport->advance(s->transport->user);
  return s->sweep->body(s->begin + begin, s->begin + end, (void *)(uintptr_t)s->sweep->args.at);
}

size_t tutti_domain_share_of(const tutti_ctx *ctx, size_t items) {
  enum { MANY = 9 };
  const size_t workers = (size_t)ctx->config.workers;
  const size_t each = ctx->config.backend == TUTTI_PROCESSES ? (MANY + workers - 1) / workers : 1;
  const size_t chunks = workers * each;
  return items > chunks ? (items + chunks - 1) / chunks : 1;
}

tutti_status tutti_domain_run(tutti_ctx *ctx, const tutti_sweep *s, size_t begin, size_t end, size_t grain) {
  static const tutti_output none[] = {{0}};
  const bool ranks = tutti_ranks(ctx) > 1;
  const shifted inner = {s, begin, &ctx->transport, tutti_this_thread()};
  const tutti_body body = begin ? run_shifted : s->body;
  tutti_args args = s->args;
  tutti_settings settings = ctx->settings;
  settings.schedule = TUTTI_STATIC; /* a worker's rows stay in its caches from step to step */
  settings.progress = NULL;
  if (ranks) settings.backend = ctx->config.workers > 1 ? &tutti_threads_ops : &tutti_serial_ops;
  if (begin >= end) return TUTTI_OK;
  if (begin) args = (tutti_args){.at = &inner};
  return tutti_execute(ctx, &(tutti_job){.plan = tutti_plan_of(end - begin, grain, 0),
                                         .run = tutti_for_chunk,
                                         .call = &body,
                                         .call_size = sizeof body,
                                         .args = args,
                                         .outputs = ranks ? none : s->outputs,
                                         .settings = settings,
                                         .internal = s->internal});
}

/* Where rows of the interior fail, those above them are run all the same: as without ranks, the failure of
 * the lowest row counts. */
tutti_status tutti_domain_step(tutti_ctx *ctx, const tutti_domain *d, const tutti_sweep *s, size_t grain,
                               double *const *fields, size_t count) {
  const size_t halo = d->halo_rows, inner = d->owners > 1 && d->count > 2 * halo ? d->count - halo : halo;
  const tutti_status begin = tutti_exchange_begin(ctx, d, fields, count);
  if (begin) return begin;
  const tutti_status interior = inner > halo ? tutti_domain_run(ctx, s, halo, inner, grain) : TUTTI_OK;
  const tutti_status end = tutti_exchange_end(ctx, d, fields, count);
  if (end) return end;
  const tutti_status first = tutti_domain_run(ctx, s, 0, inner > halo ? halo : d->count, grain);
  if (first || interior) return first ? first : interior;
  return inner > halo ? tutti_domain_run(ctx, s, inner, d->count, grain) : TUTTI_OK;
}

/* Statuses as numbers, of which the smallest counts: cancellations behind all failures. */
tutti_status tutti_domain_agree(tutti_ctx *ctx, tutti_status status) {
  enum { LAST = 1 << 30 };
  const uint64_t code = status == TUTTI_ECANCELED ? LAST : (uint64_t)status;
  uint64_t all = status ? code << 32 | (uint32_t)ctx->transport.rank : UINT64_MAX;
  if (tutti_in_worker || tutti_ranks(ctx) == 1) return status;
  const int error = ctx->transport.allreduce_min(ctx->transport.user, &all);
  if (error) return tutti_no_transport(ctx, "agreeing", error);
  if (all == UINT64_MAX || all >> 32 == code) return status;
  const tutti_status others = all >> 32 == LAST ? TUTTI_ECANCELED : (tutti_status)(all >> 32);
  return tutti_fail(ctx, others, "rank %d: %s", (int)(uint32_t)all, tutti_strerror(others));
}

TUTTI_SCOPE_ON_STACK tutti_status tutti_domain_report(tutti_ctx *ctx, size_t done, size_t total) {
  TUTTI_CALL call = {0};
  if (!ctx->settings.progress || tutti_in_worker) return TUTTI_OK;
  const tutti_status busy = tutti_call_begin(&call, ctx);
  if (busy || !tutti_call_progress(ctx, &ctx->settings, done, total) || done == total) return busy;
  return tutti_fail(ctx, TUTTI_ECANCELED, "canceled after %zu of %zu steps", done, total);
}
