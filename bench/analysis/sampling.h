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

/* Rounds at the beginning that were warm-up, by what they show: the most, up to half, that were all slower
 * than every later round, and by more than the later ones differ from each other. A round's time is the
 * geometric mean over the configurations. Of six rounds that differ by chance alone, 2 % look so if their
 * noise is normal, and 7 to 10 % if it is very skewed; of ten, 0.2 to 4 %. */
size_t sampling_warmup(const struct case_results *results);

/* The widest 95 % interval of a median, relative to it, without the warm-up. NaN: too few rounds for any. */
double sampling_reached(const struct case_results *results);

/* Whether a case is done after the rounds it has: `rounds` of them took `elapsed` seconds in this session.
 * The rounds that an interval takes may last twice as long as asked. */
enum stop sampling_stop(const struct case_results *results, const struct run_options *options, double elapsed,
                        size_t rounds);

#endif
