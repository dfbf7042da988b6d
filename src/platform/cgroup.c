#include "platform/cgroup.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096 };

/* ---- where the groups of a controller are ---- */

typedef struct {
  int version;           /* of control groups */
  char path[PATH_SIZE];  /* of this process's group */
  char top[PATH_SIZE];   /* the group that is mounted */
  char mount[PATH_SIZE]; /* where, below the root */
} hierarchy;

static FILE *open_below(const char *root, const char *path) {
  char file[PATH_SIZE];
  return snprintf(file, sizeof file, "%s%s", root, path) < (int)sizeof file ? fopen(file, "re") : NULL;
}

/* Whether a list "a,b,c" has the name. */
static bool list_has(const char *list, const char *name) {
  const size_t length = strlen(name);
  for (; list; list = strchr(list, ',') ? strchr(list, ',') + 1 : NULL)
    if (strncmp(list, name, length) == 0 && (list[length] == ',' || list[length] == '\0')) return true;
  return false;
}

/* Lines "7:cpu,cpuacct:/path" for version 1, "0::/path" for 2, which has the controllers that no line names.
 */
static bool find_group(const char *root, const char *controller, hierarchy *h) {
  char line[PATH_SIZE];
  FILE *groups = open_below(root, "/proc/self/cgroup");
  h->version = 0;
  while (groups && h->version != 1 && fgets(line, sizeof line, groups)) {
    line[strcspn(line, "\n")] = '\0';
    char *names = strchr(line, ':'), *path = names ? strchr(names + 1, ':') : NULL;
    if (!path || path[1] != '/') continue;
    *path++ = '\0';
    const bool named = list_has(names + 1, controller);
    if (!named && (names[1] || strcmp(line, "0:") != 0)) continue;
    h->version = named ? 1 : 2;
    snprintf(h->path, sizeof h->path, "%s", path);
  }
  if (groups) fclose(groups);
  return h->version != 0;
}

/* Lines "36 35 98:0 TOP MOUNT options - type source options", see proc(5). */
static bool find_mount(const char *root, const char *controller, hierarchy *h) {
  char line[PATH_SIZE], type[64], options[512];
  FILE *mounts = open_below(root, "/proc/self/mountinfo");
  bool found = mounts == NULL;
  if (!mounts) {
    strcpy(h->top, "/");
    snprintf(h->mount, sizeof h->mount, "/sys/fs/cgroup%s%s", h->version == 1 ? "/" : "",
             h->version == 1 ? controller : "");
  }
  while (!found && fgets(line, sizeof line, mounts)) {
    const char *dash = strstr(line, " - cgroup"); /* of other lines no more is read: that takes longer */
    if (!dash || sscanf(dash, " - %63s %*s %511s", type, options) != 2) continue;
    if (sscanf(line, "%*s %*s %*s %4095s %4095s", h->top, h->mount) != 2) continue;
    found = h->version == 2 ? strcmp(type, "cgroup2") == 0
                            : strcmp(type, "cgroup") == 0 && list_has(options, controller);
  }
  if (mounts) fclose(mounts);
  return found;
}

/* Visits the process's group, its ancestors, and last the mount itself: inside a container without a cgroup
 * namespace the path is that of the host, which does not exist here; the mount is the container's own group.
 * False: there is no such hierarchy.
 */
static bool visit_groups(const char *root, const char *controller,
                         void (*visit)(const char *folder, int version, void *result), void *result) {
  hierarchy h;
  char folder[PATH_SIZE];
  if (!find_group(root, controller, &h) || !find_mount(root, controller, &h)) return false;
  const size_t top = strcmp(h.top, "/") == 0 ? 0 : strlen(h.top);
  const bool below = strncmp(h.path, h.top, top) == 0 && (h.path[top] == '/' || h.path[top] == '\0') &&
                     !strstr(h.path, "/..");
  const size_t mount = (size_t)snprintf(folder, sizeof folder, "%s%s", root, h.mount);
  if (mount >= sizeof folder) return false;
  const char *path = below ? h.path + top : "";
  const size_t length = strlen(path);
  if (mount + length >= sizeof folder) return false;
  memcpy(folder + mount, path, length);
  size_t end = mount + length;
  for (;;) {
    while (end > mount && folder[end - 1] == '/') end--;
    folder[end] = '\0';
    visit(folder, h.version, result);
    if (end <= mount) return true;
    while (end > mount && folder[end - 1] != '/') end--;
  }
}

/* ---- files of a group ---- */

static bool exists(const char *folder, const char *name) {
  char path[PATH_SIZE];
  if (snprintf(path, sizeof path, "%s/", folder) >= (int)sizeof path) return false;
  FILE *file = open_below(path, name);
  if (file) fclose(file);
  return file != NULL;
}

/* A number from the text to where it ends: digits only, "max" or "-1" for no limit; NULL: it is none. */
static const char *read_number(const char *text, double *number) {
  char *end;
  *number = (double)INFINITY;
  if (strncmp(text, "max", 3) == 0) return text + 3;
  if (strncmp(text, "-1", 2) == 0) return text + 2;
  if (!isdigit((unsigned char)*text)) return NULL;
  *number = strtod(text, &end);
  return end;
}

/* Whether the file is one line of so many numbers. */
static bool read_line(const char *folder, const char *name, double *number, int count) {
  char path[PATH_SIZE], line[128] = "";
  if (snprintf(path, sizeof path, "%s/", folder) >= (int)sizeof path) return false;
  FILE *file = open_below(path, name);
  if (!file) return false;
  const char *rest = fgets(line, sizeof line, file);
  fclose(file);
  for (int i = 0; rest && i < count; i++) {
    rest = read_number(rest, &number[i]);
    while (rest && i + 1 < count && *rest == ' ') rest++;
  }
  return rest && (*rest == '\n' || *rest == '\0');
}

/* The number behind `key` in a file of lines "key number"; NaN: there is none. */
static double read_key(const char *folder, const char *name, const char *key) {
  char path[PATH_SIZE], line[256];
  if (snprintf(path, sizeof path, "%s/", folder) >= (int)sizeof path) return (double)NAN;
  FILE *file = open_below(path, name);
  const size_t length = strlen(key);
  double number = (double)NAN;
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, key, length) == 0 && line[length] == ' ') {
      const char *end = read_number(line + length + 1, &number);
      if (!end || *end != '\n') number = (double)NAN;
    }
  if (file) fclose(file);
  return number;
}

/* ---- the limits ---- */

/* The quota of one group; false: it has one that makes no sense. */
static bool read_group_quota(const char *folder, int version, double *cpus) {
  const double most = 65536; /* cores; a greater quota is none */
  const char *name = version == 2 ? "cpu.max" : "cpu.cfs_quota_us";
  double quota[2] = {INFINITY, 1};
  *cpus = (double)INFINITY;
  if (!exists(folder, name)) return true;
  if (!read_line(folder, name, quota, version == 2 ? 2 : 1)) return false;
  if (isinf(quota[0])) return true;
  if (version == 1 && !read_line(folder, "cpu.cfs_period_us", &quota[1], 1)) return false;
  if (!(quota[0] > 0 && quota[1] > 0 && quota[0] < most * quota[1])) return false;
  *cpus = quota[0] / quota[1];
  return true;
}

typedef struct {
  tutti_cgroup_quota quota;
  bool seen; /* a group that counts what its quota does */
} quota_search;

static void limit_cpus(const char *folder, int version, void *result) {
  quota_search *s = result;
  double cpus;
  s->quota.known &= read_group_quota(folder, version, &cpus);
  if (exists(folder, "cpu.stat") && (!s->seen || cpus < s->quota.cpus)) {
    s->seen = true;
    s->quota.throttled = read_key(folder, "cpu.stat", "nr_throttled");
    s->quota.throttled_seconds = version == 2 ? 1e-6 * read_key(folder, "cpu.stat", "throttled_usec")
                                              : 1e-9 * read_key(folder, "cpu.stat", "throttled_time");
  }
  if (cpus < s->quota.cpus) s->quota.cpus = cpus;
}

/* Pages of files that were not used lately (inactive_file) count as used memory. But the kernel drops them
 * as soon as it needs memory, and so they count as free here. */
static void limit_memory(const char *folder, int version, void *result) {
  const double no_limit = 0x1p62; /* version 1 has 2^63 less a page for no limit */
  const bool v2 = version == 2;
  double limit, used, *left = result;
  if (!read_line(folder, v2 ? "memory.max" : "memory.limit_in_bytes", &limit, 1) ||
      !read_line(folder, v2 ? "memory.current" : "memory.usage_in_bytes", &used, 1) || limit >= no_limit)
    return;
  const double idle = read_key(folder, "memory.stat", v2 ? "inactive_file" : "total_inactive_file");
  if (idle > 0) used = idle < used ? used - idle : 0;
  if (limit - used < *left) *left = limit > used ? limit - used : 0;
}

tutti_cgroup_quota tutti_cgroup_read_quota(const char *root) {
  quota_search s = {{.cpus = INFINITY, .known = true, .throttled = NAN, .throttled_seconds = NAN}, false};
  const bool found = visit_groups(root, "cpu", limit_cpus, &s);
  s.quota.known &= found && s.seen;
  return s.quota;
}

double tutti_cgroup_cpus(const char *root) { return tutti_cgroup_read_quota(root).cpus; }

size_t tutti_cgroup_free_memory(const char *root) {
  double left = (double)INFINITY;
  visit_groups(root, "memory", limit_memory, &left);
  return left < 0x1p63 ? (size_t)left : SIZE_MAX;
}
