/* The extremes of a part of an array. */
#ifndef TUTTI_REDUCE_MINMAX_H
#define TUTTI_REDUCE_MINMAX_H

#include <stddef.h>
#include <stdint.h>

#define TUTTI_NOWHERE SIZE_MAX

/* Positions are those in the whole array; TUTTI_NOWHERE: none yet. Once there is a NaN the other fields do
 * not matter. */
typedef struct {
  double min, max;
  size_t argmin, argmax, nan;
} tutti_extremes;

#endif
