/* CLOCK_MONOTONIC, its smallest step and what a reading costs. */
#include "util/bench_clock.h"

#include <math.h>
#include <time.h>

double clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double monotonic(void *state) {
  (void)state;
  return clock_seconds();
}

const struct bench_clock clock_monotonic = {monotonic, 0};

struct clock_quality clock_measure(const struct bench_clock *clock) {
  enum { CALLS = 50000 };
  struct clock_quality quality = {INFINITY, 0};
  const double begin = clock->now(clock->state);
  double last = begin;
  for (int i = 0; i < CALLS; i++) {
    const double now = clock->now(clock->state);
    if (now > last) quality.resolution = fmin(quality.resolution, now - last);
    last = now;
  }
  quality.cost = (last - begin) / CALLS;
  return quality;
}
