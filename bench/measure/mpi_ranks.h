/* Other processes that take part: the ranks of MPI, when mpirun has started the program. Rank 0 measures and
 * reports; the others wait for what it tells them to do. The program knows them only by these functions. */
#ifndef BENCH_MPI_RANKS_H
#define BENCH_MPI_RANKS_H

#include <tutti/tutti.h>

#include "cases/case.h"

struct rank_order {
  enum { RANKS_SETUP, RANKS_RUN, RANKS_TEARDOWN, RANKS_QUIT } what;
  size_t index;                               /* of the case, or of the variant */
  int ranks;                                  /* run: on so many */
  struct bench_share share;                   /* run: of the problem */
  union bench_value params[BENCH_PARAMS_MAX]; /* setup: the sizes */
};

struct bench_ranks {
  int rank, count;
  /* Called by all ranks: a context over the first `ranks` of them; *ctx is NULL in the others. */
  tutti_status (*open)(int ranks, const tutti_config *config, tutti_ctx **ctx);
  /* By rank 0: tells ranks 1 .. ranks - 1, and returns when they are about to do it. */
  void (*tell)(const struct rank_order *order, int ranks);
  /* By the others: the next order. Waits asleep, so that it disturbs nobody. */
  void (*listen)(struct rank_order *order);
  /* By all: whether it is well in every one of them. */
  bool (*agree)(bool well);
};

#endif
