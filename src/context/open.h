/* Finds the context that a call means, and spreads new memory over its workers. */
#ifndef TUTTI_CONTEXT_OPEN_H
#define TUTTI_CONTEXT_OPEN_H

#include "core/context.h"

/* *resolved = ctx; for NULL the context of the chunk that this thread runs, or else the default context.
 * TUTTI_EBUSY: it serves another thread's call. TUTTI_EINVAL and so on: the default context cannot be
 * opened. */
tutti_status tutti_resolve(tutti_ctx *ctx, tutti_ctx **resolved);

/* Has the context's workers touch the pages of new memory, in equal shares: on a machine with several NUMA
 * nodes a page lies on the node of the worker that touches it first. */
tutti_status tutti_first_touch(tutti_ctx *ctx, void *memory, size_t bytes);

#endif
