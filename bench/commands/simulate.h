#ifndef BENCH_SIMULATE_H
#define BENCH_SIMULATE_H

/* `bench_amdahl simulate ...`: a case on workers that this machine does not have. argv[0] stands for
 * its name. Returns the program's exit status. */
int simulate_main(int argc, char **argv);

#endif
