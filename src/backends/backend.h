/* The seam between the engine and who runs the chunks.
 *
 * A backend is one table of this type in a file of its own, listed in backend.c. `run` gets a job whose
 * arguments are checked and planned, runs every chunk of it once (tutti_work does that for one worker), and
 * returns when none is running any more: TUTTI_OK, a status of tutti_run_status, or one of its own with a
 * detail (TUTTI_EWORKER, TUTTI_ESYSTEM, TUTTI_ENOMEM). On success the declared outputs and the partials are
 * in the caller's memory. The conformance test holds every backend to this. */
#ifndef TUTTI_BACKENDS_BACKEND_H
#define TUTTI_BACKENDS_BACKEND_H

#include "engine/job.h"

typedef struct tutti_backend_ops {
  const char *name;
  bool shares_memory; /* workers see and change all of the caller's memory */
  tutti_status (*run)(tutti_ctx *ctx, const tutti_job *job);
  void (*close)(tutti_ctx *ctx); /* NULL: there is nothing to give back with a context */
} tutti_backend_ops;

extern const tutti_backend_ops tutti_serial_ops, tutti_threads_ops, tutti_processes_ops, tutti_ranks_ops;

/* Of a context over ranks: what they tell each other before they do anything. TUTTI_ENOMEM. */
tutti_status tutti_agreement_open(tutti_ctx *ctx);
void tutti_agreement_close(tutti_ctx *ctx);

/* TUTTI_ESYSTEM with its detail. */
tutti_status tutti_no_transport(tutti_ctx *ctx, const char *what, int value);

/* NULL: not in this library. */
const tutti_backend_ops *tutti_backend_find(tutti_backend backend);

/* Whether OpenMP is LLVM's runtime, which starts afresh in a forked child, and not libgomp, whose team is
 * lost there. */
bool tutti_openmp_is_llvm(void);

/* LLVM's runtime starts at its first call, anew in a child while it is forked, and ends the process where no
 * descriptor is left for it. An error's number where there is none, else 0; the second then starts it. */
int tutti_openmp_may_start(void);
int tutti_openmp_start(void);

/* The same with a status and a detail. */
tutti_status tutti_openmp_ready(tutti_ctx *ctx);

/* Threads of the region of the host's from which the library is called; 1: it is not called from one. */
int tutti_host_team(void);

/* min(the context's workers, chunks), at least 1; within a parallel region of the host, of its threads' share
 * of the workers. */
int tutti_backend_workers(const tutti_ctx *ctx, const tutti_job *job);

#endif
