/* What this process may use of the machine: cores and memory. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/scope.h"
#include "platform/cgroup.h"
#include "platform/cores.h"
#include "platform/topology.h"

static int affinity_cores(void) {
  int count = 0;
  int *processors = tutti_allowed_processors(&count);
  free(processors);
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? count : online > 0 ? (int)online : 1;
}

int tutti_usable_cores(void) {
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  const int cores = affinity_cores();
  const double quota = ceil(tutti_cgroup_cpus(""));
  return quota < cores ? (int)quota : cores;
}

/* The first number in a variable of OpenMP that holds positive numbers, separated by commas. 0: it is not
 * set, or has another form, which the runtimes ignore, too. */
static unsigned long first_number(const char *name) {
  const char *text = getenv(name);
  unsigned long first = 0;
  for (bool more = text != NULL; more;) {
    char *end;
    while (isspace((unsigned char)*text)) text++;
    errno = 0;
    const unsigned long number = isdigit((unsigned char)*text) ? strtoul(text, &end, 10) : 0;
    if (number == 0 || errno) return 0;
    while (isspace((unsigned char)*end)) end++;
    if (*end && *end != ',') return 0;
    if (!first) first = number;
    more = *end == ',';
    text = end + 1;
  }
  return first;
}

int tutti_default_workers(void) {
  const unsigned long limits[] = {first_number("OMP_NUM_THREADS"), first_number("OMP_THREAD_LIMIT")};
  int workers = tutti_usable_cores();
  for (int i = 0; i < 2; i++)
    if (limits[i] && limits[i] < (unsigned long)workers) workers = (int)limits[i];
  return workers < TUTTI_MAX_WORKERS ? workers : TUTTI_MAX_WORKERS;
}

size_t tutti_available_memory(void) {
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
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
