/* The limits that control groups set, v1 and v2, the tightest of a process's own group and all its ancestors.
 */
#ifndef TUTTI_CGROUP_H
#define TUTTI_CGROUP_H

#include <stddef.h>

/* root: "" for this machine, or a folder that holds a recorded /proc/self and /sys/fs/cgroup. */
double tutti_cgroup_cpus(const char *root);        /* quota in cores, INFINITY: none */
size_t tutti_cgroup_free_memory(const char *root); /* limit less use, bytes; SIZE_MAX: no limit */

#endif
