/* A standing pool: a context's worker processes that stay when a call has ended. */
#ifndef TUTTI_PROCESSES_STANDING_POOL_H
#define TUTTI_PROCESSES_STANDING_POOL_H

#include "backends/processes/worker_pool.h"

/* The context's standing workers, if they can run this job; NULL: workers must be forked for the call.
 * They can where all that the job reads is memory that they see, and where their shared record has room
 * for the `bytes` that the call needs.
 *
 * They are started at the second such call in a row: for the only call of a program it is better to fork.
 * They are started anew when the call uses memory that was allocated since, or when a library was loaded
 * or unloaded since. */
worker_pool *tutti_standing_pool_for(tutti_ctx *ctx, const tutti_job *job, size_t bytes);

/* Ends the context's pool, if it has one. */
void tutti_standing_pool_close(tutti_ctx *ctx);

#endif
