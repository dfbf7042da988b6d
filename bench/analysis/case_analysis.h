/* What the times of a case mean: summaries, speedups, fitted laws. */
#ifndef BENCH_CASE_ANALYSIS_H
#define BENCH_CASE_ANALYSIS_H

#include "analysis/scaling_fits.h"
#include "analysis/statistics.h"
#include "results/results.h"

/* Where workers x wall time went, in shares of it; NaN: not known. Computing is what one core with the same
 * instructions takes, overhead what the CPUs worked beyond it, waiting the rest. */
struct time_breakdown {
  double compute, wait, overhead;
};

/* One measurement. NaN where something is not defined: Karp-Flatt on one worker, a missing reference. In weak
 * scaling speedups are scaled ones: as many times the work as the reference, in what share of its time. */
struct analysis_row {
  struct summary time;
  struct ratio speedup; /* against serial */
  struct ratio gain;    /* against one core with the same instructions */
  double efficiency;    /* gain / workers */
  double karp_flatt;    /* the serial fraction that this gain alone would mean */
  double rate;          /* bytes or items a second, see rate_unit */
  double flops;         /* a second */
  struct time_breakdown breakdown;
};

/* A case with what is made of its times, which are the caller's and must outlive it. */
struct analysis {
  const struct case_results *results; /* NULL: not analysed yet */
  size_t warmup;                      /* rounds that do not count, see sampling_warmup */
  double reached;                     /* see sampling_reached */
  struct analysis_row *rows;          /* as results->items */
  struct scaling_fit fits[VARIANT_COUNT];
};

/* weak: the problem grows with the workers. Free it. */
struct analysis analyse(const struct case_results *results, bool weak);
void analysis_free(struct analysis *analysis);

/* A run with the analyses of its cases, which is all that tables, pictures and files of results are made of.
 */
struct run_analysis {
  const struct run *run;
  struct analysis *cases; /* [run->count], as run->cases */
};
struct run_analysis analyse_run(const struct run *run);
void run_analysis_free(struct run_analysis *analysis);

/* "B" where bytes are the work, otherwise the items' name. */
const char *rate_unit(const struct bench_work *work);

#endif
