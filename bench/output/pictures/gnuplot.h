#ifndef BENCH_GNUPLOT_H
#define BENCH_GNUPLOT_H

#include <stddef.h>
#include <stdio.h>

enum gnuplot_end { GNUPLOT_DONE, GNUPLOT_MISSING, GNUPLOT_FAILED };

/* Runs gnuplot on a script in folder, with the variable suffix = ".tmp" set. Prints nothing. */
enum gnuplot_end gnuplot_run(const char *folder, const char *script);

/* Any text as a string of gnuplot's, which neither ends early nor is executed: what no picture can show
 * (control characters, what is no UTF-8) becomes a blank or "?". Longer ones are cut at `columns` columns. */
void gnuplot_text(FILE *stream, const char *text, size_t columns);

/* " 1.5" or " NaN". */
void gnuplot_number(FILE *stream, double value);

/* A value and its interval, which is the value itself where it is not known. */
void gnuplot_bounded(FILE *stream, double value, double low, double high);

#endif
