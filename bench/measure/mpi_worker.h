/* The ranks of MPI other than 0. */
#ifndef BENCH_MPI_WORKER_H
#define BENCH_MPI_WORKER_H

#include "measure/configs.h"
#include "measure/mpi_ranks.h"

/* A rank other than 0: does what rank 0 tells, until it says that all is over. */
void mpi_worker(const struct bench_ranks *ranks, const struct options *options,
                const struct configs *configs);

#endif
