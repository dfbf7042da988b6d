/* What a reader should know about what a run was asked for. */
#ifndef BENCH_RUN_WARNINGS_H
#define BENCH_RUN_WARNINGS_H

#include "cli/options.h"
#include "results/results.h"

/* What a reader of the results should know about what was asked for. isa: of the vector variants. */
void run_warnings(const struct options *options, tutti_isa isa, struct text_list *warnings);

/* The most that any parallel variant is to run on; 1: there is none. */
int most_workers(const struct options *options);

#endif
