/* Texts and numbers as gnuplot reads them. */
#ifndef BENCH_GNUPLOT_H
#define BENCH_GNUPLOT_H

#include <stddef.h>
#include <stdio.h>

/* Any text as a string of gnuplot's, which neither ends early nor is executed: what no picture can show
 * (control characters, what is no UTF-8) becomes a blank or "?". Longer ones are cut at `columns` columns. */
void gnuplot_text(FILE *stream, const char *text, size_t columns);

/* "1 1.5 NaN": what is not finite is NaN. */
void gnuplot_numbers(FILE *stream, const double *values, size_t count);

#endif
