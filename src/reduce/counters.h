/* Counts how often each slot occurs, for histograms and quantiles. A kernel turns a block of items into
 * slot numbers, in vectors; the functions here add one to the counter of each.
 *
 * Where there are few slots they are counted in four copies of 32 bits, in turn. Otherwise items of the
 * same slot that follow each other would each wait until the counter has been stored for the one before. */
#ifndef TUTTI_REDUCE_COUNTERS_H
#define TUTTI_REDUCE_COUNTERS_H

#include "isa/vec.h"

enum {
  COUNTERS_SLOTS = 4096 + 8, /* the most slots that are counted in copies */
  COUNTERS_COPIES = 4,
  COUNTERS_BLOCK = 256,
  COUNTERS_AHEAD = 1024,  /* items fetched ahead; behind the end that does nothing */
  COUNTERS_MOST = 1 << 30 /* the most items that a counter of 32 bits certainly holds */
};

/* Fetches one cache line ahead. Called between the stores of counters: all fetches of a block at once
 * would fill the processor's line buffers. */
VEC_INLINE void counters_fetch(const double *x, size_t i) {
  if (i % 8 == 0) __builtin_prefetch(x + COUNTERS_AHEAD + i);
}

/* Writes slot[i] of item x[i], i < n; n is a multiple of W. */
typedef void (*counters_slots)(const void *spec, const double *x, size_t n, uint64_t *slot);

/* The slots of x[0] .. x[n - 1], n <= COUNTERS_BLOCK. A last vector that is not full is filled up with the
 * last item. */
VEC_INLINE void counters_block(const void *spec, const double *x, size_t n, uint64_t *slot,
                               counters_slots slots) {
  const size_t whole = n - n % W;
  slots(spec, x, whole, slot);
  if (whole == n) return;
  double rest[W];
  for (size_t i = 0; i < W; i++) rest[i] = x[whole + i < n ? whole + i : n - 1];
  slots(spec, rest, W, slot + whole);
}

VEC_INLINE void counters_direct(uint64_t *counts, const void *spec, const double *x, size_t n,
                                counters_slots slots) {
  uint64_t slot[COUNTERS_BLOCK + TUTTI_GROUP];
  for (size_t i = 0, block; i < n; i += block) {
    block = n - i < COUNTERS_BLOCK ? n - i : COUNTERS_BLOCK;
    counters_block(spec, x + i, block, slot, slots);
    for (size_t k = 0; k < block; k++) {
      counters_fetch(x + i, k);
      counts[slot[k]]++;
    }
  }
}

/* n <= COUNTERS_MOST */
VEC_INLINE void counters_copies(uint64_t *counts, size_t count, const void *spec, const double *x, size_t n,
                                counters_slots slots) {
  uint32_t copies[COUNTERS_SLOTS][COUNTERS_COPIES];
  uint64_t slot[COUNTERS_BLOCK + TUTTI_GROUP];
  memset(copies, 0, count * sizeof *copies);
  for (size_t i = 0, block; i < n; i += block) {
    block = n - i < COUNTERS_BLOCK ? n - i : COUNTERS_BLOCK;
    counters_block(spec, x + i, block, slot, slots);
    size_t k = 0;
    for (; k + COUNTERS_COPIES <= block; k += COUNTERS_COPIES) {
      counters_fetch(x + i, k);
      for (size_t c = 0; c < COUNTERS_COPIES; c++) copies[slot[k + c]][c]++;
    }
    for (; k < block; k++) copies[slot[k]][0]++;
  }
  for (size_t s = 0; s < count; s++)
    for (size_t c = 0; c < COUNTERS_COPIES; c++) counts[s] += copies[s][c];
}

/* Counts the items x[0] .. x[n - 1] in the `count` counters. */
VEC_INLINE void counters_add(uint64_t *counts, size_t count, const void *spec, const double *x, size_t n,
                             counters_slots slots) {
  if (count > COUNTERS_SLOTS) {
    counters_direct(counts, spec, x, n, slots);
    return;
  }
  for (size_t i = 0, part; i < n; i += part) {
    part = n - i < COUNTERS_MOST ? n - i : COUNTERS_MOST;
    counters_copies(counts, count, spec, x + i, part, slots);
  }
}

#endif
