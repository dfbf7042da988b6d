/* Intervals of ratios of medians. */
#ifndef BENCH_RATIO_INTERVAL_H
#define BENCH_RATIO_INTERVAL_H

#include "commands/compare/comparison.h"

/* new / old of the medians, with the 95 % percentile interval of the bootstrap (Efron, 1979): the runs are
 * independent; in either, a draw takes the same rounds for all measurements of a case. The bounds are NaN for
 * fewer than INTERVAL_FEWEST rounds. */
struct ratio ratio_of_medians(const struct pair *pair);

#endif
