/* What all backends share of running a job: handing out chunks, noting failures, reporting progress. */
#include "engine/job.h"

#include "backends/backend.h"

void tutti_run_init(tutti_run *run) {
  atomic_init(&run->next, 0);
  atomic_init(&run->done, 0);
  atomic_init(&run->failure, UINT64_MAX);
  atomic_init(&run->canceled, false);
}

/* Chunks above the lowest that failed are not begun; those below it are, so that on any backend the failure
 * that is reported is the one a serial run would have met first. */
static bool wanted(tutti_run *run, size_t chunk) {
  return !atomic_load_explicit(&run->canceled, memory_order_relaxed) &&
         chunk < atomic_load_explicit(&run->failure, memory_order_relaxed) >> 32;
}

static void note_failure(tutti_run *run, size_t chunk, int value) {
  const uint64_t failure = (uint64_t)chunk << 32 | (uint32_t)value;
  uint64_t lowest = atomic_load(&run->failure);
  while (failure < lowest && !atomic_compare_exchange_weak(&run->failure, &lowest, failure)) {
  }
}

/* The next chunks [*begin, *end) for a worker that has asked `turn` times before; false: none is left. */
static bool hand_out(tutti_schedule schedule, tutti_run *run, size_t count, size_t worker, size_t workers,
                     size_t turn, size_t *begin, size_t *end) {
  if (schedule == TUTTI_STATIC || count <= workers) { /* count <= 4096: no overflow */
    *begin = count * worker / workers;
    *end = count * (worker + 1) / workers;
    return turn == 0 && *begin < *end;
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

int tutti_call_progress(const tutti_ctx *ctx, size_t done, size_t total) {
  const bool nested = tutti_in_worker;
  const tutti_ctx *outer = tutti_worker_ctx;
  tutti_in_worker = true;
  tutti_worker_ctx = ctx;
  const int value = ctx->config.progress(ctx->config.progress_user, done, total);
  tutti_in_worker = nested;
  tutti_worker_ctx = outer;
  return value;
}

/* Completion is reported once, by tutti_execute. */
void tutti_report(const tutti_ctx *ctx, const tutti_job *job, tutti_run *run) {
  const size_t done = atomic_load(&run->done);
  if (ctx->config.progress && done < job->plan.n && tutti_call_progress(ctx, done, job->plan.n))
    atomic_store(&run->canceled, true);
}

/* Runs a chunk. Returns the items done. */
static size_t run_chunk(const tutti_job *job, tutti_run *run, size_t chunk) {
  const size_t begin = plan_begin(&job->plan, chunk), end = plan_begin(&job->plan, chunk + 1);
  const int value = job->run(job, chunk, begin, end);
  if (value) {
    note_failure(run, chunk, value);
    return 0;
  }
  if (job->ended) atomic_store(&job->ended[chunk], 1);
  return end - begin;
}

static void take_chunks(const tutti_ctx *ctx, const tutti_job *job, tutti_run *run, int worker, int workers,
                        bool reports, tutti_place *place) {
  const uint64_t left = place ? atomic_load(&place->left) : 0;
  size_t begin = tutti_place_chunk(left), end = tutti_place_end(left),
         turn = place ? atomic_load(&place->turn) : 0;
  do {
    for (size_t chunk = begin; chunk < end; chunk++) {
      if (!wanted(run, chunk)) return;
      if (job->ended && atomic_load(&job->ended[chunk])) continue;
      if (place) atomic_store(&place->left, tutti_place_of(chunk, end));
      const size_t done = run_chunk(job, run, chunk);
      if (!ctx->config.progress) continue; /* nobody counts */
      atomic_fetch_add(&run->done, done);
      if (reports) tutti_report(ctx, job, run);
    }
    if (place) {
      atomic_store(&place->left, 0);
      atomic_store(&place->turn, turn + 1);
    }
  } while (hand_out(ctx->config.schedule, run, job->plan.count, (size_t)worker, (size_t)workers, turn++,
                    &begin, &end));
}

void tutti_work(const tutti_ctx *ctx, const tutti_job *job, tutti_run *run, int worker, int workers,
                bool reports, tutti_place *place) {
  const tutti_ctx *outer = tutti_worker_ctx;
  tutti_worker_ctx = ctx;
  take_chunks(ctx, job, run, worker, workers, reports, place);
  tutti_worker_ctx = outer;
}

tutti_status tutti_run_status(tutti_ctx *ctx, const tutti_job *job, const tutti_run *run) {
  const uint64_t failure = atomic_load(&run->failure);
  if (failure != UINT64_MAX) {
    const size_t chunk = (size_t)(failure >> 32);
    const size_t begin = plan_begin(&job->plan, chunk), end = plan_begin(&job->plan, chunk + 1);
    const int value = (int)(uint32_t)failure;
    if (job->own && value == TUTTI_NO_MEMORY)
      return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for items [%zu, %zu)", begin, end);
    return tutti_fail(ctx, TUTTI_EUSER, "the function returned %d for items [%zu, %zu)", value, begin, end);
  }
  const size_t done = atomic_load(&run->done);
  if (atomic_load(&run->canceled) && done < job->plan.n)
    return tutti_fail(ctx, TUTTI_ECANCELED, "canceled after %zu of %zu items", done, job->plan.n);
  return TUTTI_OK;
}

tutti_status tutti_claim(tutti_ctx *ctx, bool *claimed) {
  const void *owner = NULL;
  *claimed = !tutti_in_worker && !ctx->shared;
  if (!*claimed) return TUTTI_OK;
  bool mine = atomic_compare_exchange_strong(&ctx->owner, &owner, tutti_this_thread());
  if (!mine && tutti_left_behind(owner))
    mine = atomic_compare_exchange_strong(&ctx->owner, &owner, tutti_this_thread());
  *claimed = mine;
  return mine ? TUTTI_OK
              : tutti_fail(NULL, TUTTI_EBUSY, "another thread's call on this context has not ended");
}

void tutti_release(tutti_ctx *ctx, bool claimed) {
  if (claimed) atomic_store(&ctx->owner, NULL);
}

tutti_status tutti_execute(tutti_ctx *ctx, const tutti_job *job) {
  const bool nested = tutti_in_worker;
  bool claimed;
  const tutti_status busy = tutti_claim(ctx, &claimed);
  if (busy) return busy;
  const tutti_backend_ops *backend = nested ? &tutti_serial_ops : ctx->backend;
  const tutti_status status = backend->run(ctx, job);
  if (!status && !nested && ctx->config.progress) (void)tutti_call_progress(ctx, job->plan.n, job->plan.n);
  tutti_release(ctx, claimed);
  return status;
}
