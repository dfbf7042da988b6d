/* The smallest and the largest item, with their first positions. A block is scanned for values only;
 * positions are searched for where a block has a smaller or larger value than all before it. */
#include "isa/vec.h"
#include "reduce/kernels.h"

enum { CHAINS = 4, STRIDE = CHAINS * W, BLOCK = 4096, FETCH_AHEAD = 1024 };
_Static_assert(BLOCK % STRIDE == 0, "a block is whole strides");

typedef vd (*load_vector)(const void *x, size_t i); /* items i .. i + W - 1; a float is exact in a double */
typedef double (*load_one)(const void *x, size_t i);

VEC_INLINE vd doubles(const void *x, size_t i) { return vd_load((const double *)x + i); }
VEC_INLINE double a_double(const void *x, size_t i) { return ((const double *)x)[i]; }
VEC_INLINE vd floats(const void *x, size_t i) { return vd_load_f32((const float *)x + i); }
VEC_INLINE double a_float(const void *x, size_t i) { return (double)((const float *)x)[i]; }

typedef struct {
  double min, max; /* a zero may have either sign; without meaning where nan is set */
  bool nan;
} range;

VEC_INLINE range fold(const vd *least, const vd *most, vm nan) {
  double low[W], high[W];
  vd all_least = least[0], all_most = most[0];
  for (int c = 1; c < CHAINS; c++) {
    all_least = vd_min(all_least, least[c]);
    all_most = vd_max(all_most, most[c]);
  }
  vd_store(low, all_least);
  vd_store(high, all_most);
  range r = {low[0], high[0], vm_any(nan)};
  for (int i = 1; i < W; i++) {
    if (low[i] < r.min) r.min = low[i];
    if (high[i] > r.max) r.max = high[i];
  }
  return r;
}

/* The range of items begin .. begin + n - 1; n is a multiple of STRIDE. */
VEC_INLINE range range_of(const void *x, size_t begin, size_t n, load_vector load) {
  vd least[CHAINS], most[CHAINS];
  for (int c = 0; c < CHAINS; c++) least[c] = most[c] = load(x, begin);
  vm nan = vd_unordered(vd_set1(0), vd_set1(0));
  for (size_t i = begin; i < begin + n; i += STRIDE) {
    vd value[CHAINS];
    for (size_t line = 0; line < STRIDE; line += 8) /* of doubles; behind the end nothing happens */
      __builtin_prefetch((const void *)((uintptr_t)x + 8 * (i + FETCH_AHEAD + line)));
    for (int c = 0; c < CHAINS; c++) value[c] = load(x, i + (size_t)(c * W));
#if W == 8 /* gcc would load a vector for the minimum and again for the maximum: loads would be the bound */
    VEC_IN_TURN(value[0], value[1]);
    VEC_IN_TURN(value[2], value[3]);
#endif
    for (int c = 0; c < CHAINS; c++) {
      least[c] = vd_min(least[c], value[c]);
      most[c] = vd_max(most[c], value[c]);
    }
    for (int c = 0; c < CHAINS; c += 2) nan |= vd_unordered(value[c], value[c + 1]);
  }
  return fold(least, most, nan);
}

/* The first item from `begin` on that equals `wanted` (if that is NaN: that is NaN), which there must be.
 * *value: its value, since zeros of both signs are equal and the first one counts. */
VEC_INLINE size_t find(const void *x, size_t begin, double wanted, double *value, load_vector load) {
  const bool nan = wanted != wanted;
  for (size_t i = begin;; i += W) {
    const vd v = load(x, i);
    if (!vm_any(nan ? vd_unordered(v, v) : vd_equal(v, vd_set1(wanted)))) continue;
    double lane[W];
    vd_store(lane, v);
    size_t k = 0;
    while (!(lane[k] == wanted || (nan && lane[k] != lane[k]))) k++;
    *value = lane[k];
    return i + k;
  }
}

/* Takes items begin .. begin + n - 1 of x into *e. The first of them is item `first` of the array. */
VEC_INLINE void take(tutti_extremes *e, const void *x, size_t begin, size_t n, size_t first,
                     load_vector load) {
  const range r = range_of(x, begin, n, load);
  double value;
  if (r.nan) {
    e->nan = first + find(x, begin, __builtin_nan(""), &value, load) - begin;
    return;
  }
  if (e->argmin == TUTTI_NOWHERE || r.min < e->min)
    e->argmin = first + find(x, begin, r.min, &e->min, load) - begin;
  if (e->argmax == TUTTI_NOWHERE || r.max > e->max)
    e->argmax = first + find(x, begin, r.max, &e->max, load) - begin;
}

VEC_INLINE void scan(tutti_extremes *e, const void *x, size_t first, size_t n, load_vector load,
                     load_one one) {
  size_t i = 0;
  for (size_t block; e->nan == TUTTI_NOWHERE && n - i >= STRIDE; i += block) {
    block = n - i < BLOCK ? (n - i) - (n - i) % STRIDE : BLOCK;
    take(e, x, i, block, first + i, load);
  }
  if (i == n || e->nan != TUTTI_NOWHERE) return;
  double rest[STRIDE]; /* filled up with the last item: that changes no first position */
  for (size_t k = 0; k < STRIDE; k++) rest[k] = one(x, i + k < n ? i + k : n - 1);
  take(e, rest, 0, STRIDE, first + i, doubles);
}

void TUTTI_KERNEL(minmax)(tutti_extremes *extremes, const void *x, size_t first, size_t n) {
  scan(extremes, x, first, n, doubles, a_double);
}

void TUTTI_KERNEL(minmax_f32)(tutti_extremes *extremes, const void *x, size_t first, size_t n) {
  scan(extremes, x, first, n, floats, a_float);
}
