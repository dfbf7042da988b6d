/* Bins of equal width. */
#ifndef TUTTI_REDUCE_HISTOGRAM_H
#define TUTTI_REDUCE_HISTOGRAM_H

#include <stddef.h>

/* Edge i < count is i step + lo, each operation rounded; edge `count` is hi. */
typedef struct {
  double lo, hi, step;
  double last;  /* the lower edge of the last bin */
  double above; /* the double after hi */
  double scale; /* bins per unit of x: (x - lo) scale is the position of x in bins, with an error below 1/2 */
  size_t count;
} tutti_bins;

/* Counters in this order: items below lo, the bins, items above hi, NaN. */
enum { TUTTI_FIRST_BIN = 1 };
static inline size_t tutti_bins_counters(const tutti_bins *b) { return b->count + 3; }

#endif
