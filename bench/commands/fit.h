/* `bench_amdahl fit`: laws of scaling fitted to anybody's table of workers and times or throughputs. */
#ifndef BENCH_FIT_H
#define BENCH_FIT_H

int fit_main(int argc, char **argv);

#endif
