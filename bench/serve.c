#include "serve.h"

#include <string.h>

static void *set_up(const struct bench_ranks *ranks, const struct options *options,
                    const struct bench_case *bench, struct rank_order *order) {
  struct notes notes = {0};
  struct bench_setup setup = {.params = order->params,
                              .seed = options->seed,
                              .rank = ranks->rank,
                              .ranks = ranks->count,
                              .notes = &notes};
  const bool well = bench->setup(&setup);
  notes_free(&notes);
  const bool all = ranks->agree(well);
  if (well && !all) bench->teardown(setup.state);
  return all ? setup.state : NULL;
}

void serve(const struct bench_ranks *ranks, const struct options *options, const struct configs *configs) {
  const struct bench_case *bench = NULL;
  struct rank_order order;
  struct bench_result result;
  void *state = NULL;
  for (ranks->listen(&order); order.what != RANKS_QUIT; ranks->listen(&order)) {
    if (order.what == RANKS_SETUP) {
      bench = options->cases[order.index].bench;
      state = set_up(ranks, options, bench, &order);
    } else if (order.what == RANKS_RUN) {
      (void)bench->run(configs->list[order.index].ctx, state, &result); /* rank 0 gets the same status */
    } else {
      bench->teardown(state);
    }
  }
}
