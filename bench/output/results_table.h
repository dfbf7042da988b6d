/* The table of a run, on a terminal and in table.txt. */
#ifndef BENCH_RESULTS_TABLE_H
#define BENCH_RESULTS_TABLE_H

#include <stdio.h>

#include "analysis/case_analysis.h"

/* What a person reads: the header, one case, the warnings; and all of it. */
void table_header(FILE *stream, const struct run *run);
void table_case(FILE *stream, const struct run *run, const struct analysis *analysis);
void table_warnings(FILE *stream, const struct run *run);
bool table_write(FILE *stream, const struct run_analysis *analysis);

/* Results that differ from the reference, in hex. */
void table_differences(FILE *stream, const struct case_results *results);

#endif
