/* The machine and the build: what a time means nothing without. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

#include "notes.h"

struct cache {
  int level;
  char type[16];   /* "Data", "Instruction", "Unified" */
  char size[16];   /* "32K" */
  char shared[64]; /* by which CPUs: "0-1" */
};

struct machine {
  char cpu[128];
  char kernel[128], architecture[64], host[64];
  struct cache caches[8];
  int cache_count;
  int cores;                                /* logical CPUs that are online */
  int usable;                               /* that this process may use */
  int packages, physical_cores, numa_nodes; /* 0: not known */
  char topology[256];                       /* hwloc's synthetic description, or "" */
  double memory, available;                 /* bytes; available 0: not known */
  bool hypervisor;
  char governor[32];   /* of CPU 0's frequency, or "" */
  char huge_pages[64]; /* transparent ones: "always [madvise] never", or "" */
  double load;         /* 1-minute average at the start, < 0: not known */
};

void machine_describe(struct machine *machine);

const char *build_compiler(void); /* "gcc 12.2.0" */
const char *build_flags(void);    /* "release optimization=3" */
bool build_is_slow(void);         /* without optimisation, or under a sanitizer */

/* What about the machine and the build disturbs times. */
void machine_notes(const struct machine *machine, struct notes *notes);

#endif
