/* results.csv: the raw times. */
#ifndef BENCH_RESULTS_CSV_H
#define BENCH_RESULTS_CSV_H

#include <stdio.h>

#include "analysis/case_analysis.h"

/* One line a time, as it was measured: the analysis is not in it. */
bool csv_write(FILE *stream, const struct run_analysis *analysis);

#endif
