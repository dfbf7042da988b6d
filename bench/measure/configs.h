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

/* What a variant's context is opened with; isa is the level of the vector variants. */
tutti_config config_settings(const struct variant *variant, int workers, tutti_isa isa);

/* Opens a context for each. On failure says why on stderr and returns false. ranks: NULL where there are no
 * variants over ranks; otherwise all ranks call this. */
bool configs_open(struct configs *configs, const struct options *options, tutti_isa isa,
                  const struct bench_ranks *ranks);
void configs_close(struct configs *configs);

#endif
