/* A Monte Carlo problem while it is being solved. */
#ifndef TUTTI_MONTECARLO_PROBLEM_H
#define TUTTI_MONTECARLO_PROBLEM_H

#include <tutti/montecarlo.h>
#include <tutti/reduce.h>

#include "core/context.h"

enum { MC_MOST_REPLICATES = 1024 };
#define MC_MOST_OBSERVATIONS (UINT64_C(1) << 46)

/* What is added up over the observations of a replicate. f and c are a value and its control (of an
 * antithetic pair: their means), a and b the centres. Of a stratified pair both points count in the first
 * two, and the products are of the differences between the two points; the last sum is theirs alone. All
 * exact, so that it does not matter how observations are divided. */
enum {
  MC_F,
  MC_C,
  MC_FF,     /* (f - a)^2 */
  MC_FC,     /* (f - a)(c - b) */
  MC_CC,     /* (c - b)^2 */
  MC_FOURTH, /* fourth powers of the differences of f - slope c */
  MC_SUMS
};

typedef struct {
  tutti_exact sum[MC_SUMS];
} mc_sums;

typedef struct {
  tutti_ctx *ctx;
  tutti_settings settings; /* of the calls within the run */
  tutti_rng rng;
  const tutti_mc_problem *problem;
  size_t strata, replicates; /* of problem, or their defaults; 1 where they do not apply */
  uint64_t cells;            /* strata^dims */
  unsigned evaluations;      /* of f for an observation */
  uint64_t most;             /* observations of each replicate at the end */
  uint64_t done;             /* of them, those in `sums` */
  double centre[2];          /* a, b: near the means, so that squares lose no digits */
  double slope;              /* of f against c within cells: near the one that will be found */
  size_t replicate;          /* the one being observed */
  mc_sums *sums;             /* one a replicate; behind them room for as many */
} mc_run;

/* Adds observations [done, next) of each replicate. */
tutti_status mc_observe(mc_run *run, uint64_t next);
/* Sets the centres, or the slope, from the first observations of the first replicate. */
tutti_status mc_look_ahead(mc_run *run);
/* What is known after `done` observations. */
tutti_estimate mc_estimate(const mc_run *run);

/* The state of a run to a file and from one. loaded: whether there was a file. */
tutti_status mc_save(const mc_run *run, const char *path);
tutti_status mc_load(mc_run *run, const char *path, bool *loaded);

#endif
