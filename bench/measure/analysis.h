/* What the times of a case mean: summaries, speedups, fitted laws. */
#ifndef BENCH_ANALYSIS_H
#define BENCH_ANALYSIS_H

#include "measure/statistics.h"
#include "results/results.h"

struct ratio {
  double value, low, high; /* of medians, with a 95 % interval; NaN where it is not known */
};

/* Where workers x wall time went, in shares of it; NaN: not known. Computing is what one core with the same
 * instructions takes, overhead what the CPUs worked beyond it, waiting the rest. */
struct where {
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
  struct where where;
};

/* The fit of Amdahl's law to all raw times of a parallel variant. */
struct family {
  const struct variant *variant;
  size_t worker_counts; /* different ones with times; 0: the variant was not measured */
  bool fitted;
  tutti_amdahl_fit fit;
  double gain_at_one; /* one core's median / fit.t1: the curve is gain_at_one * amdahl(s, workers) */
};

struct analysis {
  size_t warmup;             /* rounds that do not count, see sampling_warmup */
  double reached;            /* see sampling_reached */
  struct analysis_row *rows; /* as results->items */
  struct family families[VARIANT_COUNT];
};

/* Sets results->analysis, anew if there is one. */
void analyse(struct case_results *results, bool weak);
void analysis_free(struct analysis *analysis); /* or NULL */

/* The gain by the law fitted to a family, on any number of workers >= 1. NaN where nothing is fitted; on
 * INFINITY workers the limit, high = INFINITY where the fit does not exclude that there is none. */
struct ratio family_gain(const struct family *family, double workers);

/* "B" where bytes are the work, otherwise the items' name. */
const char *rate_unit(const struct bench_work *work);

#endif
