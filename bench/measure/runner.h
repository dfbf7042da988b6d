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
  /* Told of each run's begin and end, by the clock of the plan; NULL: nobody. */
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
  /* Told before each measurement; round 0 is the first run of all. NULL: nobody. */
  void (*progress)(const struct case_results *results, size_t round, const struct config *config);
};

/* Measures a case: everything once, which gives the reference and how many runs make a millisecond; then
 * rounds until they are as many or as precise as asked, or the time is up. *results: zeros, or what an
 * interrupted run of the same case has left, of which the rounds go on. An interrupt ends it after the last
 * completed round. */
void measure_case(const struct bench_case *bench, const union bench_value *params, const struct plan *plan,
                  struct case_results *results);

#endif
