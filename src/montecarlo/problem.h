/* A Monte Carlo problem while it is being solved. */
#ifndef TUTTI_MONTECARLO_PROBLEM_H
#define TUTTI_MONTECARLO_PROBLEM_H

#include <tutti/montecarlo.h>
#include <tutti/reduce.h>

#include "core/context.h"

enum { MC_MOST_REPLICATES = 1024 };
#define MC_MOST_OBSERVATIONS (UINT64_C(1) << 46)

/* What is added up over the observations of a replicate. f and c are a value and its control, a and b the
 * centres.
 *
 * - Antithetic pairs: f and c are the means of the two points.
 * - Stratified pairs: both points count in MC_F and MC_C. In MC_FF, MC_FC and MC_CC the differences
 *   between the two points take the place of f - a and c - b. MC_FOURTH is for stratified pairs only.
 *
 * All sums are exact: so it does not matter how observations are divided. */
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
  tutti_settings settings; /* settings of the calls within the run */
  tutti_rng rng;
  const tutti_mc_problem *problem;
  size_t strata, replicates; /* those of the problem, or their defaults; 1 where they do not apply */
  uint64_t cells;            /* strata^dims */
  unsigned evaluations;      /* evaluations of f that one observation takes */
  uint64_t most;             /* observations of each replicate when all samples are used */
  uint64_t done;             /* observations of each replicate that `sums` has */
  double centre[2];          /* a, b: close to the means of f and c, so that squares lose no digits */
  double slope;              /* slope of f against c within cells: close to the one that will be found */
  size_t replicate;          /* the replicate that is being observed */
  mc_sums *sums; /* [2 replicates]: the sums of each replicate; behind them work space of the same size */
} mc_run;

/* Adds observations [done, next) of each replicate. */
tutti_status tutti_mc_observe(mc_run *run, uint64_t next);
/* Sets the centres, or the slope, from some observations of the first replicate. */
tutti_status tutti_mc_look_ahead(mc_run *run);
/* The estimate after `done` observations. */
tutti_estimate tutti_mc_estimate(const mc_run *run);

/* Write the state of a run to its checkpoint, and read it. *loaded: whether there was a file. */
tutti_status tutti_mc_save(const mc_run *run, const char *path);
tutti_status tutti_mc_load(mc_run *run, const char *path, bool *loaded);

#endif
