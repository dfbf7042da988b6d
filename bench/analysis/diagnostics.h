#ifndef BENCH_DIAGNOSTICS_H
#define BENCH_DIAGNOSTICS_H

#include "results/results.h"

/* Adds warnings about times of an analysed case that a reader should not take at face value: first runs much
 * slower than the rest, far outliers (Tukey, 1977), speedups above the number of workers. */
void diagnose_case(struct case_results *results, bool weak);

#endif
