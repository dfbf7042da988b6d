/* Order statistics by counting digits of the items' images (reduce/digits.h), from the highest digit on.
 *
 * A group is the set of items whose images begin with the same bits. A pass over the array counts, in each
 * group that contains a wanted rank, how many items have which next digit. So the groups become smaller.
 * When they contain few items in all, a last pass collects these items; sorted, they have the wanted ones
 * at known positions. */
#include "reduce/select.h"

#include "engine/job.h"
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "reduce/brackets.h"
#include "reduce/candidates.h"
#include "reduce/kernels.h"

enum {
  GRAIN = 1 << 18,
  GRAIN_PER_COUNTER = 16,
  CANDIDATES = TUTTI_CANDIDATES / 2, /* items that are collected, at most */
  DIGIT = 12,                        /* bits of a digit, with one group */
  LEAST_DIGIT = 4
};

/* A group: the items whose images begin with `prefix`. They have the ranks below .. below + size - 1. */
typedef struct {
  uint64_t prefix, below, size;
} group;

typedef struct {
  tutti_ctx *ctx;
  const double *x;
  size_t mine, n; /* items of x; and of the whole array, of which other ranks of MPI may have parts */
  const uint64_t *rank;
  size_t ranks;
  group *group, *next; /* at most one for each wanted rank; each contains at least one */
  uint64_t *prefix;    /* prefixes of the groups, as kernels need them */
  size_t groups;
  unsigned known; /* bits of the prefixes */
  bool nan;       /* there is a NaN */
} selection;

typedef struct {
  const tutti_kernels *kernels;
  const double *x;
  tutti_digits digits;
} pass;

static pass pass_of(const selection *s, unsigned digit) {
  for (size_t g = 0; g < s->groups; g++) s->prefix[g] = s->group[g].prefix;
  return (pass){s->ctx->kernels, s->x, {s->prefix, s->groups, s->known, digit}};
}

/* -- a pass that counts -- */

static void counts_init(void *acc, const void *args) {
  const pass *p = args;
  memset(acc, 0, tutti_digits_counters(&p->digits) * sizeof(uint64_t));
}

static int counts_chunk(void *acc, size_t begin, size_t end, const void *args) {
  const pass *p = args;
  p->kernels->reduce->digit_counts(acc, &p->digits, p->x + begin, end - begin);
  return 0;
}

static void counts_merge(void *into, const void *from, const void *args) {
  const pass *p = args;
  uint64_t *to = into;
  const uint64_t *more = from;
  for (size_t i = 0; i < tutti_digits_counters(&p->digits); i++) to[i] += more[i];
}

/* Bits of the next digit: the fewer, the more groups there are, so that there are not too many counters. */
static unsigned digit_of(const selection *s) {
  unsigned digit = DIGIT;
  while (digit > LEAST_DIGIT && s->groups << digit > 1 << DIGIT) digit--;
  return digit < 64 - s->known ? digit : 64 - s->known;
}

/* Makes the groups that are one digit longer and contain wanted ranks. */
static void refine(selection *s, const uint64_t *counts, unsigned digit) {
  size_t r = 0, found = 0;
  for (size_t g = 0; g < s->groups; g++) {
    uint64_t below = s->group[g].below;
    for (uint64_t d = 0; d < UINT64_C(1) << digit; d++) {
      const uint64_t size = counts[(g << digit) + d];
      if (r < s->ranks && s->rank[r] < below + size)
        s->next[found++] = (group){s->group[g].prefix << digit | d, below, size};
      while (r < s->ranks && s->rank[r] < below + size) r++;
      below += size;
    }
  }
  group *const old = s->group;
  s->group = s->next;
  s->next = old;
  s->groups = found;
  s->known += digit;
}

static tutti_status narrow(selection *s) {
  const unsigned digit = digit_of(s);
  const pass p = pass_of(s, digit);
  const size_t counters = tutti_digits_counters(&p.digits), bytes = counters * sizeof(uint64_t);
  const size_t grain = counters < GRAIN / GRAIN_PER_COUNTER ? GRAIN : counters * GRAIN_PER_COUNTER;
  uint64_t *counts = malloc(bytes);
  if (!counts) return tutti_fail(s->ctx, TUTTI_ENOMEM, "no memory for %zu counters", counters);
  const tutti_reduction count = {bytes, grain, counts_init, counts_chunk, counts_merge};
  const tutti_status status =
      tutti_reduce_partitioned(s->ctx, &count, s->mine, (tutti_args){.at = &p}, counts);
  if (!status && s->known == 0) s->nan = counts[TUTTI_IMAGE_NUMBERS] > 0;
  if (!status) refine(s, counts, digit);
  free(counts);
  return status;
}

/* -- the pass that gathers -- */

static int gather_chunk(void *acc, size_t begin, size_t end, const void *args) {
  tutti_candidates *c = acc;
  const pass *p = args;
  c->count = p->kernels->reduce->digit_matches(c->image, &p->digits, p->x + begin, end - begin);
  return 0;
}

/* Picks the wanted items: once sorted, the candidates of the groups follow each other. */
static void pick(selection *s, tutti_candidates *c, uint64_t *image) {
  qsort(c->image, c->count, sizeof *c->image, tutti_image_compare);
  if (c->image[c->count - 1] == TUTTI_IMAGE_NAN) s->nan = true;
  const group *g = s->group;
  const uint64_t *first = c->image;
  for (size_t r = 0; r < s->ranks; r++) {
    for (; s->rank[r] >= g->below + g->size; g++) first += g->size;
    image[r] = first[s->rank[r] - g->below];
  }
}

static tutti_status gather(selection *s, uint64_t *image) {
  static const tutti_reduction reduction = {sizeof(tutti_candidates), GRAIN, tutti_candidates_init,
                                            gather_chunk, tutti_candidates_merge};
  tutti_candidates *c = malloc(sizeof *c);
  if (!c) return tutti_fail(s->ctx, TUTTI_ENOMEM, "no memory for %zu bytes", sizeof *c);
  const pass p = pass_of(s, 0);
  const tutti_status status =
      tutti_reduce_partitioned(s->ctx, &reduction, s->mine, (tutti_args){.at = &p}, c);
  if (!status) pick(s, c, image);
  free(c);
  return status;
}

/* -- selection -- */

static uint64_t remaining(const selection *s) {
  uint64_t size = 0;
  for (size_t g = 0; g < s->groups; g++) size += s->group[g].size;
  return size;
}

/* Reads the wanted items when all bits are known: then all items of a group are equal. */
static void read_groups(const selection *s, uint64_t *image) {
  const group *g = s->group;
  for (size_t r = 0; r < s->ranks; r++) {
    while (s->rank[r] >= g->below + g->size) g++;
    image[r] = g->prefix;
  }
}

/* A first digit of 12 bits separates NaN from numbers. Where there is no counting pass all items are
 * collected, NaN among them. */
_Static_assert(DIGIT == 12, "TUTTI_IMAGE_NUMBERS are the upper 12 bits");
static tutti_status run(selection *s, uint64_t *image) {
  s->group[0] = (group){0, 0, s->n};
  s->groups = 1;
  while (!s->nan && s->known < 64 && remaining(s) > CANDIDATES) {
    const tutti_status status = narrow(s);
    if (status) return status;
  }
  if (s->nan) return TUTTI_OK;
  if (s->known < 64) return gather(s, image);
  read_groups(s, image);
  return TUTTI_OK;
}

tutti_status tutti_select(tutti_ctx *ctx, const double *x, size_t mine, size_t n, const uint64_t *rank,
                          size_t ranks, uint64_t *image, bool *nan) {
  bool found = false;
  if (ctx->transport.ranks <= 1) {
    const tutti_status status = tutti_select_bracketed(ctx, x, n, rank, ranks, image, nan, &found);
    if (status || found) return status;
  }
  selection s = {.ctx = ctx, .x = x, .mine = mine, .n = n, .rank = rank, .ranks = ranks};
  group *const first = calloc(ranks, sizeof *first), *const second = calloc(ranks, sizeof *second);
  s.prefix = calloc(ranks, sizeof *s.prefix);
  s.group = first;
  s.next = second;
  const tutti_status status = first && second && s.prefix
                                  ? run(&s, image)
                                  : tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu ranks", ranks);
  free(first);
  free(second);
  free(s.prefix);
  if (!status) *nan = s.nan;
  return status;
}
