/* A standing pool: a context's worker processes that stay when a call has ended. */
#ifndef TUTTI_PROCESSES_STANDING_POOL_H
#define TUTTI_PROCESSES_STANDING_POOL_H

#include "backends/processes/worker_pool.h"

/* The pool's worker_pool, if the job's whole input is known to be memory its workers see, and `bytes` are
 * there for its board; NULL: it needs workers forked for the call. Starts a pool at the second such call in a
 * row (a program's only one is better forked for), and anew when memory was allocated or a library loaded
 * since. */
worker_pool *tutti_standing_pool_for(tutti_ctx *ctx, const tutti_job *job, size_t bytes);

/* Ends the context's pool, if it has one. */
void tutti_standing_pool_close(tutti_ctx *ctx);

#endif
