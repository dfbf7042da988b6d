#include "platform/cgroup.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096 };

/* Called for a folder of the hierarchy that limits this process. */
typedef void (*visitor)(const char *folder, int version, void *result);

/* Visits mount/path, its ancestors, and last the mount itself: inside a container whose groups have no
 * namespace the path names folders that are not there, and the mount is the container's own group. */
static void visit_upwards(const char *mount, const char *path, int version, visitor visit, void *result) {
  char folder[PATH_SIZE];
  const size_t stem = strlen(mount);
  if (snprintf(folder, sizeof folder, "%s%s", mount, path) >= (int)sizeof folder) return;
  for (size_t end = strlen(folder); end > stem;) {
    visit(folder, version, result);
    while (end > stem && folder[end] != '/') end--;
    folder[end] = '\0';
  }
  visit(mount, version, result);
}

/* Lines of /proc/self/cgroup: "0::/path" for v2, "7:cpu,cpuacct:/path" for v1. */
static void visit_groups(const char *root, const char *controller, visitor visit, void *result) {
  char file[PATH_SIZE], line[PATH_SIZE], mount[PATH_SIZE];
  snprintf(file, sizeof file, "%s/proc/self/cgroup", root);
  FILE *groups = fopen(file, "re");
  if (!groups) return;
  while (fgets(line, sizeof line, groups)) {
    line[strcspn(line, "\n")] = '\0';
    char *names = strchr(line, ':'), *path = names ? strchr(names + 1, ':') : NULL;
    if (!path) continue;
    *path++ = '\0';
    names++;
    bool named = false;
    const size_t length = strlen(controller);
    for (const char *name = names; name && !named; name = strchr(name, ',') ? strchr(name, ',') + 1 : NULL)
      named = strncmp(name, controller, length) == 0 && (name[length] == ',' || name[length] == '\0');
    if (*names != '\0' && !named) continue;
    snprintf(mount, sizeof mount, "%s/sys/fs/cgroup%s%s", root, *names ? "/" : "", *names ? controller : "");
    visit_upwards(mount, path, *names ? 1 : 2, visit, result);
  }
  fclose(groups);
}

/* The words of a one-line file, as numbers; "max" is INFINITY. Returns how many, at most `count`. */
static int read_numbers(const char *folder, const char *name, double *number, int count) {
  char file[PATH_SIZE], line[128] = "";
  if (snprintf(file, sizeof file, "%s/%s", folder, name) >= (int)sizeof file) return 0;
  FILE *f = fopen(file, "re");
  if (!f) return 0;
  const bool got = fgets(line, sizeof line, f) != NULL;
  fclose(f);
  int read = 0;
  char *rest = line, *end;
  while (got && read < count) {
    while (*rest == ' ') rest++;
    if (strncmp(rest, "max", 3) == 0) {
      number[read] = (double)INFINITY;
      end = rest + 3;
    } else {
      number[read] = strtod(rest, &end);
    }
    if (end == rest) break;
    rest = end;
    read++;
  }
  return read;
}

static void limit_cpus(const char *folder, int version, void *result) {
  double quota[2], *cpus = result;
  const bool found = version == 2 ? read_numbers(folder, "cpu.max", quota, 2) == 2
                                  : read_numbers(folder, "cpu.cfs_quota_us", &quota[0], 1) == 1 &&
                                        read_numbers(folder, "cpu.cfs_period_us", &quota[1], 1) == 1;
  if (found && quota[0] > 0 && quota[1] > 0 && quota[0] / quota[1] < *cpus) *cpus = quota[0] / quota[1];
}

/* The number behind `key` in a file of lines "key number"; 0 if there is none. */
static double read_key(const char *folder, const char *name, const char *key) {
  char file[PATH_SIZE], line[256];
  if (snprintf(file, sizeof file, "%s/%s", folder, name) >= (int)sizeof file) return 0;
  FILE *f = fopen(file, "re");
  if (!f) return 0;
  const size_t length = strlen(key);
  double number = 0;
  while (fgets(line, sizeof line, f))
    if (strncmp(line, key, length) == 0 && line[length] == ' ') number = strtod(line + length, NULL);
  fclose(f);
  return number;
}

/* File pages nobody used lately count as used, but are dropped as soon as room is needed. */
static void limit_memory(const char *folder, int version, void *result) {
  const double no_limit = 0x1p62; /* v1 says 2^63 less a page */
  double limit, used, *left = result;
  const bool v2 = version == 2;
  if (read_numbers(folder, v2 ? "memory.max" : "memory.limit_in_bytes", &limit, 1) != 1 ||
      read_numbers(folder, v2 ? "memory.current" : "memory.usage_in_bytes", &used, 1) != 1 ||
      limit >= no_limit)
    return;
  used -= read_key(folder, "memory.stat", v2 ? "inactive_file" : "total_inactive_file");
  if (used < 0) used = 0;
  if (limit - used < *left) *left = limit > used ? limit - used : 0;
}

double tutti_cgroup_cpus(const char *root) {
  double cpus = (double)INFINITY;
  visit_groups(root, "cpu", limit_cpus, &cpus);
  return cpus;
}

size_t tutti_cgroup_free_memory(const char *root) {
  double left = (double)INFINITY;
  visit_groups(root, "memory", limit_memory, &left);
  return left < 0x1p63 ? (size_t)left : SIZE_MAX;
}
