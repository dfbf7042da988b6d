/* The measuring loop of the program: all that is compared once a round, in an order that changes. */
#ifndef BENCH_ROUNDS_H
#define BENCH_ROUNDS_H

#include "results/results.h"

struct rounds {
  size_t count;  /* things to measure, numbered from 0 */
  size_t first;  /* number of the first round: how many an earlier session has completed */
  size_t warmup; /* runs of each thing before the first round, which count for nothing */
  const struct bench_clock *clock;
  void *state;
  /* Runs a thing once; returns its seconds. */
  double (*run)(void *state, size_t index);
  /* Keeps the times of a completed round, [count]. `rounds` rounds have taken `elapsed` seconds since the
   * warm-up. Anything but STOP_NOT ends the loop. */
  enum stop (*end_round)(void *state, const double *seconds, double elapsed, size_t rounds);
};

/* Returns why it ended: as end_round says, or STOP_INTERRUPTED if a signal came; then the round is not
 * completed, and end_round is not called for it. */
enum stop rounds_run(const struct rounds *rounds);

#endif
