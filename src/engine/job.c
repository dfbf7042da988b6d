/* What all backends share: handing out chunks, noting failures, reporting progress. */
#include "engine/job.h"

#include <string.h>

#include "core/call.h"
#include "engine/backend.h"
#include "platform/openmp.h"

void tutti_run_init(tutti_run *run) {
  atomic_init(&run->next, 0);
  atomic_init(&run->done, 0);
  atomic_init(&run->failure, UINT64_MAX);
  atomic_init(&run->canceled, false);
}

bool tutti_run_wants(const tutti_run *run, size_t chunk) {
  return !atomic_load_explicit(&run->canceled, memory_order_relaxed) &&
         chunk < tutti_failure_chunk(atomic_load_explicit(&run->failure, memory_order_relaxed));
}

void tutti_note_failure(_Atomic uint64_t *lowest, uint64_t failure) {
  uint64_t known = atomic_load(lowest);
  while (failure < known && !atomic_compare_exchange_weak(lowest, &known, failure)) {
  }
}

/* The next chunks, [*begin, *end), for a worker that has asked `request` times before. false: none are
 * left. */
static bool hand_out(tutti_schedule schedule, tutti_run *run, size_t count, size_t worker, size_t workers,
                     size_t request, size_t *begin, size_t *end) {
  if (schedule == TUTTI_STATIC || count <= workers) { /* count <= 4096: no overflow */
    *begin = count * worker / workers;
    *end = count * (worker + 1) / workers;
    return request == 0 && *begin < *end;
  }
  size_t next = atomic_load_explicit(&run->next, memory_order_relaxed), take;
  do {
    if (next >= count) return false;
    take = schedule == TUTTI_GUIDED ? (count - next) / (2 * workers) : 1;
    if (take == 0) take = 1;
  } while (!atomic_compare_exchange_weak(&run->next, &next, next + take));
  *begin = next;
  *end = next + take;
  return true;
}

int tutti_call_progress(const tutti_ctx *ctx, const tutti_settings *settings, size_t done, size_t total) {
  const bool nested = tutti_in_worker;
  const tutti_ctx *outer = tutti_worker_ctx;
  tutti_in_worker = true;
  tutti_worker_ctx = ctx;
  const int value = settings->progress(settings->progress_user, done, total);
  tutti_in_worker = nested;
  tutti_worker_ctx = outer;
  return value;
}

/* The end (done = n) is reported once, by tutti_execute. */
void tutti_report(const tutti_ctx *ctx, const tutti_job *job, tutti_run *run) {
  const size_t done = atomic_load(&run->done);
  if (job->settings.progress && done < job->plan.n &&
      tutti_call_progress(ctx, &job->settings, done, job->plan.n))
    atomic_store(&run->canceled, true);
}

/* Runs a chunk. Returns the number of items done. */
static size_t run_chunk(const tutti_job *job, tutti_run *run, size_t chunk) {
  const size_t begin = plan_begin(&job->plan, chunk), end = plan_begin(&job->plan, chunk + 1);
  const int value = job->run(job, chunk, begin, end);
  if (value) {
    tutti_note_failure(&run->failure, tutti_failure_of(chunk, TUTTI_RETURNED, value));
    return 0;
  }
  if (job->ended) atomic_store(&job->ended[chunk], 1);
  return end - begin;
}

static void take_chunks(const tutti_ctx *ctx, const tutti_job *job, tutti_run *run, int worker, int workers,
                        bool reports, tutti_claim *claim) {
  const uint64_t left = claim ? atomic_load(&claim->left) : 0;
  size_t begin = tutti_claim_chunk(left), end = tutti_claim_end(left),
         request = claim ? atomic_load(&claim->requests) : 0;
  do {
    for (size_t chunk = begin; chunk < end; chunk++) {
      if (!tutti_run_wants(run, chunk)) return;
      if (job->ended && atomic_load(&job->ended[chunk])) continue;
      if (claim) atomic_store(&claim->left, tutti_claim_of(chunk, end));
      const size_t done = run_chunk(job, run, chunk);
      if (!job->settings.progress) continue; /* nobody needs the count */
      atomic_fetch_add(&run->done, done);
      if (reports) tutti_report(ctx, job, run);
    }
    if (claim) {
      atomic_store(&claim->left, 0);
      atomic_store(&claim->requests, request + 1);
    }
  } while (hand_out(job->settings.schedule, run, job->plan.count, (size_t)worker, (size_t)workers, request++,
                    &begin, &end));
}

void tutti_work(const tutti_ctx *ctx, const tutti_job *job, tutti_run *run, int worker, int workers,
                bool reports, tutti_claim *claim) {
  const tutti_ctx *outer = tutti_worker_ctx;
  tutti_worker_ctx = ctx;
  take_chunks(ctx, job, run, worker, workers, reports, claim);
  tutti_worker_ctx = outer;
}

const char *tutti_way_text(tutti_way how) {
  return how == TUTTI_THREW ? "an exception" : how == TUTTI_JUMPED ? "longjmp or pthread_exit" : "a return";
}

tutti_status tutti_run_status(tutti_ctx *ctx, const tutti_job *job, const tutti_run *run) {
  const uint64_t failure = atomic_load(&run->failure);
  if (failure != UINT64_MAX) {
    const size_t chunk = tutti_failure_chunk(failure);
    const size_t begin = plan_begin(&job->plan, chunk), end = plan_begin(&job->plan, chunk + 1);
    const int value = tutti_failure_value(failure);
    if (tutti_failure_way(failure) != TUTTI_RETURNED)
      return tutti_fail(ctx, TUTTI_EUSER, "%s left the function for items [%zu, %zu)",
                        tutti_way_text(tutti_failure_way(failure)), begin, end);
    if (job->internal && value == TUTTI_NO_MEMORY)
      return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for items [%zu, %zu)", begin, end);
    return tutti_fail(ctx, TUTTI_EUSER, "the function returned %d for items [%zu, %zu)", value, begin, end);
  }
  const size_t done = atomic_load(&run->done);
  if (atomic_load(&run->canceled) && done < job->plan.n)
    return tutti_fail(ctx, TUTTI_ECANCELED, "canceled after %zu of %zu items", done, job->plan.n);
  return TUTTI_OK;
}

int tutti_backend_workers(const tutti_ctx *ctx, const tutti_job *job) {
  /* Where the program calls from a parallel region, all threads of the region may do so: each gets its
   * share of the workers. */
  const int callers = tutti_host_team();
  const size_t workers = (size_t)(ctx->config.workers > callers ? ctx->config.workers / callers : 1);
  return (int)(job->plan.count == 0 ? 1 : workers < job->plan.count ? workers : job->plan.count);
}

tutti_status tutti_openmp_ready(tutti_ctx *ctx) {
  const int error = tutti_openmp_start();
  return error ? tutti_fail(ctx, TUTTI_ESYSTEM, "OpenMP has no descriptor to start with: %s", strerror(error))
               : TUTTI_OK;
}

tutti_status tutti_run_serially(tutti_ctx *ctx, const tutti_job *job) {
  tutti_run state;
  tutti_run_init(&state);
  const bool nested = tutti_in_worker;
  tutti_in_worker = true;
  tutti_work(ctx, job, &state, 0, 1, !nested, NULL);
  tutti_in_worker = nested;
  return tutti_run_status(ctx, job, &state);
}

/* Claims the context, unless the job is part of a call that has claimed it already (settings.within). */
TUTTI_SCOPE_ON_STACK tutti_status tutti_execute(tutti_ctx *ctx, const tutti_job *job) {
  const bool nested = tutti_in_worker;
  TUTTI_CALL call = {0};
  const tutti_status busy = job->settings.within ? TUTTI_OK : tutti_call_begin(&call, ctx);
  if (busy) return busy;
  const tutti_status status = nested ? tutti_run_serially(ctx, job) : job->settings.backend->run(ctx, job);
  if (!status && !nested && job->settings.progress)
    (void)tutti_call_progress(ctx, &job->settings, job->plan.n, job->plan.n);
  return status;
}
