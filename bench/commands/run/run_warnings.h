#ifndef BENCH_RUN_WARNINGS_H
#define BENCH_RUN_WARNINGS_H

#include "cli/options.h"
#include "results/results.h"

/* What a reader of the results should know about what was asked for. isa: of the vector variants. */
void remarks(const struct options *options, tutti_isa isa, struct notes *notes);

/* The most that any parallel variant is to run on; 1: there is none. */
int remarks_most_workers(const struct options *options);

#endif
