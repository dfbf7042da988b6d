/* The ranks of MPI, where mpirun has started the program: what rank 0, which measures and reports, tells the
 * others to do. MPI itself is called in mpi/ alone, behind these functions. */
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
  /* Called by rank 0: sends an order to ranks 1 .. ranks - 1; returns when all of them have it. */
  void (*tell)(const struct rank_order *order, int ranks);
  /* Called by the others: the next order. Sleeps until it comes, so that it takes no time of any core. */
  void (*listen)(struct rank_order *order);
  /* Called by all: true if `well` is true in every rank. */
  bool (*agree)(bool well);
};

#endif
