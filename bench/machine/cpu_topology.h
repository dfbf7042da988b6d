/* Packages, cores, SMT threads and NUMA nodes, from /sys/devices/system. */
#ifndef BENCH_CPU_TOPOLOGY_H
#define BENCH_CPU_TOPOLOGY_H

#include "machine/proc_files.h"

/* Each number 0 where it is not known. */
struct topology {
  int packages, cores, nodes;
  int threads;            /* of the core that has most */
  int allowed_cores;      /* cores with a CPU that is allowed */
  struct cpus one_a_core; /* the first allowed CPU of each core */
};
void topology_read(const char *root, const struct cpus *online, const struct cpus *allowed,
                   struct topology *topology);

#endif
