#ifndef BENCH_RESULTS_CSV_H
#define BENCH_RESULTS_CSV_H

#include <stdio.h>

#include "results/results.h"

/* One line a raw time. */
bool csv_write(FILE *stream, const struct run *run);

#endif
