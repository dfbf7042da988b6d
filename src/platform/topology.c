/* What Linux tells of its processors in /sys/devices/system/cpu. */
#include "platform/topology.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number that a file of a processor is, or that its list begins with ("0-1", "0,16"); -1: there is none.
 */
static int read_number(const char *root, int cpu, const char *name) {
  char path[512], line[4096] = "";
  int number = -1, length = 0;
  snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpu%d/%s", root, cpu, name);
  FILE *file = fopen(path, "re");
  if (!file) return -1;
  if (!fgets(line, sizeof line, file) || sscanf(line, "%9d%n", &number, &length) != 1 || number < 0 ||
      !strchr(",-\n", line[length]) || line[strspn(line, "0123456789,-\n")])
    number = -1;
  fclose(file);
  return number;
}

/* A core is named by the first of the processors that share it. */
int tutti_core_of(const char *root, int cpu) {
  const int core = read_number(root, cpu, "topology/core_cpus_list");
  return core >= 0 ? core : read_number(root, cpu, "topology/thread_siblings_list");
}

int tutti_package_of(const char *root, int cpu) {
  return read_number(root, cpu, "topology/physical_package_id");
}

/* The NUMA node: the processor's folder has a link node<N>. Without NUMA there is no link, and all
 * processors lie in one node. */
static int node_of(const char *root, int cpu) {
  char path[512];
  int node = 0;
  snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpu%d", root, cpu);
  DIR *folder = opendir(path);
  if (!folder) return -1;
  for (struct dirent *entry; (entry = readdir(folder));)
    if (sscanf(entry->d_name, "node%d", &node) == 1) break;
  closedir(folder);
  return node;
}

/* The kind of a core: its relative capacity, or, where the system does not say that, its highest
 * frequency. */
static int kind_of(const char *root, int cpu) {
  const int capacity = read_number(root, cpu, "cpu_capacity");
  if (capacity >= 0) return capacity;
  const int khz = read_number(root, cpu, "cpufreq/base_frequency");
  return khz >= 0 ? khz : tutti_core_of(root, cpu) >= 0 ? 0 : -1;
}

static int ascending(const void *a, const void *b) {
  const int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}

/* How many different values of(cpu) there are; 0: one of them is not known. */
static int count_values(const char *root, const int *processor, int count, int *value,
                        int (*of)(const char *, int)) {
  int different = count > 0;
  for (int i = 0; i < count; i++) value[i] = of(root, processor[i]);
  qsort(value, (size_t)count, sizeof *value, ascending);
  for (int i = 1; i < count; i++) different += value[i] != value[i - 1];
  return count > 0 && value[0] >= 0 ? different : 0;
}

tutti_status tutti_topology_read(const char *root, const int *processor, int count,
                                 tutti_topology_t *topology) {
  int *value = malloc((size_t)(count + !count) * sizeof *value);
  if (!value) return TUTTI_ENOMEM;
  topology->cores = count_values(root, processor, count, value, tutti_core_of);
  topology->packages = count_values(root, processor, count, value, tutti_package_of);
  topology->nodes = count_values(root, processor, count, value, node_of);
  topology->kinds = count_values(root, processor, count, value, kind_of);
  free(value);
  return TUTTI_OK;
}

/* A processor, and what decides its position in the order. */
typedef struct {
  int cpu, core, node;
  int sibling; /* how many processors of its core come before it */
  int rank; /* TUTTI_PIN_SPREAD: how many processors of its node with the same sibling number come before it
             */
} seat;

static int by_place(const void *a_, const void *b_) {
  const seat *a = a_, *b = b_;
  return a->sibling != b->sibling ? a->sibling - b->sibling
         : a->rank != b->rank     ? a->rank - b->rank
         : a->node != b->node     ? a->node - b->node
                                  : a->cpu - b->cpu;
}

tutti_status tutti_topology_order(const char *root, int *processor, int count, tutti_pinning pinning) {
  seat *seats = calloc((size_t)count + 1, sizeof *seats);
  if (!seats) return TUTTI_ENOMEM;
  for (int i = 0; i < count; i++) {
    seats[i] = (seat){
        .cpu = processor[i], .core = tutti_core_of(root, processor[i]), .node = node_of(root, processor[i])};
    for (int k = 0; k < i; k++) seats[i].sibling += seats[i].core >= 0 && seats[k].core == seats[i].core;
  }
  for (int i = 0; i < count && pinning == TUTTI_PIN_SPREAD; i++)
    for (int k = 0; k < i; k++)
      seats[i].rank += seats[k].node == seats[i].node && seats[k].sibling == seats[i].sibling;
  qsort(seats, (size_t)count, sizeof *seats, by_place);
  for (int i = 0; i < count; i++) processor[i] = seats[i].cpu;
  free(seats);
  return TUTTI_OK;
}
