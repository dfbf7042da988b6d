/* The backend `threads`: a team of OpenMP, of which the calling thread is one. */
#include <omp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backends/contain.h"
#include "backends/fork_thread.h"
#include "backends/registry.h"
#include "platform/openmp.h"
#include "platform/pinning.h"

/* -- a call -- */

typedef struct {
  tutti_run run;
  const tutti_ctx *ctx;
  const tutti_job *job;
  int workers;
  bool reports; /* worker 0 is the calling thread */
} call;

/* The calling thread has no more chunks to run: it goes on calling the progress function until the others
 * have none, either. */
static void report_until_done(call *c) {
  while (c->job->settings.progress && atomic_load(&c->run.done) < c->job->plan.n &&
         atomic_load(&c->run.failure) == UINT64_MAX && !atomic_load(&c->run.canceled)) {
    nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
    tutti_report(c->ctx, c->job, &c->run);
  }
}

/* One thread of the team. */
typedef struct {
  call *call;
  int worker, workers;
  tutti_claim claim;
} member;

static void work(void *member_) {
  member *m = member_;
  call *c = m->call;
  const bool reports = c->reports && m->worker == 0;
  tutti_work(c->ctx, c->job, &c->run, m->worker, m->workers, reports, &m->claim);
  if (reports) report_until_done(c);
}

/* A function was left by an exception or a jump. There is no way out: the other threads wait for this one
 * at the end of the region. The process ends after this line on stderr. */
static void stranded(void *member_, tutti_way how) {
  const member *m = member_;
  const uint64_t left = atomic_load(&m->claim.left);
  const size_t chunk = tutti_claim_chunk(left);
  char items[64] = "", words[256];
  if (left)
    snprintf(items, sizeof items, " at items [%zu, %zu)", plan_begin(&m->call->job->plan, chunk),
             plan_begin(&m->call->job->plan, chunk + 1));
  const int size = snprintf(words, sizeof words,
                            "tutti: %s left a function of the caller's%s in a team of threads, which only a "
                            "return may leave: the process ends\n",
                            tutti_way_text(how), items);
  (void)!write(STDERR_FILENO, words, (size_t)size);
}

static tutti_status run_team(void *call_) {
  call *c = call_;
  const int workers = tutti_openmp_team(c->workers);
#pragma omp parallel num_threads(workers) if (workers > 1)
  {
    member m = {c, omp_get_thread_num(), omp_get_num_threads(), {0}};
    const bool nested = tutti_in_worker;
    tutti_pinned before;
    tutti_pin(c->ctx->pins, c->ctx->pin_count, m.worker, &before);
    tutti_in_worker = true;
    tutti_contain(work, stranded, &m);
    tutti_unpin(&before);
    tutti_in_worker = nested;
  }
  return TUTTI_OK;
}

/* In a forked child, where fork has left the calling thread without its team: runs the call in a thread
 * that was started in the child, which has a team of its own. The thread stays for later calls. False: no
 * thread can be had. */
static bool run_by_stand_in(call *c) {
  /* For the thread that forked, the only one without a team. It is perhaps of a process from which this
   * one was forked: the mark of the thread that started it tells. (A pid does not: this process may have
   * that of an ancestor, in a pid namespace of its own, for one.) */
  static fork_thread *stand_in;
  static const void *started_by;
  if (!stand_in || tutti_left_behind(started_by)) {
    tutti_fork_thread_close(stand_in, false);
    stand_in = tutti_fork_thread_open();
    started_by = tutti_this_thread();
  }
  if (!stand_in) return false;
  c->reports = false;
  tutti_fork_thread_start(stand_in, run_team, c);
  report_until_done(c);
  (void)tutti_fork_thread_wait(stand_in);
  return true;
}

static tutti_status run(tutti_ctx *ctx, const tutti_job *job) {
  const tutti_status ready = tutti_openmp_ready(ctx);
  if (ready) return ready;
  call c = {.ctx = ctx, .job = job, .workers = tutti_backend_workers(ctx, job), .reports = true};
  if (c.workers == 1) return tutti_serial_ops.run(ctx, job);
  tutti_run_init(&c.run);
  if (!tutti_openmp_team_is_lost()) (void)run_team(&c);
  else if (!run_by_stand_in(&c)) return tutti_serial_ops.run(ctx, job);
  return tutti_run_status(ctx, job, &c.run);
}

const tutti_backend_ops tutti_threads_ops = {"threads", true, run, NULL};
