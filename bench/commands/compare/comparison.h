/* Two runs beside each other: every measurement that both have, and whether it changed. */
#ifndef BENCH_COMPARISON_H
#define BENCH_COMPARISON_H

#include "analysis/case_analysis.h"
#include "analysis/sorted.h"
#include "results/results.h"

struct compare_settings {
  double threshold; /* relative: 0.05 is 5 % slower, or as much faster */
  double alpha;     /* the probability of a false alarm, one or more, if nothing changed */
  bool variants[VARIANT_COUNT];
  char **cases; /* [case_count]; none: all */
  size_t case_count;
};

enum verdict { VERDICT_SLOWER, VERDICT_FASTER, VERDICT_SAME, VERDICT_UNKNOWN, VERDICTS };

/* One side's times of a measurement, without the warm-up. */
struct times {
  const struct measurement *item;
  const double *seconds;
  size_t n;
  double median;
};

/* A measurement that both runs have: of the same problem on the same number of workers. */
struct pair {
  size_t case_index; /* in the old run */
  const char *name;  /* of the case */
  struct times old, new;
  struct ratio ratio; /* new / old, of the medians */
  double p, adjusted; /* that the times are from one distribution: alone, and as one of many */
  bool few;           /* too few rounds to tell: no interval, or no p-value that could be small enough */
  enum verdict verdict;
};

struct comparison {
  struct compare_settings settings;
  struct pair *pairs; /* [count], the greatest change first */
  size_t count, verdicts[VERDICTS];
  struct text_list alarms;      /* answers that changed, measurements that fail now */
  struct text_list differences; /* between the runs: machine, build, library, ... */
  struct text_list left_out;    /* what cannot be compared, and why */
  struct text_list warnings;    /* what to know about the verdicts */
};

/* Both runs must outlive it. */
struct comparison compare_runs(const struct run *old, const struct run *new,
                               const struct compare_settings *settings);
void comparison_free(struct comparison *comparison);

/* Whether the new run is worse: slower somewhere, with another answer, or failing. */
bool comparison_is_worse(const struct comparison *comparison);

#endif
