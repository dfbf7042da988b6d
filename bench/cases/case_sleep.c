/* Tasks that wait, then double their argument: the first program of a multiprocessing tutorial. It says
 * nothing about cores, since a waiting task uses none: more workers than cores go on helping, up to the
 * number of tasks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cases/case.h"
#include "util/xalloc.h"

struct nap {
  size_t tasks;
  struct timespec length;
  double *doubled;
};

static const struct bench_param params[] = {
    {"tasks", "tasks of sleep", BENCH_COUNT, {8}, {1}, {1000000}},
    {"task-ms", "milliseconds a task of sleep waits", BENCH_COUNT, {50}, {0}, {3600000}},
    {0},
};

static bool setup(struct bench_setup *setup) {
  struct nap *nap = xcalloc(1, sizeof *nap);
  const uint64_t ms = setup->params[1].count;
  nap->tasks = (size_t)setup->params[0].count;
  nap->length = (struct timespec){(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
  nap->doubled = xcalloc(nap->tasks, sizeof *nap->doubled);
  setup->state = nap;
  setup->work = (struct bench_work){.items = (double)nap->tasks, .item = "tasks"};
  snprintf(setup->size, sizeof setup->size, "%zu tasks that wait %llu ms each", nap->tasks,
           (unsigned long long)ms);
  return true;
}

static int wait_and_double(size_t index, const void *args, void *out) {
  const struct nap *nap = args;
  struct timespec left = nap->length;
  while (nanosleep(&left, &left) != 0) {
    if (errno != EINTR) return errno;
  }
  *(double *)out = 2 * (double)index;
  return 0;
}

static tutti_status run(tutti_ctx *ctx, void *state, struct bench_share share, struct bench_result *result) {
  struct nap *nap = state;
  const size_t tasks = bench_share_of(nap->tasks, share);
  const tutti_status status = tutti_map(ctx, tasks, wait_and_double, nap, nap->doubled, sizeof *nap->doubled);
  if (status == TUTTI_OK) bench_result_set(result, nap->doubled, tasks * sizeof *nap->doubled);
  return status;
}

static void describe(const struct bench_result *result, char *text, size_t size) {
  (void)result;
  snprintf(text, size, "every number doubled");
}

static void teardown(void *state) {
  struct nap *nap = state;
  free(nap->doubled);
  free(nap);
}

const struct bench_case case_sleep = {
    .name = "sleep",
    .description = "tasks that only wait: what overlapping gains where no core is busy",
    .no_vector = "sleep has no vector code",
    .params = params,
    .setup = setup,
    .run = run,
    .describe = describe,
    .teardown = teardown,
};
