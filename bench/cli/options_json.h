/* What is stored with results so that they mean something later: the environment, the arguments.
 */
#ifndef BENCH_OPTIONS_JSON_H
#define BENCH_OPTIONS_JSON_H

#include <jansson.h>

#include "cli/options.h"

/* The variables that OpenMP and the libraries read. isa: what TUTTI_ISA was, or NULL, since it is taken out
 * of the environment at the start (see environment.h). */
json_t *about_environment(const char *isa);
json_t *about_arguments(const struct options *options);

/* The sizes of a case, by their names. */
json_t *about_sizes(const struct bench_case *bench, const union bench_value *values);

#endif
