/* bench_amdahl under mpirun: what bench_amdahl becomes when it finds itself started by it. */
#include <fcntl.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tutti/mpi.h>
#include <unistd.h>

#include "commands/commands.h"
#include "util/environment.h"
#include "util/program.h"
#include "util/xalloc.h"

enum { TAG = 1 };
static MPI_Comm *first; /* [count]: the first k + 1 ranks */

static tutti_status open_ranks(int ranks, const tutti_config *config, tutti_ctx **ctx) {
  *ctx = NULL;
  return first[ranks - 1] == MPI_COMM_NULL ? TUTTI_OK : tutti_open_mpi(first[ranks - 1], config, ctx);
}

static void tell(const struct rank_order *order, int ranks) {
  for (int r = 1; r < ranks; r++) MPI_Send(order, sizeof *order, MPI_BYTE, r, TAG + ranks, MPI_COMM_WORLD);
  MPI_Barrier(first[ranks - 1]);
}

/* MPI's own waiting keeps a core busy. */
static void listen_to_0(struct rank_order *order) {
  MPI_Status status;
  int there = 0;
  while (!there) {
    MPI_Iprobe(0, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
    if (!there) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  MPI_Recv(order, sizeof *order, MPI_BYTE, 0, status.MPI_TAG, MPI_COMM_WORLD, &status);
  MPI_Barrier(first[status.MPI_TAG - TAG - 1]);
}

static bool agree(bool well) {
  int all = well;
  MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  return all;
}

static void finalize(void) { MPI_Finalize(); }

/* One report, from rank 0. */
static void be_silent(void) {
  const int null = open("/dev/null", O_RDWR);
  if (null < 0) return;
  dup2(null, STDOUT_FILENO);
  dup2(null, STDERR_FILENO);
  close(null);
}

int main(int argc, char **argv) {
  struct bench_ranks ranks = {0, 1, open_ranks, tell, listen_to_0, agree};
  int level;
  environment_passive_openmp(argv);
  program_begin();
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level);
  atexit(finalize);
  MPI_Comm_rank(MPI_COMM_WORLD, &ranks.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks.count);
  if (ranks.rank > 0) be_silent();
  first = xcalloc((size_t)ranks.count, sizeof(MPI_Comm));
  for (int k = 0; k < ranks.count; k++)
    MPI_Comm_split(MPI_COMM_WORLD, ranks.rank <= k ? 0 : MPI_UNDEFINED, ranks.rank, &first[k]);
  return run_cases(argc, argv, bench_cases, &ranks);
}
