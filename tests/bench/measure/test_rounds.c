/* The measuring loop, by a made-up clock: what runs when, and what is kept. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "measure/calls.h"
#include "measure/order.h"
#include "measure/rounds.h"

static double fake_now;

static double fake_clock_now(void *state) {
  (void)state;
  return fake_now;
}
static const struct bench_clock fake_clock = {fake_clock_now, NULL};

enum { THINGS = 4, WARMUP = 2, FIRST = 3, ROUNDS = 5 };

static struct { size_t ran[THINGS * (WARMUP + ROUNDS)], count; } trace;

/* Thing i takes i + 1 seconds. */
static double run(void *state, size_t index) {
  cr_assert(state == &trace);
  trace.ran[trace.count++] = index;
  fake_now += (double)index + 1;
  return (double)index + 1;
}

static enum stop end_round(void *state, const double *seconds, double elapsed, size_t rounds) {
  cr_assert(state == &trace);
  for (size_t i = 0; i < THINGS; i++) cr_assert(seconds[i] == (double)i + 1);
  cr_assert(elapsed == 10. * (double)rounds, "%g seconds after %zu rounds", elapsed, rounds);
  return rounds == ROUNDS ? STOP_PRECISION : STOP_NOT;
}

Test(rounds, everything_once_a_round_in_the_order_of_the_round) {
  const struct rounds rounds = {.count = THINGS,
                                .first = FIRST,
                                .warmup = WARMUP,
                                .clock = &fake_clock,
                                .state = &trace,
                                .run = run,
                                .end_round = end_round};
  cr_assert(rounds_run(&rounds) == STOP_PRECISION);
  cr_assert(trace.count == THINGS * (WARMUP + ROUNDS));
  size_t runs[THINGS] = {0};
  for (size_t i = 0; i < THINGS * WARMUP; i++) runs[trace.ran[i]]++;
  for (size_t i = 0; i < THINGS; i++) cr_assert(runs[i] == WARMUP);
  for (size_t r = 0; r < ROUNDS; r++) {
    size_t order[THINGS];
    order_round(THINGS, FIRST + r, order);
    for (size_t i = 0; i < THINGS; i++) cr_assert(trace.ran[THINGS * (WARMUP + r) + i] == order[i]);
  }
}

/* ---- one thing alone ---- */

struct calls_made {
  int count, fails_at;
};

/* The first three take an hour; the others 1, 4, 9, 16 and 25 seconds. */
static bool call(void *made) {
  struct calls_made *c = made;
  const int number = c->count++ - 3;
  fake_now += number < 0 ? 3600 : (number + 1) * (number + 1);
  return number != c->fails_at;
}

Test(calls, the_median_without_those_that_warm_up) {
  struct calls_made made = {.fails_at = -10};
  cr_assert(calls_median(5, &fake_clock, call, &made) == 9);
  cr_assert(made.count == 3 + 5);
}

Test(calls, a_call_that_fails_is_the_last) {
  struct calls_made made = {.fails_at = 2};
  cr_assert(isnan(calls_median(5, &fake_clock, call, &made)));
  cr_assert(made.count == 3 + 3);
}

static bool count_workers(tutti_ctx *ctx, size_t n) { return (size_t)tutti_workers(ctx) == n; }

Test(calls, a_context_is_opened_for_them) {
  char why[128] = "";
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_SERIAL;
  config.workers = 1;
  cr_assert(calls_in_context(3, &config, count_workers, 1, why, sizeof why) >= 0);
  cr_assert(calls_in_context(3, &config, empty_for, 7, why, sizeof why) >= 0);
  cr_assert(isnan(calls_in_context(3, &config, count_workers, 2, why, sizeof why)));
  config.workers = -1;
  cr_assert(isnan(calls_in_context(3, &config, empty_for, 7, why, sizeof why)));
  cr_assert(strstr(why, "-1"), "%s", why);
}
