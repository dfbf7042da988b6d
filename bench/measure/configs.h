/* The configurations of a run: every variant asked for, the parallel ones once for each worker count. */
#ifndef BENCH_CONFIGS_H
#define BENCH_CONFIGS_H

#include "measure/runner.h"
#include "options.h"

struct configs {
  struct config *list; /* the first is serial */
  size_t count;
};

/* Opens a context for each; isa is the level of the vector variants. On failure says why on stderr and
 * returns false. */
bool configs_open(struct configs *configs, const struct options *options, tutti_isa isa);
void configs_close(struct configs *configs);

#endif
