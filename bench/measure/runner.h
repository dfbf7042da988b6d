/* Measuring one case: every configuration once a round, in an order that changes from round to round. */
#ifndef BENCH_RUNNER_H
#define BENCH_RUNNER_H

#include <stdbool.h>
#include <stddef.h>

#include "cases/case.h"
#include "machine/disturbance.h"
#include "ranks.h"
#include "variants.h"

/* A variant on a number of workers. */
struct config {
  const struct variant *variant;
  int workers;
  tutti_ctx *ctx;
};

struct measurement {
  const struct config *config;
  double *seconds; /* [count]: one a round */
  size_t count;
  bool compared, same_bits;   /* with the reference, in all rounds and the warm-up */
  struct bench_result result; /* of the first run that differed, otherwise of the last */
  char *failure;              /* why it could not run, or NULL */
};

struct case_results {
  const struct bench_case *bench;
  const union bench_value *params;
  char size[160];
  struct bench_work work;
  struct notes notes;
  char *failure;             /* why the case could not be set up, or NULL */
  struct measurement *items; /* [count]; the first is the reference, serial */
  size_t count;
  size_t rounds; /* completed */
  struct disturbance disturbance;
};

struct plan {
  const struct bench_ranks *ranks; /* or NULL */
  size_t case_index;               /* by which other ranks know the case */
  const struct config *configs;    /* the first is the reference */
  size_t count;
  size_t rounds;
  uint64_t seed;
  /* Told before each run; round 0 is the warm-up. NULL: nobody. */
  void (*progress)(const struct bench_case *bench, size_t round, size_t rounds, const struct config *config);
};

/* Results of one case. An interrupt ends it after the last completed round. */
struct case_results measure_case(const struct bench_case *bench, const union bench_value *params,
                                 const struct plan *plan);
void case_results_free(struct case_results *results);

/* Whether all that ran gave the reference's bits, and nothing failed. */
bool case_results_good(const struct case_results *results);

/* The measurement of a variant on a number of workers (0: any), or NULL if there are no times of it. */
const struct measurement *find_measurement(const struct case_results *results, const struct variant *variant,
                                           int workers);

#endif
