/* bench_amdahl: how much faster do workloads run on more cores? */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "fit.h"
#include "overhead.h"
#include "page/command.h"
#include "peers.h"

/* Open MPI, MPICH and Slurm tell a rank so. */
static bool started_by_mpi(void) {
  return getenv("OMPI_COMM_WORLD_RANK") || getenv("PMIX_RANK") || getenv("PMI_RANK");
}

/* The program that knows MPI lies beside this one, where the library was built with it. */
static void become_mpi(char **argv) {
  static char self[PATH_MAX], program[PATH_MAX + sizeof "_mpi"];
  if (readlink("/proc/self/exe", self, sizeof self - 1) > 0) {
    snprintf(program, sizeof program, "%s_mpi", self);
    execv(program, argv);
  }
  fprintf(
      stderr,
      "bench_amdahl: started as a rank of MPI, but %s cannot be: %s. Without it every rank measures alone.\n",
      *program ? program : "bench_amdahl_mpi", strerror(errno));
}

/* Rank 0 of MPI, or alone: what is measured without MPI is measured once. */
static bool is_first(void) {
  static const char *const names[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};
  const char *rank = NULL;
  for (int i = 0; i < 3 && !rank; i++) rank = getenv(names[i]);
  return !rank || strcmp(rank, "0") == 0;
}

int main(int argc, char **argv) {
  const bool peers = argc > 1 && strcmp(argv[1], "peers") == 0,
             overhead = argc > 1 && strcmp(argv[1], "overhead") == 0;
  if ((peers || overhead) && !is_first()) return 0;
  if (peers) return peers_main(argv + 1);
  if (overhead) return overhead_main(argc - 1, argv + 1);
  if (argc > 1 && strcmp(argv[1], "fit") == 0) return fit_main(argc - 1, argv + 1);
  if (argc > 1 && strcmp(argv[1], "report") == 0) return report_main(argc - 1, argv + 1);
  if (started_by_mpi()) become_mpi(argv);
  return bench_main(argc, argv, bench_cases, NULL);
}
