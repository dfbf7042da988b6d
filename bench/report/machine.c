#include "report/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <tutti/tutti.h>
#include <unistd.h>

#if BENCH_HWLOC
#include <hwloc.h>
#endif

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) ||     \
    __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

/* The first line of a small file, or "". */
static void read_line(const char *path, char *text, size_t size) {
  *text = '\0';
  FILE *file = fopen(path, "r");
  if (!file) return;
  if (!fgets(text, (int)size, file)) *text = '\0';
  text[strcspn(text, "\n")] = '\0';
  fclose(file);
}

/* The value of the first line "key : value" of /proc/cpuinfo. */
static bool cpuinfo(const char *key, char *text, size_t size) {
  FILE *file = fopen("/proc/cpuinfo", "r");
  char line[8192];
  bool found = false;
  while (file && !found && fgets(line, sizeof line, file)) {
    char *colon = strchr(line, ':');
    if (!colon || strncmp(line, key, strlen(key)) != 0) continue;
    colon += 1 + strspn(colon + 1, " \t");
    colon[strcspn(colon, "\n")] = '\0';
    snprintf(text, size, "%s", colon);
    found = true;
  }
  if (file) fclose(file);
  return found;
}

static void describe_cpu(struct machine *machine) {
  char flags[8192];
  if (!cpuinfo("model name", machine->cpu, sizeof machine->cpu) &&
      !cpuinfo("Model", machine->cpu, sizeof machine->cpu)) /* ARM boards */
    snprintf(machine->cpu, sizeof machine->cpu, "unknown %s CPU", machine->architecture);
  machine->hypervisor = cpuinfo("flags", flags, sizeof flags) && strstr(flags, " hypervisor");
  read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", machine->governor,
            sizeof machine->governor);
  read_line("/sys/kernel/mm/transparent_hugepage/enabled", machine->huge_pages, sizeof machine->huge_pages);
}

static void describe_caches(struct machine *machine) {
  for (int i = 0; i < (int)(sizeof machine->caches / sizeof *machine->caches); i++) {
    struct cache *cache = &machine->caches[i];
    char path[96], level[16];
    const char *const folder = "/sys/devices/system/cpu/cpu0/cache/index";
    snprintf(path, sizeof path, "%s%d/level", folder, i);
    read_line(path, level, sizeof level);
    if (!*level) return;
    cache->level = atoi(level);
    snprintf(path, sizeof path, "%s%d/type", folder, i);
    read_line(path, cache->type, sizeof cache->type);
    snprintf(path, sizeof path, "%s%d/size", folder, i);
    read_line(path, cache->size, sizeof cache->size);
    snprintf(path, sizeof path, "%s%d/shared_cpu_list", folder, i);
    read_line(path, cache->shared, sizeof cache->shared);
    machine->cache_count = i + 1;
  }
}

static void describe_topology(struct machine *machine) {
#if BENCH_HWLOC
  hwloc_topology_t topology;
  if (hwloc_topology_init(&topology) != 0) return;
  if (hwloc_topology_load(topology) == 0) {
    machine->packages = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PACKAGE);
    machine->physical_cores = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
    machine->numa_nodes = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE);
    if (hwloc_topology_export_synthetic(topology, machine->topology, sizeof machine->topology, 0) < 0)
      machine->topology[0] = '\0'; /* an irregular machine has no such form */
  }
  hwloc_topology_destroy(topology);
#else
  (void)machine;
#endif
}

void machine_describe(struct machine *machine) {
  *machine = (struct machine){.load = -1};
  struct utsname name;
  if (uname(&name) == 0) {
    snprintf(machine->kernel, sizeof machine->kernel, "%.40s %.80s", name.sysname, name.release);
    snprintf(machine->architecture, sizeof machine->architecture, "%.63s", name.machine);
    snprintf(machine->host, sizeof machine->host, "%.63s", name.nodename);
  }
  describe_cpu(machine);
  describe_caches(machine);
  describe_topology(machine);
  machine->cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
  machine->usable = tutti_usable_cores();
  machine->memory = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
  const size_t available = tutti_available_memory();
  machine->available = available == (size_t)-1 ? 0 : (double)available;
  if (getloadavg(&machine->load, 1) != 1) machine->load = -1;
}

const char *build_compiler(void) {
#if defined(__clang__)
  return "clang " __clang_version__;
#elif defined(__GNUC__)
  return "gcc " __VERSION__;
#else
  return "unknown";
#endif
}

const char *build_flags(void) { return BENCH_BUILD; }

bool build_is_slow(void) {
#ifdef __OPTIMIZE__
  return SANITIZED;
#else
  return true;
#endif
}

void machine_notes(const struct machine *machine, struct notes *notes) {
  if (build_is_slow())
    notes_add(notes, "built without optimisation or with a sanitizer (%s): the times say little",
              build_flags());
  if (machine->hypervisor)
    notes_add(notes, "this is a virtual machine: its neighbours can disturb the times");
  if (machine->load > 0.25)
    notes_add(notes, "the load average at the start was %.2f: other programs compete for the cores",
              machine->load);
  if (machine->usable < machine->cores)
    notes_add(notes, "this process may use %d of the machine's %d cores", machine->usable, machine->cores);
  if (machine->physical_cores && machine->physical_cores < machine->cores)
    notes_add(notes, "%d logical cores share %d physical ones: two workers on one are slower than on two",
              machine->cores, machine->physical_cores);
  if (*machine->governor && strcmp(machine->governor, "performance") != 0)
    notes_add(notes, "the frequency governor is '%s': the clock may vary", machine->governor);
}
