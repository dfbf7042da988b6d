/* Counts what the library's reader of the topology tells of each CPU. */
#include "machine/cpu_topology.h"

#include <string.h>

#include "platform/topology.h"

/* How many different packages the CPUs are in; 0: that of one is not known. */
static int count_packages(const char *root, const struct cpus *online) {
  struct cpus packages = {0};
  for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
    if (!online->has[cpu]) continue;
    const int package = tutti_package_of(root, cpu);
    if (package < 0 || package >= CPUS_MAX) return 0;
    cpus_add(&packages, package);
  }
  return packages.count;
}

void topology_read(const char *root, const struct cpus *online, const struct cpus *allowed,
                   struct topology *t) {
  static int threads[CPUS_MAX]; /* of each core, by its first CPU */
  struct cpus nodes, allowed_cores = {0};
  *t = (struct topology){.packages = count_packages(root, online)};
  if (file_cpus(root, &nodes, "/sys/devices/system/node/online")) t->nodes = nodes.count;
  memset(threads, 0, sizeof threads);
  for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
    if (!online->has[cpu]) continue;
    const int core = tutti_core_of(root, cpu);
    if (core < 0 || core > cpu) { /* half a topology would be a wrong one */
      *t = (struct topology){.packages = t->packages, .nodes = t->nodes};
      return;
    }
    t->cores += !threads[core]++;
    if (threads[core] > t->threads) t->threads = threads[core];
    if (allowed->has[cpu] && !allowed_cores.has[core]) cpus_add(&t->one_a_core, cpu);
    if (allowed->has[cpu]) cpus_add(&allowed_cores, core);
  }
  t->allowed_cores = t->one_a_core.count;
}
