/* The calls that `overhead` compares. */
#ifndef BENCH_OVERHEAD_CALLS_H
#define BENCH_OVERHEAD_CALLS_H

#include <stdbool.h>

enum { REGION, THREADS, FORK, FORKED, STANDING, POOL, STATIC, DYNAMIC, GUIDED, REDUCE, OVERHEAD_CALLS };
enum { OVERHEAD_MOST_WORKERS = 64, OVERHEAD_REASON = 128 };
extern const char *const overhead_names[OVERHEAD_CALLS];

/* The median of a call's seconds on so many workers, of some in a row; false: it cannot be had, `why` says.
 * To be called in a process of its own, so that no idle team disturbs the next. */
bool overhead_measure(int which, int workers, double *seconds, char why[OVERHEAD_REASON]);

#endif
