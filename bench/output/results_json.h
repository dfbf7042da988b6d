/* results.json: a run and what its times mean. */
#ifndef BENCH_RESULTS_JSON_H
#define BENCH_RESULTS_JSON_H

#include <stdio.h>

#include "analysis/case_analysis.h"

json_t *results_json(const struct run_analysis *analysis);

/* The same as text. False: it could not be written. */
bool results_write(FILE *stream, const struct run_analysis *analysis);

#endif
