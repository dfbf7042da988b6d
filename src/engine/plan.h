/* The chunk plan: the only place that decides how [0, n) is split. */
#ifndef TUTTI_ENGINE_PLAN_H
#define TUTTI_ENGINE_PLAN_H

#include <stddef.h>

enum { PLAN_MAX_CHUNKS = 4096 };

typedef struct {
  size_t n;     /* items */
  size_t size;  /* items a chunk, the last one excepted; a multiple of the grain unless that exceeds n */
  size_t count; /* chunks */
} tutti_plan;

/* At most PLAN_MAX_CHUNKS chunks of at least `grain` items, fewer where acc_size bytes a chunk would add up
 * to more than 256 MiB. Grain 0 is 1; but with accumulators of more than 256 bytes an item a byte, or as many
 * as leave 256 chunks, so that dear items still find work for 64 workers. Depends on its arguments and
 * nothing else. */
tutti_plan tutti_plan_of(size_t n, size_t grain, size_t acc_size);

/* Chunk c holds items [plan_begin(c), plan_begin(c + 1)). */
static inline size_t plan_begin(const tutti_plan *plan, size_t chunk) {
  return chunk >= plan->count ? plan->n : chunk * plan->size;
}

#endif
