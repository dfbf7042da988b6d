/* Whether rounds follow one another, which the test of ranks takes for granted that they do not. */
#ifndef BENCH_CORRELATION_H
#define BENCH_CORRELATION_H

#include "results/results.h"

/* The correlation of neighbouring rounds of a case (a round's time: the mean logarithm over its
 * measurements), without the warm-up. NaN: fewer than ten rounds, or all alike. *clear: it is above zero by
 * more than 2.5 standard errors, 1 / sqrt(rounds) each. */
double neighbours_correlate(const struct case_results *results, bool *clear);

#endif
