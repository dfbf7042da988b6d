/* pi by Monte Carlo: pure arithmetic, no memory traffic, almost no serial part. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases/case.h"
#include "util/xalloc.h"

struct pi {
  tutti_rng rng;
  uint64_t samples;
};

static const struct bench_param params[] = {
    {"samples", "random points of pi", BENCH_COUNT, {25000000}, {1}, {UINT64_C(1) << 48}},
    {0},
};

static bool setup(struct bench_setup *setup) {
  struct pi *pi = xcalloc(1, sizeof *pi);
  *pi = (struct pi){{setup->seed, 0}, setup->params[0].count};
  setup->state = pi;
  setup->work = (struct bench_work){.items = (double)pi->samples, .item = "samples"};
  snprintf(setup->size, sizeof setup->size, "pi from %llu random points", (unsigned long long)pi->samples);
  return true;
}

static tutti_status run(tutti_ctx *ctx, void *state, struct bench_share share, struct bench_result *result) {
  const struct pi *pi = state;
  tutti_estimate estimate;
  const tutti_status status = tutti_mc_pi(ctx, pi->rng, bench_share_of(pi->samples, share), &estimate);
  if (status == TUTTI_OK) bench_result_set(result, &estimate, sizeof estimate);
  return status;
}

static void describe(const struct bench_result *result, char *text, size_t size) {
  tutti_estimate estimate;
  memcpy(&estimate, result->bytes, sizeof estimate);
  snprintf(text, size, "pi = %.7f +- %.7f", estimate.mean, estimate.std_error);
}

const struct bench_case case_pi = {
    .name = "pi",
    .description = "Monte Carlo pi: random numbers and arithmetic, no memory traffic",
    .params = params,
    .setup = setup,
    .run = run,
    .describe = describe,
    .teardown = free,
};
