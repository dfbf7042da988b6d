/* An OpenMP team, the calling thread among it. */
#include <errno.h>
#include <omp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h> /* glibc 2.32 */
#define NEVER_HAD_THREADS __libc_single_threaded
#else
#define NEVER_HAD_THREADS 0
#endif

#include "backends/contain.h"
#include "backends/fork_thread.h"
#include "platform/headroom.h"
#include "platform/pinning.h"

/* -- a child of the host's own -- */

/* libgomp keeps a team for each thread that has opened a region, and a forked child waits for ever for one
 * that is not there. Whether the thread that forks has one is not to be seen; but another thread, begun in
 * the child, gets a team of its own. It stays, for what comes next. */
static _Thread_local int team TUTTI_QUICK_TLS; /* the threads of this thread's team, or LOST */
enum { LOST = -1 };
static bool had_threads;
static atomic_bool started;   /* LLVM's runtime */
static fork_thread *stand_in; /* for the one thread of this process whose team is lost */
static bool stands_in;        /* or it is of a process from which this one was forked */

static void before_fork(void) {
  had_threads = team == LOST || !(NEVER_HAD_THREADS || tutti_openmp_is_llvm());
}

static void after_fork_in_child(void) {
  if (had_threads) team = LOST;
  stands_in = false;
  started = false;
}

/* From the start: the host may use OpenMP before it uses the library. */
__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(before_fork, NULL, after_fork_in_child);
}

int tutti_host_team(void) { return team != LOST && omp_in_parallel() ? omp_get_num_threads() : 1; }

/* -- what a team needs -- */

int tutti_openmp_may_start(void) {
  if (!tutti_openmp_is_llvm()) return 0;
  const int descriptor = eventfd(0, EFD_CLOEXEC);
  if (descriptor < 0) return errno;
  close(descriptor);
  return 0;
}

int tutti_openmp_start(void) {
  if (started) return 0;
  const int error = tutti_openmp_may_start();
  if (!error) (void)omp_get_max_threads();
  started = !error;
  return error;
}

tutti_status tutti_openmp_ready(tutti_ctx *ctx) {
  const int error = tutti_openmp_start();
  return error ? tutti_fail(ctx, TUTTI_ESYSTEM, "OpenMP has no descriptor to start with: %s", strerror(error))
               : TUTTI_OK;
}

/* "4M", "512", ... as in OMP_STACKSIZE, in bytes; a plain number is of kilobytes. */
static size_t stack_size(const char *text) {
  char *unit;
  const size_t value = text ? strtoull(text, &unit, 10) : 0;
  if (value == 0) return 0;
  unit += strspn(unit, " \t");
  return value << (*unit == 'B' || *unit == 'b'   ? 0
                   : *unit == 'M' || *unit == 'm' ? 20
                   : *unit == 'G' || *unit == 'g' ? 30
                                                  : 10);
}

/* What a thread of a team takes at most. */
static size_t thread_size(void) {
  static const char *const names[] = {"OMP_STACKSIZE", "GOMP_STACKSIZE", "KMP_STACKSIZE"};
  size_t most = 0;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) == 0) {
    (void)pthread_attr_getstacksize(&attributes, &most);
    pthread_attr_destroy(&attributes);
  }
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const size_t size = stack_size(getenv(names[i]));
    if (size > most) most = size;
  }
  return most;
}

/* OpenMP ends the process where it cannot start a thread: a team is as large as its stacks have room. */
static int team_that_fits(int workers) {
  enum { SPARE = 1 << 20 };                   /* for what chunks allocate */
  if (workers <= team) return team = workers; /* libgomp ends the others */
  const int there = team > 1 ? team : 1;
  const size_t each = thread_size();
  while (workers > there && !tutti_has_room((size_t)(workers - there) * each + SPARE)) workers--;
  return team = workers;
}

/* -- a call -- */

typedef struct {
  tutti_run run;
  const tutti_ctx *ctx;
  const tutti_job *job;
  int workers;
  bool reports; /* worker 0 is the calling thread */
} call;

/* The calling thread has run out of chunks: it goes on reporting until the others have too. */
static void report_until_done(call *c) {
  while (c->ctx->config.progress && atomic_load(&c->run.done) < c->job->plan.n &&
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

/* The others wait for this thread at the end of the region, and there is no way out of it: the process ends,
 * and these are its last words. */
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
  const int workers = team_that_fits(c->workers);
#pragma omp parallel num_threads(workers) if (workers > 1)
  {
    member m = {c, omp_get_thread_num(), omp_get_num_threads(), {0}};
    const bool nested = tutti_in_worker;
    tutti_pinned before;
    tutti_pin(c->ctx, m.worker, &before);
    tutti_in_worker = true;
    tutti_contain(work, stranded, &m);
    tutti_unpin(&before);
    tutti_in_worker = nested;
  }
  return TUTTI_OK;
}

/* Returns false where no thread can be had. */
static bool run_by_stand_in(call *c) {
  if (!stands_in) {
    tutti_fork_thread_close(stand_in, false);
    stand_in = tutti_fork_thread_open();
  }
  stands_in = stand_in != NULL;
  if (!stands_in) return false;
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
  if (team != LOST) (void)run_team(&c);
  else if (!run_by_stand_in(&c)) return tutti_serial_ops.run(ctx, job);
  return tutti_run_status(ctx, job, &c.run);
}

const tutti_backend_ops tutti_threads_ops = {"threads", true, run, NULL};
