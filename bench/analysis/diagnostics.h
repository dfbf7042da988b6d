#ifndef BENCH_DIAGNOSTICS_H
#define BENCH_DIAGNOSTICS_H

#include "results/results.h"

/* Adds notes about times of an analysed case that a reader should wonder at: first runs much slower than the
 * rest, far outliers (Tukey, 1977), speedups above the number of workers. */
void note_oddities(struct case_results *results, bool weak);

#endif
