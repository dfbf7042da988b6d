/* Bins of equal width. */
#ifndef TUTTI_REDUCE_HISTOGRAM_H
#define TUTTI_REDUCE_HISTOGRAM_H

#include <stddef.h>

/* Edge i < count is i step + lo, each operation rounded; edge `count` is hi. */
typedef struct {
  double lo, hi, step;
  double above; /* the double after hi */
  double scale; /* bins a unit: (x - lo) scale is within half a bin of the place of x between the edges */
  size_t count;
} tutti_bins;

/* Counters in the order of the items they count: one for less than lo, the bins, greater than hi, NaN. */
enum { TUTTI_FIRST_BIN = 1 };
static inline size_t tutti_bins_counters(const tutti_bins *b) { return b->count + 3; }

#endif
