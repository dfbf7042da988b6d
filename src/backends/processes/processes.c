/* The backend `processes`. A call is run by one of two kinds of workers:
 *
 * - workers that are forked for the call, and so see the caller's memory as it is now;
 * - standing workers (standing_pool.c), if all that the call reads is memory that they see.
 *
 * The caller lays out the call in shared memory (shared_call.c), has it run (worker_pool.c), and copies
 * the results to their place when all went well. */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "backends/processes/standing_pool.h"
#include "backends/registry.h"
#include "memory/blocks.h"

/* Up to so many tiny chunks of the library are run in the caller: it is done before a worker has begun.
 * Measured by `bench_amdahl overhead`: standing workers answer in a dozen microseconds, forked ones in
 * hundreds. */
enum { FEW_CHUNKS = 2, FEW_CHUNKS_TO_FORK = 8 };

enum { PAGE = 4096 };

static tutti_status finish(tutti_ctx *ctx, const shared_call *shared, const tutti_job *job) {
  const tutti_status status = tutti_run_status(ctx, job, &shared->run);
  if (!status) tutti_shared_call_collect(shared, job);
  return status;
}

/* Bytes that a call takes besides its shared record:
 *
 * - Private outputs. A page to which a worker writes becomes a copy of the worker's own: the whole output
 *   once, and once more each page in which chunks of several workers meet (at most 2 pages a chunk), but
 *   at most one copy of the output for each worker.
 * - The caller's partials, which are touched for the first time when results are collected. */
static size_t second_copies(const tutti_job *job, size_t workers) {
  size_t bytes = job->partials ? job->plan.count * job->partial_size : 0;
  for (const tutti_output *out = job->outputs; out && out->base; out++) {
    const size_t whole = job->plan.n * out->item_size;
    if (tutti_memory_serial(out->base, whole)) continue;
    const size_t apart = tutti_bytes_and(whole, 2 * PAGE * job->plan.count),
                 each = tutti_bytes_of(workers, tutti_bytes_and(whole, 2 * PAGE));
    bytes = tutti_bytes_and(bytes, apart < each ? apart : each);
  }
  return bytes;
}

typedef struct {
  worker_pool pool;
  shared_call *shared;
} forked;

static void end_forked(void *forked_) {
  forked *f = forked_;
  tutti_worker_pool_close(&f->pool, true);
  tutti_memory_release(f->shared);
}

TUTTI_SCOPE_ON_STACK static tutti_status run_forked(tutti_ctx *ctx, const tutti_job *job, int workers) {
  const size_t bytes = tutti_shared_call_lay_out(NULL, job, workers, workers);
  tutti_status status = tutti_memory_fits(ctx, tutti_bytes_and(bytes, second_copies(job, (size_t)workers)),
                                          "to bring results back from the workers",
                                          " (outputs in memory of tutti_alloc need few)");
  if (status) return status;
  forked f = {.shared = tutti_memory_get(bytes, true)};
  if (!f.shared)
    return tutti_fail(ctx, TUTTI_ENOMEM, "no memory of %zu bytes to share with the workers", bytes);
  TUTTI_SCOPE forking = {0};
  tutti_scope_begin(&forking, end_forked, &f);
  tutti_shared_call_lay_out(f.shared, job, workers, workers);
  status = tutti_worker_pool_open(&f.pool, ctx, f.shared, workers, false);
  if (!status) status = tutti_worker_pool_run(&f.pool);
  tutti_worker_pool_close(&f.pool, true); /* before results are copied: while a worker lives, each page that
                                             the caller writes to is copied first */
  return status ? status : finish(ctx, f.shared, job);
}

static void close_pool(void *ctx) { tutti_standing_pool_close(ctx); }

/* Closes the pool where the call is left by an exception or a jump: its workers are still at that call,
 * and of no use for the next one. */
TUTTI_SCOPE_ON_STACK static tutti_status run_standing(tutti_ctx *ctx, worker_pool *c, const tutti_job *job) {
  TUTTI_SCOPE working = {0};
  tutti_scope_begin(&working, close_pool, ctx);
  const tutti_status status = tutti_worker_pool_run(c);
  if (status) return status;
  tutti_scope_forget(&working);
  return finish(ctx, c->shared, job);
}

static tutti_status run(tutti_ctx *ctx, const tutti_job *job) {
  const tutti_status ready = tutti_openmp_ready(ctx);
  if (ready) return ready;
  const int workers = tutti_backend_workers(ctx, job), places = ctx->config.workers;
  const bool tiny = job->internal && job->args.bytes && job->plan.count <= FEW_CHUNKS_TO_FORK;
  if (job->plan.count == 0 || (tiny && job->plan.count <= FEW_CHUNKS)) return tutti_serial_ops.run(ctx, job);
  worker_pool *c = tutti_standing_pool_for(ctx, job, tutti_shared_call_lay_out(NULL, job, workers, places));
  if (!c) return tiny ? tutti_serial_ops.run(ctx, job) : run_forked(ctx, job, workers);
  tutti_shared_call_lay_out(c->shared, job, workers, places);
  return run_standing(ctx, c, job);
}

const tutti_backend_ops tutti_processes_ops = {"processes", false, run, tutti_standing_pool_close};
