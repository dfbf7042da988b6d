/* Gathers what /proc and /sys tell of the machine. */
#include "machine/machine.h"

#include <string.h>

#include "cli/parse.h"
#include "machine/cpu_name.h"
#include "machine/cpu_topology.h"
#include "machine/proc_files.h"
#include "util/append.h"

static void read_caches(const char *root, struct machine *machine) {
  const char *const folder = "/sys/devices/system/cpu/cpu0/cache/index";
  for (int i = 0; i < (int)(sizeof machine->caches / sizeof *machine->caches); i++) {
    struct cache *cache = &machine->caches[i];
    uint64_t level;
    if (!file_count(root, &level, "%s%d/level", folder, i) || level < 1 || level > 9) return;
    cache->level = (int)level;
    (void)file_line(root, cache->type, sizeof cache->type, "%s%d/type", folder, i);
    (void)file_line(root, cache->size, sizeof cache->size, "%s%d/size", folder, i);
    (void)file_line(root, cache->shared, sizeof cache->shared, "%s%d/shared_cpu_list", folder, i);
    machine->cache_count = i + 1;
  }
}

static void describe_part(char *text, size_t size, int count, const char *name) {
  if (count) append(text, size, "%s%d %s%s", *text ? ", " : "", count, name, count == 1 ? "" : "s");
}

static void read_topology(const char *root, const struct host *host, struct machine *m) {
  struct cpus online;
  struct topology t;
  if (!file_cpus(root, &online, "/sys/devices/system/cpu/online") || !online.count) return;
  topology_read(root, &online, &host->allowed, &t);
  m->cores = online.count;
  m->packages = t.packages;
  m->physical_cores = t.cores;
  m->numa_nodes = t.nodes;
  m->threads_per_core = t.threads;
  m->allowed_cores = t.allowed_cores;
  cpus_text(&online, m->online, sizeof m->online);
  cpus_text(&t.one_a_core, m->one_per_core, sizeof m->one_per_core);
  describe_part(m->topology, sizeof m->topology, t.packages, "package");
  describe_part(m->topology, sizeof m->topology, t.nodes, "NUMA node");
  describe_part(m->topology, sizeof m->topology, t.cores, "core");
  if (t.threads)
    append(m->topology, sizeof m->topology, ", %d thread%s a core", t.threads, t.threads == 1 ? "" : "s");
}

/* Each governor once, in the order of the CPUs. */
static void read_governors(const char *root, struct machine *m) {
  struct cpus online;
  char governor[32];
  if (!file_cpus(root, &online, "/sys/devices/system/cpu/online")) return;
  for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
    if (!online.has[cpu]) continue;
    if (!file_line(root, governor, sizeof governor, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor",
                   cpu)) {
      m->governor[0] = '\0';
      return;
    }
    if (!strstr(m->governor, governor))
      append(m->governor, sizeof m->governor, "%s%s", *m->governor ? ", " : "", governor);
  }
}

/* Virtual machines name themselves in the firmware's tables; the CPU of x86 has a flag for it. */
static void read_hypervisor(const char *root, struct machine *m) {
  static const char *const names[] = {
      "QEMU",     "KVM",       "VMware", "VirtualBox", "Virtual Machine",
      "Xen",      "Parallels", "bhyve",  "Amazon EC2", "Google Compute Engine",
      "OpenStack"};
  char vendor[64] = "", product[64] = "", flags[8192], firmware[96] = "";
  if (file_line(root, vendor, sizeof vendor, "/sys/class/dmi/id/sys_vendor") &&
      file_line(root, product, sizeof product, "/sys/class/dmi/id/product_name"))
    snprintf(firmware, sizeof firmware, "the firmware names %.32s %.40s", vendor, product);
  for (size_t i = 0; i < sizeof names / sizeof *names && !strstr(product, ".metal"); i++)
    m->hypervisor |= strstr(firmware, names[i]) != NULL;
  if (m->hypervisor) {
    snprintf(m->virtual_by, sizeof m->virtual_by, "%s", firmware);
  } else if (file_line(root, vendor, sizeof vendor, "/sys/hypervisor/type") && *vendor) {
    m->hypervisor = true;
    snprintf(m->virtual_by, sizeof m->virtual_by, "/sys/hypervisor/type is %.40s", vendor);
  } else if (file_field(root, "/proc/cpuinfo", "flags", flags, sizeof flags)) {
    m->hypervisor = strstr(flags, " hypervisor");
    snprintf(m->virtual_by, sizeof m->virtual_by, "%s",
             m->hypervisor || !*firmware ? "the CPU's flags tell" : firmware);
  }
}

void machine_read(const char *root, const struct host *host, struct machine *m) {
  *m = (struct machine){
      .cores = host->online, .usable = host->usable, .available = host->available, .load = -1};
  snprintf(m->kernel, sizeof m->kernel, "%s %s", host->system, host->release);
  snprintf(m->architecture, sizeof m->architecture, "%s", host->architecture);
  snprintf(m->host, sizeof m->host, "%s", host->name);
  cpu_name(root, host->architecture, m->cpu, sizeof m->cpu);
  read_caches(root, m);
  read_topology(root, host, m);
  read_governors(root, m);
  read_hypervisor(root, m);
  cpus_text(&host->allowed, m->allowed, sizeof m->allowed);
  (void)file_line(root, m->huge_pages, sizeof m->huge_pages, "/sys/kernel/mm/transparent_hugepage/enabled");
  uint64_t bytes;
  if (file_key(root, "/proc/meminfo", "MemTotal", &bytes)) m->memory = (double)bytes;
  char line[128];
  double load;
  if (file_line(root, line, sizeof line, "/proc/loadavg")) {
    line[strcspn(line, " ")] = '\0';
    if (parse_real(line, 0, 1e6, &load)) m->load = load;
  }
  m->group = tutti_cgroup_read_quota(root);
}
