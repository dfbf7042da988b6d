/* A job: a call after planning, in the one form that every backend runs. */
#ifndef TUTTI_ENGINE_JOB_H
#define TUTTI_ENGINE_JOB_H

#include <limits.h>
#include <stdatomic.h>
#include <tutti/parallel.h>

#include "core/context.h"
#include "engine/plan.h"

typedef struct {
  const void *base;
  size_t bytes;
} tutti_range;

/* What the chunks are handed. Where `bytes` is not 0, they reach nothing else of the caller's memory than so
 * many bytes at `at`, the arrays it points to, which are in `reads`, and the outputs. */
typedef struct {
  const void *at;
  size_t bytes;
  tutti_range reads[2];
} tutti_args;

typedef struct tutti_job tutti_job;
struct tutti_job {
  /* On one cache line: what every worker reads of every call. */
  _Alignas(64) tutti_plan plan;
  /* Runs one chunk; non-zero is the caller's error. */
  int (*run)(const tutti_job *job, size_t chunk, size_t begin, size_t end);
  const void *call;    /* what `run` needs to know of the call: plain bytes */
  atomic_uchar *ended; /* [plan.count]: 1 when a chunk has ended well, and is not run again; or NULL */
  tutti_args args;
  size_t call_size;            /* bytes of it */
  const tutti_output *outputs; /* item arrays to bring back, ended by {0}; NULL: not declared */
  unsigned char *partials;     /* one slot a chunk; or NULL */
  size_t partial_size;         /* bytes of a slot */
  size_t acc_size;             /* of them, those of an accumulator; ranks compare it */
  bool internal;    /* the chunks are the library's own: TUTTI_NO_MEMORY from one of them is TUTTI_ENOMEM */
  bool partitioned; /* each rank has items of its own, and runs all of its chunks */
  bool write_only;  /* chunks only write their outputs: run again, they need not find there what was before */
  tutti_settings settings; /* how it runs */
};

#define TUTTI_NO_MEMORY INT_MIN

/* What a worker that was handed chunks has left of them, so that another one can go on in its place. */
typedef struct {
  _Atomic uint64_t left;   /* the chunk that runs << 32 | the end of those handed out; equal: none */
  _Atomic size_t requests; /* how often it has asked for chunks */
} tutti_claim;

static inline size_t tutti_claim_chunk(uint64_t left) { return (size_t)(left >> 32); }
static inline size_t tutti_claim_end(uint64_t left) { return (size_t)(uint32_t)left; }
static inline uint64_t tutti_claim_of(size_t chunk, size_t end) { return (uint64_t)chunk << 32 | end; }

/* How a function of the caller's ended. */
typedef enum { TUTTI_RETURNED, TUTTI_THREW, TUTTI_JUMPED /* longjmp, pthread_exit */ } tutti_way;

/* A failure as one number, which is less the lower the chunk is. */
static inline uint64_t tutti_failure_of(size_t chunk, tutti_way how, int value) {
  return (uint64_t)chunk << 34 | (uint64_t)how << 32 | (uint32_t)value;
}
static inline size_t tutti_failure_chunk(uint64_t failure) { return (size_t)(failure >> 34); }
static inline tutti_way tutti_failure_way(uint64_t failure) { return (tutti_way)(failure >> 32 & 3); }
static inline int tutti_failure_value(uint64_t failure) { return (int)(uint32_t)failure; }

/* The moving parts of a job that runs. It lies in memory all workers share. */
/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
typedef struct {
  _Atomic size_t next; /* the first chunk not handed out (dynamic, guided) */
  /* On another cache line, since it is read before every chunk and hardly ever written. */
  _Alignas(64) _Atomic uint64_t failure; /* tutti_failure_of the lowest chunk that failed; or UINT64_MAX */
  atomic_bool canceled;
  _Atomic size_t done; /* items; counted where there is a progress function */
} tutti_run;

void tutti_run_init(tutti_run *run);

/* Whether a chunk is still to be run. Those above the lowest that failed are not begun; those below it are,
 * so that on any backend the failure that is reported is the one a serial run would have met first. */
bool tutti_run_wants(const tutti_run *run, size_t chunk);

/* Takes down a failure in *lowest unless there is a lower one. */
void tutti_note_failure(_Atomic uint64_t *lowest, uint64_t failure);

/* Takes chunks as the job's schedule hands them out until none is left. One worker reports progress: the
 * calling thread. It begins with what is left at its place, if there is one, and keeps that up to date. */
void tutti_work(const tutti_ctx *ctx, const tutti_job *job, tutti_run *run, int worker, int workers,
                bool reports, tutti_claim *claim);

/* Calls the progress function, which there is, as if from a chunk: what it calls runs serially. */
int tutti_call_progress(const tutti_ctx *ctx, const tutti_settings *settings, size_t done, size_t total);

/* Calls the progress function, if there is one, and notes whether it cancels. */
void tutti_report(const tutti_ctx *ctx, const tutti_job *job, tutti_run *run);

/* "an exception", for a detail. */
const char *tutti_way_text(tutti_way how);

/* How a run that has ended went: TUTTI_OK, TUTTI_EUSER, TUTTI_ECANCELED or (own chunks) TUTTI_ENOMEM, with
 * the detail. */
tutti_status tutti_run_status(tutti_ctx *ctx, const tutti_job *job, const tutti_run *run);

/* Runs a job on the context's backend, or serially when called from a worker. */
tutti_status tutti_execute(tutti_ctx *ctx, const tutti_job *job);

/* TUTTI_ENOMEM where as many workers as run chunks of such a plan at once cannot each have so many bytes: to
 * be asked before they take them. The detail says what they are for. */
tutti_status tutti_check_work_space(tutti_ctx *ctx, size_t n, size_t grain, size_t acc_size, size_t bytes,
                                    const char *what);

/* A chunk of tutti_for: job->call points to a tutti_body, which gets job->args.at. */
int tutti_for_chunk(const tutti_job *job, size_t chunk, size_t begin, size_t end);

/* A reduction of n items into acc. Of the job, `call` points to a tutti_reduction; args, outputs, settings
 * and the flags are the caller's; the rest is filled in here. */
tutti_status tutti_reduce_job(tutti_ctx *ctx, const tutti_job *what, size_t n, void *acc);

/* tutti_for by chunks of the library, which only write their outputs and whose arguments are right. */
tutti_status tutti_for_internal(tutti_ctx *ctx, size_t n, size_t grain, tutti_body body, tutti_args args,
                                const tutti_output *outputs);

/* tutti_reduce by chunks of the library. */
tutti_status tutti_reduce_internal(tutti_ctx *ctx, const tutti_reduction *op, size_t n, tutti_args args,
                                   void *acc);

/* tutti_reduce by chunks of the library over an array of which, in a context over ranks, each rank has a
 * part: acc is that of all of them. Merging commutes. */
tutti_status tutti_reduce_partitioned(tutti_ctx *ctx, const tutti_reduction *op, size_t n, tutti_args args,
                                      void *acc);

/* tutti_reduce by chunks of the library, which also write item arrays (base NULL: none). */
tutti_status tutti_reduce_with_outputs(tutti_ctx *ctx, const tutti_reduction *op, size_t n, tutti_args args,
                                       void *acc, const tutti_output *outputs);

#endif
