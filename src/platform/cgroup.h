/* Limits of control groups (cgroups), versions 1 and 2: the tightest of a process's own group and all its
 * ancestors.
 *
 * root: "" for this machine, or a folder that holds a recorded /proc/self and /sys/fs/cgroup. Where a
 * hierarchy is mounted, and which of its groups, says /proc/self/mountinfo; without that file it is taken to
 * be in /sys/fs/cgroup. */
#ifndef TUTTI_CGROUP_H
#define TUTTI_CGROUP_H

#include <stdbool.h>
#include <stddef.h>

/* The CPU quota, in cores; INFINITY: none. */
double tutti_cgroup_cpus(const char *root);

/* The memory limit less the memory used, in bytes; SIZE_MAX: no limit. */
size_t tutti_cgroup_free_memory(const char *root);

/* The quota, and what it has done. */
typedef struct {
  double cpus;      /* in cores; INFINITY: none, or none that could be read */
  bool known;       /* false: there is no group, or a quota of it or of an ancestor could not be read */
  double throttled; /* periods in which the group of that quota was stopped; NaN: not known */
  double throttled_seconds; /* of its tasks together; NaN: not known */
} tutti_cgroup_quota;
tutti_cgroup_quota tutti_cgroup_read_quota(const char *root);

#endif
