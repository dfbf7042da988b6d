/* Problems whose answers are known. */
#include "entry.h"

/* A run of the model an item, and a chunk. */
#define RUNS .result = sizeof(tutti_ising_result), .chunk = 1, .least = 2, .most = 65, .slow = true
static tutti_status sweep(tutti_ctx *ctx, const given *g, tutti_ising_result *result) {
  const tutti_ising model = {.size = 12, .temperature = 2.3, .burn_in = 2, .sweeps = 5, .runs = g->n};
  return tutti_mc_ising(ctx, (tutti_rng){g->first, 4}, &model, result);
}
ENTRY(ising_sweep, sweep(ctx, g, result), RUNS, .digest = 0x94cae33e050f26ef)
ENTRY(ising_measure, sweep(ctx, g, result), RUNS, .digest = 0x94cae33e050f26ef)
