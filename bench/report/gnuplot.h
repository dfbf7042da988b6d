#ifndef BENCH_GNUPLOT_H
#define BENCH_GNUPLOT_H

enum gnuplot_end { GNUPLOT_DONE, GNUPLOT_MISSING, GNUPLOT_FAILED };

/* Runs gnuplot on a script in folder, with the variable suffix = ".tmp" set. Prints nothing. */
enum gnuplot_end gnuplot_run(const char *folder, const char *script);

#endif
