/* The seam between the engine and who runs the chunks.
 *
 * A backend is one table of this type in a file of its own, listed in backends/registry.c. `run` gets a job
 * whose arguments are checked and planned, runs every chunk of it once (tutti_work does that for one worker),
 * and returns when none is running any more: TUTTI_OK, a status of tutti_run_status, or one of its own with a
 * detail (TUTTI_EWORKER, TUTTI_ESYSTEM, TUTTI_ENOMEM). On success the declared outputs and the partials are
 * in the caller's memory. The conformance test holds every backend to this. */
#ifndef TUTTI_ENGINE_BACKEND_H
#define TUTTI_ENGINE_BACKEND_H

#include "engine/job.h"

typedef struct tutti_backend_ops {
  const char *name;
  bool shares_memory; /* workers see and change all of the caller's memory */
  tutti_status (*run)(tutti_ctx *ctx, const tutti_job *job);
  void (*close)(tutti_ctx *ctx); /* NULL: there is nothing to give back with a context */
} tutti_backend_ops;

/* The calling thread runs every chunk: what the backend `serial` does, and any backend from within a worker.
 */
tutti_status tutti_run_serially(tutti_ctx *ctx, const tutti_job *job);

/* min(the context's workers, chunks), at least 1; within a parallel region of the host, of its threads' share
 * of the workers. */
int tutti_backend_workers(const tutti_ctx *ctx, const tutti_job *job);

/* Has OpenMP's runtime start. TUTTI_ESYSTEM: it has no descriptor to start with. */
tutti_status tutti_openmp_ready(tutti_ctx *ctx);

#endif
