/* The record of a call that the caller and the worker processes share.
 *
 * It lies in shared memory, with room behind it for what the call needs: copies of its arguments, a flag a
 * chunk, the partials of a reduction, and, for each declared output in private memory, a staging area. A
 * worker copies the items of a chunk to the staging area when the chunk is done; the caller copies them to
 * their place when all went well. Outputs in shared memory (tutti_alloc) need no staging. What a chunk that
 * ended its worker had written to them is undone, from a copy made before, when it is run again. */
#ifndef TUTTI_PROCESSES_SHARED_CALL_H
#define TUTTI_PROCESSES_SHARED_CALL_H

#include <semaphore.h>

#include "engine/job.h"

typedef struct {
  tutti_claim claim;
  /* The chunk whose items, as they were before it ran, are in the copies; SIZE_MAX: none. */
  _Atomic size_t copied;
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
      *copies; /* of shared items as they were before a chunk: those of one chunk a worker; or NULL */
} carried;

/* All pointers hold in the workers. */
typedef struct {
  tutti_job job;
  carried *outputs;
  size_t output_count, chunk_items; /* of the largest chunk */
  int workers;                      /* those that take part: worker 0 .. workers - 1 of the pool */
  tutti_run run;
  atomic_bool over;       /* workers that stand by are to end */
  _Atomic uint32_t epoch; /* a futex at which workers stand by; goes up when there is something to do */
  worker_state worker[];  /* [of the pool] */
} shared_call;

/* Writes the job into the record and lays out what it needs behind it. places: the workers that the record
 * has room for, at least `workers`. Returns the bytes of the whole; shared NULL: only that. */
size_t tutti_shared_call_lay_out(shared_call *shared, const tutti_job *job, int workers, int places);

/* Copies partials and staged outputs to the caller's memory. */
void tutti_shared_call_collect(const shared_call *shared, const tutti_job *job);

/* In a worker: takes chunks until none is left. */
void tutti_shared_call_run(const tutti_ctx *ctx, shared_call *shared, int worker);

#endif
