/* What a call of the engine costs by itself. */
#include "commands/simulate/call_costs.h"

#include <math.h>
#include <stdio.h>

#include "commands/simulate/chunk_profile.h"
#include "measure/calls.h"

enum { CALLS = 31, CHUNKS = 4096 };

/* The median of a call of n empty chunks. NAN, with a message: it failed. */
static double empty_call(const tutti_config *config, size_t n) {
  char why[256];
  const double seconds = calls_in_context(CALLS, config, empty_for, n, why, sizeof why);
  if (isnan(seconds)) fprintf(stderr, "bench_amdahl simulate: a call that does nothing: %s\n", why);
  return seconds;
}

/* Each call begins a new recording. */
static int stamp_call(void *recording, size_t done, size_t total) {
  struct recording *r = recording;
  if (r->count == total) r->count = 0;
  return recording_stamp(r, done, total);
}

static double observing(void) {
  struct recording recording = {0};
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_SERIAL;
  const double plain = empty_call(&config, CHUNKS);
  config.progress = stamp_call;
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
