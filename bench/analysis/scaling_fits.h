/* A scaling fit: the laws of scaling fitted to a parallel variant on different numbers of workers. Its
 * throughputs are gains: the median time of one core with the same instructions, divided by the median time
 * of the variant. */
#ifndef BENCH_SCALING_FITS_H
#define BENCH_SCALING_FITS_H

#include <stdbool.h>

#include "analysis/bootstrap.h"
#include "results/results.h"

struct ratio {
  double value, low, high; /* of medians, with a 95 % interval; NaN where it is not known */
};

struct fitted_law {
  bool applies; /* to this run: Gustafson's law to weak scaling, the others to strong scaling */
  struct law law;
  struct law_bootstrap draws; /* of rounds; none: too few rounds for intervals */
  double left_out_error;
  char statement[256];
};

struct scaling_fit {
  const struct variant *variant;
  size_t worker_counts; /* different ones with times; 0: the variant was not measured */
  struct law_points points;
  struct fitted_law laws[LAW_KINDS];
  enum law_kind chosen; /* LAW_KINDS: none */
};

/* The rounds before `warmup` do not count. Without times of the one-core variant nothing is fitted. */
struct scaling_fit fit_scaling(const struct case_results *results, const struct variant *variant,
                               size_t warmup, bool weak);
void scaling_fit_free(struct scaling_fit *fit);

/* The law that is shown: the chosen one; otherwise Amdahl's, or Gustafson's for a problem that grows, if it
 * is fitted; otherwise NULL. */
const struct fitted_law *scaling_fit_law(const struct scaling_fit *fit);

/* The law's largest speedup over one worker, with its interval; INFINITY: there is none. */
struct ratio fitted_limit(const struct fitted_law *fitted);

/* The gain on so many workers (INFINITY: at the most, on any number) by that law, with its interval. */
struct ratio scaling_fit_gain(const struct scaling_fit *fit, double workers);

#endif
