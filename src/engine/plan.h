/* The chunk plan: the only place that decides how [0, n) is split. */
#ifndef TUTTI_ENGINE_PLAN_H
#define TUTTI_ENGINE_PLAN_H

#include <stddef.h>

enum { PLAN_MAX_CHUNKS = 4096 };

typedef struct {
  size_t n;     /* items */
  size_t size;  /* items in each chunk, but the last may have fewer; a multiple of the grain unless that
                   exceeds n */
  size_t count; /* chunks */
} tutti_plan;

/* The plan of n items. It depends on the arguments and on nothing else: chunks of at least `grain` items,
 * and at most
 *
 *     min(4096, 256 MiB / acc_size) chunks, at least one,
 *
 * so that their accumulators take at most 256 MiB together.
 *
 * grain = 0 stands for 1 where acc_size <= 256. For larger accumulators it stands for
 *
 *     min(acc_size, n / 256), at least 1:
 *
 * to make and merge an accumulator costs about as much as acc_size cheap items, but where items are
 * expensive 256 chunks still find work for 64 workers. */
tutti_plan tutti_plan_of(size_t n, size_t grain, size_t acc_size);

/* Chunk c holds items [plan_begin(c), plan_begin(c + 1)). */
static inline size_t plan_begin(const tutti_plan *plan, size_t chunk) {
  return chunk >= plan->count ? plan->n : chunk * plan->size;
}

#endif
