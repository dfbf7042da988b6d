/* A law as an object of results.json and of `bench_amdahl fit --json`. */
#ifndef BENCH_LAW_JSON_H
#define BENCH_LAW_JSON_H

#include <jansson.h>

#include "analysis/scaling_law.h"

/* law, title, chosen, parameters, left_out_error, residual_sd, statement, limit, peak_workers; what is not
 * known, or not finite, is null. The caller adds what else it has, and owns the object. */
json_t *law_json(const struct law *law, const struct law_points *points, double left_out_error, bool chosen);

#endif
