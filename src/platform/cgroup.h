/* Limits of control groups (cgroups), v1 and v2: the tightest of those of the process's own group and all
 * its ancestors. */
#ifndef TUTTI_CGROUP_H
#define TUTTI_CGROUP_H

#include <stddef.h>

/* root: "" for this machine, or a folder that holds a recorded /proc/self and /sys/fs/cgroup. */

/* The CPU quota, in cores; INFINITY: none. */
double tutti_cgroup_cpus(const char *root);

/* The memory limit less the memory used, in bytes; SIZE_MAX: no limit. */
size_t tutti_cgroup_free_memory(const char *root);

#endif
