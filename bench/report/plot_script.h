#ifndef BENCH_PLOT_SCRIPT_H
#define BENCH_PLOT_SCRIPT_H

#include <stdio.h>

#include "results/results.h"

/* What gnuplot needs for one case: the numbers, and a script that reads them and draws. */
void plot_write_data(FILE *stream, const struct run *run, const struct case_results *results);
void plot_write_script(FILE *stream, const struct run *run, const struct case_results *results);

/* The part of every script that draws, in terms of the variables set before it. */
extern const char plot_drawing[];

#endif
