/* Exact sums of products of doubles. A product is split without error (Ogita, Rump, Oishi, 2005),
 *
 *     x y = p + e,   p = fl(x y),   e = fma(x, y, -p),
 *
 * as long as e does not underflow: |p| >= 2^-968, or x or y is 0. Both go into slices (reduce/slices.h).
 *
 * What three slices hold is known from the largest and the smallest |p| of a block. If all are in
 * [2^(E - 29), 2^E), every x y is a multiple of 2^(E - 135), the unit of the third slice here:
 *
 *     S0 += p                    in units of 2^(E - 45); p' is what was cut off, exactly
 *     S1 += q,  q = fl(p' + e)   in units of 2^(E - 90); h is what S1 has grown by
 *     S2 += (p' - h) + e         each operation exact: multiples of 2^(E - 135) below 2^(E - 89)
 *
 * q is rounded, but it only decides how much S1 takes; p' and e are whole. So E need not be known ahead: a
 * block is added with the E of the one before, and counts if its products turn out to be in that range.
 *
 * Other blocks take four slices, and whether their bits fit is seen from what is left over; still others are
 * added product by product. */
#include "reduce/kernels.h"
#include "reduce/slices.h"

/* Each chain has a part of the arrays of its own: with two arrays these are four streams, which keep more of
 * the memory's prefetchers busy. */
enum { DOT_CHAINS = 2, DOT_STRIDE = DOT_CHAINS * W, LOG_TERMS = 6, DOT_BLOCK = W << LOG_TERMS, AHEAD = 256 };
enum { THREE = 3, FOUR = 4 };

/* The range of products that three slices hold is [2^(E - RANGE), 2^E). With E between these no bit of a
 * product is below 2^-1074, and no sum overflows. */
enum { RANGE = 29, LOWEST = -939, HIGHEST = 1016 };
/* From E to the first slice's k, and from k to the next: a lane adds 2^LOG_TERMS terms, which are at most
 * (1 + 2^-7) 2^(k - 53), and its sum must stay below 2^(k - 1). */
enum { FIRST = LOG_TERMS + 1, NEXT = LOG_TERMS + 2 - 53 };

/* With four slices products are summed up if their errors are doubles. */
#define EXACT_ABOVE 0x1p-960

/* Items 0 .. n - 1 of each chain's part; n <= DOT_BLOCK, a multiple of W. */
typedef struct {
  const double *x, *y;
  size_t n, apart; /* from the part of one chain to that of the next */
} block;

/* What the products of a block are like. */
typedef struct {
  double bound, least; /* the largest and the smallest |p|; NaN is ignored */
  bool nan;            /* if that was looked for */
} survey;

/* The sums of blocks in three slices: units of the slices, in lanes. */
typedef struct {
  bool known; /* whether E is that of the block before; otherwise there is no sum */
  int exponent, blocks;
  vu units[THREE];
} gathered;

VEC_INLINE survey survey_of(vd top, vd least, vm nan) {
  double lane[W];
  survey s = {largest_lane(&top, 1), 0, vm_any(nan)};
  vd_store(lane, least);
  s.least = lane[0];
  for (int i = 1; i < W; i++) s.least = lane[i] < s.least ? lane[i] : s.least;
  return s;
}

/* The exponent above p >= 0: p < 2^exponent. */
VEC_INLINE int above(double p) { return (int)exact_split(p).exponent - 1022; }

VEC_INLINE bool fits(const survey *s, int exponent) {
  return s->bound > 0 && above(s->bound) <= exponent && above(s->least) > exponent - RANGE && !s->nan &&
         exponent >= LOWEST && exponent <= HIGHEST;
}

/* A look at a block, without products that are 0 because a factor is (zeros: with them). */
VEC_INLINE survey look_over(const block *b, bool zeros) {
  const vd none = vd_set1(0);
  vd top = none, least = vd_set1(__builtin_inf());
  for (size_t i = 0; i < b->n; i += W)
    for (size_t c = 0; c < DOT_CHAINS; c++) {
      const vd x = vd_load(b->x + c * b->apart + i), y = vd_load(b->y + c * b->apart + i), p = x * y;
      top = vd_grow(top, p);
      least = vd_shrink(
          least, zeros ? p : vd_select(vd_equal(x, none), least, vd_select(vd_equal(y, none), least, p)));
    }
  return survey_of(top, least, vd_less(top, none));
}

/* Brings what follows on the way. Behind the end of an array that does nothing. */
VEC_INLINE void fetch(const double *x) { __builtin_prefetch((const void *)((uintptr_t)x + 8 * AHEAD)); }

/* Adds a block in three slices. What it returns tells whether the sums count. */
VEC_INLINE survey add_three(const block *b, int exponent, vu units[THREE]) {
  const int k = exponent + FIRST;
  const vd start[THREE] = {slice_start(k), slice_start(k + NEXT), slice_start(k + 2 * NEXT)};
  vd top = vd_set1(0), least = vd_set1(__builtin_inf()), sum[THREE][DOT_CHAINS];
  for (int j = 0; j < THREE; j++)
    for (size_t c = 0; c < DOT_CHAINS; c++) sum[j][c] = start[j];
  for (size_t i = 0; i < b->n; i += W)
    for (size_t c = 0; c < DOT_CHAINS; c++) {
      const double *at = b->x + c * b->apart + i, *bt = b->y + c * b->apart + i;
      if (W == 8 || i % 8 == 0) {
        fetch(at);
        fetch(bt);
      }
      const vd x = vd_load(at), y = vd_load(bt), product = x * y, e = vd_fma(x, y, -product);
      top = vd_grow(top, product);
      least = vd_shrink(least, product);
      vd p = product;
      sum[0][c] = slice(sum[0][c], &p);
      const vd before = sum[1][c];
      sum[1][c] += p + e;
      sum[2][c] += (p - (sum[1][c] - before)) + e;
    }
  vm nan = vd_less(top, vd_set1(0));
  for (size_t c = 0; c < DOT_CHAINS; c++) {
    nan |= vd_unordered(sum[0][c], sum[0][c]);
    for (int j = 0; j < THREE; j++) units[j] += bits_of_vd(sum[j][c]) - bits_of_vd(start[j]);
  }
  return survey_of(top, least, nan);
}

/* Hands the sums on to the accumulator. */
VEC_INLINE void flush(tutti_exact *acc, gathered *g) {
  for (int j = 0; g->blocks > 0 && j < THREE; j++) {
    uint64_t lane[W], sum = 0;
    vu_store(lane, g->units[j]);
    for (int i = 0; i < W; i++) sum += lane[i];
    const bool negative = sum >> 63;
    exact_add_shifted(acc, negative ? 0 - sum : sum,
                      (unsigned)(g->exponent + FIRST + j * NEXT - 52 + EXACT_BIAS), negative);
    acc->flags |= EXACT_OTHER;
    g->units[j] = vu_set1(0);
  }
  g->blocks = 0;
}

/* A lane's sum of a block is below 2^51 units: so many blocks stay below 2^63. */
enum { MOST_BLOCKS = (1 << 11) / DOT_STRIDE };

VEC_INLINE void gather(tutti_exact *acc, gathered *g, const vu units[THREE]) {
  for (int j = 0; j < THREE; j++) g->units[j] += units[j];
  if (++g->blocks == MOST_BLOCKS) flush(acc, g);
}

/* Adds a block in four slices; false if they do not hold it. */
VEC_INLINE bool add_four(tutti_exact *acc, const block *b, const survey *s) {
  int k[FOUR] = {slice_exponent(above(s->bound), LOG_BLOCK)};
  if (s->bound == 0 || k[0] > 1023 || s->least < EXACT_ABOVE) return false;
  for (int j = 1; j < FOUR; j++) k[j] = slice_below(k[j - 1], LOG_BLOCK);
  vd sum[FOUR][DOT_CHAINS];
  vu rest[DOT_CHAINS];
  for (size_t c = 0; c < DOT_CHAINS; c++) {
    for (int j = 0; j < FOUR; j++) sum[j][c] = slice_start(k[j]);
    rest[c] = vu_set1(0);
  }
  for (size_t i = 0; i < b->n; i += W)
    for (size_t c = 0; c < DOT_CHAINS; c++) {
      const vd x = vd_load(b->x + c * b->apart + i), y = vd_load(b->y + c * b->apart + i);
      vd p = x * y, e = vd_fma(x, y, -p);
      sum[0][c] = slice(sum[0][c], &p);
      for (int j = 1; j < FOUR; j++) {
        sum[j][c] = slice(sum[j][c], &p);
        sum[j][c] = slice(sum[j][c], &e);
      }
      rest[c] = vu_or3(rest[c], bits_of_vd(p), bits_of_vd(e));
    }
  if (any_rest(rest, DOT_CHAINS)) return false;
  for (int j = 0; j < FOUR; j++) exact_add_one(acc, slice_total(sum[j], DOT_CHAINS, slice_start(k[j])));
  return true;
}

/* Adds a block in the cheapest way that holds it. */
VEC_INLINE void add_block(tutti_exact *acc, gathered *g, const block *b) {
  vu units[THREE] = {vu_set1(0), vu_set1(0), vu_set1(0)};
  survey s = g->known ? add_three(b, g->exponent, units) : look_over(b, true);
  if (s.least == 0) s.least = look_over(b, false).least;
  if (g->known && fits(&s, g->exponent)) {
    gather(acc, g, units);
    return;
  }
  flush(acc, g);
  g->exponent = above(s.bound) + fits(&s, above(s.bound) + 1); /* the next block's may be a little larger */
  g->known = fits(&s, g->exponent);
  if (g->known) {
    for (int j = 0; j < THREE; j++) units[j] = vu_set1(0);
    g->known = !add_three(b, g->exponent, units).nan;
    if (g->known) gather(acc, g, units);
  }
  if (g->known || add_four(acc, b, &s)) return;
  for (size_t c = 0; c < DOT_CHAINS; c++)
    for (size_t i = 0; i < b->n; i++)
      tutti_exact_add_product(acc, b->x[c * b->apart + i], b->y[c * b->apart + i]);
}

void TUTTI_KERNEL(dot)(tutti_exact *acc, const void *x_, const void *y_, size_t n) {
  const double *x = x_, *y = y_;
  const size_t part = n / DOT_STRIDE * W;
  gathered g = {.known = false, .units = {vu_set1(0), vu_set1(0), vu_set1(0)}};
  for (size_t i = 0; i < part; i += DOT_BLOCK)
    add_block(acc, &g, &(block){x + i, y + i, part - i < DOT_BLOCK ? part - i : DOT_BLOCK, part});
  flush(acc, &g);
  for (size_t i = DOT_CHAINS * part; i < n; i++) tutti_exact_add_product(acc, x[i], y[i]);
}
