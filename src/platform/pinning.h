/* Where workers run: each on a processor of its own, where a context asks for it. */
#ifndef TUTTI_PINNING_H
#define TUTTI_PINNING_H

#include <stdbool.h>

#include "core/context.h"

enum { TUTTI_MASK_LONGS = 1024 /* 65 536 processors, more than Linux knows of */ };

typedef struct {
  bool changed;
  unsigned long mask[TUTTI_MASK_LONGS]; /* what the thread had before; only what the system filled in */
  long bytes;
} tutti_pinned;

/* Lists the processors in the order in which workers take them; ctx->pins stays NULL where it wants no
 * pinning, or the system does not tell what there is. TUTTI_ENOMEM. */
tutti_status tutti_pinning_open(tutti_ctx *ctx);
void tutti_pinning_close(tutti_ctx *ctx);

/* Moves the calling thread to the worker's processor, if the context wants that, and back. */
void tutti_pin(const tutti_ctx *ctx, int worker, tutti_pinned *before);
void tutti_unpin(const tutti_pinned *before);

/* In a worker process: to the worker's processor, or else to all that the process has, for good. */
void tutti_pin_process(const tutti_ctx *ctx, int worker);

#endif
