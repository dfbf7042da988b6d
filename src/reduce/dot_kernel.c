/* Exact sums of products of doubles. A product is split without error (Ogita, Rump, Oishi, 2005),
 *
 *     x y = p + e,   p = fl(x y),   e = fma(x, y, -p),
 *
 * as long as e does not underflow: |p| >= 2^-969, or x or y is 0. p goes to the first slice
 * (reduce/slices.h). What is left of p, and e, are both below 2^-53 of the bound, and share the further
 * slices. Three slices in all hold the 106 bits of the products of data over some 15 binades, four slices
 * some 55 binades. After a block that needs the fourth, the next ones start with four. */
#include "reduce/kernels.h"
#include "reduce/slices.h"

/* Two chains: their slices and operands fit 16 registers. */
enum { DOT_CHAINS = 2, DOT_STRIDE = DOT_CHAINS * W, DOT_BLOCK = BLOCK / 2, MOST_SLICES = 4 };
#define EXACT_ABOVE 0x1p-960

/* What a first look at a block finds. */
typedef struct {
  double bound; /* the largest |p|; NaN is ignored */
  double least; /* the smallest |p|; NaN is ignored */
} survey;

/* A survey that is being made. */
typedef struct {
  vd top[DOT_CHAINS], least[DOT_CHAINS];
} lookout;

VEC_INLINE lookout lookout_start(void) {
  lookout l;
  for (int c = 0; c < DOT_CHAINS; c++) {
    l.top[c] = vd_set1(0);
    l.least[c] = vd_set1(1);
  }
  return l;
}

VEC_INLINE void look(lookout *l, int c, const double *x, const double *y) {
  const vd p = vd_load(x) * vd_load(y);
  l->top[c] = vd_grow(l->top[c], p);
  l->least[c] = vd_shrink(l->least[c], p);
}

VEC_INLINE survey lookout_end(const lookout *l) {
  vd least = l->least[0];
  for (int c = 1; c < DOT_CHAINS; c++) least = vd_shrink(least, l->least[c]);
  double lane[W];
  vd_store(lane, least);
  survey s = {largest_lane(l->top, DOT_CHAINS), lane[0]};
  for (int i = 1; i < W; i++) s.least = lane[i] < s.least ? lane[i] : s.least;
  return s;
}

VEC_INLINE survey look_over(const double *x, const double *y, size_t n) {
  lookout l = lookout_start();
  for (size_t i = 0; i < n; i += DOT_STRIDE)
    for (int c = 0; c < DOT_CHAINS; c++) look(&l, c, x + i + c * W, y + i + c * W);
  return lookout_end(&l);
}

/* Whether every product below EXACT_ABOVE has a factor 0. */
static bool tiny_are_zeros(const double *x, const double *y, size_t n) {
  bool zeros = true;
  for (size_t i = 0; i < n; i++)
    zeros &= (__builtin_fabs(x[i] * y[i]) >= EXACT_ABOVE) | (x[i] == 0) | (y[i] == 0);
  return zeros;
}

VEC_INLINE void fetch(const double *x, size_t i) { __builtin_prefetch((const void *)((uintptr_t)x + 8 * i)); }

/* Adds n products in so many slices; false if they do not fit. ahead: n more products follow, which are
 * surveyed meanwhile. */
VEC_INLINE bool add_slices(tutti_exact *acc, const double *x, const double *y, size_t n, int slices,
                           survey *s, bool ahead) {
  int k[MOST_SLICES];
  k[0] = slice_exponent((int)exact_split(s->bound).exponent - 1022, LOG_BLOCK);
  if (s->bound == 0 || k[0] > 1023 || (s->least < EXACT_ABOVE && !tiny_are_zeros(x, y, n))) return false;
  for (int j = 1; j < slices; j++) k[j] = slice_below(k[j - 1], LOG_BLOCK);
  vd sum[MOST_SLICES][DOT_CHAINS];
  vu rest[DOT_CHAINS];
  lookout next = lookout_start();
  for (int c = 0; c < DOT_CHAINS; c++) {
    for (int j = 0; j < slices; j++) sum[j][c] = slice_start(k[j]);
    rest[c] = vu_set1(0);
  }
  for (size_t i = 0; i < n; i += DOT_STRIDE) {
    for (size_t line = 0; ahead && line < DOT_STRIDE; line += 8) {
      fetch(x, i + 2 * n + line);
      fetch(y, i + 2 * n + line);
    }
    for (int c = 0; c < DOT_CHAINS; c++) {
      const size_t at = i + (size_t)(c * W);
      const vd a = vd_load(x + at), b = vd_load(y + at);
      vd p = a * b, e = vd_fma(a, b, -p);
      sum[0][c] = slice(sum[0][c], &p);
      for (int j = 1; j < slices; j++) {
        sum[j][c] = slice(sum[j][c], &p);
        sum[j][c] = slice(sum[j][c], &e);
      }
      rest[c] = vu_or3(rest[c], bits_of_vd(p), bits_of_vd(e));
      if (ahead) look(&next, c, x + n + at, y + n + at);
    }
  }
  if (any_rest(rest, DOT_CHAINS)) return false;
  for (int j = 0; j < slices; j++) exact_add_one(acc, slice_total(sum[j], DOT_CHAINS, slice_start(k[j])));
  if (ahead) *s = lookout_end(&next);
  return true;
}

/* Adds one block, in the cheapest way that holds it. *slices: with how many to begin, and then how many
 * the block took. Returns whether *s is now the survey of the block that follows. */
VEC_INLINE bool add_block(tutti_exact *acc, const double *x, const double *y, size_t n, int *slices,
                          survey *s, bool ahead) {
  if (*slices == 3 && add_slices(acc, x, y, n, 3, s, ahead)) return ahead;
  *slices = 4;
  if (add_slices(acc, x, y, n, 4, s, ahead)) return ahead;
  *slices = 3;
  for (size_t i = 0; i < n; i++) tutti_exact_add_product(acc, x[i], y[i]);
  return false;
}

void TUTTI_KERNEL(dot)(tutti_exact *acc, const void *x_, const void *y_, size_t n) {
  const double *x = x_, *y = y_;
  int slices = 3;
  bool known = false;
  survey s = {0, 0};
  while (n >= DOT_STRIDE) {
    const size_t block = n < DOT_BLOCK ? n - n % DOT_STRIDE : DOT_BLOCK;
    if (!known) s = look_over(x, y, block);
    known = n >= 2 * DOT_BLOCK ? add_block(acc, x, y, DOT_BLOCK, &slices, &s, true)
                               : add_block(acc, x, y, block, &slices, &s, false);
    x += block;
    y += block;
    n -= block;
  }
  for (size_t i = 0; i < n; i++) tutti_exact_add_product(acc, x[i], y[i]);
}
