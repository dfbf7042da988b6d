/* Reads from /proc and /sys which processors there are, and which cores, packages and NUMA nodes they
 * belong to. */
#ifndef TUTTI_TOPOLOGY_H
#define TUTTI_TOPOLOGY_H

#include <tutti/context.h>

/* The processors this process may run on, ascending, *count of them; to be freed. NULL: no memory, or the
 * system does not tell. */
int *tutti_allowed_processors(int *count);

/* The same where the OpenMP runtime has bound the calling thread to some of them: those of all its places.
 * NULL: it has not, or there is no memory. It does not call the runtime, which was asked when a context
 * was opened. */
int *tutti_processors_beyond_place(int *count);

/* The first of the processors that share the core of processor `cpu`, and the number of its package; -1: the
 * system does not tell. root: as below. */
int tutti_core_of(const char *root, int cpu);
int tutti_package_of(const char *root, int cpu);

/* Fills in the cores, packages, nodes and kinds of these processors. root: "" for this machine, or a
 * folder that holds a recorded /sys. */
tutti_status tutti_topology_read(const char *root, const int *processor, int count,
                                 tutti_topology_t *topology);

/* Sorts the processors into the order in which pinned workers take them. TUTTI_ENOMEM. */
tutti_status tutti_topology_order(const char *root, int *processor, int count, tutti_pinning pinning);

#endif
