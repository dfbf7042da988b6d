#include "commands/simulate/call_costs.h"

#include <math.h>
#include <stdio.h>

#include "analysis/statistics.h"
#include "commands/simulate/chunk_profile.h"
#include "util/bench_clock.h"

enum { CALLS = 31, CHUNKS = 4096 };

static int nothing(size_t begin, size_t end, void *args) {
  (void)begin, (void)end, (void)args;
  return 0;
}

/* The median of a call of n empty chunks. NAN, with a message: it failed. */
static double empty_call(const tutti_config *config, size_t n) {
  static const tutti_output none[] = {{0}};
  double seconds[CALLS];
  tutti_ctx *ctx = NULL;
  tutti_status status = tutti_open(config, &ctx);
  for (int i = -3; i < CALLS && status == TUTTI_OK; i++) { /* three to warm up */
    if (config->progress) ((struct recording *)config->progress_user)->count = 0;
    const double begin = clock_seconds();
    status = tutti_for(ctx, n, 1, nothing, NULL, none);
    if (i >= 0) seconds[i] = clock_seconds() - begin;
  }
  if (status != TUTTI_OK)
    fprintf(stderr, "bench_amdahl simulate: a call that does nothing: %s\n",
            tutti_error_detail(ctx ? ctx : NULL));
  tutti_close(ctx);
  return status == TUTTI_OK ? summarize(seconds, CALLS).median : NAN;
}

static double observing(void) {
  struct recording recording = {0};
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_SERIAL;
  const double plain = empty_call(&config, CHUNKS);
  config.progress = recording_stamp;
  config.progress_user = &recording;
  const double observed = empty_call(&config, CHUNKS);
  recording_free(&recording);
  return (observed - plain) / CHUNKS;
}

bool costs_measure(tutti_backend backend, int workers, bool standing, struct costs *costs,
                   struct text_list *warnings) {
  const bool caller_works = backend == TUTTI_THREADS;
  const int started = workers - caller_works;
  tutti_config config;
  tutti_config_default(&config);
  config.workers = workers;
  const double few = empty_call(&config, (size_t)workers);
  /* With more chunks than workers these compete for the counter, as hard as they can. */
  const double many = empty_call(&config, CHUNKS);
  config.backend = backend;
  config.standing = standing;
  const double start = started ? empty_call(&config, (size_t)workers) / started : 0;
  *costs = (struct costs){observing(), start, workers > 1 ? (many - few) / CHUNKS : 0};
  if (workers == 1)
    text_list_add(warnings, "one core cannot show what workers cost that %scompete for chunks: 0 is assumed",
                  caller_works ? "start and " : "");
  const bool good = !isnan(costs->observing + costs->start + costs->dispatch);
  costs->observing = fmax(0, costs->observing);
  costs->dispatch = fmax(0, costs->dispatch);
  return good;
}
