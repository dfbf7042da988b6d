/* `bench_amdahl overhead`: what a call costs that does nothing, beside OpenMP, fork and Python's Pool. */
#ifndef BENCH_OVERHEAD_H
#define BENCH_OVERHEAD_H

int overhead_main(int argc, char **argv);

#endif
