/* What the times of a case mean: summaries, speedups, fitted laws. */
#ifndef BENCH_ANALYSIS_H
#define BENCH_ANALYSIS_H

#include "measure/runner.h"
#include "measure/statistics.h"

/* One measurement. NaN where something is not defined: Karp-Flatt on one worker, a missing reference. */
struct analysis_row {
  struct summary time;
  double speedup;                   /* median of serial / median */
  double gain, gain_low, gain_high; /* against one core with the same instructions; its 95 % bounds
                                       from those of this median alone */
  double efficiency;                /* gain / workers */
  double karp_flatt;                /* the serial fraction that this gain alone would mean */
  double rate;                      /* bytes or items a second, see rate_unit */
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
  struct analysis_row *rows; /* as results->items */
  struct family families[VARIANT_COUNT];
};

struct analysis analyse(const struct case_results *results);
void analysis_free(struct analysis *analysis);

/* "B" where bytes are the work, otherwise the items' name. */
const char *rate_unit(const struct bench_work *work);

#endif
