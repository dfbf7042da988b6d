/* The backend of ranks. Each rank runs some of the chunks on its own threads; then ranks exchange partials
 * and outputs.
 *
 * Which chunks: equal shares (run_shares), or what a rank takes from a counter that all ranks share
 * (run_dynamic). */
#include <stdlib.h>
#include <string.h>
#include <tutti/ranks.h>

#include "backends/registry.h"
#include "engine/agreement.h"
#include "engine/collectives.h"
#include "memory/blocks.h"

/* A stretch: the chunks [first, end) of a job, which this rank runs as a job of its own, with one chunk of
 * the original as one item. */
typedef struct {
  const tutti_job *job;
  const tutti_ctx *ctx;
  size_t first, end;
  _Atomic uint64_t failure; /* tutti_failure_of the lowest chunk that failed; or NOTHING */
  const void *caller;       /* the calling thread */
  bool canceled;            /* the progress function has canceled */
  size_t before, of;        /* for the progress: chunks that this rank has done before, of how many */
} stretch;

/* What a rank reports of its chunks, as one number. Ranks agree on the smallest, before they exchange
 * anything: a failure in a chunk (tutti_failure_of), the lowest chunk first; trouble; a cancellation;
 * nothing. */
#define NOTHING  UINT64_MAX
#define CANCELED (UINT64_MAX - 1)
#define TROUBLE  (UINT64_MAX - 256) /* plus a status */

static int run_chunk_of(const tutti_job *inner, size_t chunk, size_t begin, size_t end) {
  stretch *s = (stretch *)(uintptr_t)inner->call;
  const size_t real = s->first + chunk;
  (void)begin, (void)end;
  if (s->ctx->transport.advance && tutti_this_thread() == s->caller)
    s->ctx->transport.advance(s->ctx->transport.user);
  const int value =
      s->job->run(s->job, real, plan_begin(&s->job->plan, real), plan_begin(&s->job->plan, real + 1));
  if (value) tutti_note_failure(&s->failure, tutti_failure_of(real, TUTTI_RETURNED, value));
  return value;
}

/* Reports progress of the whole job, as if all ranks had done the same share as this one. */
static int report(void *user, size_t done, size_t total) {
  stretch *s = user;
  const size_t n = s->job->plan.n;
  const double share = (double)(s->before + done) / (double)s->of;
  const tutti_settings *whole = &s->job->settings;
  if (done < total && whole->progress(whole->progress_user, (size_t)(share * (double)n), n))
    s->canceled = true;
  return s->canceled;
}

/* Runs a stretch on this rank's threads. Returns what the rank has to report. */
static uint64_t run_stretch(tutti_ctx *ctx, stretch *s) {
  const size_t count = s->end - s->first;
  const tutti_settings *whole = &s->job->settings;
  const tutti_job inner = {
      .plan = {count, 1, count},
      .run = run_chunk_of,
      .call = s,
      .outputs = s->job->outputs,
      .settings = {.backend = ctx->config.workers > 1 ? &tutti_threads_ops : &tutti_serial_ops,
                   .schedule = whole->schedule,
                   .progress = whole->progress ? report : NULL,
                   .progress_user = s}};
  const tutti_status status = count ? inner.settings.backend->run(ctx, &inner) : TUTTI_OK;
  if (status == TUTTI_OK) return NOTHING;
  if (status == TUTTI_EUSER) return atomic_load(&s->failure);
  return status == TUTTI_ECANCELED ? CANCELED : TROUBLE + (uint64_t)status;
}

static tutti_status agree(tutti_ctx *ctx, const tutti_job *job, uint64_t mine) {
  uint64_t all = mine;
  const int error = ctx->transport.allreduce_min(ctx->transport.user, &all);
  if (error) return tutti_no_transport(ctx, "agreeing", error);
  if (all == NOTHING) return TUTTI_OK;
  if (all == CANCELED) return tutti_fail(ctx, TUTTI_ECANCELED, "canceled by the progress function of a rank");
  if (all >= TROUBLE) return tutti_fail(ctx, (tutti_status)(all - TROUBLE), "a rank failed");
  tutti_run run;
  tutti_run_init(&run);
  atomic_store(&run.failure, all);
  return tutti_run_status(ctx, job, &run);
}

/* Gathers an array of which each rank has its share: `size` bytes for each item, or (a_chunk) for each
 * chunk. */
static tutti_status gather(tutti_ctx *ctx, const tutti_job *job, void *data, size_t size, bool a_chunk,
                           size_t *start) {
  const size_t ranks = (size_t)ctx->transport.ranks;
  for (size_t r = 0; r <= ranks; r++) {
    const size_t chunk = job->plan.count * r / ranks;
    start[r] = size * (a_chunk ? chunk : plan_begin(&job->plan, chunk));
  }
  const int error = start[ranks] ? ctx->transport.gather(ctx->transport.user, data, start) : 0;
  return error ? tutti_no_transport(ctx, "gathering", error) : TUTTI_OK;
}

static tutti_status exchange(tutti_ctx *ctx, const tutti_job *job, size_t *start) {
  tutti_status status = TUTTI_OK;
  if (job->partials) status = gather(ctx, job, job->partials, job->partial_size, true, start);
  for (const tutti_output *out = job->outputs; out && out->base && !status; out++)
    status = gather(ctx, job, out->base, out->item_size, false, start);
  return status;
}

static tutti_status run_shares(tutti_ctx *ctx, const tutti_job *job) {
  const size_t rank = (size_t)ctx->transport.rank, ranks = (size_t)ctx->transport.ranks,
               count = job->plan.count;
  stretch s = {.job = job,
               .ctx = ctx,
               .first = count * rank / ranks,
               .end = count * (rank + 1) / ranks,
               .failure = NOTHING,
               .caller = tutti_this_thread()};
  if (job->partitioned) s.first = 0, s.end = count;
  s.of = s.end - s.first;
  size_t *start = malloc((ranks + 1) * sizeof *start);
  const uint64_t mine = start ? run_stretch(ctx, &s) : TROUBLE + TUTTI_ENOMEM;
  tutti_status status = agree(ctx, job, mine);
  if (!status && !job->partitioned) status = exchange(ctx, job, start);
  free(start);
  return status;
}

/* -- chunks shared out while they run -- */

enum { LONGS = PLAN_MAX_CHUNKS / 64 };
typedef struct {
  uint64_t chunk[LONGS]; /* one bit for each chunk */
} chunk_set;

static bool has(const chunk_set *set, size_t chunk) { return set->chunk[chunk / 64] >> chunk % 64 & 1; }

/* Takes chunks from the counter and runs them until none are left; notes in *set which. A rank that fails
 * takes all that are left, so that no others are run. */
static uint64_t run_taken(tutti_ctx *ctx, const tutti_job *job, chunk_set *set) {
  const tutti_transport *t = &ctx->transport;
  const size_t count = job->plan.count, threads = (size_t)ctx->config.workers;
  stretch s = {.job = job, .ctx = ctx, .failure = NOTHING, .caller = tutti_this_thread(), .of = count};
  uint64_t before = 0, mine = NOTHING, ignored;
  while (mine == NOTHING) {
    const size_t share =
        job->settings.schedule == TUTTI_GUIDED ? (count - before) / (2 * (size_t)t->ranks) : 0;
    const size_t take = share > threads ? share : threads;
    if (t->fetch_add(t->user, take, &before)) return TROUBLE + TUTTI_ESYSTEM;
    if (before >= count) break;
    s.first = s.before = before;
    s.end = before + take < count ? before + take : count;
    for (size_t chunk = s.first; chunk < s.end; chunk++) set->chunk[chunk / 64] |= UINT64_C(1) << chunk % 64;
    mine = run_stretch(ctx, &s);
    s.before = s.end;
    if (job->settings.progress && s.end < count && mine == NOTHING) (void)report(&s, 0, 1);
    if (s.canceled && mine == NOTHING) mine = CANCELED;
  }
  if (mine != NOTHING) (void)t->fetch_add(t->user, count, &ignored);
  return mine;
}

/* Sets the counter back to 0, for the next call. Only rank 0 does so, when all ranks have agreed on the
 * end of this call: none of them takes chunks of it any more. And none can take chunks of the next call
 * before the counter is 0, because at the end of this call they exchange something once more, for which
 * they wait for rank 0: the results, or, where the call has failed, another allreduce_min. */
static void reset_counter(const tutti_transport *t) {
  uint64_t value, ignored;
  if (t->rank == 0 && t->fetch_add(t->user, 0, &value) == 0) (void)t->fetch_add(t->user, -value, &ignored);
}

static size_t begin_of(const tutti_plan *plan, bool a_chunk, size_t size, size_t chunk) {
  return size * (a_chunk ? chunk : plan_begin(plan, chunk));
}

/* As gather, for chunks that a rank has taken here and there: they are packed one behind the other,
 * gathered, and unpacked. */
static tutti_status gather_taken(tutti_ctx *ctx, const tutti_job *job, const chunk_set *sets, void *data,
                                 size_t size, bool a_chunk, size_t *start, unsigned char *packed) {
  const size_t ranks = (size_t)ctx->transport.ranks;
  size_t at = 0;
  for (size_t r = 0; r < ranks; r++) {
    start[r] = at;
    for (size_t chunk = 0; chunk < job->plan.count; chunk++) {
      const size_t begin = begin_of(&job->plan, a_chunk, size, chunk),
                   end = begin_of(&job->plan, a_chunk, size, chunk + 1);
      if (!has(&sets[r], chunk)) continue;
      if (r == (size_t)ctx->transport.rank) memcpy(packed + at, (unsigned char *)data + begin, end - begin);
      at += end - begin;
    }
  }
  start[ranks] = at;
  const int error = at ? ctx->transport.gather(ctx->transport.user, packed, start) : 0;
  if (error) return tutti_no_transport(ctx, "gathering", error);
  for (size_t r = 0; r < ranks; r++)
    for (size_t chunk = 0, from = start[r]; chunk < job->plan.count; chunk++) {
      const size_t begin = begin_of(&job->plan, a_chunk, size, chunk),
                   end = begin_of(&job->plan, a_chunk, size, chunk + 1);
      if (!has(&sets[r], chunk)) continue;
      memcpy((unsigned char *)data + begin, packed + from, end - begin);
      from += end - begin;
    }
  return TUTTI_OK;
}

static tutti_status exchange_taken(tutti_ctx *ctx, const tutti_job *job, chunk_set *sets, size_t *start,
                                   unsigned char *packed) {
  tutti_status status = TUTTI_OK;
  for (size_t r = 0; r <= (size_t)ctx->transport.ranks; r++) start[r] = r * sizeof *sets;
  const int error = ctx->transport.gather(ctx->transport.user, sets, start);
  if (error) return tutti_no_transport(ctx, "gathering", error);
  if (job->partials)
    status = gather_taken(ctx, job, sets, job->partials, job->partial_size, true, start, packed);
  for (const tutti_output *out = job->outputs; out && out->base && !status; out++)
    status = gather_taken(ctx, job, sets, out->base, out->item_size, false, start, packed);
  return status;
}

/* The bytes of the largest array that ranks exchange. */
static size_t largest_array(const tutti_job *job) {
  size_t most = job->partials ? job->plan.count * job->partial_size : 1;
  for (const tutti_output *out = job->outputs; out && out->base; out++)
    if (job->plan.n * out->item_size > most) most = job->plan.n * out->item_size;
  return most;
}

static tutti_status run_dynamic(tutti_ctx *ctx, const tutti_job *job) {
  const size_t ranks = (size_t)ctx->transport.ranks;
  chunk_set *sets = calloc(ranks, sizeof *sets);
  size_t *start = malloc((ranks + 1) * sizeof *start);
  /* The partials are allocated, but their pages were never touched: they count, too. */
  const size_t largest = largest_array(job),
               partials = job->partials ? job->plan.count * job->partial_size : 0;
  unsigned char *packed = tutti_memory_fits(ctx, tutti_bytes_and(largest, partials), "to exchange", "")
                              ? NULL
                              : tutti_memory_get(largest, false);
  const uint64_t mine =
      sets && start && packed ? run_taken(ctx, job, &sets[ctx->transport.rank]) : TROUBLE + TUTTI_ENOMEM;
  tutti_status status = agree(ctx, job, mine);
  reset_counter(&ctx->transport);
  if (!status) status = exchange_taken(ctx, job, sets, start, packed);
  else (void)ctx->transport.allreduce_min(ctx->transport.user, &(uint64_t){0});
  tutti_memory_release(packed);
  free(start);
  free(sets);
  return status;
}

static tutti_status run(tutti_ctx *ctx, const tutti_job *job) {
  const bool dynamic = ctx->transport.fetch_add && job->settings.schedule != TUTTI_STATIC &&
                       !job->partitioned && ctx->transport.ranks > 1 &&
                       job->plan.count > (size_t)ctx->transport.ranks;
  const tutti_status status =
      ctx->transport.ranks > 1 ? tutti_ranks_compare(ctx, COLLECTIVE_JOB, job, 0, false) : TUTTI_OK;
  return status ? status : dynamic ? run_dynamic(ctx, job) : run_shares(ctx, job);
}

const tutti_backend_ops tutti_ranks_ops = {"mpi", false, run, NULL};
