#ifndef BENCH_PLOT_H
#define BENCH_PLOT_H

#include <stdio.h>

#include "results/results.h"

/* Pictures of one case that has times of a parallel variant: speedup-CASE.svg, .png and .txt (for the
 * terminal), and beside them the script (.gp) and data (.dat) that gnuplot makes them from. Where gnuplot is
 * missing or fails, adds a note that says so and what to do; then no picture is left, not even one of an
 * earlier run. False only if a file cannot be written. */
bool plot_case(const struct case_results *results, const struct run *run, const char *folder,
               struct notes *notes);

/* Copies the picture for the terminal, if there is one. */
void plot_show(FILE *stream, const char *folder, const struct case_results *results);

#endif
