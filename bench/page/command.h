#ifndef BENCH_PAGE_COMMAND_H
#define BENCH_PAGE_COMMAND_H

/* bench_amdahl report: returns the exit status. */
int report_main(int argc, char **argv);

#endif
