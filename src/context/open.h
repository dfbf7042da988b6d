/* Which context a call means. */
#ifndef TUTTI_CONTEXT_OPEN_H
#define TUTTI_CONTEXT_OPEN_H

#include "core/context.h"

/* *resolved = ctx; for NULL the context of the chunk this thread runs, or the default context. TUTTI_EBUSY:
 * it serves another thread's call. TUTTI_EINVAL and so on when the default context cannot be opened. */
tutti_status tutti_resolve(tutti_ctx *ctx, tutti_ctx **resolved);

/* Has the context's workers touch the pages of new memory, each those of its share. */
tutti_status tutti_first_touch(tutti_ctx *ctx, void *memory, size_t bytes);

#endif
