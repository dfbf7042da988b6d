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
  int log_run; /* a block has at most 2^log_run of them */
} terms;
/* The first `lanes` of terms i .. i + W - 1, and zeros. With lanes = W, which is known when it is compiled,
 * it is a plain load. */
typedef vd (*load_vector)(const terms *t, size_t i, int lanes);
typedef double (*load_one)(const terms *t, size_t i);

VEC_INLINE vd load_doubles(const void *p, size_t i, int lanes) {
  const double *at = (const double *)p + i;
  return lanes == W ? vd_load(at) : vd_load_first(at, lanes);
}
VEC_INLINE vd load_floats(const void *p, size_t i, int lanes) {
  const float *at = (const float *)p + i;
  return lanes == W ? vd_load_f32(at) : vd_load_f32_first(at, lanes);
}

VEC_INLINE vd doubles(const terms *t, size_t i, int lanes) { return load_doubles(t->x, i, lanes); }
VEC_INLINE double a_double(const terms *t, size_t i) { return ((const double *)t->x)[i]; }

VEC_INLINE vd magnitudes(const terms *t, size_t i, int lanes) { return vd_abs(doubles(t, i, lanes)); }
VEC_INLINE double a_magnitude(const terms *t, size_t i) { return __builtin_fabs(a_double(t, i)); }

VEC_INLINE vd floats(const terms *t, size_t i, int lanes) { return load_floats(t->x, i, lanes); }
VEC_INLINE double a_float(const terms *t, size_t i) { return (double)((const float *)t->x)[i]; }

VEC_INLINE vd float_magnitudes(const terms *t, size_t i, int lanes) { return vd_abs(floats(t, i, lanes)); }
VEC_INLINE double a_float_magnitude(const terms *t, size_t i) { return __builtin_fabs(a_float(t, i)); }

/* A product of two floats has 48 bits and an exponent from -298 to 256: it is exact in a double. */
VEC_INLINE vd float_products(const terms *t, size_t i, int lanes) {
  return floats(t, i, lanes) * load_floats(t->y, i, lanes);
}
VEC_INLINE double a_float_product(const terms *t, size_t i) {
  return a_float(t, i) * (double)((const float *)t->y)[i];
}

/* The squares of the doubles, each rounded: for the 2-norm. */
VEC_INLINE vd squares(const terms *t, size_t i, int lanes) {
  const vd x = doubles(t, i, lanes);
  return x * x;
}
VEC_INLINE double a_square(const terms *t, size_t i) { return a_double(t, i) * a_double(t, i); }

/* Prefetches the items from i on: a cache line of doubles. Behind the end of an array that does nothing. */
VEC_INLINE void fetch(const terms *t, size_t i) {
  __builtin_prefetch((const void *)((uintptr_t)t->x + i * t->item_size));
  if (t->y) __builtin_prefetch((const void *)((uintptr_t)t->y + i * t->item_size));
}

/* The terms from i on are gone through in groups of CHAINS vectors. Of the last group some lanes may be
 * missing: so many does vector c have, if `left` terms are left. */
VEC_INLINE int lanes_of(size_t left, int c) {
  const size_t before = (size_t)c * W;
  return left <= before ? 0 : left - before < W ? (int)(left - before) : W;
}

/* An exponent that every magnitude of terms [begin, begin + n) is below: |x| < 2^exponent. NaN is ignored.
 * step = STRIDE looks at all of them, a longer step at groups that far apart and at the end. */
VEC_INLINE int bound_exponent(const terms *t, size_t begin, size_t n, size_t step, load_vector load) {
  const size_t left = n % STRIDE, end = begin + n - left;
  vd top[CHAINS];
  for (int c = 0; c < CHAINS; c++)
    top[c] = left ? load(t, end + (size_t)(c * W), lanes_of(left, c)) : vd_set1(0);
  for (int c = 0; c < CHAINS; c++) top[c] = vd_grow(vd_set1(0), top[c]);
  for (size_t i = begin; i < end; i += step)
    for (int c = 0; c < CHAINS; c++) top[c] = vd_grow(top[c], load(t, i + (size_t)(c * W), W));
  return (int)exact_split(largest_lane(top, CHAINS)).exponent - 1022;
}

/* A longer block would have its end less often, but its slices would hold fewer bits. Squares of data that
 * are evenly spread over [0, 1) need more of them. */
enum { LOG_RUN = 12, LOG_RUN_OF_SQUARES = 10, PROBE = 64, MOST_SLICES = 3 };
_Static_assert((int)TUTTI_SHORT == 1 << LOG_RUN, "a short array is one block");

/* The sum of the terms of a block is the sum of these parts, each of them exact. */
typedef struct {
  double part[MOST_SLICES];
} block_sum;

typedef enum {
  FITS,
  TOO_LARGE /* a term is not below the bound */,
  LEFT_OVER /* bits below the slices */
} fit;

/* Slices that are being filled (reduce/slices.h). */
typedef struct {
  vd sum[MOST_SLICES][CHAINS], scale, back;
  vu large, rest;
} slicing;

/* Slices one group, the vectors of which are `apart` terms from each other. In the first slice the terms are
 * scaled by 2^(1 - exponent), so that the part q that the slice takes of a term below the bound is at most 2
 * - 2^-51: bit 62 of q is 0. The last slice has to take what there is, so that no remainder is made. */
VEC_INLINE void slice_group(slicing *s, int slices, const terms *t, size_t i, size_t apart, size_t left,
                            load_vector load) {
  vu large = s->large, rest = s->rest;
  vd q[CHAINS];
  for (int c = 0; c < CHAINS; c++) {
    vd x = load(t, i + (size_t)c * apart, lanes_of(left, c));
    const vd first = vd_scaled_add(x, s->scale, s->sum[0][c]);
    q[c] = first - s->sum[0][c];
    s->sum[0][c] = first;
    if (c % 2) large = vu_or3(large, bits_of_vd(q[c - 1]), bits_of_vd(q[c]));
    x = vd_scaled_add(q[c], s->back, x);
    for (int j = 1; j < slices - 1; j++) s->sum[j][c] = slice(s->sum[j][c], &x);
    const vd last = s->sum[slices - 1][c] + x;
    rest = vu_or_xor(rest, last - s->sum[slices - 1][c], x);
    s->sum[slices - 1][c] = last;
    VEC_IN_TURN(large, rest);
  }
  s->large = large;
  s->rest = rest;
}

/* Adds terms [begin, begin + n), n <= 2^log_run, in so many slices, which are made for |x| < 2^exponent.
 *
 * far: they are likely to come from memory. Then a long block is read in CHAINS streams, one for each chain,
 * because the processor fetches each stream ahead by itself; and the next block is prefetched. */
VEC_INLINE fit take_slices(block_sum *sum, int slices, int exponent, const terms *t, size_t begin, size_t n,
                           bool far, load_vector load) {
  const size_t left = n % STRIDE, end = begin + n - left, run = (size_t)1 << t->log_run;
  int k[MOST_SLICES] = {1 + t->log_run};
  slicing s = {.scale = vd_set1(power_of_two(1 - exponent)),
               .back = vd_set1(-power_of_two(exponent - 1)),
               .large = vu_set1(0),
               .rest = vu_set1(0)};
  for (int j = 1; j < slices; j++) k[j] = slice_below(j == 1 ? exponent + t->log_run : k[j - 1], t->log_run);
  for (int j = 0; j < slices; j++)
    for (int c = 0; c < CHAINS; c++) s.sum[j][c] = slice_start(k[j]);
  const size_t apart = (end - begin) / CHAINS;
  if (far && n == run) {
    for (size_t i = begin; i < begin + apart; i += TUTTI_GROUP) {
      for (size_t c = 0; c < CHAINS; c++) fetch(t, i + c * apart + run);
      for (size_t j = i; j < i + TUTTI_GROUP; j += W) slice_group(&s, slices, t, j, apart, STRIDE, load);
    }
  } else {
    /* What does not fit shows soon, as a rule: in the first groups. */
    size_t pause = n > PROBE ? begin + PROBE : end;
    for (size_t i = begin; i < end; pause = end) {
      for (; i < pause; i += STRIDE) slice_group(&s, slices, t, i, W, STRIDE, load);
      if (pause < end && any_rest(&s.rest, 1)) return LEFT_OVER;
    }
  }
  if (left) slice_group(&s, slices, t, end, W, left, load);
  if (any_bit(s.large & vu_set1(UINT64_C(1) << 62))) return TOO_LARGE;
  if (any_rest(&s.rest, 1)) return LEFT_OVER;
  for (int j = 0; j < slices; j++) sum->part[j] = slice_total(s.sum[j], CHAINS, slice_start(k[j]));
  sum->part[0] *= power_of_two(exponent - 1);
  return FITS;
}

/* Exponent bins take 128 KiB on the stack. A part of the array is this long, so that clearing and flushing
 * them pays. */
enum { BINNED = EXPONENT_BINS_MOST, FETCH_AHEAD = 256 };

/* Terms i .. i + n - 1 as doubles in memory: where they are if they are doubles, else copied. */
VEC_INLINE const double *line_of(double *copy, const terms *t, size_t i, size_t n, load_one one) {
  if (one == a_double) return (const double *)t->x + i;
  for (size_t k = 0; k < n; k++) copy[k] = one(t, i + k);
  return copy;
}

VEC_INLINE void add_binned(tutti_exact *acc, const terms *t, size_t begin, size_t n, load_one one) {
  enum { LINE = 8 };
  const terms own = *t; /* so that no store to a bin can change it */
  const size_t end = begin + n, left = n % LINE;
  double line[LINE];
  exponent_bins s;
  memset(&s, 0, sizeof s);
  exponent_bins_add(&s, line_of(line, &own, end - left, left, one), left);
  for (size_t i = begin; i < end - left; i += LINE) {
    fetch(&own, i + FETCH_AHEAD);
    exponent_bins_add(&s, line_of(line, &own, i, LINE, one), LINE);
  }
  exponent_bins_flush(&s, acc);
  if (!exponent_bins_has_special(&s)) return;
  for (size_t i = begin; i < end; i++) {
    const double x = one(&own, i);
    if (x == 0 || !(__builtin_fabs(x) <= DBL_MAX)) exact_add_special(acc, x);
  }
}

/* How blocks are sliced: for |x| < 2^exponent, and with how many slices to begin. What one block took, the
 * next one begins with. */
typedef struct {
  int exponent, slices;
  bool inherited; /* the exponent is that of the block before */
} grid;

enum { LOWEST_EXPONENT = -960, HIGHEST_EXPONENT = 1023 - LOG_RUN, GUESSED = 1, FOUND = 1 };

/* A bound with some binades to spare. */
VEC_INLINE int bound_with(int spare, int exponent) {
  return exponent + spare < LOWEST_EXPONENT ? LOWEST_EXPONENT : exponent + spare;
}

/* A first guess, from terms at the ends and in the middle. */
VEC_INLINE grid guess_grid(const terms *t, size_t begin, size_t n, load_vector load) {
  const size_t step = n < 3 * STRIDE ? STRIDE : (n - STRIDE) / 2;
  return (grid){bound_with(GUESSED, bound_exponent(t, begin, n, step, load)), 2, false};
}

/* Slices a block. What is too wide for two slices gets three. Where the bound is too low, or so high that
 * bits are left over for that reason, it is looked for, once. (A guess from terms of the block itself is not
 * too high.) */
VEC_INLINE bool fit_block(block_sum *s, grid *g, const terms *t, size_t begin, size_t n, bool far,
                          load_vector load) {
  for (bool looked = false;;) {
    if (g->exponent > HIGHEST_EXPONENT) return false;
    const fit f = g->slices == 2 ? take_slices(s, 2, g->exponent, t, begin, n, far, load)
                                 : take_slices(s, 3, g->exponent, t, begin, n, far, load);
    if (f == FITS) return true;
    if (f == LEFT_OVER && g->slices < MOST_SLICES) {
      g->slices++;
      continue;
    }
    if (looked || (f == LEFT_OVER && !g->inherited)) return false;
    const int found = bound_with(FOUND, bound_exponent(t, begin, n, STRIDE, load));
    if (f == LEFT_OVER && found >= g->exponent - GUESSED) return false;
    g->exponent = found;
    looked = true;
  }
}

/* The zero that is the sum of zeros: -0 if all are -0. */
VEC_INLINE double zero_of(const terms *t, size_t begin, size_t n, load_one one) {
  for (size_t i = begin; i < begin + n; i++)
    if (one(t, i) != 0 || !__builtin_signbit(one(t, i))) return 0;
  return -0.0;
}

/* Adds a block; false if slices do not hold it. */
VEC_INLINE bool add_block(tutti_exact *acc, grid *g, const terms *t, size_t begin, size_t n, bool far,
                          load_vector load, load_one one) {
  block_sum s = {{0}};
  if (!fit_block(&s, g, t, begin, n, far, load)) return false;
  bool zero = true;
  for (int j = 0; j < g->slices; j++) {
    if (s.part[j] == 0) continue;
    exact_add_one(acc, s.part[j]);
    zero = false;
  }
  if (zero) exact_add_special(acc, zero_of(t, begin, n, one));
  if (s.part[2] == 0) g->slices = 2;
  g->inherited = true;
  return true;
}

/* The bins have a function of their own, so that their memory is on the stack while they are used. */
typedef void (*bins)(tutti_exact *acc, const terms *t, size_t begin, size_t n);

VEC_INLINE void add(tutti_exact *acc, const terms *t, size_t n, load_vector load, load_one one, bins binned) {
  enum {
    FEW = 3 << 10, /* below that, limbs are cheaper than clearing and flushing bins */
    FAR = 1 << 16  /* so many terms, 512 KiB, are in no fast cache */
  };
  bool known = false;
  grid g = {0, 2, false};
  for (size_t i = 0, part, run = (size_t)1 << t->log_run; i < n; i += part) {
    part = n - i < run ? n - i : run;
    if (!known) g = guess_grid(t, i, part, load);
    known = add_block(acc, &g, t, i, part, n >= FAR, load, one);
    if (known) continue;
    if (n - i < FEW) {
      part = n - i;
      for (size_t j = i; j < n; j++) exact_add_one(acc, one(t, j));
    } else {
      part = n - i < BINNED ? n - i : BINNED;
      binned(acc, t, i, part);
    }
  }
}

#define EXACT_KERNEL(name, type, log_run, vector, one)                                                       \
  static __attribute__((noinline)) void name##_binned(tutti_exact *acc, const terms *t, size_t begin,        \
                                                      size_t n) {                                            \
    add_binned(acc, t, begin, n, one);                                                                       \
  }                                                                                                          \
  void TUTTI_KERNEL(name)(tutti_exact * acc, const void *x, const void *y, size_t n) {                       \
    add(acc, &(terms){x, y, sizeof(type), log_run}, n, vector, one, name##_binned);                          \
  }
EXACT_KERNEL(sum, double, LOG_RUN, doubles, a_double)
EXACT_KERNEL(asum, double, LOG_RUN, magnitudes, a_magnitude)
EXACT_KERNEL(squares, double, LOG_RUN_OF_SQUARES, squares, a_square)
EXACT_KERNEL(sum_f32, float, LOG_RUN, floats, a_float)
EXACT_KERNEL(asum_f32, float, LOG_RUN, float_magnitudes, a_float_magnitude)
EXACT_KERNEL(dot_f32, float, LOG_RUN, float_products, a_float_product)

/* The exact sum of two doubles is *a + *b before and after; then *b is what *a, rounded, lacks (Knuth, 1969).
 */
VEC_INLINE void two_sum(double *a, double *b) {
  const double sum = *a + *b, of_b = sum - *a, of_a = sum - of_b;
  *b = (*a - of_a) + (*b - of_b);
  *a = sum;
}

/* The rounded sum of three doubles (Boldo, Melquiond, 2008). What two additions leave over is rounded to odd:
 * if it is not exact, its last bit is set, so that the last addition knows on which side of a tie it is. */
VEC_INLINE double sum_of_three(double a, double b, double c) {
  two_sum(&b, &c);
  two_sum(&a, &b);
  two_sum(&b, &c);
  if (c == 0) return a + b;
  uint64_t bits;
  memcpy(&bits, &b, sizeof bits);
  if (bits % 2 == 0) bits = (c > 0) == (b > 0) ? bits + 1 : bits - 1;
  memcpy(&b, &bits, sizeof b);
  return a + b;
}

/* Few terms: slices, and no accumulator. */
bool TUTTI_KERNEL(sum_short)(const double *x, size_t n, double *sum) {
  const terms t = {x, NULL, sizeof *x, LOG_RUN};
  grid g = guess_grid(&t, 0, n, doubles);
  block_sum s = {{0}};
  if (!fit_block(&s, &g, &t, 0, n, false, doubles)) return false;
  *sum = g.slices == 2 ? s.part[0] + s.part[1] : sum_of_three(s.part[0], s.part[1], s.part[2]);
  if (*sum == 0) *sum = zero_of(&t, 0, n, a_double);
  return true;
}
