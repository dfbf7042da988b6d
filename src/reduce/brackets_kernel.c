/* Counting and gathering the doubles inside brackets, see reduce/brackets.h. Nearly all items are outside:
 * they are compared and counted in vectors, and only those inside are looked at one by one. */
#include "isa/vec.h"
#include "reduce/digits.h"
#include "reduce/kernels.h"

enum { AHEAD = 1024 /* items fetched ahead; behind the end that does nothing */, TOGETHER = 8 };

/* What is done with the items inside brackets. Some wait, until TOGETHER of them are looked for at a time. */
typedef struct {
  const tutti_brackets *brackets;
  uint64_t *counts; /* of bins; or NULL: the images of odd bins are written */
  uint64_t *image;
  size_t found;
  uint64_t waiting[TOGETHER];
  size_t wait;
} visit;

/* bin[k] = how many edges are at most image[k]. A search waits for memory in every step, so that several take
 * little longer than one. The choice is a mask: data would make the processor mispredict a jump. */
VEC_INLINE void find_bins(const tutti_brackets *b, const uint64_t *image, size_t *bin) {
  const uint64_t *edge[TOGETHER];
  for (int k = 0; k < TOGETHER; k++) edge[k] = b->edge;
  for (size_t length = b->edges; length > 1;) {
    const size_t half = length / 2;
#pragma GCC unroll 8
    for (int k = 0; k < TOGETHER; k++) edge[k] += half & -(size_t)(edge[k][half - 1] <= image[k]);
    length -= half;
  }
  for (int k = 0; k < TOGETHER; k++) bin[k] = (size_t)(edge[k] - b->edge) + (*edge[k] <= image[k]);
}

/* Those behind the last one that waits are looked for, too, but not counted. */
VEC_INLINE void visit_waiting(visit *v) {
  size_t bin[TOGETHER];
  find_bins(v->brackets, v->waiting, bin);
  for (size_t k = 0; k < v->wait; k++) {
    if (v->counts) {
      v->counts[bin[k]]++;
    } else {
      v->image[v->found] = v->waiting[k];
      v->found += bin[k] & 1;
    }
  }
  v->wait = 0;
}

VEC_INLINE void visit_item(visit *v, double x) {
  v->waiting[v->wait++] = tutti_image_of(x);
  if (v->wait == TOGETHER) visit_waiting(v);
}

/* Counts the lanes below each bracket; bit i of the result: lane i is in one. */
VEC_INLINE unsigned inside(vd x, const vd *low, const vd *high, vu *below, size_t brackets) {
  vm outside = vd_less(x, x);
  for (size_t b = 0; b < brackets; b++) {
    const vm less = vd_less(x, low[b]), more = vd_less(high[b], x);
    below[b] = vu_count(below[b], less);
    outside = b ? (vm)(outside & (less | more)) : (vm)(less | more);
  }
  return ~vm_lanes(outside) & ((1U << W) - 1);
}

VEC_INLINE void visit_all(visit *v, uint64_t *counts_below, const double *x, size_t n, size_t brackets) {
  const tutti_brackets *const b = v->brackets;
  vd low[TUTTI_BRACKETS], high[TUTTI_BRACKETS];
  vu below[TUTTI_BRACKETS];
  for (size_t k = 0; k < brackets; k++) {
    low[k] = vd_set1(b->low[k]);
    high[k] = vd_set1(b->high[k]);
    below[k] = vu_set1(0);
  }
  size_t i = 0;
  for (; i + W <= n; i += W) {
    if (i % TUTTI_GROUP == 0) __builtin_prefetch(x + i + AHEAD);
    for (unsigned lanes = inside(vd_load(x + i), low, high, below, brackets); lanes; lanes &= lanes - 1)
      visit_item(v, x[i + (unsigned)__builtin_ctz(lanes)]);
  }
  for (size_t k = 0; k < brackets; k++) {
    uint64_t lane[W];
    vu_store(lane, below[k]);
    for (size_t l = 0; l < W; l++) counts_below[k] += lane[l];
  }
  for (; i < n; i++) {
    bool outside = false;
    for (size_t k = 0; k < brackets; k++) {
      counts_below[k] += x[i] < b->low[k];
      outside = (k == 0 || outside) && (x[i] < b->low[k] || b->high[k] < x[i]);
    }
    if (!outside) visit_item(v, x[i]);
  }
  visit_waiting(v);
}

/* With a number of brackets that the compiler knows, bounds and counters are in registers. */
VEC_INLINE void visit_each(visit *v, uint64_t *below, const double *x, size_t n) {
  switch (v->brackets->brackets) {
  case 1:
    visit_all(v, below, x, n, 1);
    break;
  case 2:
    visit_all(v, below, x, n, 2);
    break;
  case 3:
    visit_all(v, below, x, n, 3);
    break;
  default:
    visit_all(v, below, x, n, TUTTI_BRACKETS);
  }
}
_Static_assert(TUTTI_BRACKETS == 4, "the last case");

void TUTTI_KERNEL(bracket_counts)(uint64_t *counts, const tutti_brackets *brackets, const double *x,
                                  size_t n) {
  visit v = {.brackets = brackets, .counts = counts};
  visit_each(&v, counts + brackets->edges + 1, x, n);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): it is written, through *v */
size_t TUTTI_KERNEL(bracket_matches)(uint64_t *image, const tutti_brackets *brackets, const double *x,
                                     size_t n) {
  uint64_t below[TUTTI_BRACKETS] = {0};
  visit v = {.brackets = brackets, .image = image};
  visit_each(&v, below, x, n);
  return v.found;
}
