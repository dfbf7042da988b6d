/* The CPU time of this program. */
#ifndef BENCH_PROCESS_TIME_H
#define BENCH_PROCESS_TIME_H

/* CPU seconds of this process, of its children that have ended, and of its children that live (standing
 * workers among them). A grandchild counts once its parent has waited for it. Resolution: nanoseconds where
 * the kernel keeps them. Costs some microseconds. Only one thread of the program may call it. */
double cpu_seconds_own(void);

#endif
