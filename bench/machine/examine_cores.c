/* Topics about the cores that workers run on. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "cli/parse.h"
#include "machine/examine.h"
#include "util/append.h"

/* "; OMP_NUM_THREADS=1 ...", or nothing. A curve names the number of every point and does not mind. */
static void describe_default(const struct examination *e, char *text, size_t size) {
  static const char *const names[] = {"OMP_NUM_THREADS", "OMP_THREAD_LIMIT"};
  for (int i = 0; i < 2; i++) {
    const char *value = host_variable(e->host, names[i]);
    uint64_t limit;
    char first[24];
    snprintf(first, sizeof first, "%.*s", value ? (int)strcspn(value, ", ") : 0, value ? value : "");
    if (!parse_count(first, 1, UINT64_MAX, &limit) || limit >= (uint64_t)e->machine->usable) continue;
    append(text, size, "; %s=%.40s limits the default of the library to %llu worker%s", names[i], value,
           (unsigned long long)limit, plural((double)limit));
  }
}

static void workers(const struct examination *e, struct finding *f) {
  const int count = examined_workers(e), usable = e->machine->usable;
  char by_default[240] = "";
  describe_default(e, by_default, sizeof by_default);
  if (count > usable)
    finding_disturbs(f,
                     "%d workers take turns on %d usable core%s: only tasks that wait can gain by more than "
                     "--workers %d%s",
                     count, usable, plural(usable), usable, by_default);
  else
    finding_fine(f, "%d worker%s on %d usable core%s%s%s", count, plural(count), usable, plural(usable),
                 e->workers ? "" : " (--workers N judges other plans)", by_default);
}

static void smt(const struct examination *e, struct finding *f) {
  const struct machine *m = e->machine;
  const int count = examined_workers(e);
  if (!m->physical_cores || !m->allowed_cores)
    finding_unknown(f, "/sys/devices/system/cpu does not tell which CPUs share a core");
  else if (m->threads_per_core == 1)
    finding_fine(f, "each of %d core%s runs one thread", m->physical_cores, plural(m->physical_cores));
  else if (count > m->allowed_cores)
    finding_disturbs(f,
                     "%d workers share %d physical core%s: two on one core are slower than on two; with "
                     "--workers %d under taskset -c %s none share",
                     count, m->allowed_cores, plural(m->allowed_cores), m->allowed_cores, m->one_per_core);
  else if (strcmp(m->allowed, m->one_per_core) != 0)
    finding_fine(f,
                 "%d worker%s have %d physical core%s, but the kernel may put two on one: taskset -c %s "
                 "prevents it",
                 count, plural(count), m->allowed_cores, plural(m->allowed_cores), m->one_per_core);
  else
    finding_fine(f, "the affinity mask %s has one thread of each of %d cores", m->allowed, m->allowed_cores);
}

/* Variables of OpenMP's that leave a process fewer CPUs than its mask has: ", or NAME=value", or nothing. */
static void describe_places(const struct host *host, char *text, size_t size) {
  static const char *const names[] = {"OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY", "KMP_AFFINITY"};
  const char *bind = host_variable(host, names[0]);
  if (bind && strcasecmp(bind, "false") == 0) return;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = host_variable(host, names[i]);
    if (value) append(text, size, ", or %s=%.40s", names[i], value);
  }
}

/* A mask of one thread a core is what the finding about SMT advises. */
static void affinity(const struct examination *e, struct finding *f) {
  const struct machine *m = e->machine;
  char or_places[300] = "";
  describe_places(e->host, or_places, sizeof or_places);
  const bool whole_cores =
      m->physical_cores && m->allowed_cores == m->physical_cores && strcmp(m->allowed, m->one_per_core) == 0;
  if (!*m->online || !*m->allowed)
    finding_unknown(f, "no list of the %s CPUs could be read", *m->online ? "allowed" : "online");
  else if (strcmp(m->allowed, m->online) == 0 || whole_cores)
    finding_fine(f, "this process may run on CPUs %s of %s", m->allowed, m->online);
  else if (!m->physical_cores)
    finding_unknown(f, "this process may run on CPUs %s of %s, and which of them share a core is not known",
                    m->allowed, m->online);
  else
    finding_disturbs(
        f,
        "this process may run on CPUs %s of %s only (taskset, cpuset or mpirun%s): a curve ends there, "
        "and what the others do still shows in shared caches and memory",
        m->allowed, m->online, or_places);
}

/* CPU numbers of kinds of cores: performance and efficiency cores of x86, clusters of Arm. */
static void kinds(const struct examination *e, struct finding *f) {
  struct cpus fast, slow;
  uint64_t capacity, least = UINT64_MAX, most = 0;
  int told = 0;
  char fast_list[128], slow_list[128];
  for (int cpu = 0; cpu < e->machine->cores; cpu++) {
    if (!file_count(e->root, &capacity, "/sys/devices/system/cpu/cpu%d/cpu_capacity", cpu)) continue;
    told++;
    if (capacity < least) least = capacity;
    if (capacity > most) most = capacity;
  }
  if (file_cpus(e->root, &fast, "/sys/devices/cpu_core/cpus") &&
      file_cpus(e->root, &slow, "/sys/devices/cpu_atom/cpus") && fast.count && slow.count) {
    cpus_text(&fast, fast_list, sizeof fast_list);
    cpus_text(&slow, slow_list, sizeof slow_list);
    finding_disturbs(
        f,
        "CPUs %s are slower than CPUs %s: speedup bends where they join in; taskset -c %s keeps to "
        "one kind",
        slow_list, fast_list, fast_list);
  } else if (told && told == e->machine->cores && least < most) {
    finding_disturbs(
        f,
        "capacities of the CPUs go from %llu to %llu: speedup bends where the slower ones join in; "
        "taskset keeps to one kind",
        (unsigned long long)least, (unsigned long long)most);
  } else if (told && told == e->machine->cores) {
    finding_fine(f, "all CPUs have capacity %llu", (unsigned long long)most);
  } else if (file_count(e->root, &capacity, "/sys/devices/cpu/type")) { /* one PMU for all */
    finding_fine(f, "all CPUs are of one kind");
  } else {
    finding_unknown(f, "the kernel does not tell the CPUs' capacities");
  }
}

static void quota(const struct examination *e, struct finding *f) {
  const double cores = e->machine->group.cpus;
  if (!e->machine->group.known)
    finding_unknown(
        f, "no quota could be read: /proc/self/cgroup, /proc/self/mountinfo or the group's files tell "
           "too little");
  else if (isinf(cores)) finding_fine(f, "the control group has none");
  else
    finding_judge(f, cores < examined_workers(e), "the control group may use %g core%s; %d worker%s %s",
                  cores, plural(cores), examined_workers(e), plural(examined_workers(e)),
                  cores < examined_workers(e)
                      ? "will be stopped when it is used up: docker run --cpus, or a pod's limit, raises it"
                      : "stay below");
}

static void throttling(const struct examination *e, struct finding *f) {
  const tutti_cgroup_quota *g = &e->machine->group;
  if (g->known && isinf(g->cpus)) {
    finding_fine(f, "without a quota there is none");
  } else if (isnan(g->throttled)) {
    finding_unknown(f, "the group's cpu.stat could not be read");
  } else {
    char seconds[64] = "for an unknown time";
    if (!isnan(g->throttled_seconds)) snprintf(seconds, sizeof seconds, "for %.3g s", g->throttled_seconds);
    if (g->throttled > 0)
      finding_disturbs(f,
                       "the group's quota has run out in %.0f period%s so far, and its tasks stood still %s",
                       g->throttled, plural(g->throttled), seconds);
    else finding_fine(f, "the group's quota has never run out");
  }
}

/* Where the kernel keeps its own work away from some CPUs, on purpose. */
static void isolation(const struct examination *e, struct finding *f) {
  char isolated[256], tickless[256];
  struct cpus cpus;
  const bool known = file_line(e->root, isolated, sizeof isolated, "/sys/devices/system/cpu/isolated") &&
                     cpus_parse(isolated, &cpus);
  if (!file_line(e->root, tickless, sizeof tickless, "/sys/devices/system/cpu/nohz_full") ||
      !cpus_parse(tickless, &cpus) || !cpus.count)
    snprintf(tickless, sizeof tickless, "none");
  if (known)
    finding_fine(f, "isolated: %s; without a timer tick: %s", *isolated ? isolated : "none", tickless);
  else finding_unknown(f, "/sys/devices/system/cpu/isolated could not be read");
}

static void numa(const struct examination *e, struct finding *f) {
  const int nodes = e->machine->numa_nodes;
  uint64_t balancing;
  if (!nodes) finding_unknown(f, "/sys/devices/system/node tells no nodes");
  else if (nodes == 1) finding_fine(f, "one node: all memory is equally near");
  else if (!file_count(e->root, &balancing, "/proc/sys/kernel/numa_balancing"))
    finding_unknown(f, "%d nodes, and /proc/sys/kernel/numa_balancing could not be read", nodes);
  else if (balancing)
    finding_disturbs(f,
                     "%d nodes, and the kernel moves pages between them while a program runs: sudo sysctl "
                     "kernel.numa_balancing=0",
                     nodes);
  else finding_fine(f, "%d nodes, and the kernel leaves pages where they are", nodes);
}

const struct topic cores_topics[] = {
    {"workers", workers},
    {"SMT", smt},
    {"kinds of cores", kinds},
    {"affinity", affinity},
    {"isolated CPUs", isolation},
    {"CPU quota", quota},
    {"throttling", throttling},
    {"NUMA", numa},
    {NULL, NULL},
};
