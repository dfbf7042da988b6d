/* What one call takes. */
#include "measure/calls.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/statistics.h"
#include "measure/rounds.h"
#include "util/xalloc.h"

struct calls {
  size_t wanted;
  const struct bench_clock *clock;
  bool (*call)(void *args);
  void *args;
  double *seconds; /* [wanted] */
};

static double call_once(void *calls, size_t index) {
  const struct calls *c = calls;
  (void)index;
  const double begin = c->clock->now(c->clock->state);
  const bool good = c->call(c->args);
  return good ? c->clock->now(c->clock->state) - begin : NAN;
}

static enum stop end_call(void *calls, const double *seconds, double elapsed, size_t rounds) {
  const struct calls *c = calls;
  (void)elapsed;
  c->seconds[rounds - 1] = *seconds;
  return isnan(*seconds) ? STOP_FAILED : rounds == c->wanted ? STOP_REPETITIONS : STOP_NOT;
}

double calls_median(size_t calls, const struct bench_clock *clock, bool (*call)(void *args), void *args) {
  struct calls c = {calls, clock, call, args, xcalloc(calls, sizeof(double))};
  const struct rounds rounds = {
      .count = 1, .warmup = 3, .clock = clock, .state = &c, .run = call_once, .end_round = end_call};
  const enum stop stopped = rounds_run(&rounds);
  const double median = stopped == STOP_REPETITIONS ? summarize(c.seconds, calls).median : NAN;
  free(c.seconds);
  return median;
}

/* ---- on a context ---- */

struct in_context {
  tutti_ctx *ctx;
  context_call *call;
  size_t n;
};

static bool call_in_context(void *args) {
  const struct in_context *a = args;
  return a->call(a->ctx, a->n);
}

double calls_in_context(size_t calls, const tutti_config *config, context_call *call, size_t n, char *why,
                        size_t size) {
  struct in_context args = {.call = call, .n = n};
  const bool opened = tutti_open(config, &args.ctx) == TUTTI_OK;
  const double median = opened ? calls_median(calls, &clock_monotonic, call_in_context, &args) : NAN;
  if (isnan(median)) snprintf(why, size, "%s", tutti_error_detail(opened ? args.ctx : NULL));
  if (opened) tutti_close(args.ctx);
  return median;
}

static int nothing(size_t begin, size_t end, void *args) {
  (void)begin, (void)end, (void)args;
  return 0;
}

bool empty_for(tutti_ctx *ctx, size_t n) {
  return tutti_for(ctx, n, 1, nothing, NULL, (const tutti_output[]){{0}}) == TUTTI_OK;
}
