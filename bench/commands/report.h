#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

/* bench_amdahl report: returns the exit status. */
int report_main(int argc, char **argv);

#endif
