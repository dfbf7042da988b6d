/* Ranks: each runs a stretch of the chunks on its own threads; then they exchange partials and outputs. */
#include <stdlib.h>
#include <string.h>
#include <tutti/ranks.h>

#include "backends/backend.h"

/* The chunks [first, end) of a job, as a job of one item a chunk, and the lowest that failed. */
typedef struct {
  const tutti_job *job;
  const tutti_ctx *ctx;
  size_t first, end;
  _Atomic uint64_t failure; /* chunk << 32 | value; or NOTHING */
} stretch;

/* What ranks agree on before they exchange anything: the least of these, failures of chunks first. */
#define NOTHING  UINT64_MAX
#define CANCELED (UINT64_MAX - 1)
#define TROUBLE  (UINT64_MAX - 256) /* + a status */

static int run_chunk_of(const tutti_job *inner, size_t chunk, size_t begin, size_t end) {
  stretch *s = (stretch *)(uintptr_t)inner->call;
  const size_t real = s->first + chunk;
  (void)begin, (void)end;
  const int value =
      s->job->run(s->job, real, plan_begin(&s->job->plan, real), plan_begin(&s->job->plan, real + 1));
  const uint64_t failure = (uint64_t)real << 32 | (uint32_t)value;
  uint64_t lowest = atomic_load(&s->failure);
  while (value && failure < lowest && !atomic_compare_exchange_weak(&s->failure, &lowest, failure)) {
  }
  return value;
}

/* Of the whole, as if the other ranks were as far as this one. */
static int report(void *user, size_t done, size_t total) {
  const stretch *s = user;
  const size_t n = s->job->plan.n;
  return done == total ? 0
                       : s->ctx->config.progress(s->ctx->config.progress_user,
                                                 (size_t)((double)n / (double)total * (double)done), n);
}

/* Runs the stretch on this rank's threads: what it has to say to the others. */
static uint64_t run_stretch(const tutti_ctx *ctx, stretch *s) {
  const size_t count = s->end - s->first;
  tutti_ctx own = {
      .config = ctx->config, .kernels = ctx->kernels, .pins = ctx->pins, .pin_count = ctx->pin_count};
  own.backend = ctx->config.workers > 1 ? &tutti_threads_ops : &tutti_serial_ops;
  if (own.config.progress) own.config.progress = report;
  own.config.progress_user = s;
  const tutti_job inner = {
      .plan = {count, 1, count}, .run = run_chunk_of, .call = s, .outputs = s->job->outputs};
  const tutti_status status = count ? own.backend->run(&own, &inner) : TUTTI_OK;
  if (status == TUTTI_OK) return NOTHING;
  if (status == TUTTI_EUSER) return atomic_load(&s->failure);
  return status == TUTTI_ECANCELED ? CANCELED : TROUBLE + (uint64_t)status;
}

static tutti_status no_transport(tutti_ctx *ctx, const char *what, int value) {
  return tutti_fail(ctx, TUTTI_ESYSTEM, "rank %d of %d: %s by the transport failed with %d",
                    ctx->transport.rank, ctx->transport.ranks, what, value);
}

static tutti_status agree(tutti_ctx *ctx, const tutti_job *job, uint64_t mine) {
  uint64_t all = mine;
  const int error = ctx->transport.least(ctx->transport.user, &all);
  if (error) return no_transport(ctx, "agreeing", error);
  if (all == NOTHING) return TUTTI_OK;
  if (all == CANCELED) return tutti_fail(ctx, TUTTI_ECANCELED, "canceled by the progress function of a rank");
  if (all >= TROUBLE) return tutti_fail(ctx, (tutti_status)(all - TROUBLE), "a rank failed");
  tutti_run run;
  tutti_run_init(&run);
  atomic_store(&run.failure, all);
  return tutti_run_status(ctx, job, &run);
}

/* Every rank's stretch of an array of `size` bytes an item or, with partials, a chunk. */
static tutti_status gather(tutti_ctx *ctx, const tutti_job *job, void *data, size_t size, bool a_chunk,
                           size_t *start) {
  const size_t ranks = (size_t)ctx->transport.ranks;
  for (size_t r = 0; r <= ranks; r++) {
    const size_t chunk = job->plan.count * r / ranks;
    start[r] = size * (a_chunk ? chunk : plan_begin(&job->plan, chunk));
  }
  const int error = start[ranks] ? ctx->transport.gather(ctx->transport.user, data, start) : 0;
  return error ? no_transport(ctx, "gathering", error) : TUTTI_OK;
}

static tutti_status exchange(tutti_ctx *ctx, const tutti_job *job, size_t *start) {
  tutti_status status = TUTTI_OK;
  if (job->partials) status = gather(ctx, job, job->partials, job->partial_size, true, start);
  for (const tutti_output *out = job->outputs; out && out->base && !status; out++)
    status = gather(ctx, job, out->base, out->item_size, false, start);
  return status;
}

static tutti_status run(tutti_ctx *ctx, const tutti_job *job) {
  const size_t rank = (size_t)ctx->transport.rank, ranks = (size_t)ctx->transport.ranks,
               count = job->plan.count;
  stretch s = {.job = job, .ctx = ctx, .first = count * rank / ranks, .end = count * (rank + 1) / ranks};
  if (job->parts) s.first = 0, s.end = count;
  atomic_init(&s.failure, NOTHING);
  size_t *start = malloc((ranks + 1) * sizeof *start);
  const uint64_t mine = start ? run_stretch(ctx, &s) : TROUBLE + TUTTI_ENOMEM;
  tutti_status status = agree(ctx, job, mine);
  if (!status && !job->parts) status = exchange(ctx, job, start);
  free(start);
  return status;
}

const tutti_backend_ops tutti_ranks_ops = {"mpi", false, run, NULL};

tutti_status tutti_ranks_items(tutti_ctx *ctx, size_t n, size_t *before, size_t *all) {
  const size_t rank = (size_t)ctx->transport.rank, ranks = (size_t)tutti_ranks(ctx);
  *before = 0;
  *all = n;
  if (tutti_in_worker || ranks == 1) return TUTTI_OK;
  size_t *start = malloc((2 * ranks + 1) * sizeof *start), *items = start + ranks + 1;
  uint64_t trouble = start ? NOTHING : TROUBLE + TUTTI_ENOMEM;
  int error = ctx->transport.least(ctx->transport.user, &trouble);
  if (!error && trouble == NOTHING && start) {
    for (size_t r = 0; r <= ranks; r++) start[r] = r * sizeof *items;
    items[rank] = n;
    error = ctx->transport.gather(ctx->transport.user, items, start);
    *all = 0;
    for (size_t r = 0; r < ranks && !error; r++) {
      if (r < rank) *before += items[r];
      *all += items[r];
    }
  }
  free(start);
  if (error) return no_transport(ctx, "counting", error);
  return trouble == NOTHING ? TUTTI_OK
                            : tutti_fail(ctx, TUTTI_ENOMEM, "a rank has no memory for %zu counts", ranks);
}

tutti_status tutti_ranks_merge(tutti_ctx *ctx, const tutti_reduction *op, const void *args, void *acc,
                               bool before) {
  const size_t rank = (size_t)ctx->transport.rank, ranks = (size_t)ctx->transport.ranks, size = op->acc_size;
  const size_t space = (size + 63) / 64 * 64; /* accumulators are aligned */
  size_t *start = malloc((ranks + 1) * sizeof *start);
  unsigned char *all = aligned_alloc(64, (ranks + 1) * space);
  uint64_t trouble = start && all ? NOTHING : TROUBLE + TUTTI_ENOMEM;
  int error = ctx->transport.least(ctx->transport.user, &trouble);
  if (!error && trouble == NOTHING && start && all) {
    for (size_t r = 0; r <= ranks; r++) start[r] = r * space;
    memcpy(all + rank * space, acc, size);
    error = ctx->transport.gather(ctx->transport.user, all, start);
  }
  if (!error && trouble == NOTHING && all) {
    unsigned char *merged = all + ranks * space;
    op->init(merged, args);
    for (size_t r = 0; r < (before ? rank : ranks); r++) op->merge(merged, all + r * space, args);
    memcpy(acc, merged, size);
  }
  free(start);
  free(all);
  if (error) return no_transport(ctx, "merging", error);
  return trouble == NOTHING
             ? TUTTI_OK
             : tutti_fail(ctx, TUTTI_ENOMEM, "a rank has no memory for %zu accumulators", ranks);
}

tutti_status tutti_open_ranks(const tutti_transport *transport, const tutti_config *config, tutti_ctx **ctx) {
  tutti_config own;
  tutti_ctx *opened;
  if (!transport || !ctx)
    return tutti_fail(NULL, TUTTI_EINVAL, "%s is NULL", transport ? "ctx" : "transport");
  if (!transport->gather || !transport->least)
    return tutti_fail(NULL, TUTTI_EINVAL, "transport->%s is NULL", transport->gather ? "least" : "gather");
  if (transport->rank < 0 || transport->rank >= transport->ranks)
    return tutti_fail(NULL, TUTTI_EINVAL, "rank = %d of ranks = %d", transport->rank, transport->ranks);
  if (config) own = *config;
  else tutti_config_default(&own);
  own.backend = TUTTI_THREADS; /* of which a rank has its own */
  const tutti_status status = tutti_open(&own, &opened);
  if (status) return status;
  opened->config.backend = TUTTI_MPI;
  opened->backend = &tutti_ranks_ops;
  opened->transport = *transport;
  *ctx = opened;
  return TUTTI_OK;
}

int tutti_rank(const tutti_ctx *ctx) { return ctx ? ctx->transport.rank : 0; }
int tutti_ranks(const tutti_ctx *ctx) { return ctx && ctx->transport.ranks > 0 ? ctx->transport.ranks : 1; }
