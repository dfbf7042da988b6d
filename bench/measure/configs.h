/* The configurations of a run: every variant asked for, the parallel ones once for each worker count. */
#ifndef BENCH_CONFIGS_H
#define BENCH_CONFIGS_H

#include "cli/options.h"
#include "measure/mpi_ranks.h"
#include "measure/runner.h"

struct configs {
  struct config *list; /* the first is serial */
  size_t count;
};

/* Opens a context for each; isa is the level of the vector variants. On failure says why on stderr and
 * returns false. ranks: NULL where there are no variants over ranks; otherwise all ranks call this. */
bool configs_open(struct configs *configs, const struct options *options, tutti_isa isa,
                  const struct bench_ranks *ranks);
void configs_close(struct configs *configs);

#endif
