/* The extremes of a part of an array. */
#ifndef TUTTI_REDUCE_MINMAX_H
#define TUTTI_REDUCE_MINMAX_H

#include <stddef.h>
#include <stdint.h>

#define TUTTI_NOWHERE SIZE_MAX

/* Positions in the whole array, TUTTI_NOWHERE: none yet. Once a NaN was met the rest no longer counts. */
typedef struct {
  double min, max;
  size_t argmin, argmax, nan;
} tutti_extremes;

#endif
