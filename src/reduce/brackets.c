/* Order statistics by way of a sample, see reduce/brackets.h. */
#include "reduce/brackets.h"

#include "engine/job.h"
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "reduce/candidates.h"
#include "reduce/digits.h"
#include "reduce/kernels.h"

enum {
  GRAIN = 1 << 18,
  SIGMAS = 4,       /* half the width of a bracket, in standard deviations of the rank in the sample */
  LEAST_WIDTH = 16, /* and at least as many ranks of the sample, where these deviations are small */
  MOST_INSIDE = 5,  /* 1 / 5 of the sample may lie inside brackets: more would make the passes slow */
  MOST_RANKS = 2 * TUTTI_BRACKETS
};

typedef struct {
  const tutti_kernels *kernels;
  const double *x;
  tutti_brackets brackets;
  atomic_bool *nan; /* of the first pass: a chunk has a NaN, and what the others have does not matter */
} pass;

typedef struct {
  tutti_ctx *ctx;
  const double *x;
  size_t n;
  const uint64_t *rank;
  size_t ranks;
  uint64_t *sample; /* images, ascending */
  size_t size;
  pass pass;
  uint64_t *edge;                                     /* of the first pass */
  size_t first[TUTTI_BRACKETS], last[TUTTI_BRACKETS]; /* edges of each bracket */
  size_t bracket[MOST_RANKS];                         /* the bracket in which each rank is sought */
} selection;

/* The bins of a bracket that contain wanted items: those between two edges. `below` items of the array come
 * before them. */
typedef struct {
  uint64_t low, high; /* images: low .. high - 1; equal: no bin is wanted */
  uint64_t below, size;
} interval;

/* -- the brackets -- */

/* Returns whether the sample has no NaN. */
static bool take_sample(selection *s) {
  for (size_t i = 0; i < s->size; i++) s->sample[i] = tutti_image_of(s->x[tutti_sample_place(i, s->n)]);
  qsort(s->sample, s->size, sizeof *s->sample, tutti_image_compare);
  return s->sample[s->size - 1] != TUTTI_IMAGE_NAN;
}

/* Zeros are equal: the comparisons of the passes do not tell them apart. */
static bool equal(uint64_t a, uint64_t b) { return tutti_double_of(a) == tutti_double_of(b); }

/* Adds the bracket from item `low` to item `high` of the sample; -1 and size stand for the ends of the
 * numbers. An item that the sample has more than once gets a bin of its own. */
static void add_bracket(selection *s, ptrdiff_t low, ptrdiff_t high) {
  tutti_brackets *const b = &s->pass.brackets;
  const ptrdiff_t size = (ptrdiff_t)s->size;
  uint64_t last = low < 0 ? 0 : s->sample[low];
  if (equal(last, tutti_image_of(0))) last = tutti_image_of(-0.0);
  b->low[b->brackets] = tutti_double_of(last);
  b->high[b->brackets] = high < size ? tutti_double_of(s->sample[high]) : (double)INFINITY;
  s->first[b->brackets] = b->edges;
  s->edge[b->edges++] = last;
  for (ptrdiff_t i = low < 0 ? 0 : low; i < size && i <= high; i++) {
    if (s->sample[i] > last) s->edge[b->edges++] = last = s->sample[i];
    const bool ends = i == high, again = i + 1 < size && s->sample[i + 1] == last;
    if (s->sample[i] == last && (ends || again)) s->edge[b->edges++] = ++last;
  }
  s->last[b->brackets++] =
      high < size ? b->edges - 1 : b->edges; /* the edge behind all numbers, added last */
}

/* Finds the brackets. false: they are too many, or too much lies inside. */
static bool set_brackets(selection *s) {
  const ptrdiff_t size = (ptrdiff_t)s->size;
  const double m = (double)size;
  ptrdiff_t low = -1, high = -1, inside = 0;
  for (size_t r = 0; r <= s->ranks; r++) {
    ptrdiff_t begin = size, end = size;
    if (r < s->ranks) {
      const double p = (double)s->rank[r] / (double)s->n,
                   width = SIGMAS * sqrt(m * p * (1 - p)) + LEAST_WIDTH;
      begin = (ptrdiff_t)floor(m * p - width);
      end = (ptrdiff_t)ceil(m * p + width);
      if (begin < 0) begin = -1;
      if (end > size) end = size;
      while (begin > 0 && equal(s->sample[begin], s->sample[begin - 1])) begin--;
      while (end < size - 1 && equal(s->sample[end], s->sample[end + 1])) end++;
    }
    if (r > 0 && (begin > high || r == s->ranks)) {
      inside += high - low;
      if (s->pass.brackets.brackets == TUTTI_BRACKETS || inside > size / MOST_INSIDE) return false;
      add_bracket(s, low, high);
    }
    if (r == 0 || begin > high) low = begin;
    high = end > high || begin > high ? end : high;
    s->bracket[r < s->ranks ? r : 0] = r < s->ranks ? s->pass.brackets.brackets : 0;
  }
  s->edge[s->pass.brackets.edges++] = TUTTI_IMAGE_NAN;
  return true;
}

/* -- the first pass counts -- */

static void counts_init(void *acc, const void *args) {
  const pass *p = args;
  memset(acc, 0, tutti_brackets_counters(&p->brackets) * sizeof(uint64_t));
}

static int counts_chunk(void *acc, size_t begin, size_t end, const void *args) {
  const pass *p = args;
  if (atomic_load_explicit(p->nan, memory_order_relaxed)) return 0;
  p->kernels->reduce->bracket_counts(acc, &p->brackets, p->x + begin, end - begin);
  if (((const uint64_t *)acc)[p->brackets.edges]) atomic_store_explicit(p->nan, true, memory_order_relaxed);
  return 0;
}

static void counts_merge(void *into, const void *from, const void *args) {
  const pass *p = args;
  uint64_t *to = into;
  const uint64_t *more = from;
  for (size_t i = 0; i < tutti_brackets_counters(&p->brackets); i++) to[i] += more[i];
}

/* Finds the bin of rank r. A bin of one image answers; another one is added to the interval of its bracket.
 * false: the bracket does not contain the rank. */
static bool find_bin(const selection *s, const uint64_t *counts, size_t r, interval *wanted,
                     uint64_t *image) {
  const tutti_brackets *const b = &s->pass.brackets;
  const size_t k = s->bracket[r];
  uint64_t below = counts[b->edges + 1 + k];
  if (s->rank[r] < below) return false;
  size_t e = s->first[k];
  while (e < s->last[k] && s->rank[r] >= below + counts[e + 1]) below += counts[++e];
  if (e == s->last[k]) return false;
  image[r] = s->edge[e];
  if (s->edge[e + 1] - s->edge[e] == 1) return true;
  interval *const w = wanted + k;
  if (w->low == w->high) *w = (interval){s->edge[e], s->edge[e], below, 0};
  w->high = s->edge[e + 1];
  w->size = below + counts[e + 1] - w->below;
  return true;
}

/* -- the second pass gathers -- */

static int gather_chunk(void *acc, size_t begin, size_t end, const void *args) {
  tutti_candidates *c = acc;
  const pass *p = args;
  c->count = p->kernels->reduce->bracket_matches(c->image, &p->brackets, p->x + begin, end - begin);
  return 0;
}

/* Gathers the items of the intervals, and reads from them, sorted, the wanted ones. */
static tutti_status gather(const selection *s, const interval *wanted, uint64_t *image) {
  static const tutti_reduction reduction = {sizeof(tutti_candidates), GRAIN, tutti_candidates_init,
                                            gather_chunk, tutti_candidates_merge};
  uint64_t edge[2 * TUTTI_BRACKETS];
  pass p = {.kernels = s->ctx->kernels, .x = s->x, .brackets = {.edge = edge}};
  for (size_t k = 0; k < s->pass.brackets.brackets; k++) {
    const interval *const w = wanted + k;
    if (w->low == w->high) continue;
    const size_t b = p.brackets.brackets++;
    p.brackets.low[b] = tutti_double_of(w->low);
    p.brackets.high[b] = w->high == TUTTI_IMAGE_NAN ? (double)INFINITY : tutti_double_of(w->high - 1);
    edge[p.brackets.edges++] = w->low;
    edge[p.brackets.edges++] = w->high;
  }
  if (p.brackets.brackets == 0) return TUTTI_OK;
  tutti_candidates *c = malloc(sizeof *c);
  if (!c) return tutti_fail(s->ctx, TUTTI_ENOMEM, "no memory for %zu bytes", sizeof *c);
  const tutti_status status = tutti_reduce_internal(s->ctx, &reduction, s->n, (tutti_args){.at = &p}, c);
  if (!status) {
    qsort(c->image, c->count, sizeof *c->image, tutti_image_compare);
    size_t before[TUTTI_BRACKETS + 1] = {0};
    for (size_t k = 0; k < TUTTI_BRACKETS; k++) before[k + 1] = before[k] + wanted[k].size;
    for (size_t r = 0; r < s->ranks; r++) {
      const interval *const w = wanted + s->bracket[r];
      if (s->rank[r] - w->below < w->size)
        image[r] = c->image[before[s->bracket[r]] + (s->rank[r] - w->below)];
    }
  }
  free(c);
  return status;
}

/* -- selection -- */

static tutti_status count_and_gather(selection *s, uint64_t *counts, uint64_t *image, bool *nan,
                                     bool *found) {
  const size_t counters = tutti_brackets_counters(&s->pass.brackets);
  const size_t least = counters * 16; /* so that counters are a small part of what a chunk touches */
  const tutti_reduction count = {counters * sizeof *counts, least > GRAIN ? least : GRAIN, counts_init,
                                 counts_chunk, counts_merge};
  atomic_bool seen = false;
  s->pass.nan = &seen;
  tutti_status status = tutti_reduce_internal(s->ctx, &count, s->n, (tutti_args){.at = &s->pass}, counts);
  if (status) return status;
  *nan = counts[s->pass.brackets.edges] > 0;
  *found = true;
  if (*nan) return TUTTI_OK;
  interval wanted[TUTTI_BRACKETS] = {0};
  uint64_t size = 0;
  for (size_t r = 0; *found && r < s->ranks; r++) *found = find_bin(s, counts, r, wanted, image);
  for (size_t k = 0; k < TUTTI_BRACKETS; k++) size += wanted[k].size;
  if (size > TUTTI_CANDIDATES) *found = false;
  return *found ? gather(s, wanted, image) : TUTTI_OK;
}

tutti_status tutti_select_bracketed(tutti_ctx *ctx, const double *x, size_t n, const uint64_t *rank,
                                    size_t ranks, uint64_t *image, bool *nan, bool *found) {
  *found = false;
  if (n < TUTTI_BRACKETS_LEAST || ranks > MOST_RANKS) return TUTTI_OK;
  const size_t size = tutti_sample_size(n), edges = size + 3 * TUTTI_BRACKETS + 1;
  uint64_t *const memory = malloc((size + 2 * edges + 1 + TUTTI_BRACKETS) * sizeof *memory);
  if (!memory) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for a sample of %zu items", size);
  selection s = {.ctx = ctx, .x = x, .n = n, .rank = rank, .ranks = ranks, .sample = memory, .size = size};
  s.edge = memory + size;
  s.pass = (pass){.kernels = ctx->kernels, .x = x, .brackets = {.edge = s.edge}};
  tutti_status status = TUTTI_OK;
  if (!take_sample(&s)) *nan = *found = true;
  else if (set_brackets(&s)) status = count_and_gather(&s, s.edge + edges, image, nan, found);
  free(memory);
  return status;
}
