/* What all backends share of running a job: handing out chunks, noting failures, reporting progress. */
#include "engine/job.h"

#include "backends/backend.h"

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

/* The next chunks [*begin, *end) for a worker that has asked `request` times before; false: none is left. */
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
      if (!ctx->config.progress) continue; /* nobody counts */
      atomic_fetch_add(&run->done, done);
      if (reports) tutti_report(ctx, job, run);
    }
    if (claim) {
      atomic_store(&claim->left, 0);
      atomic_store(&claim->requests, request + 1);
    }
  } while (hand_out(ctx->config.schedule, run, job->plan.count, (size_t)worker, (size_t)workers, request++,
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

static bool take_ownership(tutti_ctx *ctx) {
  const void *owner = NULL;
  if (atomic_compare_exchange_strong(&ctx->owner, &owner, tutti_this_thread())) return true;
  return tutti_left_behind(owner) && atomic_compare_exchange_strong(&ctx->owner, &owner, tutti_this_thread());
}

static void end_call(void *call_) {
  const tutti_call *call = call_;
  tutti_in_worker = call->in_worker;
  tutti_worker_ctx = call->worker_ctx;
  if (call->claimed) atomic_store(&call->claimed->owner, NULL);
  tutti_let_cancel(&call->cancel);
}

/* Nested calls and those on the default context have no owner. */
tutti_status tutti_call_begin(tutti_call *call, tutti_ctx *ctx) {
  const bool owned = !tutti_in_worker && !ctx->shared;
  if (owned && !take_ownership(ctx))
    return tutti_fail(NULL, TUTTI_EBUSY, "another thread's call on this context has not ended");
  call->claimed = owned ? ctx : NULL;
  call->in_worker = tutti_in_worker;
  call->worker_ctx = tutti_worker_ctx;
  call->cancel = tutti_hold_cancel();
  tutti_scope_begin(&call->scope, end_call, call);
  return TUTTI_OK;
}

void tutti_call_end(tutti_call *call) { tutti_scope_end(&call->scope); }

TUTTI_SCOPE_ON_STACK tutti_status tutti_execute(tutti_ctx *ctx, const tutti_job *job) {
  const bool nested = tutti_in_worker;
  TUTTI_CALL call = {0};
  const tutti_status busy = tutti_call_begin(&call, ctx);
  if (busy) return busy;
  const tutti_backend_ops *backend = nested ? &tutti_serial_ops : ctx->backend;
  const tutti_status status = backend->run(ctx, job);
  if (!status && !nested && ctx->config.progress) (void)tutti_call_progress(ctx, job->plan.n, job->plan.n);
  return status;
}
