/* What this process may use of the machine: cores and memory. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cgroup.h"
#include "internal.h"
#include "topology.h"

static int affinity_cores(void) {
  int count = 0;
  int *processors = tutti_allowed_processors(&count);
  free(processors);
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? count : online > 0 ? (int)online : 1;
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
