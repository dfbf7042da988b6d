/* A standing pool: a context's worker processes that stay when a call has ended. */
#ifndef TUTTI_PROCESSES_STANDING_POOL_H
#define TUTTI_PROCESSES_STANDING_POOL_H

#include "backends/processes/worker_pool.h"

/* The workers that stand by, if they can run this job: all that it reads must be known to be memory they see,
 * and `bytes` must fit in their shared record. NULL: it needs workers forked for the call. Workers are
 * started at the second such call in a row (a program's only one is better forked for), and anew when memory
 * was allocated or a library loaded since. */
worker_pool *tutti_standing_pool_for(tutti_ctx *ctx, const tutti_job *job, size_t bytes);

/* Ends the context's pool, if it has one. */
void tutti_standing_pool_close(tutti_ctx *ctx);

#endif
