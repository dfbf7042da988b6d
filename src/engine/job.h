/* A job: a call that is checked and planned, in the one form that every backend runs. */
#ifndef TUTTI_ENGINE_JOB_H
#define TUTTI_ENGINE_JOB_H

#include <limits.h>
#include <stdatomic.h>
#include <tutti/parallel.h>

#include "core/context.h"
#include "engine/plan.h"

/* A piece of memory. */
typedef struct {
  const void *base;
  size_t bytes;
} tutti_range;

/* What the chunks are handed: `at`.
 *
 * bytes > 0 is a promise about what the chunks read of the caller's memory: the `bytes` bytes at `at`, the
 * arrays in `reads` (to which those bytes point), the outputs, and nothing else. bytes = 0: they may read
 * anything. */
typedef struct {
  const void *at;
  size_t bytes;
  tutti_range reads[2];
} tutti_args;

typedef struct tutti_job tutti_job;
struct tutti_job {
  /* These fields lie on one cache line: every worker reads them in every call. */
  _Alignas(64) tutti_plan plan;
  /* Runs one chunk, the items [begin, end). Non-zero is a failure. */
  int (*run)(const tutti_job *job, size_t chunk, size_t begin, size_t end);
  const void *call;    /* what `run` needs besides: plain bytes, of which workers may get a copy */
  atomic_uchar *ended; /* 1: the chunk has been run without failure, and is not run again; or NULL */
  tutti_args args;
  size_t call_size;            /* bytes of *call */
  const tutti_output *outputs; /* item arrays that chunks write, ended by {0}; NULL: none were declared */
  unsigned char *partials;     /* the accumulators of a reduction, one slot for each chunk; or NULL */
  size_t partial_size;         /* bytes of a slot */
  size_t acc_size;             /* bytes of the accumulator in a slot; ranks compare it */
  bool internal;    /* the chunks are the library's: where one returns TUTTI_NO_MEMORY the call returns
                       TUTTI_ENOMEM */
  bool partitioned; /* each rank has items of its own, and runs all of its chunks itself */
  bool write_only;  /* chunks write their outputs without reading them: before a chunk is run again, its
                       outputs need not be restored */
  tutti_settings settings; /* backend, schedule and progress */
};

#define TUTTI_NO_MEMORY INT_MIN

/* A worker's claim: the chunks that it was handed and has not finished. It lies in shared memory, so that
 * another worker can finish them when this one dies. */
typedef struct {
  /* 2^32 (the chunk that runs) + (the end of the chunks handed out); both equal: none are left. */
  _Atomic uint64_t left;
  _Atomic size_t requests; /* how often the worker has asked for chunks */
} tutti_claim;

static inline size_t tutti_claim_chunk(uint64_t left) { return (size_t)(left >> 32); }
static inline size_t tutti_claim_end(uint64_t left) { return (size_t)(uint32_t)left; }
static inline uint64_t tutti_claim_of(size_t chunk, size_t end) { return (uint64_t)chunk << 32 | end; }

/* How a function of the caller's was left. */
typedef enum { TUTTI_RETURNED, TUTTI_THREW, TUTTI_JUMPED /* longjmp, pthread_exit */ } tutti_way;

/* A failure as one number, so that the smaller of two is that of the lower chunk:
 *
 *     2^34 chunk + 2^32 how + value, value as an unsigned number of 32 bits. */
static inline uint64_t tutti_failure_of(size_t chunk, tutti_way how, int value) {
  return (uint64_t)chunk << 34 | (uint64_t)how << 32 | (uint32_t)value;
}
static inline size_t tutti_failure_chunk(uint64_t failure) { return (size_t)(failure >> 34); }
static inline tutti_way tutti_failure_way(uint64_t failure) { return (tutti_way)(failure >> 32 & 3); }
static inline int tutti_failure_value(uint64_t failure) { return (int)(uint32_t)failure; }

/* The state of a job that runs, which its workers change. It lies in memory that all of them share. */
/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
typedef struct {
  _Atomic size_t next; /* the first chunk not handed out (dynamic, guided) */
  /* On a cache line of its own: it is read before every chunk and rarely written, while `next` changes
   * with every chunk. The tutti_failure_of the lowest chunk that has failed so far; UINT64_MAX: none. */
  _Alignas(64) _Atomic uint64_t failure;
  atomic_bool canceled;
  _Atomic size_t done; /* items of chunks that are done; only counted where there is a progress function */
} tutti_run;

void tutti_run_init(tutti_run *run);

/* Whether a chunk is still to be run: the run is not canceled, and no chunk below this one or equal to it
 * has failed.
 *
 * Chunks below a failed one are run, although the call fails anyway: one of them may fail too. So any
 * backend reports the failure that a serial run would have met first. */
bool tutti_run_wants(const tutti_run *run, size_t chunk);

/* *lowest = min(*lowest, failure), atomically. */
void tutti_note_failure(_Atomic uint64_t *lowest, uint64_t failure);

/* Runs chunks as one worker of a team, worker = 0 .. workers - 1: takes chunks as the job's schedule hands
 * them out, until none is left.
 *
 * reports: this worker calls the progress function; it must be in the calling thread. claim: where the
 * worker notes which chunks it has left; it first runs those that it finds there, left by a worker that
 * died; or NULL. */
void tutti_work(const tutti_ctx *ctx, const tutti_job *job, tutti_run *run, int worker, int workers,
                bool reports, tutti_claim *claim);

/* Calls the progress function, which must not be NULL, as if from a chunk: what it calls of the library
 * runs serially. */
int tutti_call_progress(const tutti_ctx *ctx, const tutti_settings *settings, size_t done, size_t total);

/* Calls the progress function, if there is one, with what is done so far, and notes in *run whether it
 * cancels. */
void tutti_report(const tutti_ctx *ctx, const tutti_job *job, tutti_run *run);

/* In words, for a detail: "an exception", ... */
const char *tutti_way_text(tutti_way how);

/* The status of a run that has ended, with the detail: TUTTI_OK, TUTTI_EUSER, TUTTI_ECANCELED or (chunks
 * of the library) TUTTI_ENOMEM. */
tutti_status tutti_run_status(tutti_ctx *ctx, const tutti_job *job, const tutti_run *run);

/* Runs a job on the context's backend, or serially when called from a worker. */
tutti_status tutti_execute(tutti_ctx *ctx, const tutti_job *job);

/* Checks that there is memory for what workers allocate in their chunks, `bytes` each; call it before the
 * job runs. As many are counted as run chunks of such a plan at the same time. TUTTI_ENOMEM: there is not;
 * the detail says what the memory is for. */
tutti_status tutti_check_work_space(tutti_ctx *ctx, size_t n, size_t grain, size_t acc_size, size_t bytes,
                                    const char *what);

/* `run` of a job of tutti_for: job->call points to a tutti_body, which gets job->args.at. */
int tutti_for_chunk(const tutti_job *job, size_t chunk, size_t begin, size_t end);

/* Runs a reduction of n items into acc. In *what, `call` points to a tutti_reduction; args, outputs,
 * settings and the flags are set; the other fields are filled in here. */
tutti_status tutti_reduce_job(tutti_ctx *ctx, const tutti_job *what, size_t n, void *acc);

/* tutti_for for functions of the library, whose arguments are already checked. The chunks write their
 * outputs without reading them (write_only). */
tutti_status tutti_for_internal(tutti_ctx *ctx, size_t n, size_t grain, tutti_body body, tutti_args args,
                                const tutti_output *outputs);

/* tutti_reduce for functions of the library. */
tutti_status tutti_reduce_internal(tutti_ctx *ctx, const tutti_reduction *op, size_t n, tutti_args args,
                                   void *acc);

/* tutti_reduce for functions of the library, over an array of which each rank has a part (in a context
 * over ranks): acc is the result of the whole array. The order of merging must not matter. */
tutti_status tutti_reduce_partitioned(tutti_ctx *ctx, const tutti_reduction *op, size_t n, tutti_args args,
                                      void *acc);

/* tutti_reduce for functions of the library whose chunks also write item arrays (base NULL: none). */
tutti_status tutti_reduce_with_outputs(tutti_ctx *ctx, const tutti_reduction *op, size_t n, tutti_args args,
                                       void *acc, const tutti_output *outputs);

#endif
