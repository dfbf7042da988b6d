/* Starts, watches and replaces worker processes.
 *
 * A worker that dies is replaced by another one, forked like the first. It takes over the claim: the chunk
 * in which its predecessor died, from the beginning, and those that were handed out with it. A chunk can
 * also be lost between two instructions, handed out but not yet noted in a claim. Such chunks are found at
 * the end and run in an epoch of their own.
 *
 * The caller polls the pidfds of its workers, which tell of their deaths, and an eventfd (done_event),
 * which the last worker signals at the end of an epoch. These can fail: the program may close descriptors
 * that are not its own, and kernels before 5.3 have no pidfds. So the caller also looks for itself from
 * time to time. */
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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "backends/fork_thread.h"
#include "backends/processes/worker_end.h"
#include "platform/clock.h"
#include "platform/openmp.h"

enum {
  SOON_MS = 20, /* between looks, where descriptors do not tell everything */
  LATER_MS = 200,
  LONG_MS = 100, /* longer than that after the last look: this process was stopped, and its workers may have
                    been, too */
  MOST_ATTEMPTS = 3 /* deaths in one chunk that end the call */
};

/* Begins an epoch, and wakes standing workers. */
static void wake(const worker_pool *pool) {
  atomic_fetch_add(&pool->shared->epoch, 1);
  if (pool->standing) syscall(SYS_futex, &pool->shared->epoch, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* error -1: OpenMP has ended the worker without a chance to tell why. */
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
  pool->watch[worker].fd = tutti_worker_watch(pid);
  if (pool->watch[worker].fd == -1)
    return tutti_fail(pool->ctx, TUTTI_ESYSTEM, "no descriptor to watch worker %d of %d: %s", worker + 1,
                      pool->workers, strerror(errno));
  sem_post(&pool->shared->worker[worker].watched);
  return TUTTI_OK;
}

/* Starts workers that are missing. Signals are blocked meanwhile, so that no handler of the caller's runs
 * in a worker. */
static tutti_status start_missing(void *pool_) {
  worker_pool *pool = pool_;
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &mask);
  const pid_t parent = getpid();
  tutti_status status = TUTTI_OK;
  for (int w = 0; w < pool->workers && !status; w++)
    if (pool->pid[w] == 0 && !tutti_shared_call_has_completed(pool->shared, w))
      status = start_worker(pool, w, parent);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  return status;
}

static tutti_status start_workers(worker_pool *pool) {
  bool missing = false;
  for (int w = 0; w < pool->workers; w++) missing = missing || pool->pid[w] == 0;
  if (!missing) return TUTTI_OK;
  return pool->standing ? tutti_fork_thread_run(pool->fork_thread, start_missing, pool) : start_missing(pool);
}

/* Ends all workers: nobody needs what they still compute. Standing ones also end by themselves when they
 * see `over`: there may be no permission to kill them. */
static void stop_workers(worker_pool *pool) {
  siginfo_t end;
  atomic_store(&pool->shared->over, pool->standing);
  wake(pool);
  for (int w = 0; w < pool->workers; w++)
    if (pool->pid[w] > 0) tutti_worker_kill(pool, w);
  for (int w = 0; w < pool->workers; w++)
    if (pool->pid[w] > 0) (void)tutti_worker_has_ended(pool, w, &end, 0);
}

/* The items of chunks that are done, by their flags. (run.done may lack items that a worker did before it
 * died.) */
static size_t items_done(const shared_call *shared) {
  size_t done = 0;
  for (size_t chunk = 0; chunk < shared->job.plan.count; chunk++)
    if (atomic_load(&shared->job.ended[chunk]))
      done += plan_begin(&shared->job.plan, chunk + 1) - plan_begin(&shared->job.plan, chunk);
  return done;
}

/* A worker has died: starts another one in its place, unless too many have died in the same chunk. Where
 * this chunk or a lower one has failed meanwhile, there is nothing left for it to do, since chunks are
 * handed out in ascending order. */
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
  if (!left && items_done(shared) > pool->done_before) { /* a death between chunks counts only if no chunk was
                                                            done since the last one */
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
  else tutti_worker_describe_end(end, how, sizeof how);
  if (left)
    snprintf(where, sizeof where, "in items [%zu, %zu)", plan_begin(&shared->job.plan, chunk),
             plan_begin(&shared->job.plan, chunk + 1));
  return tutti_fail(pool->ctx, TUTTI_EWORKER, "%d workers died %s; the last, worker %d of %d, %s",
                    MOST_ATTEMPTS, where, worker + 1, shared->workers, how);
}

/* The time since the last look in which workers could run. Time in which the whole group was stopped, or
 * the machine was asleep, does not count: of a long pause only LONG_MS do. */
static uint64_t time_to_run(worker_pool *pool) {
  const uint64_t now = tutti_now_ns(), passed = now - pool->looked, most = LONG_MS * UINT64_C(1000000);
  pool->looked = now;
  return passed < most ? passed : most;
}

/* Kills workers that have made no step for longer than chunk_seconds. */
static void check_watchdog(worker_pool *pool) {
  const double limit = 1e9 * pool->ctx->config.chunk_seconds;
  if (!(limit > 0)) return;
  const uint64_t passed = time_to_run(pool);
  for (int w = 0; w < pool->workers; w++) {
    watchdog *p = &pool->watchdog[w];
    const uint32_t steps = atomic_load(&pool->shared->worker[w].steps);
    p->ns = p->steps == steps ? p->ns + passed : 0;
    p->steps = steps;
    p->overdue =
        (double)p->ns > limit && pool->pid[w] > 0 && !tutti_shared_call_has_completed(pool->shared, w);
    if (p->overdue) tutti_worker_kill(pool, w);
  }
}

/* Milliseconds until the next look. */
static int until_next_look(const worker_pool *pool) {
  bool soon = pool->shared->job.settings.progress || pool->ctx->config.chunk_seconds > 0;
  for (int w = 0; w < pool->workers; w++) soon = soon || (pool->pid[w] > 0 && pool->watch[w].fd < 0);
  return soon ? SOON_MS : LATER_MS;
}

/* Waits until a descriptor is ready, or for that time. Returns whether one is. */
static bool wait_a_while(worker_pool *pool, int ms) {
  struct pollfd *done_event = &pool->watch[pool->workers];
  const int ready = poll(pool->watch, (nfds_t)pool->workers + 1, ms);
  if (ready < 0 && errno != EINTR) nanosleep(&(struct timespec){.tv_nsec = 1000000L * SOON_MS}, NULL);
  if (ready > 0 && done_event->revents & POLLIN)
    (void)!read(done_event->fd, &(uint64_t){0}, sizeof(uint64_t));
  if (ready > 0 && done_event->revents & POLLNVAL) done_event->fd = -1;
  return ready > 0;
}

/* Looks for workers that have ended: among all of them, or among those whose descriptors say so. count:
 * those that have not completed the epoch are replaced. */
static tutti_status look_for_ended(worker_pool *pool, bool all, bool count) {
  tutti_status status = TUTTI_OK;
  siginfo_t end;
  for (int w = 0; w < pool->workers && !status; w++) {
    if (pool->pid[w] == 0 || (!all && pool->watch[w].fd >= 0 && !pool->watch[w].revents)) continue;
    if (tutti_worker_has_ended(pool, w, &end, WNOHANG)) {
      if (count && !tutti_shared_call_has_completed(pool->shared, w)) status = replace(pool, w, &end);
    } else if (pool->watch[w].fd >= 0 && pool->watch[w].revents) {
      pool->watch[w].fd = UNWATCHED; /* it has not ended: the descriptor was closed, and its number is now
                                        another file of the program's */
    }
  }
  return status;
}

/* Waits until every worker has completed this epoch; meanwhile reports progress and replaces workers that
 * die. */
static tutti_status wait_for_workers(worker_pool *pool) {
  tutti_status status = TUTTI_OK;
  while (!status && !tutti_shared_call_is_done(pool->shared, pool->workers)) {
    check_watchdog(pool);
    const bool told = wait_a_while(pool, until_next_look(pool));
    tutti_report(pool->ctx, &pool->shared->job, &pool->shared->run);
    status = look_for_ended(pool, !told, true);
  }
  return status;
}

static tutti_status run_epoch(worker_pool *pool) {
  if (pool->standing) { /* workers that died between calls: their deaths count for nothing */
    (void)poll(pool->watch, (nfds_t)pool->workers, 0);
    (void)look_for_ended(pool, false, false);
  }
  memset(pool->watchdog, 0, (size_t)pool->workers * sizeof *pool->watchdog);
  pool->looked = tutti_now_ns();
  wake(pool);
  const tutti_status status = start_workers(pool);
  return status ? status : wait_for_workers(pool);
}

/* After all workers have completed their epoch: gives all chunks to worker 0, which runs those that are
 * not done. They were handed out to workers that died before they noted it. */
static tutti_status run_lost_chunks(worker_pool *pool) {
  shared_call *shared = pool->shared;
  atomic_store(&shared->run.done, items_done(shared));
  if (atomic_load(&shared->run.done) == shared->job.plan.n || atomic_load(&shared->run.canceled) ||
      atomic_load(&shared->run.failure) != UINT64_MAX)
    return TUTTI_OK;
  const int workers = pool->workers;
  if (!pool->standing) {
    stop_workers(pool);
    pool->watch[1] = pool->watch[workers]; /* the eventfd moves behind the one worker that is left */
    pool->workers = 1;
  }
  shared->workers = 1;
  atomic_store(&shared->worker[0].claim.left, tutti_claim_of(0, shared->job.plan.count));
  const tutti_status status = run_epoch(pool);
  atomic_store(&shared->run.done, items_done(shared));
  return status;
}

/* Flushes stdout, so that what the program has printed comes before what workers print. Not if another
 * thread holds the lock of stdout: it may hold it for long, and the call would wait. */
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
