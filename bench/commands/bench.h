#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "cases/case.h"
#include "measure/mpi_ranks.h"

/* `bench_amdahl run' (the word `run' may be there or not), for a list of cases that is ended by NULL. ranks:
 * the other processes that mpirun has started, or NULL. Returns the exit status. */
int bench_main(int argc, char **argv, const struct bench_case *const *cases, const struct bench_ranks *ranks);

#endif
