/* `bench_amdahl plot`: pictures of a results.json. */
#ifndef BENCH_PLOT_H
#define BENCH_PLOT_H

int plot_main(int argc, char **argv);

#endif
