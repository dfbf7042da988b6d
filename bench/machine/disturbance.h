/* Who and what else held the cores up while we measured. */
#ifndef BENCH_DISTURBANCE_H
#define BENCH_DISTURBANCE_H

#include "machine/process_time.h"
#include "platform/cgroup.h"
#include "util/text_list.h"

/* Counters at a moment. NaN: not known. */
struct cpu_seconds {
  double wall, own, busy, stolen; /* of all cores together; own: cpu_seconds_own */
  int cores;                      /* 0: the system does not tell how busy they are */
  tutti_cgroup_quota group;
  double waited;      /* seconds in which some task waited for a core */
  double interrupted; /* how often this process was taken off a core before it was done */
  double overheated;  /* how often a core was slowed down because of heat */
};
struct cpu_seconds cpu_seconds_now(void);

/* The same below a root, all but wall, own and interrupted, which are this process's. */
struct cpu_seconds cpu_seconds_read(const char *root);

struct disturbance {
  double others; /* cores that other programs kept busy, on average; NaN: not known */
  double stolen; /* cores that the hypervisor gave to other machines */
  int cores;
  double wall; /* seconds in between */
  double throttled,
      throttled_seconds; /* periods in which the quota ran out, and how long tasks stood still */
  double waited;         /* share of the time in which some task waited for a core */
  double interrupted;    /* times a second and core */
  double overheated;     /* times */
};
struct disturbance disturbance_between(const struct cpu_seconds *begin, const struct cpu_seconds *end);

/* What of it disturbs times, a sentence each; to lacks, a sentence that names what is not known. */
void disturbance_warnings(const struct disturbance *disturbance, struct text_list *warnings,
                          struct text_list *lacks);

#endif
