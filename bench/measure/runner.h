/* Measuring one case: every configuration once a round, in an order that changes from round to round. */
#ifndef BENCH_RUNNER_H
#define BENCH_RUNNER_H

#include "measure/mpi_ranks.h"
#include "results/results.h"

/* A variant on a number of workers, ready to run. */
struct config {
  const struct variant *variant;
  int workers;
  tutti_ctx *ctx;
  /* Called after each run with its begin and end, by the clock of the plan; or NULL. */
  void (*ran)(void *user, double begin, double end);
  void *user;
};

struct plan {
  const struct bench_ranks *ranks; /* or NULL */
  size_t case_index;               /* by which other ranks know the case */
  const struct config *configs;    /* the first is the reference */
  size_t count;
  const struct run_options *options;
  const struct bench_clock *clock;
  bool single;                /* a measurement is one run, however short */
  size_t warmup;              /* runs of everything before the rounds, besides the first */
  struct text_list *warnings; /* for what holds for every case; NULL: the case's own */
  /* Called before each measurement; round 0: before the rounds. NULL: nothing is called. */
  void (*progress)(const struct case_results *results, size_t round, const struct config *config);
};

/* Measures a case:
 *   1. serial code runs once on every share of the problem that is needed: the reference for all answers;
 *   2. each configuration runs once; what takes less than a millisecond is repeated, to find how many runs
 * take one: so many are a measurement;
 *   3. rounds, of one measurement of each configuration, until sampling_stop says that they are enough.
 * *results: zeros, or what an interrupted run of the same case has left: then more rounds are added to those.
 * An interrupt ends it; the round that it came in does not count. */
void measure_case(const struct bench_case *bench, const union bench_value *params, const struct plan *plan,
                  struct case_results *results);

#endif
