/* What in the times of a case a reader should not take at face value. */
#ifndef BENCH_DIAGNOSTICS_H
#define BENCH_DIAGNOSTICS_H

#include "analysis/case_analysis.h"

/* Adds warnings about times of an analysed case that a reader should not take at face value: first runs much
 * slower than the rest, far outliers (Tukey, 1977), speedups above the number of workers. */
void diagnose_case(const struct analysis *analysis, bool weak, struct text_list *warnings);

#endif
