/* Two runs beside each other: every measurement that both have, and whether it changed. */
#ifndef BENCH_COMPARISON_H
#define BENCH_COMPARISON_H

#include "analysis/case_analysis.h"
#include "results/results.h"

struct compare_settings {
  double threshold; /* relative: 0.05 is 5 % slower, or as much faster */
  double alpha;     /* the probability of a false alarm, one or more, if nothing changed */
  bool variants[VARIANT_COUNT];
  struct text_list cases; /* their names; none: all */
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

/* Both runs and the settings' names must outlive it. */
struct comparison compare_runs(const struct run *old, const struct run *new,
                               const struct compare_settings *settings);
void comparison_free(struct comparison *comparison);

/* Whether the new run is worse: slower somewhere, with another answer, or failing. */
bool comparison_is_worse(const struct comparison *comparison);

/* ---- its parts ---- */

/* What differs between the runs besides their times: "CPU: A -> B", and so on. Returns whether they are of
 * two machines. */
bool find_differences(const struct run *old, const struct run *new, struct text_list *differences);

/* Finds the pairs. What has no partner, or failed, is named in alarms or left_out. */
void find_pairs(const struct run *old, const struct run *new, struct comparison *comparison);

/* new / old of the medians, with the 95 % percentile interval of the bootstrap (Efron, 1979): the runs are
 * independent; in either, a draw takes the same rounds for all measurements of a case. The bounds are NaN for
 * fewer than INTERVAL_FEWEST rounds. */
struct ratio ratio_of_medians(const struct pair *pair);

/* The rank test takes rounds as independent. Whether they are: the correlation of neighbouring rounds of a
 * case without the warm-up, where a round's time is the mean logarithm over its measurements. NaN with fewer
 * than ten rounds, or if all are alike. *clear: it is above zero by more than 2.5 standard errors, which are
 * 1 / sqrt(rounds). */
double neighbours_correlate(const struct case_results *results, bool *clear);

#endif
