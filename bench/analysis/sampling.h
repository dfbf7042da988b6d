/* The plan of sampling: how many runs make a measurement, how many measurements are enough, and which of the
 * first ones do not count. */
#ifndef BENCH_SAMPLING_H
#define BENCH_SAMPLING_H

#include "results/results.h"

enum {
  SAMPLING_FEWEST = 10, /* rounds, before precision can end it */
  INTERVAL_FEWEST = 6,  /* of which a median can have a 95 % interval */
};

/* How many runs a measurement should take, if `runs` took so many seconds: enough for a millisecond. */
size_t sampling_batch(size_t runs, double seconds);

/* How many rounds at the beginning were warm-up, judged by their times alone. A round's time is the geometric
 * mean over the configurations. The first k rounds are warm-up if the fastest of them is slower than the
 * slowest later round, and the difference is greater than that between the slowest and the fastest later
 * round; k is the largest such number with k <= rounds / 2 and at least four rounds left. By chance alone,
 * without any warm-up, this finds some in 2 % of runs of six rounds if their noise is normal, in 7 to 10 % if
 * it is very skewed; in 0.2 to 4 % of runs of ten rounds. */
size_t sampling_warmup(const struct case_results *results);

/* The widest 95 % interval of a median, relative to it, without the warm-up. NaN: too few rounds for any. */
double sampling_reached(const struct case_results *results);

/* Why a case needs no more rounds, or STOP_NOT. `rounds` of its rounds took `elapsed` seconds in this
 * session. Where another round would exceed options->max_time it ends; only the first INTERVAL_FEWEST rounds,
 * without which there is no interval at all, may take twice that time. */
enum stop sampling_stop(const struct case_results *results, const struct run_options *options, double elapsed,
                        size_t rounds);

#endif
