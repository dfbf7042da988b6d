/* What a rank of MPI other than 0 does: set up, run and tear down cases as rank 0 says. */
#include "measure/mpi_worker.h"

#include <signal.h>
#include <string.h>

static void *set_up(const struct bench_ranks *ranks, const struct options *options,
                    const struct bench_case *bench, struct rank_order *order) {
  struct text_list warnings = {0};
  struct bench_setup setup = {.params = order->params,
                              .seed = options->run.seed,
                              .rank = ranks->rank,
                              .ranks = ranks->count,
                              .parts = order->share.parts,
                              .warnings = &warnings};
  const bool well = bench->setup(&setup);
  text_list_free(&warnings);
  const bool all = ranks->agree(well);
  if (well && !all) bench->teardown(setup.state);
  return all ? setup.state : NULL;
}

/* Ranks may differ in what else they would measure: a configuration is known by its variant and its ranks. */
static tutti_ctx *context_of(const struct configs *configs, const struct rank_order *order) {
  size_t i = 0;
  while (configs->list[i].variant != &variants[order->index] || configs->list[i].workers != order->ranks) i++;
  return configs->list[i].ctx;
}

/* Rank 0 gets the same status. */
static void run(const struct bench_case *bench, tutti_ctx *ctx, void *state, struct bench_share share) {
  struct bench_result result;
  tutti_status status = bench->begin ? bench->begin(ctx, state, share) : TUTTI_OK;
  if (status == TUTTI_OK) status = bench->run(ctx, state, share, &result);
  if (status == TUTTI_OK && bench->end) (void)bench->end(ctx, state, share, &result);
}

void mpi_worker(const struct bench_ranks *ranks, const struct options *options,
                const struct configs *configs) {
  const struct bench_case *bench = NULL;
  struct rank_order order;
  signal(SIGINT, SIG_IGN); /* rank 0 decides */
  signal(SIGTERM, SIG_IGN);
  void *state = NULL;
  for (ranks->listen(&order); order.what != RANKS_QUIT; ranks->listen(&order)) {
    if (order.what == RANKS_SETUP) {
      bench = options->cases[order.index].bench;
      state = set_up(ranks, options, bench, &order);
    } else if (order.what == RANKS_RUN) {
      run(bench, context_of(configs, &order), state, order.share);
    } else {
      bench->teardown(state);
    }
  }
}
