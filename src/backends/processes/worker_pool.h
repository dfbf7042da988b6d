/* Worker processes and the shared memory they work on: forked for one call, or standing by between calls. */
#ifndef TUTTI_PROCESSES_WORKER_POOL_H
#define TUTTI_PROCESSES_WORKER_POOL_H

#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/types.h>

#include "backends/backend.h"

typedef struct {
  tutti_claim claim;
  _Atomic size_t
      copied; /* the chunk whose items, as they were before it ran, are in the copies; or SIZE_MAX */
  _Atomic uint32_t steps;           /* goes up when it begins or ends a chunk */
  _Atomic uint32_t completed_epoch; /* the last epoch in which it has left the loop over chunks by itself */
  atomic_int refused; /* why OpenMP could not start in it, an error's number; -1: it has not asked yet */
  sem_t watched;      /* posted when the caller holds the descriptor that tells of the worker's end */
} worker_state;

/* An output, and what brings it back. */
typedef struct {
  tutti_output to;
  unsigned char *staging; /* where workers copy the items of a chunk when it is done; NULL: `to` is shared */
  unsigned char
      *copies; /* of `to` in shared memory that chunks may read: a chunk's items a worker; or NULL */
} carried;

/* What workers know of the call that runs, and note of it. In shared memory; all pointers hold in them. */
typedef struct {
  tutti_job job;
  carried *outputs;
  size_t output_count, chunk_items; /* of the largest chunk */
  int workers;                      /* the first ones of the worker_pool, which work */
  tutti_run run;
  atomic_bool over;       /* for workers that stand by: to end */
  _Atomic uint32_t epoch; /* goes up when there is something to do; a futex at which workers stand by */
  worker_state worker[];  /* [of the worker_pool] */
} shared_call;

typedef struct fork_thread fork_thread;

/* How a worker gets on, as the caller sees it now and then. */
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
  fork_thread
      *fork_thread; /* the thread that forks them then, for they end with the thread that forked them */
  sigset_t mask;    /* of signals that reach workers */
  pid_t *pid;
  struct pollfd *watch; /* of each worker, fd < 0 where there is none; then the done_event that the last
                           worker of a epoch rings */
  watchdog *watchdog;
  uint64_t looked;        /* ns: when the caller last looked at the clock */
  unsigned char *retries; /* [PLAN_MAX_CHUNKS + workers]: in each chunk; then of each worker, which had none,
                            since there were... */
  size_t done_before;     /* ... so many items done */
} worker_pool;

/* A worker_pool of nobody. */
tutti_status tutti_worker_pool_open(worker_pool *pool, tutti_ctx *ctx, shared_call *shared, int workers,
                                    bool standing);

/* Has the job on the board run, by as many workers as it says, those who are missing started and those who
 * die replaced. No worker touches the board when it returns TUTTI_OK. */
tutti_status tutti_worker_pool_run(worker_pool *pool);

/* Whether every worker has ended its epoch. */
bool tutti_worker_pool_is_done(const worker_pool *pool);

/* Kills who is left: a worker_pool of nobody again. mine: they are this process's, not those of one it was
 * forked from. */
void tutti_worker_pool_close(worker_pool *pool, bool mine);

/* In a worker, which has just been forked. */
_Noreturn void tutti_worker_main(const worker_pool *pool, int worker, pid_t parent);

/* A worker's epoch, in that worker. */
void tutti_shared_call_run(const tutti_ctx *ctx, shared_call *shared, int worker);

#endif
