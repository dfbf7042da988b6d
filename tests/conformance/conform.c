/* The same bits in every context as in a serial one of the portable level, at the edges of vectors, blocks
 * and chunks. */
#include "conform.h"

#include "../support/ranks_of_threads.h"
#include "../support/testing.h"
#include "ask.h"

/* Lane widths and a stream's block of 16, each +- 1; doubled and one more, where a kernel's main loop begins.
 */
static const size_t short_ranges[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1021};
/* Elements of a stream from its beginning, within a vector, a block, across 2^32, and up to its last. */
static const uint64_t firsts[] = {0, 1, 7, 8, 13, 16, 0xFFFFFFFD, UINT64_MAX - 1100};
enum {
  SHORT_RANGES = sizeof short_ranges / sizeof *short_ranges,
  FIRSTS = sizeof firsts / sizeof *firsts,
  LONG_RANGES = 4
};

static bool is_short(const entry *e, size_t n) {
  const size_t most = e->one_call ? several(e) : e->most ? e->most : SIZE_MAX;
  return n >= e->least && n <= most;
}

/* A fork for each call of processes: a share of them will do. Under emulation every call is as slow. */
static int share_of(const entry *e, const contexts *c) {
  return e->slow ? 40 : c->config.backend == TUTTI_PROCESSES || TESTS_EMULATED ? 5 : 1;
}

/* Few items are one chunk, or two: so few contexts will do. */
static void check_short_ranges(const entry *e, tutti_ctx *reference) {
  answer got = answer_for(e, 1021), expected = answer_for(e, 1021);
  for (CONTEXTS c = {.every_isa = true, .schedules = BY_DYNAMIC, .workers = {1, 4}}; contexts_next(&c);)
    for (int f = 0; f < FIRSTS; f++)
      for (int r = 0; r < SHORT_RANGES; r++) {
        if (!is_short(e, short_ranges[r]) || (r + 3 * f + c.next) % share_of(e, &c)) continue;
        const given g = given_of(e, firsts[f], short_ranges[r]);
        testing_expect(reference, ask(e, reference, &g, &expected), TUTTI_OK, "", "reference");
        check(e, c.ctx, c.name, &g, &got, &expected);
      }
  answer_free(&got);
  answer_free(&expected);
}

/* FNV-1a (Fowler, Noll, Vo). */
static uint64_t digest(uint64_t hash, const unsigned char *x, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) hash = (hash ^ x[i]) * 0x100000001b3;
  return hash;
}

static void check_long_ranges(const entry *e, tutti_ctx *reference) {
  const size_t n[LONG_RANGES] = {e->chunk - 1, e->chunk, e->chunk + 1, several(e)};
  answer got = answer_for(e, several(e)), expected[LONG_RANGES];
  for (int r = 0; r < LONG_RANGES; r++) {
    const given g = given_of(e, 5, n[r]);
    expected[r] = answer_for(e, n[r]);
    if (n[r] >= e->least)
      testing_expect(reference, ask(e, reference, &g, &expected[r]), TUTTI_OK, "", "reference");
  }
  uint64_t hash = digest(0xcbf29ce484222325, expected[LONG_RANGES - 1].result, e->result);
  hash = digest(hash, expected[LONG_RANGES - 1].items, several(e) * e->item);
  cr_assert(e->digest, "a new entry: put in .digest = 0x%016llx", (unsigned long long)hash);
  cr_assert(hash == e->digest, "not what it was: the digest is 0x%016llx", (unsigned long long)hash);
  int context = 0;
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c); context++)
    for (int r = 0; r < LONG_RANGES; r++) {
      const given g = given_of(e, 5, n[r]);
      if (n[r] < e->least || (e->slow && (r + c.next) % LONG_RANGES) || !contexts_asks(&c, (size_t)r))
        continue;
      if (takes_long(e) && context % 3) continue;
      check(e, c.ctx, c.name, &g, &got, &expected[r]);
    }
  for (int r = 0; r < LONG_RANGES; r++) answer_free(&expected[r]);
  answer_free(&got);
}

/* -- over ranks -- */

static struct {
  const entry *e;
  answer expected;
} over_ranks;

/* Where a rank's part begins: moments have the same bits where that is a multiple of 512. */
static size_t cut(size_t n, int rank, int ranks) {
  return rank == ranks ? n : n * (size_t)rank / (size_t)ranks / 512 * 512;
}

static int play(tutti_ctx *ctx, int rank, int ranks) {
  const entry *e = over_ranks.e;
  given g = given_of(e, 5, several(e));
  size_t begin = 0;
  if (e->partitioned) {
    begin = cut(g.n, rank, ranks);
    g.x = (const char *)g.x + begin * number_size(e->reads);
    g.n = cut(g.n, rank + 1, ranks) - begin;
  }
  answer got = answer_for(e, g.n);
  const int failed = ask(e, ctx, &g, &got) ? 1 : same(e, &got, g.n, &over_ranks.expected, begin) ? 0 : 2;
  answer_free(&got);
  return failed;
}

static void check_ranks(const entry *e, tutti_ctx *reference) {
  const given g = given_of(e, 5, several(e));
  over_ranks.e = e;
  over_ranks.expected = answer_for(e, g.n);
  testing_expect(reference, ask(e, reference, &g, &over_ranks.expected), TUTTI_OK, "", "reference");
  if (takes_long(e)) with_ranks(3, 2, true, 0, play);
  else everywhere(play);
  answer_free(&over_ranks.expected);
}

/* -- all of it -- */

static tutti_ctx *open_reference(void) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_SERIAL;
  config.isa = TUTTI_ISA_PORTABLE;
  return testing_open(&config);
}

void conform(const entry *e, slot s) {
  fill_numbers(e->reads);
  check_reached(e, s);
  tutti_ctx *reference = open_reference();
  check_short_ranges(e, reference);
  check_long_ranges(e, reference);
  if (!e->one_call) {
    check_failures(e, reference);
    check_ranks(e, reference);
  }
  tutti_close(reference);
}
