/* The control groups of this process: how much CPU time they let it have, and how often they stopped it. */
#ifndef BENCH_CPU_GROUP_H
#define BENCH_CPU_GROUP_H

struct group_cpu {
  double quota;     /* cores, the least of the group and its ancestors; INFINITY: none; NaN: not known */
  double throttled; /* periods in which that group was stopped, since it was made; NaN: not known */
  double throttled_seconds; /* of its tasks together; NaN: not known */
};
struct group_cpu group_cpu_read(const char *root);

#endif
