/* A pool of worker processes: forked for one call, or standing by between calls. */
#ifndef TUTTI_PROCESSES_WORKER_POOL_H
#define TUTTI_PROCESSES_WORKER_POOL_H

#include <poll.h>
#include <signal.h>
#include <sys/types.h>

#include "backends/processes/shared_call.h"

typedef struct fork_thread fork_thread;

/* For the watchdog: how far a worker was when the caller last looked. */
typedef struct {
  uint32_t steps;
  bool overdue; /* killed because it took too long */
  uint64_t ns;  /* nanoseconds that it could run since it made the last of these steps */
} watchdog;

typedef struct {
  tutti_ctx *ctx;
  shared_call *shared;
  int workers;
  bool standing; /* workers stay when a call has ended */
  /* Forks the workers that stay: Linux ends a worker with the thread that forked it. Otherwise NULL. */
  fork_thread *fork_thread;
  sigset_t mask; /* the signals that are blocked in workers */
  pid_t *pid;    /* [workers]; 0: none runs */
  /* [workers + 1]: the pidfd of each worker, fd < 0 where there is none; last the eventfd that a worker
   * signals when all workers have completed the epoch. */
  struct pollfd *watch;
  watchdog *watchdog; /* [workers] */
  uint64_t looked;    /* ns: when the caller last looked at the clock */
  /* [PLAN_MAX_CHUNKS + workers]: first, how many workers have died in each chunk; then, how often each
   * worker has died between chunks without any chunk being done meanwhile (that is, since `done_before`
   * items were done). */
  unsigned char *retries;
  size_t done_before;
} worker_pool;

/* Opens a pool in which no worker runs yet. TUTTI_ENOMEM; TUTTI_ESYSTEM: no descriptor, or no thread that
 * could fork. Call tutti_worker_pool_close after a failure, too. */
tutti_status tutti_worker_pool_open(worker_pool *pool, tutti_ctx *ctx, shared_call *shared, int workers,
                                    bool standing);

/* Runs the shared call: starts workers that are missing, replaces workers that die, and reports progress
 * meanwhile.
 *
 * - TUTTI_OK: all chunks were run, or the run was stopped (tutti_run_status says how it went), and no
 *   worker uses the shared record any more.
 * - TUTTI_EWORKER: too many workers died in one chunk, or between chunks.
 * - TUTTI_ESYSTEM: fork failed, or there is no descriptor. */
tutti_status tutti_worker_pool_run(worker_pool *pool);

/* Ends the workers that run, and releases everything. mine: the workers are children of this process, and
 * not of one from which it was forked. */
void tutti_worker_pool_close(worker_pool *pool, bool mine);

/* The work of a worker process, called in it directly after fork. */
_Noreturn void tutti_worker_main(const worker_pool *pool, int worker, pid_t parent);

#endif
