/* `bench_amdahl compare`: what changed between two runs. */
#ifndef BENCH_COMPARE_H
#define BENCH_COMPARE_H

/* Returns the exit status: 1 if the new run is worse. */
int compare_main(int argc, char **argv);

#endif
