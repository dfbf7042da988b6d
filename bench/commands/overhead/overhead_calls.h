/* Who is measured. Each runs in a process of its own, so that no idle team disturbs the next. */
#ifndef BENCH_OVERHEAD_CALLS_H
#define BENCH_OVERHEAD_CALLS_H

#include <stdbool.h>

/* Calls in a row, and the median of their seconds. */
enum { CALLS = 500, UNEVEN_CALLS = 5 };

/* The median of a call's seconds on so many workers; false: it cannot be had, `why` (of 128 bytes) says. */
typedef bool (*overhead_call)(int workers, double *seconds, char *why);

bool openmp_region(int workers, double *seconds, char *why);
bool threads_call(int workers, double *seconds, char *why);
bool bare_fork(int workers, double *seconds, char *why);
bool forked_call(int workers, double *seconds, char *why);
bool standing_call(int workers, double *seconds, char *why);
bool python_pool(int workers, double *seconds, char *why);

/* 400 items, each of which costs 1 to 100 units. */
bool uneven_static(int workers, double *seconds, char *why);
bool uneven_dynamic(int workers, double *seconds, char *why);
bool uneven_guided(int workers, double *seconds, char *why);
bool uneven_reduce(int workers, double *seconds, char *why);

#endif
