/* Order statistics of a long array by way of a sample (Floyd and Rivest, 1975).
 *
 * The items of a small sample that lie some ranks below and above a wanted rank bracket the wanted item, with
 * a probability near 1. One pass over the array then counts how many items lie below each bracket, and, of
 * the few inside, how many lie between which items of the sample. A second pass gathers the items of one such
 * bin for each wanted rank. The counts show whether a bracket has missed its item: no result depends on the
 * sample. */
#ifndef TUTTI_REDUCE_BRACKETS_H
#define TUTTI_REDUCE_BRACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

enum { TUTTI_BRACKETS = 4 /* at most */, TUTTI_BRACKETS_LEAST = 1 << 18 /* items */ };

/* The brackets, ascending and disjoint, as doubles: low <= x <= high, or x is NaN. Within them the images
 * between edge[k - 1] and edge[k] - 1 are bin k, 0 <= k <= edges; the last edge is TUTTI_IMAGE_NAN, so that
 * the last bin is the NaNs. */
typedef struct {
  size_t brackets;
  double low[TUTTI_BRACKETS], high[TUTTI_BRACKETS];
  const uint64_t *edge; /* ascending */
  size_t edges;
} tutti_brackets;

/* Counters: one for each bin, of the items in brackets only; then, for each bracket, one for all items of the
 * array below it. */
static inline size_t tutti_brackets_counters(const tutti_brackets *b) { return b->edges + 1 + b->brackets; }

/* About n^(2/3), a power of 2; n > 0. */
static inline size_t tutti_sample_size(size_t n) {
  const int log = 63 - __builtin_clzll(n);
  return (size_t)1 << log * 2 / 3;
}

/* Where item i of the sample of n items lies: in the i-th of equal parts, anywhere in it. The place depends
 * on i and n only, and yet no regular pattern of the data is in step with it. */
static inline size_t tutti_sample_place(size_t i, size_t n) {
  const size_t size = tutti_sample_size(n), part = n / size;
  uint64_t mixed = ((uint64_t)i + 1) * UINT64_C(0x9e3779b97f4a7c15); /* SplitMix64 (Steele et al., 2014) */
  mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
  return i * part + i * (n % size) / size + (size_t)((mixed ^ mixed >> 31) % part);
}

/* As tutti_select, for an array that this process has whole. *found = false, and nothing else is set, where
 * the method does not do: the array is short, the ranks are many, items are equal too often, a bracket has
 * missed. */
tutti_status tutti_select_bracketed(tutti_ctx *ctx, const double *x, size_t n, const uint64_t *rank,
                                    size_t ranks, uint64_t *image, bool *nan, bool *found);

#endif
