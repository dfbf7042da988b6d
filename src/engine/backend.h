/* The interface between the engine and the backends, which run the chunks.
 *
 * A backend is one table of this type in a file of its own, listed in backends/registry.c. `run` gets a
 * job whose arguments are checked and which is planned. It runs every chunk once (tutti_work does that for
 * one worker), and returns when no chunk is running any more. It returns TUTTI_OK, a status of
 * tutti_run_status, or one of its own with a detail (TUTTI_EWORKER, TUTTI_ESYSTEM, TUTTI_ENOMEM). After
 * TUTTI_OK the declared outputs and the partials are in the caller's memory. The conformance test checks
 * all of this for every backend. */
#ifndef TUTTI_ENGINE_BACKEND_H
#define TUTTI_ENGINE_BACKEND_H

#include "engine/job.h"

typedef struct tutti_backend_ops {
  const char *name;
  bool shares_memory; /* workers see and change all of the caller's memory */
  tutti_status (*run)(tutti_ctx *ctx, const tutti_job *job);
  void (*close)(tutti_ctx *ctx); /* called when a context is closed; NULL: there is nothing to release */
} tutti_backend_ops;

/* Runs every chunk in the calling thread: the backend `serial`, and any backend within a worker. */
tutti_status tutti_run_serially(tutti_ctx *ctx, const tutti_job *job);

/* The workers that a job uses: min(workers of the context, chunks), at least 1. Within a parallel region
 * of the program's, the workers of the context are divided among the threads of that region. */
int tutti_backend_workers(const tutti_ctx *ctx, const tutti_job *job);

/* Starts the OpenMP runtime. TUTTI_ESYSTEM: there is no file descriptor with which it could start. */
tutti_status tutti_openmp_ready(tutti_ctx *ctx);

#endif
