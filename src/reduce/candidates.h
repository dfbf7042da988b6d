/* The images that a pass over an array gathers, in chunks that are merged: the accumulator of a reduction. */
#ifndef TUTTI_REDUCE_CANDIDATES_H
#define TUTTI_REDUCE_CANDIDATES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { TUTTI_CANDIDATES = 4096 /* at most, in the whole array */ };

typedef struct {
  size_t count;
  uint64_t image[TUTTI_CANDIDATES + 1]; /* the kernels write one more */
} tutti_candidates;

static inline void tutti_candidates_init(void *acc, const void *args) {
  (void)args;
  ((tutti_candidates *)acc)->count = 0;
}

static inline void tutti_candidates_merge(void *into, const void *from, const void *args) {
  (void)args;
  tutti_candidates *to = into;
  const tutti_candidates *more = from;
  memcpy(to->image + to->count, more->image, more->count * sizeof *more->image);
  to->count += more->count;
}

#endif
