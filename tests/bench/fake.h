/* A made-up case whose runs turn a made-up clock: every path of the sampling plan, without waiting. */
#ifndef TESTS_BENCH_FAKE_H
#define TESTS_BENCH_FAKE_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysed.h"
#include "analysis/sampling.h"
#include "measure/configs.h"

/* A run takes takes(vector, workers, its number of the configuration) seconds of this clock. Those of two
 * workers answer something else if lying is set, and fail if failing is. */
static double fake_now;
static double (*fake_takes)(bool vector, int workers, int run);
static bool lying, failing;
static int runs, serial_fails_at = -1; /* which run of serial's fails */
static int serial_runs;
static const tutti_ctx *serial_ctx;

static double fake_clock_now(void *state) {
  (void)state;
  return fake_now;
}
static const struct bench_clock fake_clock = {fake_clock_now, NULL};

static bool fake_setup(struct bench_setup *s) {
  s->work = (struct bench_work){.items = 1000, .item = "things", .flops = 3000};
  return true;
}

static int fake_run_of(bool vector, int workers) {
  static int count[2][65];
  return count[vector][workers]++;
}

static tutti_status fake_run(tutti_ctx *ctx, void *state, struct bench_share share,
                             struct bench_result *result) {
  (void)state;
  const int workers = tutti_workers(ctx);
  const bool vector = tutti_context_isa(ctx) == TUTTI_ISA_PORTABLE;
  unsigned char answer[4] = {1, 2, 3, (unsigned char)share.part};
  if (!serial_ctx) serial_ctx = ctx; /* the reference comes first */
  const bool serial = ctx == serial_ctx;
  runs++;
  fake_now += fake_takes(vector, workers, fake_run_of(vector, workers));
  if (serial && serial_runs++ == serial_fails_at) return tutti_map(ctx, 1, NULL, NULL, NULL, 1);
  if (workers == 2 && failing) return tutti_map(ctx, 1, NULL, NULL, NULL, 1);
  if (workers == 2 && lying) answer[0] = 5;
  bench_result_set(result, answer, sizeof answer);
  return TUTTI_OK;
}

static void fake_teardown(void *state) { (void)state; }

__attribute__((unused)) static const struct bench_case fake_case = {
    .name = "fake", .setup = fake_setup, .run = fake_run, .teardown = fake_teardown};

/* Serial, vector (at level portable), and the two by threads on 1 and 2 workers: six configurations. */
static struct case_results fake_measure(const struct bench_case *bench, const struct run_options *run) {
  static struct configs configs;
  static int workers[] = {1, 2};
  struct options options = {.workers = workers, .worker_count = 2};
  for (int v = VARIANT_SERIAL; v <= VARIANT_THREADS_VECTOR; v++) options.run.variants[v] = true;
  unsetenv("TUTTI_ISA"); /* it would make all variants one */
  if (configs.list) configs_close(&configs);
  cr_assert(configs_open(&configs, &options, TUTTI_ISA_PORTABLE, NULL));
  const struct plan plan = {
      .configs = configs.list, .count = configs.count, .options = run, .clock = &fake_clock};
  struct case_results results = {0};
  serial_ctx = NULL;
  serial_runs = 0;
  measure_case(bench, NULL, &plan, &results);
  return results;
}

#endif
