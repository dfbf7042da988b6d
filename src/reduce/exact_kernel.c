/* Exact sums of arrays: of doubles, floats, magnitudes, squares, products of floats. One body for all:
 * they differ in how a term is loaded, and every term is a double without error. */
#include <float.h>

#include "reduce/exponent_bins.h"
#include "reduce/kernels.h"
#include "reduce/slices.h"

/* Where terms come from. */
typedef struct {
  const void *x, *y; /* y NULL: one array */
  size_t item_size;
} terms;
typedef vd (*load_vector)(const terms *t, size_t i); /* terms i .. i + W - 1 */
typedef double (*load_one)(const terms *t, size_t i);

VEC_INLINE vd doubles(const terms *t, size_t i) { return vd_load((const double *)t->x + i); }
VEC_INLINE double a_double(const terms *t, size_t i) { return ((const double *)t->x)[i]; }

VEC_INLINE vd magnitudes(const terms *t, size_t i) { return vd_abs(doubles(t, i)); }
VEC_INLINE double a_magnitude(const terms *t, size_t i) { return __builtin_fabs(a_double(t, i)); }

VEC_INLINE vd floats(const terms *t, size_t i) { return vd_load_f32((const float *)t->x + i); }
VEC_INLINE double a_float(const terms *t, size_t i) { return (double)((const float *)t->x)[i]; }

VEC_INLINE vd float_magnitudes(const terms *t, size_t i) { return vd_abs(floats(t, i)); }
VEC_INLINE double a_float_magnitude(const terms *t, size_t i) { return __builtin_fabs(a_float(t, i)); }

/* A product of two floats has 48 bits and an exponent from -298 to 256: it is exact in a double. */
VEC_INLINE vd float_products(const terms *t, size_t i) {
  return floats(t, i) * vd_load_f32((const float *)t->y + i);
}
VEC_INLINE double a_float_product(const terms *t, size_t i) {
  return a_float(t, i) * (double)((const float *)t->y)[i];
}

/* The squares of the doubles, each rounded: for the 2-norm. */
VEC_INLINE vd squares(const terms *t, size_t i) {
  const vd x = doubles(t, i);
  return x * x;
}
VEC_INLINE double a_square(const terms *t, size_t i) { return a_double(t, i) * a_double(t, i); }

/* Prefetches the items from i on: a cache line of doubles. Behind the end of an array that does nothing. */
VEC_INLINE void fetch(const terms *t, size_t i) {
  __builtin_prefetch((const void *)((uintptr_t)t->x + i * t->item_size));
  if (t->y) __builtin_prefetch((const void *)((uintptr_t)t->y + i * t->item_size));
}

/* The largest magnitude of terms [begin, begin + n); NaN is ignored. n is a multiple of STRIDE. */
VEC_INLINE double largest(const terms *t, size_t begin, size_t n, load_vector load) {
  vd top[CHAINS];
  for (int c = 0; c < CHAINS; c++) top[c] = vd_set1(0);
  for (size_t i = begin; i < begin + n; i += STRIDE)
    for (int c = 0; c < CHAINS; c++) top[c] = vd_grow(top[c], load(t, i + (size_t)(c * W)));
  return largest_lane(top, CHAINS);
}

enum { MOST_SLICES = 3 };

/* The sum of the terms of a block is the sum of these parts, each of them exact. */
typedef struct {
  double part[MOST_SLICES];
} block_sum;

/* Adds terms [begin, begin + n) in so many slices (reduce/slices.h); false if they do not fit. n <= BLOCK
 * is a multiple of STRIDE, and no magnitude is above *bound. ahead: n more terms follow; their bound is
 * found meanwhile, which also brings them into the cache, and replaces *bound. */
VEC_INLINE bool take_slices(block_sum *s, int slices, const terms *t, size_t begin, size_t n, double *bound,
                            bool ahead, load_vector load) {
  int k[MOST_SLICES];
  k[0] = slice_exponent((int)exact_split(*bound).exponent - 1022, LOG_BLOCK);
  if (*bound == 0 || k[0] > 1023) return false;
  for (int j = 1; j < slices; j++) k[j] = slice_below(k[j - 1], LOG_BLOCK);
  vd top[CHAINS], sum[MOST_SLICES][CHAINS];
  vu rest[CHAINS / 2];
  for (int c = 0; c < CHAINS; c++) {
    top[c] = vd_set1(0);
    rest[c / 2] = vu_set1(0);
    for (int j = 0; j < slices; j++) sum[j][c] = slice_start(k[j]);
  }
  for (size_t i = begin; i < begin + n; i += STRIDE) {
    for (size_t line = 0; ahead && line < STRIDE; line += 8) fetch(t, i + 2 * n + line);
    vd value[CHAINS];
    for (int c = 0; c < CHAINS; c++) {
      value[c] = load(t, i + (size_t)(c * W));
      for (int j = 0; j < slices; j++) sum[j][c] = slice(sum[j][c], &value[c]);
      if (c % 2) rest[c / 2] = vu_or3(rest[c / 2], bits_of_vd(value[c - 1]), bits_of_vd(value[c]));
      if (ahead) top[c] = vd_grow(top[c], load(t, i + n + (size_t)(c * W)));
    }
  }
  if (any_rest(rest, CHAINS / 2)) return false;
  if (ahead) *bound = largest_lane(top, CHAINS);
  for (int j = 0; j < slices; j++) s->part[j] = slice_total(sum[j], CHAINS, slice_start(k[j]));
  return true;
}

/* Exponent bins take 64 KiB on the stack. A part of the array is this long, so that clearing and flushing
 * them pays. */
enum { BINNED = 1 << 17, FETCH_AHEAD = 256 };
_Static_assert((int)BINNED <= (int)EXPONENT_BINS_MOST, "exponent bins hold them");

static __attribute__((noinline)) void add_binned(tutti_exact *acc, const terms *t, size_t begin, size_t n,
                                                 load_one one) {
  exponent_bins s;
  memset(&s, 0, sizeof s);
  for (size_t i = begin; i < begin + n; i++) {
    if (i % 8 == 0) fetch(t, i + FETCH_AHEAD);
    exponent_bins_add(&s, one(t, i));
  }
  exponent_bins_flush(&s, acc);
  for (size_t i = begin; exponent_bins_has_special(&s) && i < begin + n; i++) {
    const double x = one(t, i);
    if (x == 0 || !(__builtin_fabs(x) <= DBL_MAX)) exact_add_special(acc, x);
  }
}

/* Adds one block: in two slices if they hold it, else in three. *slices: with how many to begin, and then
 * how many the block took. */
VEC_INLINE bool add_block(tutti_exact *acc, int *slices, const terms *t, size_t begin, size_t n,
                          double *bound, bool ahead, load_vector load) {
  block_sum s;
  if (*slices == 2 && take_slices(&s, 2, t, begin, n, bound, ahead, load)) s.part[2] = 0;
  else if (!take_slices(&s, 3, t, begin, n, bound, ahead, load)) return false;
  *slices = s.part[2] == 0 ? 2 : 3;
  for (int j = 0; j < *slices; j++) exact_add_one(acc, s.part[j]);
  return true;
}

/* Adds blocks from i on, as long as slices hold them; returns where it stopped. */
VEC_INLINE size_t add_blocks(tutti_exact *acc, const terms *t, size_t i, size_t n, load_vector load) {
  int slices = 2;
  double bound = 0;
  bool known = false;
  while (n - i >= STRIDE) {
    const size_t block = n - i < BLOCK ? (n - i) - (n - i) % STRIDE : BLOCK;
    if (!known) bound = largest(t, i, block, load);
    known = n - i >= 2 * BLOCK;
    if (known ? !add_block(acc, &slices, t, i, BLOCK, &bound, true, load)
              : !add_block(acc, &slices, t, i, block, &bound, false, load))
      return i;
    i += block;
  }
  return i;
}

VEC_INLINE void add(tutti_exact *acc, const terms *t, size_t n, load_vector load, load_one one) {
  enum { FEW = 1024 }; /* below that, limbs are cheaper than clearing and flushing bins */
  size_t i = 0;
  while ((i = add_blocks(acc, t, i, n, load)), n - i >= FEW) {
    const size_t part = n - i < BINNED ? n - i : BINNED;
    add_binned(acc, t, i, part, one);
    i += part;
  }
  for (; i < n; i++) exact_add_one(acc, one(t, i));
}

#define EXACT_KERNEL(name, type, vector, one)                                                                \
  void TUTTI_KERNEL(name)(tutti_exact * acc, const void *x, const void *y, size_t n) {                       \
    add(acc, &(terms){x, y, sizeof(type)}, n, vector, one);                                                  \
  }
EXACT_KERNEL(sum, double, doubles, a_double)
EXACT_KERNEL(asum, double, magnitudes, a_magnitude)
EXACT_KERNEL(squares, double, squares, a_square)
EXACT_KERNEL(sum_f32, float, floats, a_float)
EXACT_KERNEL(asum_f32, float, float_magnitudes, a_float_magnitude)
EXACT_KERNEL(dot_f32, float, float_products, a_float_product)

/* If two slices hold a block, the block's sum is that of two doubles: adding them rounds once. */
bool TUTTI_KERNEL(sum_short)(const double *x, size_t n, double *sum) {
  double padded[TUTTI_SHORT + STRIDE];
  const size_t full = (n + STRIDE - 1) / STRIDE * STRIDE;
  memcpy(padded, x, n * sizeof *x);
  for (size_t i = n; i < full; i++) padded[i] = 0;
  const terms t = {padded, NULL, sizeof *x};
  double bound = largest(&t, 0, full, doubles);
  block_sum s;
  if (!take_slices(&s, 2, &t, 0, full, &bound, false, doubles)) return false;
  *sum = s.part[0] + s.part[1];
  return true;
}
