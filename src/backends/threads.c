/* An OpenMP team, the calling thread among it. */
#include <dirent.h>
#include <omp.h>
#include <pthread.h>
#include <time.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h> /* glibc 2.32 */
#define NEVER_HAD_THREADS __libc_single_threaded
#else
#define NEVER_HAD_THREADS 0
#endif

#include "backends/backend.h"
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

static tutti_status run(tutti_ctx *ctx, const tutti_job *job) {
  const int workers = tutti_backend_workers(ctx, job);
  if (team_lost || workers == 1) return tutti_serial_ops.run(ctx, job);
  tutti_run state;
  tutti_run_init(&state);
#pragma omp parallel num_threads(workers)
  {
    const int worker = omp_get_thread_num();
    const bool nested = tutti_in_worker;
    tutti_pinned before;
    tutti_pin(ctx, worker, &before);
    tutti_in_worker = true;
    tutti_work(ctx, job, &state, worker, omp_get_num_threads(), worker == 0, NULL);
    if (worker == 0 && ctx->config.progress) report_until_done(ctx, job, &state);
    tutti_unpin(&before);
    tutti_in_worker = nested;
  }
  return tutti_run_status(ctx, job, &state);
}

const tutti_backend_ops tutti_threads_ops = {"threads", true, run, NULL};
