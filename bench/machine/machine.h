/* The machine: what a time means nothing without. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

#include "machine/build_info.h"
#include "machine/host.h"
#include "platform/cgroup.h"

struct cache {
  int level;
  char type[16];   /* "Data", "Instruction", "Unified" */
  char size[16];   /* "32K" */
  char shared[64]; /* by which CPUs: "0-1" */
};

struct machine {
  char cpu[160];
  char kernel[128], architecture[64], host[64];
  struct cache caches[8]; /* of CPU 0 */
  int cache_count;
  int cores;                                /* logical CPUs that are online; 0: not known */
  int usable;                               /* that this process may use */
  int packages, physical_cores, numa_nodes; /* 0: not known */
  int threads_per_core, allowed_cores;      /* physical cores in the affinity mask; 0: not known */
  char online[256], allowed[256];           /* lists of CPUs: "0-7" */
  char one_per_core[256];                   /* the first allowed CPU of each core, or "" */
  char topology[256];       /* "2 packages, 2 NUMA nodes, 32 cores, 2 threads a core", or "" */
  double memory, available; /* bytes; 0: not known */
  bool hypervisor;
  char virtual_by[96]; /* how that is known; "": it is not */
  char governor[64];   /* of the CPUs' frequencies: "powersave", "performance, powersave", or "" */
  char huge_pages[64]; /* transparent ones: "always [madvise] never", or "" */
  double load;         /* 1-minute average, < 0: not known */
  tutti_cgroup_quota group;
};

/* The machine whose /proc and /sys lie below a root. */
void machine_read(const char *root, const struct host *host, struct machine *machine);

#endif
