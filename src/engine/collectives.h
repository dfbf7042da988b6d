/* What ranks do together besides running a job. In a context without ranks, and in a worker, each does what
 * one rank alone would. */
#ifndef TUTTI_ENGINE_COLLECTIVES_H
#define TUTTI_ENGINE_COLLECTIVES_H

#include "engine/job.h"

/* Notes for the ranks' next meeting what this one was asked; nothing in a worker, or without ranks. To be
 * called once the arguments are checked. */
void tutti_note_call(tutti_ctx *ctx, const tutti_noted_call *asked);
#define TUTTI_NOTE_CALL(ctx, ...)                                                                            \
  ((ctx)->transport.ranks > 1 ? tutti_note_call(ctx, &(tutti_noted_call){.function = __func__, __VA_ARGS__}) \
                              : (void)0)

/* Whether all ranks were asked that, where nothing else is done together: TUTTI_EINVAL names the difference.
 */
tutti_status tutti_ranks_agree(tutti_ctx *ctx);

/* Tells the other ranks, instead of leaving them waiting, that this one refuses its arguments (TUTTI_EINVAL;
 * of anything else nobody is told). To be called before ranks have done anything together. Returns the
 * status. */
tutti_status tutti_refuse(tutti_ctx *ctx, tutti_status status);

/* Of an array of which each rank has a part of n items: how many those before this rank have, and all.
 * Without ranks, and in a worker: 0 and n. */
tutti_status tutti_ranks_items(tutti_ctx *ctx, size_t n, size_t *before, size_t *all);

/* What rank 0 has there, all ranks have then. */
tutti_status tutti_ranks_share(tutti_ctx *ctx, void *data, size_t bytes);

/* Whether it is so in any rank; without ranks, and in a worker, whether it is so. A transport that fails says
 * yes. */
bool tutti_ranks_any(tutti_ctx *ctx, bool so);

/* acc becomes the accumulators of all ranks, merged in their order; or (before) of those before this one. */
tutti_status tutti_ranks_merge(tutti_ctx *ctx, const tutti_reduction *op, const void *args, void *acc,
                               bool before);

/* TUTTI_ESYSTEM with its detail: a function of the transport's failed. */
tutti_status tutti_no_transport(tutti_ctx *ctx, const char *what, int value);

#endif
