/* What ranks do together besides running a job. In a context without ranks, and in a worker, each function
 * does what it would for a single rank. */
#ifndef TUTTI_ENGINE_COLLECTIVES_H
#define TUTTI_ENGINE_COLLECTIVES_H

#include "engine/job.h"

/* Notes what this rank was asked, for the next tutti_ranks_compare; does nothing in a worker, or without
 * ranks. Call it once the arguments are checked. */
void tutti_note_call(tutti_ctx *ctx, const tutti_noted_call *noted);
#define TUTTI_NOTE_CALL(ctx, ...)                                                                            \
  ((ctx)->transport.ranks > 1 ? tutti_note_call(ctx, &(tutti_noted_call){.function = __func__, __VA_ARGS__}) \
                              : (void)0)

/* Checks that all ranks were asked the same, for a function that does nothing else together. TUTTI_EINVAL:
 * the detail names the difference. */
tutti_status tutti_ranks_agree(tutti_ctx *ctx);

/* Tells the other ranks that this one refuses its arguments, so that they do not wait for it. Only a
 * refusal is told (TUTTI_EINVAL, TUTTI_EUNSUPPORTED, TUTTI_ENOMEM). Call it before ranks have done
 * anything together. Returns status. */
tutti_status tutti_refuse(tutti_ctx *ctx, tutti_status status);

/* For an array of which each rank has a part of n items: *before is the number of items of lower ranks,
 * *all the number of items of all ranks. Without ranks, and in a worker: 0 and n. */
tutti_status tutti_ranks_items(tutti_ctx *ctx, size_t n, size_t *before, size_t *all);

/* Copies the bytes at `data` from rank 0 to all ranks. */
tutti_status tutti_ranks_share(tutti_ctx *ctx, void *data, size_t bytes);

/* Whether `so` is true on any rank; also true where the transport fails. Without ranks, and in a worker:
 * so. */
bool tutti_ranks_any(tutti_ctx *ctx, bool so);

/* Merges accumulators of ranks, in the order of ranks, into acc: those of all ranks, or, with `before`,
 * those of lower ranks only. */
tutti_status tutti_ranks_merge(tutti_ctx *ctx, const tutti_reduction *op, const void *args, void *acc,
                               bool before);

#endif
