/* tutti_permutation: each block is shuffled by itself, then blocks are merged in pairs (MergeShuffle;
 * Bacher, Bodini, Hollender, Lumbroso, 2015). Every shuffle and every merge has a stream of its own: so it
 * does not matter which worker does it. */
#include <tutti/distributions.h>
#include <tutti/parallel.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "random/kernels.h"

enum { BLOCK = 1 << 16, BUFFER = 256 };

/* The elements of a stream, one after another. */
typedef struct {
  const tutti_kernels *kernels;
  tutti_rng rng;
  uint64_t next;
  uint64_t bits[BUFFER];
} source;

static uint64_t draw(source *s) {
  const size_t at = s->next % BUFFER;
  if (at == 0) s->kernels->random->bits(s->rng, s->next, s->bits, BUFFER);
  s->next++;
  return s->bits[at];
}

/* An integer below range, without bias (Lemire, 2019). */
static uint64_t below(source *s, uint64_t range) {
  unsigned __int128 product = (unsigned __int128)draw(s) * range;
  if ((uint64_t)product < range) {
    const uint64_t least = -range % range;
    while ((uint64_t)product < least) product = (unsigned __int128)draw(s) * range;
  }
  return (uint64_t)(product >> 64);
}

static void swap(uint64_t *a, uint64_t *b) {
  const uint64_t t = *a;
  *a = *b;
  *b = t;
}

/* Fisher and Yates' method: item i, for i from `from` on, is exchanged with one of items 0 .. i. */
static void insert(source *s, uint64_t *item, uint64_t from, uint64_t n) {
  for (uint64_t i = from; i < n; i++) swap(item + i, item + below(s, i + 1));
}

/* Merges two permutations, [0, middle) and [middle, n). Random bits say from which of them the next item
 * comes, until one is used up; what is left of the other is inserted at random. */
static void merge(source *s, uint64_t *item, uint64_t middle, uint64_t n) {
  uint64_t i = 0, j = middle, coins = 0;
  for (int left = 0;; i++, left--, coins >>= 1) {
    if (left == 0) {
      coins = draw(s);
      left = 64;
    }
    if (coins & 1) {
      if (j == n) break;
      swap(item + i, item + j++);
    } else if (i == j) {
      break;
    }
  }
  insert(s, item, i, n);
}

typedef struct {
  const tutti_kernels *kernels;
  tutti_rng rng;
  uint64_t *out;
  size_t n, width; /* items of each part that is merged; 0: blocks are shuffled */
} permutation_call;

static source source_of(const permutation_call *c, size_t begin) {
  /* a stream for each merge: levels have different widths, pairs different beginnings */
  const tutti_rng level = tutti_rng_split(c->rng, c->width);
  return (source){.kernels = c->kernels, .rng = tutti_rng_split(level, begin)};
}

static int shuffle_blocks(size_t begin, size_t end, void *args) {
  const permutation_call *c = args;
  for (size_t b = begin; b < end; b += BLOCK) {
    const size_t n = end - b < BLOCK ? end - b : BLOCK;
    source s = source_of(c, b);
    for (size_t i = 0; i < n; i++) c->out[b + i] = b + i;
    insert(&s, c->out + b, 1, n);
  }
  return 0;
}

static int merge_pairs(size_t begin, size_t end, void *args) {
  const permutation_call *c = args;
  for (size_t b = begin; b < end; b += 2 * c->width) {
    const size_t n = end - b < 2 * c->width ? end - b : 2 * c->width;
    if (n <= c->width) continue;
    source s = source_of(c, b);
    merge(&s, c->out + b, c->width, n);
  }
  return 0;
}

tutti_status tutti_permutation(tutti_ctx *ctx, tutti_rng rng, uint64_t *out, size_t n) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = tutti_check_array(ctx, "out", out, n, sizeof *out);
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = n, .rng = rng);
  permutation_call call = {ctx->kernels, rng, out, n, 0};
  const tutti_output outputs[] = {{out, sizeof *out}, {0}};
  status = tutti_for(ctx, n, BLOCK, shuffle_blocks, &call, outputs);
  for (call.width = BLOCK; !status && call.width < n; call.width *= 2)
    status = tutti_for(ctx, n, 2 * call.width, merge_pairs, &call, outputs);
  return status;
}
