/* The counter of each item. The position (x - lo) scale, in bins, has an error below 1/2 (histogram.c
 * makes sure). So x lies in the bin above the edge that is nearest to its position, or in the bin below
 * it: a comparison decides.
 *
 * What lies above the last bin's lower edge, and NaN, is given that edge's position: the last bin. Items
 * above hi are one counter behind it, NaN two. What lies below lo is given the position 0 of lo, and the
 * comparison with lo puts it one counter before the first bin. */
#include "reduce/counters.h"
#include "reduce/kernels.h"

/* Adding 2^52 rounds a position from 0 to 2^31 to the nearest integer, which is then in the lower bits. */
#define SHIFT 0x1p52

VEC_INLINE void counters(const void *spec, const double *x, size_t n, uint64_t *slot) {
  const tutti_bins *b = spec;
  const vd lo = vd_set1(b->lo), scale = vd_set1(b->scale), step = vd_set1(b->step), zero = vd_set1(0);
  const vd last = vd_set1(b->last - b->lo), above = vd_set1(b->above), shift = vd_set1(SHIFT);
  const vu first = vu_set1(TUTTI_FIRST_BIN + 1);
  for (size_t i = 0; i < n; i += W) {
    const vd value = vd_load(x + i);
    const vd shifted = vd_max(zero, vd_min(value - lo, last)) * scale + shift;
    const vd edge = (shifted - shift) * step + lo;
    const vu places = vu_count(vu_count(vu_set1(0), vd_less(value, edge)), vd_less(value, above));
    const vu counter = vu_count(bits_of_vd(shifted) + first, vd_unordered(value, value)) - places;
    vu_store(slot + i, counter & vu_set1(UINT32_MAX));
  }
}

void TUTTI_KERNEL(histogram)(uint64_t *counts, const tutti_bins *bins, const double *x, size_t n) {
  const tutti_bins own = *bins; /* so that no store of a counter can change it */
  counters_add(counts, tutti_bins_counters(bins), &own, x, n, counters);
}
