/* The commands. Each reads its own command line, of which argv[0] stands for the program's name, and returns
 * the program's exit status. */
#ifndef BENCH_COMMANDS_H
#define BENCH_COMMANDS_H

#include "cases/case.h"
#include "measure/mpi_ranks.h"

/* `bench_amdahl run` (the word `run` may be there or not), for a list of cases that is ended by NULL. ranks:
 * the other processes that mpirun has started, or NULL. */
int run_cases(int argc, char **argv, const struct bench_case *const *cases, const struct bench_ranks *ranks);

/* What changed between two runs; status 1 if the new one is worse. */
int compare_main(int argc, char **argv);

/* What on this machine would disturb a measurement. */
int doctor_main(int argc, char **argv);

/* Laws of scaling fitted to anybody's table of workers and times or throughputs. */
int fit_main(int argc, char **argv);

/* What a call costs that does nothing, beside OpenMP, fork and Python's Pool. */
int overhead_main(int argc, char **argv);

/* Becomes the program that measures the library beside its peers, which lies in the build folder beside this
 * one. Returns only if there is none. */
int peers_main(int argc, char **argv);

/* Pictures of a results.json. */
int plot_main(int argc, char **argv);

/* One HTML page of a results.json. */
int report_main(int argc, char **argv);

/* A case on workers that this machine does not have. */
int simulate_main(int argc, char **argv);

#endif
