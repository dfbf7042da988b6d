/* Worker processes: forked for one call, or standing by between calls. */
#ifndef TUTTI_PROCESSES_WORKER_POOL_H
#define TUTTI_PROCESSES_WORKER_POOL_H

#include <poll.h>
#include <signal.h>
#include <sys/types.h>

#include "backends/processes/shared_call.h"

typedef struct fork_thread fork_thread;

/* How far a worker was when the caller last looked. */
typedef struct {
  uint32_t steps;
  bool overdue; /* killed because it took too long */
  uint64_t ns;  /* in which it could run since it made the last of its steps */
} watchdog;

typedef struct {
  tutti_ctx *ctx;
  shared_call *shared;
  int workers;
  bool standing; /* workers stay when a call has ended */
  /* Forks the workers that stay: Linux ends a worker with the thread that forked it. Otherwise NULL. */
  fork_thread *fork_thread;
  sigset_t mask; /* of signals that reach workers */
  pid_t *pid;    /* [workers]; 0: none runs */
  /* [workers]: pidfds, fd < 0 where there is none; then the eventfd that is signalled when all are done. */
  struct pollfd *watch;
  watchdog *watchdog; /* [workers] */
  uint64_t looked;    /* ns: when the caller last looked at the clock */
  /* [PLAN_MAX_CHUNKS]: how many workers died in each chunk; then [workers]: how often this one died before
   * its first chunk, since `done_before` items were done. */
  unsigned char *retries;
  size_t done_before;
} worker_pool;

/* A pool in which no worker runs yet. TUTTI_ENOMEM; TUTTI_ESYSTEM: no descriptor, or no thread to fork from.
 * After a failure, too, tutti_worker_pool_close gives back what it has. */
tutti_status tutti_worker_pool_open(worker_pool *pool, tutti_ctx *ctx, shared_call *shared, int workers,
                                    bool standing);

/* Runs the shared call:
 * - starts the workers that are missing, and replaces those that die;
 * - reports progress meanwhile;
 * - returns TUTTI_OK when no worker touches the shared record any more; whether the job went well is said by
 *   tutti_run_status. TUTTI_EWORKER: a chunk has ended too many workers. TUTTI_ESYSTEM: no fork, no
 *   descriptor. */
tutti_status tutti_worker_pool_run(worker_pool *pool);

/* Whether every worker has completed the current epoch. */
bool tutti_worker_pool_is_done(const worker_pool *pool);

/* Ends the workers that run and gives everything back. mine: they are children of this process, and not of
 * one from which it was forked. */
void tutti_worker_pool_close(worker_pool *pool, bool mine);

/* In a worker, which has just been forked. */
_Noreturn void tutti_worker_main(const worker_pool *pool, int worker, pid_t parent);

#endif
