/* Every kernel, by its entry, in every context: the same bits as in a serial one of the portable level, at
 * the edges of vectors, blocks and chunks; and what is refused, canceled, killed or fails. What the right
 * values are is tested by families; here a digest says that they stay the same. */
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "../support/data.h"
#include "../support/ranks_of_threads.h"
#include "../support/testing.h"
#include "core/context.h"
#include "entry.h"

enum { MOST_NUMBERS = 600000, GUARD = 0x5A, GUARDED = 64 };

/* -- what calls are given -- */

static union {
  double real[MOST_NUMBERS];
  float single[MOST_NUMBERS];
  int64_t integer[MOST_NUMBERS];
} numbers;

static size_t number_size(input reads) { return reads == FLOATS ? sizeof(float) : sizeof(double); }

/* Terms of both signs whose sum, added one after the other, depends on the order, but of which none is too
 * small to show in it; the ends of [0, 1] now and then. */
static void fill_numbers(input reads) {
  uint64_t state = 4711;
  for (size_t i = 0; i < MOST_NUMBERS; i++) {
    const double term = data_scaled(&state, -12, 12);
    const uint64_t bits = data_bits(&state);
    if (reads == FLOATS) numbers.single[i] = (float)term;
    else if (reads == INTEGERS) numbers.integer[i] = (int64_t)bits >> 20;
    else
      numbers.real[i] = reads == DOUBLES  ? term
                        : bits % 101 == 0 ? (double)(bits >> 63)
                                          : (double)(bits >> 11) * 0x1p-53;
  }
}

/* Another alignment for another first. */
static given given_of(const entry *e, uint64_t first, size_t n) {
  const size_t width = e->width ? e->width : 1, offset = first % 8;
  cr_assert(n * width + offset + READ_BEYOND <= MOST_NUMBERS);
  return (given){e->reads ? (const char *)&numbers + offset * number_size(e->reads) : NULL, n, first, false};
}

/* Several chunks, the last one short. */
static size_t several(const entry *e) { return 2 * e->chunk + 3; }

/* -- what they answer -- */

typedef struct {
  unsigned char *result, *items; /* each with a guard behind it */
} answer;

static answer answer_for(const entry *e, size_t n) {
  return (answer){malloc(e->result + GUARDED), malloc(e->item * n + GUARDED)};
}

static void answer_free(answer *a) {
  free(a->result);
  free(a->items);
}

static tutti_status ask(const entry *e, tutti_ctx *ctx, const given *g, answer *a) {
  memset(a->result, GUARD, e->result + GUARDED);
  memset(a->items, GUARD, e->item * g->n + GUARDED);
  return e->run(ctx, g, e->result ? a->result : NULL, e->item ? a->items : NULL);
}

static bool guarded(const unsigned char *at) {
  for (int i = 0; i < GUARDED; i++)
    if (at[i] != GUARD) return false;
  return true;
}

/* Whether item `at` and those behind it of an answer are these. */
static bool same(const entry *e, const answer *a, size_t n, const answer *whole, size_t at) {
  return memcmp(a->result, whole->result, e->result) == 0 &&
         memcmp(a->items, whole->items + at * e->item, n * e->item) == 0 && guarded(a->result + e->result) &&
         guarded(a->items + n * e->item);
}

static bool untouched(const entry *e, const answer *a) {
  for (size_t i = 0; i < e->result; i++)
    if (a->result[i] != GUARD) return false;
  return true;
}

/* FNV-1a (Fowler, Noll, Vo). */
static uint64_t digest(uint64_t hash, const unsigned char *x, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) hash = (hash ^ x[i]) * 0x100000001b3;
  return hash;
}

static tutti_ctx *open_reference(void) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_SERIAL;
  config.isa = TUTTI_ISA_PORTABLE;
  return testing_open(&config);
}

static void check(const entry *e, tutti_ctx *ctx, const char *name, const given *g, answer *got,
                  const answer *expected) {
  testing_expect(ctx, ask(e, ctx, g, got), TUTTI_OK, "", name);
  cr_assert(same(e, got, g->n, expected, 0), "%s: n = %zu, first = %llu: other bits, or written beyond", name,
            g->n, (unsigned long long)g->first);
}

/* -- the kernel is reached -- */

/* In a child, with NULL in the place of the kernel: a call that reaches it ends the child, or its worker. */
static bool dies_without(const entry *e, size_t row, tutti_ctx *ctx) {
  const pid_t child = fork();
  cr_assert(child >= 0);
  if (child == 0) {
    const given g = given_of(e, 5, several(e));
    answer a = answer_for(e, g.n);
    tutti_kernels without = *ctx->kernels;
    memset((char *)&without + row, 0, sizeof(void (*)(void)));
    ctx->kernels = &without;
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    signal(SIGSEGV, SIG_DFL);
    close(STDERR_FILENO); /* an emulator's last words */
    _exit(ask(e, ctx, &g, &a) == TUTTI_EWORKER ? 1 : 0);
  }
  int status = 0;
  cr_assert(waitpid(child, &status, 0) == child);
  return (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV) || (WIFEXITED(status) && WEXITSTATUS(status));
}

/* Not by threads: the child of a process that had some may not start any. */
static void check_reached(const entry *e, size_t row) {
  for (CONTEXTS c = {.every_isa = true,
                    .backends = ON_SERIAL | ON_PROCESSES,
                    .schedules = BY_DYNAMIC,
                    .workers = {2}};
       contexts_next(&c);)
    cr_assert(dies_without(e, row, c.ctx), "%s: the entry's call does not use this kernel", c.name);
}

/* -- the same bits everywhere -- */

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

/* A fork for each call of processes: a share of them will do. */
static int share_of(const entry *e, const contexts *c) {
  return e->dear ? 20 : c->config.backend == TUTTI_PROCESSES ? 5 : 1;
}

/* They fit one chunk, more or less, so that few contexts will do. */
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
  cr_assert(hash == e->digest, "not what it was: the digest is 0x%016llx", (unsigned long long)hash);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);)
    for (int r = 0; r < LONG_RANGES; r++) {
      const given g = given_of(e, 5, n[r]);
      if (n[r] < e->least || (e->dear && (r + c.next) % LONG_RANGES)) continue;
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
  if (e->parts) {
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
  everywhere(play);
  answer_free(&over_ranks.expected);
}

/* -- failures -- */

static void check_refused(const entry *e, tutti_ctx *ctx) {
  const given g = given_of(e, 5, several(e));
  testing_expect(ctx, e->run(ctx, &g, NULL, NULL), TUTTI_EINVAL, "", "no room for the answer");
  answer a = answer_for(e, g.n);
  if (e->reads) {
    testing_expect(ctx, ask(e, ctx, &(given){NULL, g.n, g.first, false}, &a), TUTTI_EINVAL, "", "x is NULL");
    cr_assert(untouched(e, &a), "x is NULL: the result was written");
  }
  if (e->least) {
    testing_expect(ctx, ask(e, ctx, &(given){g.x, e->least - 1, g.first, false}, &a), TUTTI_EINVAL, "",
                   "too few items");
    cr_assert(untouched(e, &a), "too few items: the result was written");
  }
  answer_free(&a);
}

static void check_caller_fails(const entry *e) {
  given g = given_of(e, 5, several(e));
  answer a = answer_for(e, g.n);
  g.fail = true;
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    testing_expect(c.ctx, ask(e, c.ctx, &g, &a), TUTTI_EUSER, "returned 1", c.name);
    cr_assert(untouched(e, &a), "%s: the result was written", c.name);
  }
  answer_free(&a);
}

static int cancel(void *user, size_t done, size_t total) {
  (void)user, (void)done, (void)total;
  return 1;
}

/* Workers may have done everything before the first report. */
static void check_canceled(const entry *e, const answer *expected) {
  const given g = given_of(e, 5, several(e));
  answer a = answer_for(e, g.n);
  for (CONTEXTS c = {.schedules = BY_DYNAMIC, .workers = {2}}; contexts_step(&c);) {
    c.config.progress = cancel;
    c.ctx = testing_open(&c.config);
    const tutti_status status = ask(e, c.ctx, &g, &a);
    if (status == TUTTI_OK && c.config.backend != TUTTI_SERIAL) {
      cr_assert(same(e, &a, g.n, expected, 0), "%s: other bits", c.name);
    } else {
      testing_expect(c.ctx, status, TUTTI_ECANCELED, "canceled", c.name);
      cr_assert(untouched(e, &a), "%s: the result was written", c.name);
    }
  }
  answer_free(&a);
}

/* Kills the first worker of this process, twice at most, so that no chunk meets three deaths. */
static int kill_a_worker(void *user, size_t done, size_t total) {
  int *kills = user, worker = 0;
  char path[64];
  (void)done, (void)total;
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  FILE *children = *kills < 2 ? fopen(path, "re") : NULL;
  if (children && fscanf(children, "%d", &worker) == 1 && kill(worker, SIGKILL) == 0) ++*kills;
  if (children) fclose(children);
  return 0;
}

static void check_killed(const entry *e, const answer *expected) {
  const given g = given_of(e, 5, several(e));
  answer a = answer_for(e, g.n);
  for (CONTEXTS c = {.backends = ON_PROCESSES, .workers = {2}}; contexts_step(&c);) {
    int kills = 0;
    c.config.progress = kill_a_worker;
    c.config.progress_user = &kills;
    c.ctx = testing_open(&c.config);
    check(e, c.ctx, c.name, &g, &a, expected);
  }
  answer_free(&a);
}

static void check_failures(const entry *e, tutti_ctx *reference) {
  const given g = given_of(e, 5, several(e));
  answer expected = answer_for(e, g.n);
  testing_expect(reference, ask(e, reference, &g, &expected), TUTTI_OK, "", "reference");
  check_refused(e, reference);
  if (e->calls) check_caller_fails(e);
  check_canceled(e, &expected);
  check_killed(e, &expected);
  answer_free(&expected);
}

/* -- a test for each row -- */

static void conform(const entry *e, size_t row) {
  fill_numbers(e->reads);
  check_reached(e, row);
  tutti_ctx *reference = open_reference();
  check_short_ranges(e, reference);
  check_long_ranges(e, reference);
  if (!e->one_call) {
    check_failures(e, reference);
    check_ranks(e, reference);
  }
  tutti_close(reference);
}

#define TEST_OF(type, name, args)                                                                            \
  Test(kernels, name, .timeout = 300) { conform(&conform_##name, offsetof(tutti_kernels, name)); }
TUTTI_KERNEL_LIST(TEST_OF)
