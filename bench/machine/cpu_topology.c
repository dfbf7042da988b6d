#include "machine/cpu_topology.h"

/* The CPUs that share its core; newer kernels use the first name. */
static bool siblings_of(const char *root, int cpu, struct cpus *siblings) {
  const char *const folder = "/sys/devices/system/cpu/cpu";
  return (file_cpus(root, siblings, "%s%d/topology/core_cpus_list", folder, cpu) ||
          file_cpus(root, siblings, "%s%d/topology/thread_siblings_list", folder, cpu)) &&
         cpu < CPUS_MAX && siblings->has[cpu];
}

/* The first CPU of `siblings` that is in `among` too. */
static int first_common(const struct cpus *siblings, const struct cpus *among) {
  int cpu = 0;
  while (cpu < CPUS_MAX && !(siblings->has[cpu] && among->has[cpu])) cpu++;
  return cpu;
}

static void count_packages(const char *root, const struct cpus *online, struct topology *t) {
  struct cpus packages = {0};
  for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
    uint64_t package;
    if (!online->has[cpu]) continue;
    if (!file_count(root, &package, "/sys/devices/system/cpu/cpu%d/topology/physical_package_id", cpu) ||
        package >= CPUS_MAX)
      return;
    cpus_add(&packages, (int)package);
  }
  t->packages = packages.count;
}

void topology_read(const char *root, const struct cpus *online, const struct cpus *allowed,
                   struct topology *t) {
  struct cpus cores = {0}, siblings, nodes;
  *t = (struct topology){0};
  count_packages(root, online, t);
  if (file_cpus(root, &nodes, "/sys/devices/system/node/online")) t->nodes = nodes.count;
  int threads = 0;
  for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
    if (!online->has[cpu]) continue;
    if (!siblings_of(root, cpu, &siblings)) { /* half a topology would be a wrong one */
      t->one_a_core = (struct cpus){0};
      return;
    }
    cpus_add(&cores, first_common(&siblings, online));
    cpus_add(&t->one_a_core, first_common(&siblings, allowed));
    if (siblings.count > threads) threads = siblings.count;
  }
  t->threads = threads;
  t->cores = cores.count;
  t->allowed_cores = t->one_a_core.count;
}
