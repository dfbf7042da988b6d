/* What this process may use of the machine: cores and memory. */
#define _GNU_SOURCE
#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cgroup.h"
#include "internal.h"

/* Cores in the affinity mask. The kernel's mask may be longer than a cpu_set_t: grow until it fits. */
static int affinity_cores(void) {
  for (size_t cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
    const size_t size = CPU_ALLOC_SIZE(cpus);
    cpu_set_t *set = CPU_ALLOC(cpus);
    if (!set) break;
    const int count = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (count > 0) return count;
  }
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}

int tutti_usable_cores(void) {
  const int cores = affinity_cores();
  const double quota = ceil(tutti_cgroup_cpus(""));
  return quota < cores ? (int)quota : cores;
}

size_t tutti_available_memory(void) {
  size_t available = SIZE_MAX;
  FILE *info = fopen("/proc/meminfo", "re");
  char line[128];
  unsigned long long kib;
  while (info && fgets(line, sizeof line, info))
    if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1) available = (size_t)kib * 1024;
  if (info) fclose(info);
  const size_t group = tutti_cgroup_free_memory("");
  return group < available ? group : available;
}
