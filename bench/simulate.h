#ifndef BENCH_SIMULATE_H
#define BENCH_SIMULATE_H

/* `bench_amdahl simulate ...`: a case on workers that this machine does not have. argv is the program's,
 * whose argv[1] is the command's name. Returns the program's exit status. */
int simulate_main(int argc, char **argv);

#endif
