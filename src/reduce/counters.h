/* Counts how often each slot occurs, for histograms and quantiles. A kernel turns items into slot numbers,
 * in vectors; the functions here add one to the counter of each.
 *
 * Slot numbers wait in a ring before they are counted. So the vector units work on some items while
 * counters of earlier ones are loaded and stored, and neither waits for the other.
 *
 * Where there are few slots they are counted in four copies of 32 bits, in turn. Otherwise items of the
 * same slot that follow each other would each wait until the counter has been stored for the one before. */
#ifndef TUTTI_REDUCE_COUNTERS_H
#define TUTTI_REDUCE_COUNTERS_H

#include "isa/vec.h"

enum {
  COUNTERS_SLOTS = 4096 + 8, /* the most slots that are counted in copies */
  COUNTERS_COPIES = 4,
  COUNTERS_RING = 64,
  COUNTERS_AHEAD = 1024,  /* items fetched ahead; behind the end that does nothing */
  COUNTERS_MOST = 1 << 30 /* the most items that a counter of 32 bits certainly holds */
};

/* Writes slot[i] of item x[i], i < n; n is a multiple of W. */
typedef void (*counters_slots)(const void *spec, const double *x, size_t n, uint64_t *slot);

/* Where slots are counted: in `counts`, or in copies. */
typedef struct {
  uint64_t *counts;
  uint32_t (*copies)[COUNTERS_SLOTS]; /* NULL: there are none */
} counters_tables;

VEC_INLINE void counters_count(const counters_tables *t, const uint64_t *slot, size_t n) {
  for (size_t k = 0; k < n; k++) {
    if (t->copies) t->copies[k % COUNTERS_COPIES][slot[k]]++;
    else t->counts[slot[k]]++;
  }
}

/* Counts x[0] .. x[n - 1]. The ring begins full of slots 0, which are taken off counts[0]. */
VEC_INLINE void counters_pass(const counters_tables *t, const void *spec, const double *x, size_t n,
                              counters_slots slots) {
  uint64_t ring[COUNTERS_RING] = {0};
  size_t i = 0;
  for (; i + TUTTI_GROUP <= n; i += TUTTI_GROUP) {
    uint64_t *const place = ring + i % COUNTERS_RING;
    __builtin_prefetch(x + i + COUNTERS_AHEAD);
    counters_count(t, place, TUTTI_GROUP);
    slots(spec, x + i, TUTTI_GROUP, place);
  }
  counters_count(t, ring, COUNTERS_RING);
  t->counts[0] -= COUNTERS_RING;
  if (i == n) return;
  double rest[TUTTI_GROUP] = {0};
  memcpy(rest, x + i, (n - i) * sizeof *x);
  slots(spec, rest, TUTTI_GROUP, ring);
  counters_count(t, ring, n - i);
}

/* n <= COUNTERS_MOST */
VEC_INLINE void counters_copies(uint64_t *counts, size_t count, const void *spec, const double *x, size_t n,
                                counters_slots slots) {
  uint32_t copies[COUNTERS_COPIES][COUNTERS_SLOTS];
  for (size_t c = 0; c < COUNTERS_COPIES; c++) memset(copies[c], 0, count * sizeof **copies);
  counters_pass(&(counters_tables){counts, copies}, spec, x, n, slots);
  for (size_t s = 0; s < count; s++)
    for (size_t c = 0; c < COUNTERS_COPIES; c++) counts[s] += copies[c][s];
}

/* Counts the items x[0] .. x[n - 1] in the `count` counters. */
VEC_INLINE void counters_add(uint64_t *counts, size_t count, const void *spec, const double *x, size_t n,
                             counters_slots slots) {
  if (count > COUNTERS_SLOTS) {
    counters_pass(&(counters_tables){counts, NULL}, spec, x, n, slots);
    return;
  }
  for (size_t i = 0, part; i < n; i += part) {
    part = n - i < COUNTERS_MOST ? n - i : COUNTERS_MOST;
    counters_copies(counts, count, spec, x + i, part, slots);
  }
}

#endif
