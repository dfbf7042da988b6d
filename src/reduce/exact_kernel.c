/* Exact sums of arrays: of doubles, of floats, of magnitudes, of products of floats. One body for all; they
 * differ in how a term is loaded, and every term is a double without error. */
#include <float.h>

#include "isa/kernels.h"
#include "reduce/scatter.h"
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

/* 48 bits and exponents from -298 to 256: a product of two floats is exact in a double. */
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

/* Fetches the items from i on: a cache line of doubles. Behind the end nothing happens. */
VEC_INLINE void fetch(const terms *t, size_t i) {
  __builtin_prefetch((const void *)((uintptr_t)t->x + i * t->item_size));
  if (t->y) __builtin_prefetch((const void *)((uintptr_t)t->y + i * t->item_size));
}

/* The largest magnitude of the terms [begin, begin + n), NaN aside; n is a multiple of STRIDE. */
VEC_INLINE double largest(const terms *t, size_t begin, size_t n, load_vector load) {
  vd top[CHAINS];
  for (int c = 0; c < CHAINS; c++) top[c] = vd_set1(0);
  for (size_t i = begin; i < begin + n; i += STRIDE)
    for (int c = 0; c < CHAINS; c++) top[c] = vd_grow(top[c], load(t, i + (size_t)(c * W)));
  return largest_lane(top, CHAINS);
}

/* The sum of a block's terms: high + low, each exact. */
typedef struct {
  double high, low;
} slices;

/* Slices terms [begin, begin + n), n <= BLOCK a multiple of STRIDE, no magnitude above *bound; false if they
 * do not fit two slices. With `ahead`, n more terms follow: their bound is found meanwhile, which also brings
 * them into the cache, and replaces *bound. */
VEC_INLINE bool take_slices(slices *s, const terms *t, size_t begin, size_t n, double *bound, bool ahead,
                            load_vector load) {
  const int k1 = slice_exponent((int)exact_split(*bound).exponent - 1022, LOG_BLOCK);
  if (*bound == 0 || k1 > 1023) return false;
  const vd start1 = slice_start(k1), start2 = slice_start(slice_below(k1, LOG_BLOCK));
  vd top[CHAINS], sum1[CHAINS], sum2[CHAINS];
  vu rest[CHAINS];
  for (int c = 0; c < CHAINS; c++) {
    top[c] = vd_set1(0);
    sum1[c] = start1;
    sum2[c] = start2;
    rest[c] = vu_set1(0);
  }
  for (size_t i = begin; i < begin + n; i += STRIDE) {
    for (size_t line = 0; ahead && line < STRIDE; line += 8) fetch(t, i + 2 * n + line);
    for (int c = 0; c < CHAINS; c++) {
      vd value = load(t, i + (size_t)(c * W));
      sum1[c] = slice(sum1[c], &value);
      sum2[c] = slice(sum2[c], &value);
      rest[c] |= bits_of_vd(value);
      if (ahead) top[c] = vd_grow(top[c], load(t, i + n + (size_t)(c * W)));
    }
  }
  if (ahead) *bound = largest_lane(top, CHAINS);
  if (any_rest(rest, CHAINS)) return false;
  s->high = slice_total(sum1, CHAINS, start1);
  s->low = slice_total(sum2, CHAINS, start2);
  return true;
}

/* 64 KiB on the stack, for a part of the array long enough to pay for clearing and flushing them. */
enum { SCATTERED = 1 << 17 };
_Static_assert((int)SCATTERED <= (int)SCATTER_MOST, "a scatter holds them");

static __attribute__((noinline)) void add_scattered(tutti_exact *acc, const terms *t, size_t begin, size_t n,
                                                    load_one one) {
  scatter s;
  memset(&s, 0, sizeof s);
  for (size_t i = begin; i < begin + n; i++) scatter_add(&s, one(t, i));
  scatter_flush(&s, acc);
  for (size_t i = begin; scatter_has_special(&s) && i < begin + n; i++) {
    const double x = one(t, i);
    if (x == 0 || !(__builtin_fabs(x) <= DBL_MAX)) exact_add_special(acc, x);
  }
}

/* Adds the blocks from i on as long as they fit slices; returns where it stopped. */
VEC_INLINE size_t add_blocks(tutti_exact *acc, const terms *t, size_t i, size_t n, load_vector load) {
  slices s;
  double bound = 0;
  bool known = false;
  while (n - i >= STRIDE) {
    const size_t block = n - i < BLOCK ? (n - i) - (n - i) % STRIDE : BLOCK;
    if (!known) bound = largest(t, i, block, load);
    known = n - i >= 2 * BLOCK;
    const bool fit = known ? take_slices(&s, t, i, BLOCK, &bound, true, load)
                           : take_slices(&s, t, i, block, &bound, false, load);
    if (!fit) return i;
    exact_add_one(acc, s.high);
    exact_add_one(acc, s.low);
    i += block;
  }
  return i;
}

VEC_INLINE void add(tutti_exact *acc, const terms *t, size_t n, load_vector load, load_one one) {
  enum { FEW = 1024 }; /* below, the limbs are cheaper than the scatter's overhead */
  size_t i = 0;
  while ((i = add_blocks(acc, t, i, n, load)), n - i >= FEW) {
    const size_t part = n - i < SCATTERED ? n - i : SCATTERED;
    add_scattered(acc, t, i, part, one);
    i += part;
  }
  for (; i < n; i++) exact_add_one(acc, one(t, i));
}

#define EXACT_KERNEL(name, type, vector, one)                                                                \
  void TUTTI_KERNEL(name)(tutti_exact * acc, const void *x, const void *y, size_t n) {                       \
    add(acc, &(terms){x, y, sizeof(type)}, n, vector, one);                                                  \
  }
EXACT_KERNEL(exact_sum, double, doubles, a_double)
EXACT_KERNEL(exact_asum, double, magnitudes, a_magnitude)
EXACT_KERNEL(exact_squares, double, squares, a_square)
EXACT_KERNEL(exact_sum_f32, float, floats, a_float)
EXACT_KERNEL(exact_asum_f32, float, float_magnitudes, a_float_magnitude)
EXACT_KERNEL(exact_dot_f32, float, float_products, a_float_product)

/* The two slices of a block without remainder are its sum in two doubles: adding them rounds once. */
bool TUTTI_KERNEL(sum_few)(const double *x, size_t n, double *sum) {
  double padded[TUTTI_FEW + STRIDE];
  const size_t full = (n + STRIDE - 1) / STRIDE * STRIDE;
  memcpy(padded, x, n * sizeof *x);
  for (size_t i = n; i < full; i++) padded[i] = 0;
  const terms t = {padded, NULL, sizeof *x};
  double bound = largest(&t, 0, full, doubles);
  slices s;
  if (!take_slices(&s, &t, 0, full, &bound, false, doubles)) return false;
  *sum = s.high + s.low;
  return true;
}
