/* The record of a call that the caller and the worker processes share.
 *
 * It lies in shared memory, and behind it everything that the call needs:
 *
 * - copies of its arguments;
 * - one flag for each chunk (tutti_job.ended);
 * - the partials of a reduction;
 * - a staging area for each declared output that lies in private memory. A worker copies the items of a
 *   chunk there when the chunk is done; the caller copies them to the output itself when all chunks went
 *   well.
 *
 * Outputs in shared memory (tutti_alloc) need no staging area. But a worker that dies may have written
 * some of a chunk's items to them. So they are copied before each chunk (`copies`), and restored from the
 * copy when the chunk is run again. */
#ifndef TUTTI_PROCESSES_SHARED_CALL_H
#define TUTTI_PROCESSES_SHARED_CALL_H

#include <semaphore.h>

#include "engine/job.h"

/* What a worker tells the caller, and the worker that replaces it. */
typedef struct {
  tutti_claim claim;
  /* The chunk whose items were last copied to `copies`, before it ran; SIZE_MAX: none. */
  _Atomic size_t copied;
  _Atomic uint32_t steps; /* increases when the worker begins or ends a chunk: the watchdog looks at it */
  _Atomic uint32_t completed_epoch; /* the last epoch whose chunks the worker has finished */
  atomic_int refused; /* the error with which OpenMP could not start; 0: it could; -1: not tried yet */
  sem_t watched;      /* posted when the caller has a pidfd of the worker, and so will learn of its end */
} worker_state;

/* An output, and how it gets back to the caller. */
typedef struct {
  tutti_output to;
  unsigned char *staging; /* its staging area; NULL: it lies in shared memory */
  unsigned char *copies;  /* [workers x chunk_items]: for an output in shared memory, the items of the chunk
                             that each worker runs, as they were before; or NULL */
} carried;

/* The record itself. All pointers in it are valid in the workers. */
typedef struct {
  tutti_job job;
  carried *outputs;
  size_t output_count, chunk_items; /* chunk_items: of the largest chunk */
  int workers;                      /* workers of the pool that take part: 0 .. workers - 1 */
  tutti_run run;
  atomic_bool over;       /* standing workers are to end */
  _Atomic uint32_t epoch; /* Number of the last piece of work: it increases when there is something to do.
                             Standing workers wait at it as a futex. */
  worker_state worker[];  /* [workers of the pool] */
} shared_call;

/* Writes the job into the record, and lays out behind it what the call needs. places: the workers for
 * which the record has room, at least `workers`. Returns the bytes of the whole. shared NULL: only counts
 * the bytes. */
size_t tutti_shared_call_lay_out(shared_call *shared, const tutti_job *job, int workers, int places);

/* In the caller: copies partials and staged outputs to the caller's memory. */
void tutti_shared_call_collect(const shared_call *shared, const tutti_job *job);

/* Whether a worker, or each of so many, has completed the current epoch. */
bool tutti_shared_call_has_completed(const shared_call *shared, int worker);
bool tutti_shared_call_is_done(const shared_call *shared, int workers);

/* In a worker: runs chunks until none is left. */
void tutti_shared_call_run(const tutti_ctx *ctx, shared_call *shared, int worker);

#endif
