/* tutti_for, tutti_map, tutti_reduce, tutti_invoke: what they run, what they bring back, what they refuse. */
#include "../support/testing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

static const tutti_output shared_only[] = {{0}};

/* -- for -- */

/* Every chunk that was run, in memory that worker processes share. */
typedef struct {
  _Atomic size_t chunks;
  struct range {
    size_t begin, end;
  } chunk[2 * 4096];
} chunk_log;

static int log_chunk(size_t begin, size_t end, void *args) {
  chunk_log *log = args;
  const size_t i = atomic_fetch_add(&log->chunks, 1);
  if (i < 2 * 4096) log->chunk[i] = (struct range){begin, end};
  return 0;
}

static int by_begin(const void *a, const void *b) {
  const size_t x = ((const struct range *)a)->begin, y = ((const struct range *)b)->begin;
  return (x > y) - (x < y);
}

static void check_chunks(const contexts *c, size_t n, size_t grain) {
  chunk_log *log = tutti_alloc(c->ctx, sizeof *log);
  cr_assert(log != NULL);
  testing_expect(c->ctx, tutti_for(c->ctx, n, grain, log_chunk, log, shared_only), TUTTI_OK, "", c->name);
  const size_t chunks = atomic_load(&log->chunks);
  cr_assert(chunks <= 4096, "%s: n = %zu: %zu chunks", c->name, n, chunks);
  qsort(log->chunk, chunks, sizeof *log->chunk, by_begin);
  size_t reached = 0; /* an exact cover: every item once */
  for (size_t i = 0; i < chunks; i++) {
    const size_t begin = log->chunk[i].begin, end = log->chunk[i].end;
    cr_assert(begin == reached && end > begin && end <= n, "%s: n = %zu: chunk [%zu, %zu) after %zu", c->name,
              n, begin, end, reached);
    cr_assert(begin % (grain ? grain : 1) == 0, "%s: grain %zu, a chunk begins at %zu", c->name, grain,
              begin);
    cr_assert(end == n || end - begin >= grain, "%s: grain %zu, chunk [%zu, %zu)", c->name, grain, begin,
              end);
    reached = end;
  }
  cr_assert(reached == n, "%s: n = %zu: only [0, %zu) was run", c->name, n, reached);
  tutti_free(c->ctx, log);
}

Test(parallel, for_runs_every_item_once, .timeout = 120) {
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    check_chunks(&c, 1, 0);
    check_chunks(&c, 4099, 0);
    check_chunks(&c, 1000, 7);
    check_chunks(&c, 10, 1000);
    check_chunks(&c, SIZE_MAX, 3);
  }
}

struct squares {
  const int *in;
  int64_t *square;
  char (*text)[3];
};

static int square_and_text(size_t begin, size_t end, void *args) {
  const struct squares *s = args;
  for (size_t i = begin; i < end; i++) {
    s->square[i] = (int64_t)s->in[i] * s->in[i];
    s->text[i][0] = (char)('a' + i % 26);
    s->text[i][1] = (char)('A' + i % 7);
    s->text[i][2] = '\0';
  }
  return 0;
}

Test(parallel, for_fills_several_outputs, .timeout = 120) {
  enum { N = 5003 };
  int *in = malloc(N * sizeof *in);
  int64_t *square = malloc((N + 1) * sizeof *square);
  char(*text)[3] = malloc((N + 1) * sizeof *text);
  for (int i = 0; i < N; i++) in[i] = 3 * i - 7000;
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    memset(square, 0x55, (N + 1) * sizeof *square);
    memset(text, 0x55, (N + 1) * sizeof *text);
    const tutti_output outputs[] = {{square, sizeof *square}, {text, sizeof *text}, {0}};
    struct squares args = {in, square, text};
    testing_expect(c.ctx, tutti_for(c.ctx, N, 10, square_and_text, &args, outputs), TUTTI_OK, "", c.name);
    for (int i = 0; i < N; i++) {
      const char expected[] = {(char)('a' + i % 26), (char)('A' + i % 7), '\0'};
      cr_assert(square[i] == (int64_t)in[i] * in[i], "%s: square %d", c.name, i);
      cr_assert(memcmp(text[i], expected, 3) == 0, "%s: text %d", c.name, i);
    }
    cr_assert(square[N] == 0x5555555555555555 && text[N][0] == 0x55, "%s: written beyond the end", c.name);
  }
  free(in);
  free(square);
  free(text);
}

/* -- map -- */

/* An item of any size: its bytes follow from the index. */
static unsigned char item_byte(size_t index, size_t byte) {
  return (unsigned char)((index * 2654435761u >> 7) + byte);
}

static int make_item(size_t index, const void *args, void *out) {
  const size_t size = *(const size_t *)args;
  for (size_t b = 0; b < size; b++) ((unsigned char *)out)[b] = item_byte(index, b);
  return 0;
}

Test(parallel, map_makes_items_of_any_size, .timeout = 120) {
  static const size_t sizes[] = {1, 3, 8, 12}, counts[] = {1, 9, 4096, 4097};
  unsigned char *out = malloc(4098 * 12);
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    for (int k = 0; k < 4; k++) {
      const size_t size = sizes[k], n = counts[k];
      memset(out, 0xAA, (n + 1) * size);
      testing_expect(c.ctx, tutti_map(c.ctx, n, make_item, &size, out, size), TUTTI_OK, "", c.name);
      for (size_t i = 0; i < n * size; i++)
        cr_assert(out[i] == item_byte(i / size, i % size), "%s: item %zu of %zu bytes", c.name, i / size,
                  size);
      cr_assert(out[n * size] == 0xAA, "%s: written beyond the end", c.name);
    }
  }
  free(out);
}

/* -- reduce -- */

/* An accumulator that knows which items went into it, and whether they came in order; of an awkward size. */
typedef struct {
  size_t begin, end;
  unsigned char in_order, aligned, seed;
  unsigned char filling[50];
} span;
_Static_assert(sizeof(span) % 64 != 0, "slots of accumulators need padding");

static void span_init(void *acc, const void *args) {
  span *s = acc;
  memset(s, 0, sizeof *s);
  s->in_order = 1;
  s->aligned = (uintptr_t)acc % 64 == 0;
  s->seed = *(const unsigned char *)args;
  memset(s->filling, s->seed, sizeof s->filling);
}

static int span_chunk(void *acc, size_t begin, size_t end, const void *args) {
  span *s = acc;
  if (s->seed != *(const unsigned char *)args || s->end != 0) return 1; /* init was not called just before */
  s->begin = begin;
  s->end = end;
  return 0;
}

static void span_merge(void *into, const void *from, const void *args) {
  span *a = into;
  const span *b = from;
  a->in_order = a->in_order && b->in_order && b->begin == a->end && b->end > b->begin;
  a->aligned = a->aligned && b->aligned;
  for (size_t i = 0; i < sizeof b->filling; i++) a->in_order &= b->filling[i] == *(const unsigned char *)args;
  a->end = b->end;
}

static const tutti_reduction spans = {sizeof(span), 0, span_init, span_chunk, span_merge};

Test(parallel, reduce_merges_in_chunk_order, .timeout = 120) {
  static const size_t counts[] = {0, 1, 2, 4097, 100003};
  const unsigned char seed = 0x3C;
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    for (int k = 0; k < 5; k++) {
      span result;
      memset(&result, 0xFF, sizeof result);
      testing_expect(c.ctx, tutti_reduce(c.ctx, &spans, counts[k], &seed, &result), TUTTI_OK, "", c.name);
      cr_assert(result.begin == 0 && result.end == counts[k], "%s: n = %zu: [%zu, %zu)", c.name, counts[k],
                result.begin, result.end);
      cr_assert(result.in_order == 1, "%s: n = %zu: out of order", c.name, counts[k]);
      cr_assert(result.aligned == 1, "%s: n = %zu: an accumulator is not aligned to 64", c.name, counts[k]);
      cr_assert(result.seed == seed, "%s: n = %zu: init was not given the arguments", c.name, counts[k]);
    }
  }
}

/* -- invoke -- */

static int add_one(void *args) { return *(int *)args += 1, 0; }
static int multiply(void *args) { return *(int *)args *= 10, 0; }
static int meet(void *args) { return pthread_barrier_wait(args), 0; }

Test(parallel, invoke_runs_every_task_once, .timeout = 120) {
  enum { N = 5000 }; /* more than there are chunks */
  static int value[N];
  static tutti_task tasks[N];
  for (CONTEXTS c = {.backends = ON_SERIAL | ON_THREADS}; contexts_next(&c);) {
    for (int i = 0; i < N; i++) {
      value[i] = i;
      tasks[i] = (tutti_task){i % 2 ? add_one : multiply, &value[i]};
    }
    testing_expect(c.ctx, tutti_invoke(c.ctx, tasks, N), TUTTI_OK, "", c.name);
    for (int i = 0; i < N; i++) cr_assert(value[i] == (i % 2 ? i + 1 : 10 * i), "%s: task %d", c.name, i);
  }
}

/* Tasks that wait for each other end only when they run side by side. */
Test(parallel, invoke_runs_tasks_side_by_side, .timeout = 60) {
  for (CONTEXTS c = {.backends = ON_THREADS, .workers = {3}}; contexts_next(&c);) {
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, 3);
    const tutti_task tasks[] = {{meet, &barrier}, {meet, &barrier}, {meet, &barrier}};
    testing_expect(c.ctx, tutti_invoke(c.ctx, tasks, 3), TUTTI_OK, "", c.name);
    pthread_barrier_destroy(&barrier);
  }
}

/* -- nothing to do, and what is refused -- */

static int must_not_run(size_t begin, size_t end, void *args) {
  (void)begin, (void)end, (void)args;
  abort();
}

static int must_not_map(size_t index, const void *args, void *out) {
  (void)index, (void)args, (void)out;
  abort();
}

Test(parallel, an_empty_range_runs_nothing, .timeout = 60) {
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    testing_expect(c.ctx, tutti_for(c.ctx, 0, 0, must_not_run, NULL, shared_only), TUTTI_OK, "", c.name);
    testing_expect(c.ctx, tutti_for(c.ctx, 0, 5, must_not_run, NULL, (tutti_output[]){{NULL, 8}, {0}}),
                   TUTTI_OK, "", c.name);
    testing_expect(c.ctx, tutti_map(c.ctx, 0, must_not_map, NULL, NULL, 8), TUTTI_OK, "", c.name);
    if (c.config.backend != TUTTI_PROCESSES)
      testing_expect(c.ctx, tutti_invoke(c.ctx, NULL, 0), TUTTI_OK, "", c.name);
  }
}

static void check_refusals(tutti_ctx *ctx, const char *name) {
  double x[4];
  span acc = {0}, before = acc;
  const unsigned char seed = 1;
  const tutti_output no_base[] = {{NULL, 8}, {0}}, no_size[] = {{x, 8}, {x, 0}, {0}}, good[] = {{x, 8}, {0}};
  const tutti_task no_run[] = {{add_one, x}, {NULL, x}};
  tutti_reduction op = spans;

  testing_expect(ctx, tutti_for(ctx, 4, 0, NULL, NULL, good), TUTTI_EINVAL, "body", name);
  testing_expect(ctx, tutti_for(ctx, 4, 0, must_not_run, NULL, no_base), TUTTI_EINVAL, "NULL", name);
  testing_expect(ctx, tutti_for(ctx, 4, 0, must_not_run, NULL, no_size), TUTTI_EINVAL, "outputs[1]", name);
  testing_expect(ctx, tutti_for(ctx, SIZE_MAX / 8, 0, must_not_run, NULL, good), TUTTI_EINVAL,
                 "2305843009213693951", name);
  testing_expect(ctx, tutti_map(ctx, 4, NULL, NULL, x, 8), TUTTI_EINVAL, "fn", name);
  testing_expect(ctx, tutti_map(ctx, 4, must_not_map, NULL, NULL, 8), TUTTI_EINVAL, "NULL", name);
  testing_expect(ctx, tutti_map(ctx, 4, must_not_map, NULL, x, 0), TUTTI_EINVAL, "out_size", name);
  testing_expect(ctx, tutti_invoke(ctx, NULL, 2), TUTTI_EINVAL, "tasks", name);
  testing_expect(ctx, tutti_invoke(ctx, no_run, 2), TUTTI_EINVAL, "tasks[1]", name);

  testing_expect(ctx, tutti_reduce(ctx, NULL, 4, &seed, &acc), TUTTI_EINVAL, "op", name);
  testing_expect(ctx, tutti_reduce(ctx, &spans, 4, &seed, NULL), TUTTI_EINVAL, "acc", name);
  op.init = NULL;
  testing_expect(ctx, tutti_reduce(ctx, &op, 4, &seed, &acc), TUTTI_EINVAL, "init", name);
  op = spans, op.chunk = NULL;
  testing_expect(ctx, tutti_reduce(ctx, &op, 4, &seed, &acc), TUTTI_EINVAL, "chunk", name);
  op = spans, op.merge = NULL;
  testing_expect(ctx, tutti_reduce(ctx, &op, 4, &seed, &acc), TUTTI_EINVAL, "merge", name);
  op = spans, op.acc_size = 0;
  testing_expect(ctx, tutti_reduce(ctx, &op, 4, &seed, &acc), TUTTI_EINVAL, "acc_size", name);
  op.acc_size = SIZE_MAX;
  testing_expect(ctx, tutti_reduce(ctx, &op, 4, &seed, &acc), TUTTI_EINVAL, "18446744073709551615", name);
  op.acc_size = (size_t)1 << 48; /* one would do, but no machine has that much */
  testing_expect(ctx, tutti_reduce(ctx, &op, 4, &seed, &acc), TUTTI_ENOMEM, "281474976710656", name);
  cr_assert(memcmp(&acc, &before, sizeof acc) == 0, "%s: acc was written by a call that failed", name);
}

Test(parallel, refuses_bad_arguments, .timeout = 60) {
  check_refusals(NULL, "the default context");
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    check_refusals(c.ctx, c.name);
  }
}
