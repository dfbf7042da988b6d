/* Control groups read from recorded trees: v1, v2, both, limits of ancestors, containers. */
#define _GNU_SOURCE
#include "platform/cgroup.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* -- a recorded tree in a temporary folder -- */

static char root[256];

static void make_root(void) {
  const char *folder = getenv("TMPDIR");
  snprintf(root, sizeof root, "%s/tutti-cgroup-XXXXXX", folder && *folder ? folder : "/tmp");
  cr_assert(mkdtemp(root) != NULL, "%s", root);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *ftw) {
  (void)info, (void)type, (void)ftw;
  return remove(path);
}

static void remove_root(void) { nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS); }

/* Writes root/path, with the folders on the way. */
static void put(const char *path, const char *text) {
  char file[4096];
  snprintf(file, sizeof file, "%s/%s", root, path);
  for (char *slash = strchr(file + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(file, 0700);
    *slash = '/';
  }
  FILE *f = fopen(file, "w");
  cr_assert(f != NULL, "%s", file);
  fputs(text, f);
  fclose(f);
}

static void check_cpus(double expected) {
  const double cpus = tutti_cgroup_cpus(root);
  cr_assert(cpus == expected, "%g cores instead of %g", cpus, expected);
}

static void check_memory(size_t expected) {
  const size_t bytes = tutti_cgroup_free_memory(root);
  cr_assert(bytes == expected, "%zu bytes instead of %zu", bytes, expected);
}

#define TreeTest(name) Test(cgroup, name, .init = make_root, .fini = remove_root)

/* -- version 2 -- */

TreeTest(without_groups_there_is_no_limit) {
  check_cpus((double)INFINITY);
  check_memory(SIZE_MAX);
  put("proc/self/cgroup", "0::/user.slice\n"); /* the group has no file of either controller */
  check_cpus((double)INFINITY);
  check_memory(SIZE_MAX);
}

TreeTest(v2_own_group) {
  put("proc/self/cgroup", "0::/job\n");
  put("sys/fs/cgroup/job/cpu.max", "250000 100000\n");
  put("sys/fs/cgroup/job/memory.max", "8000000000\n");
  put("sys/fs/cgroup/job/memory.current", "3000000000\n");
  check_cpus(2.5);
  check_memory(5000000000);
}

TreeTest(v2_max_is_no_limit) {
  put("proc/self/cgroup", "0::/job\n");
  put("sys/fs/cgroup/job/cpu.max", "max 100000\n");
  put("sys/fs/cgroup/job/memory.max", "max\n");
  put("sys/fs/cgroup/job/memory.current", "3000000000\n");
  check_cpus((double)INFINITY);
  check_memory(SIZE_MAX);
}

TreeTest(v2_the_tightest_of_all_ancestors) {
  put("proc/self/cgroup", "0::/a/b/c\n");
  put("sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n");
  put("sys/fs/cgroup/a/b/cpu.max", "600000 100000\n");
  put("sys/fs/cgroup/a/cpu.max", "75000 50000\n");
  put("sys/fs/cgroup/a/b/c/memory.max", "4000\n");
  put("sys/fs/cgroup/a/b/c/memory.current", "1000\n"); /* 3000 left */
  put("sys/fs/cgroup/a/b/memory.max", "max\n");
  put("sys/fs/cgroup/a/b/memory.current", "1000\n");
  put("sys/fs/cgroup/a/memory.max", "9000\n");
  put("sys/fs/cgroup/a/memory.current", "8000\n"); /* 1000 left, though its limit is the higher one */
  check_cpus(1.5);
  check_memory(1000);
  put("sys/fs/cgroup/a/b/c/cpu.max", "20000 100000\n");
  check_cpus(0.2);
}

TreeTest(v2_groups_beside_the_own_do_not_matter) {
  put("proc/self/cgroup", "0::/a/b\n");
  put("sys/fs/cgroup/a/b/cpu.max", "300000 100000\n");
  put("sys/fs/cgroup/a/bb/cpu.max", "100000 100000\n");
  put("sys/fs/cgroup/a/b/c/cpu.max", "100000 100000\n");
  put("sys/fs/cgroup/b/cpu.max", "100000 100000\n");
  check_cpus(3);
}

TreeTest(v2_more_used_than_allowed_leaves_nothing) {
  put("proc/self/cgroup", "0::/job\n");
  put("sys/fs/cgroup/job/memory.max", "1000\n");
  put("sys/fs/cgroup/job/memory.current", "1500\n");
  check_memory(0);
}

/* What the kernel can drop to make room is not taken: file pages nobody used lately. */
TreeTest(v2_reclaimable_file_pages_are_free_memory) {
  put("proc/self/cgroup", "0::/job\n");
  put("sys/fs/cgroup/job/memory.max", "4000000000\n");
  put("sys/fs/cgroup/job/memory.current", "3900000000\n");
  put("sys/fs/cgroup/job/memory.stat",
      "anon 400000000\nfile 3500000000\nkernel 0\nactive_file 500000000\ninactive_file 3000000000\n");
  const size_t bytes = tutti_cgroup_free_memory(root);
  cr_assert(bytes >= 3100000000 && bytes <= 3600000000, "%zu bytes", bytes);
}

/* -- version 1 -- */

TreeTest(v1_own_group_and_ancestors) {
  put("proc/self/cgroup",
      "12:cpuset:/only/cpuset\n11:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/y\n");
  put("sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us", "350000\n");
  put("sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us", "100000\n");
  put("sys/fs/cgroup/cpu/only/cpuset/cpu.cfs_quota_us", "100000\n"); /* "cpu" is not "cpuset" */
  put("sys/fs/cgroup/cpu/only/cpuset/cpu.cfs_period_us", "100000\n");
  put("sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "7000000000\n");
  put("sys/fs/cgroup/memory/docker/x/memory.usage_in_bytes", "1000000000\n");
  check_cpus(3.5);
  check_memory(6000000000);
  put("sys/fs/cgroup/cpu/docker/cpu.cfs_quota_us", "100000\n");
  put("sys/fs/cgroup/cpu/docker/cpu.cfs_period_us", "50000\n");
  put("sys/fs/cgroup/memory/docker/memory.limit_in_bytes", "5000\n");
  put("sys/fs/cgroup/memory/docker/memory.usage_in_bytes", "2000\n");
  check_cpus(2);
  check_memory(3000);
}

TreeTest(v1_controllers_in_any_order) {
  put("proc/self/cgroup", "3:cpuacct,cpu:/job\n");
  put("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "400000\n");
  put("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  check_cpus(4);
}

/* -1, and the largest number of pages the kernel can count. */
TreeTest(v1_no_limit) {
  put("proc/self/cgroup", "4:cpu,cpuacct:/job\n5:memory:/job\n");
  put("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1\n");
  put("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  put("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "9223372036854771712\n");
  put("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "1000000\n");
  check_cpus((double)INFINITY);
  check_memory(SIZE_MAX);
}

/* Both mounted: the v2 hierarchy has no controllers there. */
TreeTest(v1_with_v2_beside_it) {
  put("proc/self/cgroup", "2:cpu,cpuacct:/job\n0::/job\n");
  put("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "150000\n");
  put("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  put("sys/fs/cgroup/unified/job/cgroup.procs", "");
  check_cpus(1.5);
}

/* -- containers, and files that make no sense -- */

/* Without a group namespace, the path names folders of the host; the mount is the container's own group. */
TreeTest(container_without_a_namespace) {
  put("proc/self/cgroup", "0::/kubepods/pod1/container\n");
  put("sys/fs/cgroup/cpu.max", "50000 100000\n");
  put("sys/fs/cgroup/memory.max", "600\n");
  put("sys/fs/cgroup/memory.current", "100\n");
  check_cpus(0.5);
  check_memory(500);
  put("proc/self/cgroup", "9:cpu,cpuacct:/kubepods/pod1/container\n8:memory:/kubepods/pod1/container\n");
  put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "120000\n");
  put("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  put("sys/fs/cgroup/memory/memory.limit_in_bytes", "900\n");
  put("sys/fs/cgroup/memory/memory.usage_in_bytes", "200\n");
  check_cpus(1.2);
  check_memory(700);
}

TreeTest(container_with_a_namespace) {
  put("proc/self/cgroup", "0::/\n");
  put("sys/fs/cgroup/cpu.max", "800000 100000\n");
  check_cpus(8);
}

/* /proc/self/mountinfo says where a hierarchy is, and which of its groups is mounted there. */
TreeTest(mounted_elsewhere) {
  put("proc/self/cgroup", "5:memory:/elsewhere\n0::/docker/x/inner\n");
  put("proc/self/mountinfo",
      "24 29 0:22 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n"
      "31 24 0:27 /docker/x /run/groups rw,nosuid shared:8 - cgroup2 cgroup2 rw,nsdelegate\n"
      "32 24 0:28 / /run/memory rw - cgroup cgroup rw,memory\n");
  put("sys/fs/cgroup/docker/x/inner/cpu.max", "100000 100000\n"); /* not there */
  put("run/groups/inner/cpu.max", "450000 100000\n");
  put("run/groups/cpu.max", "300000 100000\n");
  put("run/groups/docker/x/inner/cpu.max", "200000 100000\n"); /* nor there */
  put("run/memory/memory.limit_in_bytes", "500\n");
  put("run/memory/memory.usage_in_bytes", "100\n");
  check_cpus(3);
  check_memory(400);
  put("proc/self/mountinfo",
      "24 29 0:22 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n"); /* not mounted at all */
  check_cpus((double)INFINITY);
  check_memory(SIZE_MAX);
}

/* A group is below the mounted one if its path goes on with a slash, not if its name is only longer. */
TreeTest(mounted_group_with_the_beginning_of_the_name) {
  put("proc/self/cgroup", "0::/pods/x\n");
  put("proc/self/mountinfo", "31 24 0:27 /pod /run/groups rw - cgroup2 cgroup2 rw\n");
  put("run/groups/cpu.max", "300000 100000\n");
  put("run/groupss/x/cpu.max", "100000 100000\n"); /* the mount and the rest of the path */
  check_cpus(3);
}

/* What a quota has done is told by the group that has the tightest one. */
TreeTest(throttling_of_the_tightest_group) {
  put("proc/self/cgroup", "0::/a/b\n");
  put("sys/fs/cgroup/a/b/cpu.max", "600000 100000\n");
  put("sys/fs/cgroup/a/b/cpu.stat", "nr_periods 9\nnr_throttled 1\nthrottled_usec 1000000\n");
  put("sys/fs/cgroup/a/cpu.max", "200000 100000\n");
  put("sys/fs/cgroup/a/cpu.stat", "nr_periods 9\nnr_throttled 7\nthrottled_usec 2500000\n");
  tutti_cgroup_quota quota = tutti_cgroup_read_quota(root);
  cr_assert(quota.known && quota.cpus == 2 && quota.throttled == 7 && quota.throttled_seconds == 2.5);
  put("sys/fs/cgroup/a/b/cpu.max", "nonsense\n"); /* the other limit holds, but may not be the tightest */
  quota = tutti_cgroup_read_quota(root);
  cr_assert(!quota.known && quota.cpus == 2);
}

TreeTest(odd_paths_are_found) {
  put("proc/self/cgroup", "0::/user@1000.service/app-a:b c.scope"); /* no newline at the end */
  put("sys/fs/cgroup/user@1000.service/app-a:b c.scope/cpu.max", "200000 100000\n");
  check_cpus(2);
}

TreeTest(nonsense_is_no_limit) {
  static const char *const nonsense[] = {"",           "\n",         "abc\n",      "100000\n",
                                         "100000 0\n", "0 100000\n", "-1 100000\n"};
  put("proc/self/cgroup", "what is this\n\n0:\n0::/job\n");
  for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
    put("sys/fs/cgroup/job/cpu.max", nonsense[i]);
    check_cpus((double)INFINITY);
  }
  put("sys/fs/cgroup/job/memory.max", "12\n"); /* without memory.current */
  check_memory(SIZE_MAX);
}
