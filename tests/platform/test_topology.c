/* tutti_topology: recorded machines, and this one against what the system's own commands say. */
#define _GNU_SOURCE
#include "../support/testing.h"
#include "platform/topology.h"

#include <ftw.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];

static void make_root(void) {
  strcpy(root, "/tmp/tutti-topology-XXXXXX");
  cr_assert(mkdtemp(root) != NULL);
}
static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *ftw) {
  (void)info, (void)type, (void)ftw;
  return remove(path);
}
static void remove_root(void) { nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS); }

static void put(int cpu, const char *name, int number, const char *rest) {
  char file[256];
  snprintf(file, sizeof file, "%s/sys/devices/system/cpu/cpu%d/%s", root, cpu, name);
  for (char *slash = strchr(file + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    mkdir(file, 0700);
    *slash = '/';
  }
  FILE *f = fopen(file, "w");
  cr_assert(f != NULL, "%s", file);
  fprintf(f, "%d%s\n", number, rest);
  fclose(f);
}

/* A server of 2 sockets with 2 nodes each (cores 0-3, 4-7, 8-11, 12-15), siblings 16 apart. */
static void put_server(void) {
  for (int cpu = 0; cpu < 32; cpu++) {
    char node[32], sibling[16];
    const int core = cpu % 16;
    snprintf(sibling, sizeof sibling, ",%d", core + 16);
    snprintf(node, sizeof node, "node%d/x", core / 4);
    put(cpu, "topology/core_cpus_list", core, sibling);
    put(cpu, "topology/physical_package_id", core / 8, "");
    put(cpu, node, 0, "");
  }
}

static void expect(const int *processor, int count, int cores, int packages, int nodes, int kinds) {
  tutti_topology_t t;
  cr_assert(tutti_topology_read(root, processor, count, &t) == TUTTI_OK);
  cr_assert(t.cores == cores && t.packages == packages && t.nodes == nodes && t.kinds == kinds,
            "%d, %d, %d, %d", t.cores, t.packages, t.nodes, t.kinds);
}

static void expect_order(tutti_pinning pinning, const int *processor, int count, const int *expected) {
  int order[32];
  memcpy(order, processor, (size_t)count * sizeof *order);
  cr_assert(tutti_topology_order(root, order, count, pinning) == TUTTI_OK);
  for (int i = 0; i < count; i++) cr_assert(order[i] == expected[i], "place %d is %d", i, order[i]);
}

Test(topology, a_server_and_parts_of_it, .init = make_root, .fini = remove_root) {
  int all[32];
  put_server();
  for (int cpu = 0; cpu < 32; cpu++) all[cpu] = cpu;
  expect(all, 32, 16, 2, 4, 1);
  expect(all, 16, 16, 2, 4, 1);
  expect(all + 4, 4, 4, 1, 1, 1);
  expect((const int[]){3, 19}, 2, 1, 1, 1, 1); /* siblings */
  expect((const int[]){3, 12, 28}, 3, 2, 2, 2, 1);
  expect((const int[]){3, 99}, 2, 0, 0, 0, 0); /* one the system does not tell of */
}

Test(topology, a_hybrid_machine, .init = make_root, .fini = remove_root) {
  int all[6];
  for (int cpu = 0; cpu < 6; cpu++) {
    all[cpu] = cpu;
    put(cpu, "topology/thread_siblings_list", cpu < 4 ? cpu / 2 * 2 : cpu, ""); /* as older kernels name it */
    put(cpu, "topology/physical_package_id", 0, "");
    put(cpu, "cpu_capacity", cpu < 4 ? 1024 : 600, "");
  }
  expect(all, 6, 4, 1, 1, 2);
  expect(all + 4, 2, 2, 1, 1, 1);
  expect_order(TUTTI_PIN_COMPACT, all, 6, (const int[]){0, 2, 4, 5, 1, 3});
  expect_order(TUTTI_PIN_SPREAD, all, 6, (const int[]){0, 2, 4, 5, 1, 3});
}

Test(topology, workers_take_cores_before_siblings, .init = make_root, .fini = remove_root) {
  const int some[] = {1, 2, 5, 9, 17, 18, 25}, compact[] = {1, 2, 5, 9, 17, 18, 25},
            spread[] = {1, 5, 9, 2, 17, 25, 18};
  int all[32], nodes_in_turn[32];
  put_server();
  for (int cpu = 0; cpu < 32; cpu++) {
    all[cpu] = cpu;
    nodes_in_turn[cpu] = cpu / 16 * 16 + cpu % 4 * 4 + cpu % 16 / 4;
  }
  expect_order(TUTTI_PIN_COMPACT, all, 32, all);
  expect_order(TUTTI_PIN_SPREAD, all, 32, nodes_in_turn);
  expect_order(TUTTI_PIN_COMPACT, some, 7, compact);
  expect_order(TUTTI_PIN_SPREAD, some, 7, spread);
  expect_order(TUTTI_PIN_COMPACT, (const int[]){1, 17, 99}, 3,
               (const int[]){99, 1, 17}); /* node unknown: first */
}

Test(topology, this_machine) {
  tutti_topology_t t;
  cpu_set_t mask;
  cr_assert(tutti_topology(&t) == TUTTI_OK);
  cr_assert(sched_getaffinity(0, sizeof mask, &mask) == 0);
  if (tutti_processors(NULL, 0) != CPU_COUNT(&mask))
    cr_skip_test("the OpenMP runtime was told to bind this thread");
  cr_assert(t.allowed == CPU_COUNT(&mask));
  cr_assert(t.online == sysconf(_SC_NPROCESSORS_ONLN) && t.usable == tutti_usable_cores());
  cr_assert(t.cores >= 0 && t.cores <= t.allowed && t.packages <= t.online && t.available_memory > 0);
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) /* one processor alone */
    if (CPU_ISSET(cpu, &mask)) {
      CPU_ZERO(&mask);
      CPU_SET(cpu, &mask);
    }
  cr_assert(sched_setaffinity(0, sizeof mask, &mask) == 0 && tutti_topology(&t) == TUTTI_OK);
  cr_assert(t.allowed == 1 && t.usable == 1 && t.cores <= 1 && t.nodes <= 1);
  testing_expect(NULL, tutti_topology(NULL), TUTTI_EINVAL, "topology is NULL", "");
}

Test(topology, lists_processors) {
  cpu_set_t mask;
  int processor[CPU_SETSIZE], few[1] = {-1}, untouched[2] = {-7, -7};
  cr_assert(sched_getaffinity(0, sizeof mask, &mask) == 0);
  const int count = tutti_processors(processor, CPU_SETSIZE);
  cr_assert(count >= CPU_COUNT(&mask) && count == tutti_processors(NULL, 0) &&
            count == tutti_processors(NULL, 9));
  for (int i = 0; i < count; i++) cr_assert(i == 0 || processor[i] > processor[i - 1]);
  cr_assert(tutti_processors(few, 1) == count && few[0] == processor[0]);
  cr_assert(tutti_processors(untouched, 0) == count && tutti_processors(untouched, -1) == count);
  cr_assert(untouched[0] == -7);
}

Test(topology, in_words) {
  char text[256], cut[8];
  const tutti_topology_t t = {8, 6, 2.5, 3, 3, 1, 1, 1, (size_t)3 << 30};
  const char *expected = "3 usable: 6 of 8 processors allowed, 3 cores (with SMT siblings) in 1 package and "
                         "1 NUMA node, a quota "
                         "of 2.5, 3.0 GiB of memory available";
  cr_assert(tutti_topology_text(&t, text, sizeof text) == strlen(expected) && strcmp(text, expected) == 0,
            "%s", text);
  cr_assert(tutti_topology_text(&t, cut, sizeof cut) == strlen(expected) && strcmp(cut, "3 usabl") == 0);
  const tutti_topology_t unknown = {1, 1, 0, 1, 0, 0, 0, 0, (size_t)1 << 30};
  tutti_topology_text(&unknown, text, sizeof text);
  cr_assert(
      strcmp(text,
             "1 usable: 1 of 1 processors allowed, cores unknown, no quota, 1.0 GiB of memory available") ==
          0,
      "%s", text);
}
