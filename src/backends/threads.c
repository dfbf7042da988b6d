/* An OpenMP team, the calling thread among it. */
#include <dirent.h>
#include <omp.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h> /* glibc 2.32 */
#define NEVER_HAD_THREADS __libc_single_threaded
#else
#define NEVER_HAD_THREADS 0
#endif

#include "backends/contain.h"
#include "pinning.h"

/* libgomp's team does not survive a fork: a child of the host's own that opened a region would wait for ever
 * for threads that are not there. A child forked while there were other threads, which may be a team, gets
 * the same bits from the calling thread alone. Forks are watched from the start: the host may use OpenMP
 * before it uses tutti. */
static bool had_threads, team_lost;

static void before_fork(void) {
  int entries = 0; /* an emulator's own threads are among them: the C library knows better */
  DIR *tasks = tutti_openmp_is_llvm() || NEVER_HAD_THREADS ? NULL : opendir("/proc/self/task");
  while (tasks && readdir(tasks)) entries++;
  if (tasks) closedir(tasks);
  /* ".", ".." and the thread that forks; where nothing can be read, there may be others. */
  had_threads = entries > 3 || (!tasks && !tutti_openmp_is_llvm() && !NEVER_HAD_THREADS);
}

static void after_fork_in_child(void) { team_lost = team_lost || had_threads; }

__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(before_fork, NULL, after_fork_in_child);
}

int tutti_host_team(void) { return omp_in_parallel() ? omp_get_num_threads() : 1; }

/* The calling thread has run out of chunks: it goes on reporting until the others have too. */
static void report_until_done(const tutti_ctx *ctx, const tutti_job *job, tutti_run *state) {
  while (atomic_load(&state->done) < job->plan.n && atomic_load(&state->failure) == UINT64_MAX &&
         !atomic_load(&state->canceled)) {
    nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
    tutti_report(ctx, job, state);
  }
}

/* One thread of the team. */
typedef struct {
  const tutti_ctx *ctx;
  const tutti_job *job;
  tutti_run *state;
  int worker, workers;
  tutti_place place;
} member;

static void work(void *member_) {
  member *m = member_;
  tutti_work(m->ctx, m->job, m->state, m->worker, m->workers, m->worker == 0, &m->place);
  if (m->worker == 0 && m->ctx->config.progress) report_until_done(m->ctx, m->job, m->state);
}

/* The others wait for this thread at the end of the region, and there is no way out of it: the process ends,
 * and these are its last words. */
static void stranded(void *member_, tutti_way how) {
  const member *m = member_;
  const uint64_t left = atomic_load(&m->place.left);
  const size_t chunk = tutti_place_chunk(left);
  char items[64] = "", words[256];
  if (left)
    snprintf(items, sizeof items, " at items [%zu, %zu)", plan_begin(&m->job->plan, chunk),
             plan_begin(&m->job->plan, chunk + 1));
  const int size = snprintf(words, sizeof words,
                            "tutti: %s left a function of the caller's%s in a team of threads, which only a "
                            "return may leave: the process ends\n",
                            tutti_way_text(how), items);
  (void)!write(STDERR_FILENO, words, (size_t)size);
}

static tutti_status run(tutti_ctx *ctx, const tutti_job *job) {
  const int workers = tutti_backend_workers(ctx, job);
  if (team_lost || workers == 1) return tutti_serial_ops.run(ctx, job);
  tutti_run state;
  tutti_run_init(&state);
#pragma omp parallel num_threads(workers)
  {
    member m = {ctx, job, &state, omp_get_thread_num(), omp_get_num_threads(), {0}};
    const bool nested = tutti_in_worker;
    tutti_pinned before;
    tutti_pin(ctx, m.worker, &before);
    tutti_in_worker = true;
    tutti_contain(work, stranded, &m);
    tutti_unpin(&before);
    tutti_in_worker = nested;
  }
  return tutti_run_status(ctx, job, &state);
}

const tutti_backend_ops tutti_threads_ops = {"threads", true, run, NULL};
