#include "measure/configs.h"

#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

static bool open_config(struct config *config, const struct variant *variant, int workers, tutti_isa isa) {
  tutti_config c;
  tutti_config_default(&c);
  c.backend = variant->backend;
  c.workers = workers;
  c.isa = variant->vector ? isa : TUTTI_ISA_SCALAR;
  *config = (struct config){variant, workers, NULL};
  if (tutti_open(&c, &config->ctx) == TUTTI_OK) return true;
  fprintf(stderr, "bench_amdahl: %s on %d workers: %s\n", variant->name, workers, tutti_error_detail(NULL));
  return false;
}

bool configs_open(struct configs *configs, const struct options *options, tutti_isa isa) {
  *configs = (struct configs){xcalloc(VARIANT_COUNT * options->worker_count + 2, sizeof(struct config)), 0};
  static const int one[] = {1};
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (!options->variants[v]) continue;
    const int *workers = variants[v].parallel ? options->workers : one;
    const size_t count = variants[v].parallel ? options->worker_count : 1;
    for (size_t i = 0; i < count; i++) {
      if (!open_config(&configs->list[configs->count], &variants[v], workers[i], isa)) return false;
      configs->count++;
    }
  }
  return true;
}

void configs_close(struct configs *configs) {
  for (size_t i = 0; i < configs->count; i++) tutti_close(configs->list[i].ctx);
  free(configs->list);
}
