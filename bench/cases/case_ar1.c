/* The lecture's weather: many independent runs of T' = 72 + 0.5 (T - 72) + 5 Z from T = 75. Only the moments
 * of the final temperatures are kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases/case.h"
#include "util/xalloc.h"

struct weather {
  tutti_ar1 model;
  tutti_rng rng;
  double start;
  size_t runs, steps;
};

static const struct bench_param params[] = {
    {"runs", "runs of ar1", BENCH_COUNT, {5000000}, {1}, {UINT64_C(1) << 40}},
    {"steps", "steps of a run of ar1", BENCH_COUNT, {10}, {1}, {1000000}},
    {0},
};

static bool setup(struct bench_setup *setup) {
  struct weather *weather = xcalloc(1, sizeof *weather);
  *weather = (struct weather){
      .model = {.mean = 72, .phi = 0.5, .sd = 5},
      .rng = {setup->seed, 1},
      .start = 75,
      .runs = (size_t)setup->params[0].count,
      .steps = (size_t)setup->params[1].count,
  };
  setup->state = weather;
  const double steps = (double)weather->runs * (double)weather->steps;
  setup->work = (struct bench_work){.items = steps, .item = "steps", .flops = 4 * steps}; /* beside Z */
  snprintf(setup->size, sizeof setup->size, "AR(1) weather, %zu runs of %zu steps", weather->runs,
           weather->steps);
  return true;
}

static tutti_status run(tutti_ctx *ctx, void *state, struct bench_share share, struct bench_result *result) {
  const struct weather *w = state;
  const size_t runs = bench_share_of(w->runs, share);
  tutti_moments_t stats;
  memset(&stats, 0, sizeof stats); /* padding is compared, too */
  const tutti_status status =
      tutti_ar1_ensemble(ctx, &w->model, w->rng, w->start, runs, w->steps, NULL, &stats);
  if (status == TUTTI_OK) bench_result_set(result, &stats, sizeof stats);
  return status;
}

static void describe(const struct bench_result *result, char *text, size_t size) {
  tutti_moments_t stats;
  memcpy(&stats, result->bytes, sizeof stats);
  snprintf(text, size, "mean %.5f, variance %.5f", stats.mean, stats.variance);
}

const struct bench_case case_ar1 = {
    .name = "ar1",
    .description = "weather ensemble: AR(1) runs with normal noise, statistics of the final states",
    .params = params,
    .setup = setup,
    .run = run,
    .describe = describe,
    .teardown = free,
};
