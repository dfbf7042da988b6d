/* The CPU time of this program. */
#ifndef BENCH_PROCESS_TIME_H
#define BENCH_PROCESS_TIME_H

/* CPU seconds of this process, its children that ended, and its children that live: the workers that stand
 * by, too. Grandchildren count when the child between has waited for them. In nanoseconds as far as the
 * kernel keeps them, in some microseconds; for one thread of the program only. */
double cpu_seconds_own(void);

#endif
