/* The configurations of a run. */
#include "measure/configs.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/xalloc.h"

tutti_config config_settings(const struct variant *variant, int workers, tutti_isa isa) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = variant->backend;
  config.workers = workers;
  config.isa = variant->vector ? isa : TUTTI_ISA_SCALAR;
  return config;
}

static bool open_config(struct config *config, const struct variant *variant, int workers, tutti_isa isa,
                        const struct bench_ranks *ranks) {
  const bool over_ranks = variant->backend == TUTTI_MPI;
  const tutti_config c = config_settings(variant, over_ranks ? 1 : workers, isa);
  *config = (struct config){.variant = variant, .workers = workers};
  if ((over_ranks ? ranks->open(workers, &c, &config->ctx) : tutti_open(&c, &config->ctx)) == TUTTI_OK)
    return true;
  fprintf(stderr, "bench_amdahl: %s on %d workers: %s\n", variant->name, workers, tutti_error_detail(NULL));
  return false;
}

/* The worker counts of a variant, one after the other; *next starts at 0. 0: there are no more. Variants over
 * ranks run on every number of them that there is, or on those asked for. */
static int next_workers(const struct options *options, const struct variant *variant, size_t *next) {
  const size_t i = (*next)++;
  if (!variant->parallel) return i == 0;
  if (variant->backend != TUTTI_MPI) return i < options->worker_count ? options->workers[i] : 0;
  if (options->default_workers) return i < (size_t)options->ranks ? (int)i + 1 : 0;
  return i < options->worker_count && options->workers[i] <= options->ranks ? options->workers[i] : 0;
}

bool configs_open(struct configs *configs, const struct options *options, tutti_isa isa,
                  const struct bench_ranks *ranks) {
  const size_t most = options->worker_count + (size_t)options->ranks + 1;
  *configs = (struct configs){xcalloc(VARIANT_COUNT * most, sizeof(struct config)), 0};
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (!options->run.variants[v]) continue;
    size_t next = 0;
    for (int workers; (workers = next_workers(options, &variants[v], &next)) > 0; configs->count++)
      if (!open_config(&configs->list[configs->count], &variants[v], workers, isa, ranks)) return false;
  }
  return true;
}

void configs_close(struct configs *configs) {
  for (size_t i = 0; i < configs->count; i++) tutti_close(configs->list[i].ctx);
  free(configs->list);
}
