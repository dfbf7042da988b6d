/* Counters of time in /proc: what the CPUs did, and how long tasks waited. */
#ifndef BENCH_CPU_TIMES_H
#define BENCH_CPU_TIMES_H

#include "machine/proc_files.h"

/* Seconds of all CPUs together since the machine started. */
struct cpu_times {
  double busy, stolen, total; /* stolen: the hypervisor gave them to others */
};
bool cpu_times_read(const char *root, struct cpu_times *times);

/* Of /proc/pressure/...: per cent of the last 10 seconds in which some task waited, and seconds since the
 * start. Either may be NULL. */
bool pressure_read(const char *root, const char *path, double *average, double *total);

/* How often these CPUs were slowed down since the machine started because they were too hot; NaN: one of them
 * does not count that. */
double cpus_overheated(const char *root, const struct cpus *cpus);

#endif
