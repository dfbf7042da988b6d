/* The counter of each item. The position (x - lo) scale, in bins, has an error below 1/2 (histogram.c
 * makes sure). So x lies in the bin above the edge that is nearest to its position, or in the bin below
 * it: a comparison decides. */
#include "reduce/counters.h"
#include "reduce/kernels.h"

/* The nearest integer, as a double, for |a| < 2^51; larger numbers stay large. */
VEC_INLINE vd nearest(vd a) {
  const vd shift = vd_set1(0x1.8p52);
  return (a + shift) - shift;
}

/* For NaN the nearest edge is taken to be the last one, above which are the counters of `above` and of
 * NaN. */
VEC_INLINE vu counter_of(const tutti_bins *b, vd x) {
  const vd last = vd_set1((double)b->count), lo = vd_set1(b->lo);
  const vd place = (x - lo) * vd_set1(b->scale);
  const vd near = vd_min(vd_max(vd_set1(0), nearest(place)), last);
  const vd edge = vd_select(vd_less(near, last), near * vd_set1(b->step) + lo, vd_set1(b->above));
  const vu counter = bits_of_vd(near + vd_set1(0x1p52 + TUTTI_FIRST_BIN)) & vu_set1(UINT32_MAX);
  return vu_count(counter, vd_unordered(x, x)) - vu_count(vu_set1(0), vd_less(x, edge));
}

VEC_INLINE void counters(const void *spec, const double *x, size_t n, uint64_t *slot) {
  for (size_t i = 0; i < n; i += W) vu_store(slot + i, counter_of(spec, vd_load(x + i)));
}

void TUTTI_KERNEL(histogram)(uint64_t *counts, const tutti_bins *bins, const double *x, size_t n) {
  counters_add(counts, tutti_bins_counters(bins), bins, x, n, counters);
}
