/* Starting, watching and replacing worker processes.
 *
 * A worker that dies is replaced by another one, forked like the first, which goes on at its place: with the
 * chunk that killed it, from the beginning. Chunks that were handed out and never begun, because their worker
 * died on the way, are run in one more epoch at the end.
 *
 * The caller notices retries by descriptors of its workers (pidfd), and the end of a epoch by one more, a
 * done_event that the last worker rings. A host can lose those descriptors for us, and an old kernel has no
 * pidfds: so now and then it looks for itself. */
#define _GNU_SOURCE
#include "backends/processes/worker_pool.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "backends/fork_thread.h"
#include "platform/clock.h"
#include "platform/openmp.h"

enum {
  SOON_MS = 20, /* where the descriptors do not tell everything */
  LATER_MS = 200,
  LONG_MS = 100, /* a look later than that after the last one: this process could not run, nor could others */
  MOST_ATTEMPTS = 3, /* in a chunk */
  UNWATCHED = -2     /* in place of a descriptor */
};

static bool has_completed(const shared_call *shared, int worker) {
  return atomic_load(&shared->worker[worker].completed_epoch) == atomic_load(&shared->epoch);
}

bool tutti_worker_pool_is_done(const worker_pool *pool) {
  for (int w = 0; w < pool->workers; w++)
    if (!has_completed(pool->shared, w)) return false;
  return true;
}

/* There is something to do. */
static void wake(const worker_pool *pool) {
  atomic_fetch_add(&pool->shared->epoch, 1);
  if (pool->standing) syscall(SYS_futex, &pool->shared->epoch, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* What a worker that has run LLVM's OpenMP, which registers every forked child by a shared-memory object,
 * could not take away itself. */
static void leave_openmp_for(pid_t pid) {
  char name[64];
  snprintf(name, sizeof name, "/__KMP_REGISTERED_LIB_%d_%d", (int)pid, (int)getuid());
  if (tutti_openmp_is_llvm()) shm_unlink(name);
}

/* Linux before 5.3 has no descriptors of processes, nor have valgrind and some sandboxes. */
static int watch_process(pid_t pid) {
  const int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  return fd < 0 && (errno == ENOSYS || errno == EPERM) ? UNWATCHED : fd;
}

static void kill_worker(const worker_pool *pool, int worker) {
  const int fd = pool->watch[worker].fd;
  if (fd >= 0 && syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) == 0) return;
  if (fd < 0 || errno != ESRCH) kill(pool->pid[worker], SIGKILL);
}

/* error -1: its runtime has ended the worker before it could ask. */
static tutti_status no_openmp(const worker_pool *pool, int worker, int error) {
  return tutti_fail(pool->ctx, TUTTI_ESYSTEM, "OpenMP cannot start in worker %d of %d: %s", worker + 1,
                    pool->workers, error > 0 ? strerror(error) : "is a descriptor left for it?");
}

static tutti_status start_worker(worker_pool *pool, int worker, pid_t parent) {
  const int error = tutti_openmp_may_start();
  if (error) return no_openmp(pool, worker, error);
  sem_init(&pool->shared->worker[worker].watched, 1, 0);
  atomic_store(&pool->shared->worker[worker].refused, -1);
  const pid_t pid = fork();
  if (pid == 0) tutti_worker_main(pool, worker, parent);
  if (pid < 0)
    return tutti_fail(pool->ctx, TUTTI_ESYSTEM, "worker %d of %d cannot be forked: %s", worker + 1,
                      pool->workers, strerror(errno));
  pool->pid[worker] = pid;
  pool->watch[worker].fd = watch_process(pid);
  if (pool->watch[worker].fd == -1)
    return tutti_fail(pool->ctx, TUTTI_ESYSTEM, "no descriptor to watch worker %d of %d: %s", worker + 1,
                      pool->workers, strerror(errno));
  sem_post(&pool->shared->worker[worker].watched);
  return TUTTI_OK;
}

/* Those who are missing. Signals wait meanwhile, so that no handler of the caller's runs in a worker. */
static tutti_status start_missing(void *pool_) {
  worker_pool *pool = pool_;
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &mask);
  const pid_t parent = getpid();
  tutti_status status = TUTTI_OK;
  for (int w = 0; w < pool->workers && !status; w++)
    if (pool->pid[w] == 0 && !has_completed(pool->shared, w)) status = start_worker(pool, w, parent);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  return status;
}

static tutti_status start_workers(worker_pool *pool) {
  bool missing = false;
  for (int w = 0; w < pool->workers; w++) missing = missing || pool->pid[w] == 0;
  if (!missing) return TUTTI_OK;
  return pool->standing ? tutti_fork_thread_run(pool->fork_thread, start_missing, pool) : start_missing(pool);
}

static void describe_end(const siginfo_t *end, char *text, size_t size) {
  const char *name = sigabbrev_np(end->si_status);
  if (end->si_code == CLD_EXITED) snprintf(text, size, "exited with status %d", end->si_status);
  else if (end->si_code == CLD_KILLED || end->si_code == CLD_DUMPED)
    snprintf(text, size, "was killed by signal %d (%s%s)", end->si_status, name ? "SIG" : "no name",
             name ? name : "");
  else snprintf(text, size, "ended"); /* the host ignores SIGCHLD: the kernel keeps no status */
}

/* As waitid, for this child alone: the host's others are left alone. A descriptor, as long as it is ours,
 * tells it even from a child of the host's that has got its pid, should the host have reaped ours. */
static int wait_for(worker_pool *pool, int worker, siginfo_t *end, int options) {
  enum { BY_PIDFD = 3 /* Linux 5.4; not in every C library */ };
  int error;
  do {
    const int fd = pool->watch[worker].fd;
    memset(end, 0, sizeof *end);
    error = fd >= 0 ? waitid((idtype_t)BY_PIDFD, (id_t)fd, end, WEXITED | options)
                    : waitid(P_PID, (id_t)pool->pid[worker], end, WEXITED | options);
    if (error && fd >= 0 && errno != ECHILD && errno != EINTR) pool->watch[worker].fd = UNWATCHED;
  } while (error && errno != ECHILD);
  return error;
}

/* Whether the worker has ended (options 0: waits until it has). Takes it off the kernel's list then. */
static bool has_ended(worker_pool *pool, int worker, siginfo_t *end, int options) {
  if (wait_for(pool, worker, end, options) == 0 && end->si_pid == 0) return false;
  if (pool->standing || !has_completed(pool->shared, worker)) leave_openmp_for(pool->pid[worker]);
  if (pool->watch[worker].fd >= 0) close(pool->watch[worker].fd);
  pool->watch[worker].fd = -1;
  pool->pid[worker] = 0;
  return true;
}

/* What is still running computes what nobody will read. Those who stand by end by themselves: there may be no
 * permission to kill them. */
static void stop_workers(worker_pool *pool) {
  siginfo_t end;
  atomic_store(&pool->shared->over, pool->standing);
  wake(pool);
  for (int w = 0; w < pool->workers; w++)
    if (pool->pid[w] > 0) kill_worker(pool, w);
  for (int w = 0; w < pool->workers; w++)
    if (pool->pid[w] > 0) (void)has_ended(pool, w, &end, 0);
}

/* The items of chunks that have ended; the workers' own count may lack those of a worker that died. */
static size_t items_done(const shared_call *shared) {
  size_t done = 0;
  for (size_t chunk = 0; chunk < shared->job.plan.count; chunk++)
    if (atomic_load(&shared->job.ended[chunk]))
      done += plan_begin(&shared->job.plan, chunk + 1) - plan_begin(&shared->job.plan, chunk);
  return done;
}

/* A worker has died: another one takes its place, unless its chunk has killed too many. Where that chunk has
 * failed, or a lower one has, there is nothing left for it to do: chunks are handed out in ascending order.
 */
static tutti_status replace(worker_pool *pool, int worker, const siginfo_t *end) {
  shared_call *shared = pool->shared;
  const int refused = atomic_load(&shared->worker[worker].refused);
  if (refused > 0 || (refused < 0 && tutti_openmp_is_llvm() && end->si_status != SIGKILL))
    return no_openmp(pool, worker, refused);
  const uint64_t left = atomic_load(&shared->worker[worker].claim.left);
  const size_t none = shared->job.plan.count, chunk = left ? tutti_claim_chunk(left) : none + (size_t)worker;
  char how[96], where[96] = "before their first chunk";
  if (left && !tutti_run_wants(&shared->run, chunk)) {
    atomic_store(&shared->worker[worker].completed_epoch, atomic_load(&shared->epoch));
    return TUTTI_OK;
  }
  if (!left && items_done(shared) >
                   pool->done_before) { /* between chunks: only retries without any work between count */
    pool->done_before = items_done(shared);
    memset(pool->retries + none, 0, (size_t)pool->workers);
  }
  if (++pool->retries[chunk] < MOST_ATTEMPTS) {
    pool->watchdog[worker] = (watchdog){0};
    return start_workers(pool);
  }
  if (pool->watchdog[worker].overdue)
    snprintf(how, sizeof how, "took longer than chunk_seconds = %g and was killed",
             pool->ctx->config.chunk_seconds);
  else describe_end(end, how, sizeof how);
  if (left)
    snprintf(where, sizeof where, "in items [%zu, %zu)", plan_begin(&shared->job.plan, chunk),
             plan_begin(&shared->job.plan, chunk + 1));
  return tutti_fail(pool->ctx, TUTTI_EWORKER, "%d workers died %s; the last, worker %d of %d, %s",
                    MOST_ATTEMPTS, where, worker + 1, shared->workers, how);
}

/* The time since the last look in which workers can have run: not that in which the whole group was stopped,
 * or the machine asleep. */
static uint64_t time_to_run(worker_pool *pool) {
  const uint64_t now = tutti_now_ns(), passed = now - pool->looked, most = LONG_MS * UINT64_C(1000000);
  pool->looked = now;
  return passed < most ? passed : most;
}

/* Kills workers whose chunk takes too long, or who do not begin one. */
static void check_watchdog(worker_pool *pool) {
  const double limit = 1e9 * pool->ctx->config.chunk_seconds;
  if (!(limit > 0)) return;
  const uint64_t passed = time_to_run(pool);
  for (int w = 0; w < pool->workers; w++) {
    watchdog *p = &pool->watchdog[w];
    const uint32_t steps = atomic_load(&pool->shared->worker[w].steps);
    p->ns = p->steps == steps ? p->ns + passed : 0;
    p->steps = steps;
    p->overdue = (double)p->ns > limit && pool->pid[w] > 0 && !has_completed(pool->shared, w);
    if (p->overdue) kill_worker(pool, w);
  }
}

/* The ms until it is worth to look again. */
static int until_next_look(const worker_pool *pool) {
  bool soon = pool->shared->job.settings.progress || pool->ctx->config.chunk_seconds > 0;
  for (int w = 0; w < pool->workers; w++) soon = soon || (pool->pid[w] > 0 && pool->watch[w].fd < 0);
  return soon ? SOON_MS : LATER_MS;
}

/* Waits until something has happened, or for a while. Returns whether the descriptors say what. */
static bool wait_a_while(worker_pool *pool, int ms) {
  struct pollfd *done_event = &pool->watch[pool->workers];
  const int ready = poll(pool->watch, (nfds_t)pool->workers + 1, ms);
  if (ready < 0 && errno != EINTR) nanosleep(&(struct timespec){.tv_nsec = 1000000L * SOON_MS}, NULL);
  if (ready > 0 && done_event->revents & POLLIN)
    (void)!read(done_event->fd, &(uint64_t){0}, sizeof(uint64_t));
  if (ready > 0 && done_event->revents & POLLNVAL) done_event->fd = -1;
  return ready > 0;
}

/* Takes note of workers that have ended: all of them, or those whose descriptors say so. */
static tutti_status look_for_ended(worker_pool *pool, bool all, bool count) {
  tutti_status status = TUTTI_OK;
  siginfo_t end;
  for (int w = 0; w < pool->workers && !status; w++) {
    if (pool->pid[w] == 0 || (!all && pool->watch[w].fd >= 0 && !pool->watch[w].revents)) continue;
    if (has_ended(pool, w, &end, WNOHANG)) {
      if (count && !has_completed(pool->shared, w)) status = replace(pool, w, &end);
    } else if (pool->watch[w].fd >= 0 && pool->watch[w].revents) {
      pool->watch[w].fd = UNWATCHED; /* something of the host's has that number now */
    }
  }
  return status;
}

/* Waits until every worker has completed_epoch this epoch, reporting meanwhile and replacing those that died.
 */
static tutti_status wait_for_workers(worker_pool *pool) {
  tutti_status status = TUTTI_OK;
  while (!status && !tutti_worker_pool_is_done(pool)) {
    check_watchdog(pool);
    const bool told = wait_a_while(pool, until_next_look(pool));
    tutti_report(pool->ctx, &pool->shared->job, &pool->shared->run);
    status = look_for_ended(pool, !told, true);
  }
  return status;
}

static tutti_status run_epoch(worker_pool *pool) {
  if (pool->standing) { /* who died since the last epoch did nothing wrong */
    (void)poll(pool->watch, (nfds_t)pool->workers, 0);
    (void)look_for_ended(pool, false, false);
  }
  memset(pool->watchdog, 0, (size_t)pool->workers * sizeof *pool->watchdog);
  pool->looked = tutti_now_ns();
  wake(pool);
  const tutti_status status = start_workers(pool);
  return status ? status : wait_for_workers(pool);
}

/* After all have ended by themselves: chunks nobody has begun are the first worker's. */
static tutti_status run_lost_chunks(worker_pool *pool) {
  shared_call *shared = pool->shared;
  atomic_store(&shared->run.done, items_done(shared));
  if (atomic_load(&shared->run.done) == shared->job.plan.n || atomic_load(&shared->run.canceled) ||
      atomic_load(&shared->run.failure) != UINT64_MAX)
    return TUTTI_OK;
  const int workers = pool->workers;
  if (!pool->standing) {
    stop_workers(pool);
    pool->watch[1] = pool->watch[workers]; /* nobody rings */
    pool->workers = 1;
  }
  shared->workers = 1;
  atomic_store(&shared->worker[0].claim.left, tutti_claim_of(0, shared->job.plan.count));
  const tutti_status status = run_epoch(pool);
  atomic_store(&shared->run.done, items_done(shared));
  return status;
}

/* What the host has printed comes before what workers print; if another thread of its is at it, it waits for
 * input perhaps, and what it has printed comes when it comes. */
static void write_out(void) {
  if (ftrylockfile(stdout) != 0) return;
  (void)fflush_unlocked(stdout);
  funlockfile(stdout);
}

tutti_status tutti_worker_pool_run(worker_pool *pool) {
  write_out();
  memset(pool->retries, 0, pool->shared->job.plan.count + (size_t)pool->workers);
  pool->done_before = 0;
  tutti_run_init(&pool->shared->run);
  for (int w = 0; w < pool->workers; w++) {
    worker_state *state = &pool->shared->worker[w];
    atomic_store(&state->claim.left, 0);
    atomic_store(&state->claim.requests, 0);
    atomic_store(&state->copied, SIZE_MAX);
  }
  const tutti_status status = run_epoch(pool);
  return status ? status : run_lost_chunks(pool);
}

tutti_status tutti_worker_pool_open(worker_pool *pool, tutti_ctx *ctx, shared_call *shared, int workers,
                                    bool standing) {
  const size_t places = (size_t)workers;
  *pool = (worker_pool){.ctx = ctx, .shared = shared, .workers = workers, .standing = standing};
  pthread_sigmask(SIG_SETMASK, NULL, &pool->mask);
  pool->pid = calloc(places, sizeof *pool->pid);
  pool->watch = calloc(places + 1, sizeof *pool->watch);
  pool->watchdog = calloc(places, sizeof *pool->watchdog);
  pool->retries = calloc(PLAN_MAX_CHUNKS + places, sizeof *pool->retries);
  if (!pool->pid || !pool->watch || !pool->watchdog || !pool->retries)
    return tutti_fail(ctx, TUTTI_ENOMEM, "no memory to keep track of %d workers", workers);
  for (size_t w = 0; w <= places; w++) pool->watch[w] = (struct pollfd){.fd = -1, .events = POLLIN};
  pool->watch[places].fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (pool->watch[places].fd < 0)
    return tutti_fail(ctx, TUTTI_ESYSTEM, "no descriptor to wait for %d workers: %s", workers,
                      strerror(errno));
  pool->fork_thread = standing ? tutti_fork_thread_open() : NULL;
  return standing && !pool->fork_thread
             ? tutti_fail(ctx, TUTTI_ESYSTEM, "no thread for workers that stand by")
             : TUTTI_OK;
}

void tutti_worker_pool_close(worker_pool *pool, bool mine) {
  if (pool->pid && pool->watch && pool->watchdog && pool->retries) {
    if (mine) stop_workers(pool);
    for (int w = 0; w <= pool->workers; w++)
      if (pool->watch[w].fd >= 0) close(pool->watch[w].fd);
  }
  tutti_fork_thread_close(pool->fork_thread, mine);
  free(pool->retries);
  free(pool->watchdog);
  free(pool->watch);
  free(pool->pid);
  *pool = (worker_pool){0};
}
