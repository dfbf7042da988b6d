/* A workload whose serial fraction is known, because it is dialled: of `units` equal pieces of work the
 * caller does a share alone before the workers get the rest. The fit should find the share again. A unit is
 * one random number; the answer is the sum of all of them modulo 2^64. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases/case.h"
#include "util/xalloc.h"

struct dial {
  tutti_rng rng;
  uint64_t units, alone; /* units [0, alone) are the caller's */
};

static const struct bench_param params[] = {
    {"serial-fraction",
     "share of dial that cannot be split",
     BENCH_REAL,
     {.real = 0.1},
     {.real = 0},
     {.real = 1}},
    {"units", "units of work of dial", BENCH_COUNT, {10000000}, {1}, {UINT64_C(1) << 48}},
    {0},
};

static bool setup(struct bench_setup *setup) {
  struct dial *dial = xcalloc(1, sizeof *dial);
  const double fraction = setup->params[0].real;
  const uint64_t units = setup->params[1].count;
  *dial = (struct dial){{setup->seed, 2}, units, (uint64_t)llround(fraction * (double)units)};
  setup->state = dial;
  setup->work = (struct bench_work){.items = (double)units, .item = "units"};
  snprintf(setup->size, sizeof setup->size, "%" PRIu64 " units of work, %g %% of them serial", units,
           100 * fraction);
  return true;
}

static uint64_t do_units(const struct dial *dial, uint64_t begin, uint64_t end) {
  uint64_t sum = 0;
  for (uint64_t i = begin; i < end; i++) sum += tutti_bits_at(dial->rng, i);
  return sum;
}

static void init(void *acc, const void *args) {
  (void)args;
  *(uint64_t *)acc = 0;
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const struct dial *dial = args;
  *(uint64_t *)acc += do_units(dial, dial->alone + begin, dial->alone + end);
  return 0;
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  *(uint64_t *)into += *(const uint64_t *)from;
}

static tutti_status run(tutti_ctx *ctx, void *state, struct bench_share share, struct bench_result *result) {
  static const tutti_reduction sum_units = {sizeof(uint64_t), 0, init, chunk, merge};
  const struct dial *dial = state;
  const uint64_t units = bench_share_of(dial->units, share), alone = bench_share_of(dial->alone, share);
  const uint64_t serial = do_units(dial, 0, alone);
  const struct dial part = {dial->rng, units, alone};
  uint64_t sum = 0;
  const tutti_status status = tutti_reduce(ctx, &sum_units, (size_t)(units - alone), &part, &sum);
  if (status != TUTTI_OK) return status;
  sum += serial;
  bench_result_set(result, &sum, sizeof sum);
  return TUTTI_OK;
}

static void describe(const struct bench_result *result, char *text, size_t size) {
  uint64_t sum;
  memcpy(&sum, result->bytes, sizeof sum);
  snprintf(text, size, "checksum %016" PRIx64, sum);
}

const struct bench_case case_dial = {
    .name = "dial",
    .description = "work with a serial fraction that you set: does the fit find it again?",
    .no_vector = "dial has no vector code",
    .params = params,
    .setup = setup,
    .run = run,
    .describe = describe,
    .teardown = free,
};
