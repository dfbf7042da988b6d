#include "machine/cpu_group.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "cli/parse.h"
#include "machine/proc_files.h"

/* Where a hierarchy is: version 2, or version 1 with the controller "cpu". */
struct hierarchy {
  int version;
  char path[1024];  /* of this process's group, in /proc/self/cgroup */
  char top[1024];   /* the group that is mounted */
  char mount[1024]; /* where */
};

/* Whether a list "a,b,c" has the name. */
static bool list_has(const char *list, const char *name) {
  const size_t length = strlen(name);
  for (; list; list = strchr(list, ',') ? strchr(list, ',') + 1 : NULL)
    if (strncmp(list, name, length) == 0 && (list[length] == ',' || !list[length])) return true;
  return false;
}

/* Lines "0::/path" for version 2 and "7:cpu,cpuacct:/path" for 1, which comes first where it has the CPU. */
static bool find_path(const char *root, struct hierarchy *h) {
  char line[1200];
  FILE *file = file_open(root, "/proc/self/cgroup");
  h->version = 0;
  while (file && h->version != 1 && fgets(line, sizeof line, file)) {
    const bool clean = line_clean(line);
    char *names = strchr(line, ':'), *path = names ? strchr(names + 1, ':') : NULL;
    if (!clean || !path || path[1] != '/') continue;
    *path++ = '\0';
    const bool one = list_has(names + 1, "cpu");
    if (!one && (names[1] || strncmp(line, "0:", 2) != 0)) continue;
    h->version = one ? 1 : 2;
    snprintf(h->path, sizeof h->path, "%s", path);
  }
  if (file) fclose(file);
  return h->version;
}

/* Lines "36 35 98:0 ROOT MOUNT options - type source options", see proc(5). */
static bool find_mount(const char *root, struct hierarchy *h) {
  char line[4096], type[64], options[512];
  FILE *file = file_open(root, "/proc/self/mountinfo");
  bool found = false;
  while (file && !found && fgets(line, sizeof line, file)) {
    const char *dash = strstr(line, " - ");
    if (!dash || sscanf(dash, " - %63s %*s %511s", type, options) != 2) continue;
    if (sscanf(line, "%*s %*s %*s %1023s %1023s", h->top, h->mount) != 2) continue;
    found = h->version == 2 ? strcmp(type, "cgroup2") == 0
                            : strcmp(type, "cgroup") == 0 && list_has(options, "cpu");
  }
  if (file) fclose(file);
  return found;
}

/* The CPU time per period of a folder. True, and no quota, where the folder has none; false: not known. */
static bool read_quota(const char *root, const char *folder, int version, double *cores) {
  char line[128] = "", file[2300];
  uint64_t quota, period;
  *cores = INFINITY;
  const char *const name = version == 2 ? "cpu.max" : "cpu.cfs_quota_us";
  snprintf(file, sizeof file, "%s/%s", folder, name);
  if (!file_exists(root, file)) return true;
  if (!file_line(root, line, sizeof line, "%s", file)) return false;
  if (version == 1) {
    if (strcmp(line, "-1") == 0) return true;
    if (!file_count(root, &period, "%s/cpu.cfs_period_us", folder)) return false;
  } else {
    char *blank = strchr(line, ' ');
    if (!blank || !parse_count(blank + 1, 1, UINT64_MAX, &period)) return false;
    *blank = '\0';
    if (strcmp(line, "max") == 0) return true;
  }
  if (!parse_count(line, 1, UINT64_MAX, &quota) || !period) return false;
  *cores = (double)quota / (double)period;
  return *cores < CPUS_MAX;
}

static void read_throttled(const char *root, const char *folder, int version, struct group_cpu *cpu) {
  char file[2300];
  uint64_t value;
  snprintf(file, sizeof file, "%s/cpu.stat", folder);
  cpu->throttled = file_key(root, file, "nr_throttled", &value) ? (double)value : NAN;
  if (version == 2 && file_key(root, file, "throttled_usec", &value))
    cpu->throttled_seconds = 1e-6 * (double)value;
  else if (version == 1 && file_key(root, file, "throttled_time", &value))
    cpu->throttled_seconds = 1e-9 * (double)value;
  else cpu->throttled_seconds = NAN;
}

/* The group, its ancestors, and last the mount itself: in a container the path may name folders that are not
 * there, and the mount is the container's own group. */
static struct group_cpu walk_up(const char *root, const struct hierarchy *h) {
  struct group_cpu cpu = {INFINITY, NAN, NAN};
  char folder[2200];
  const size_t stem = strlen(h->mount), top = strcmp(h->top, "/") == 0 ? 0 : strlen(h->top);
  const bool below = strncmp(h->path, h->top, top) == 0 && !strstr(h->path, "/..");
  snprintf(folder, sizeof folder, "%s%s", h->mount, below ? h->path + top : "");
  bool seen = false;
  for (size_t end = strlen(folder);;) {
    char file[2300];
    double quota;
    while (end > stem && folder[end - 1] == '/') end--;
    folder[end] = '\0';
    snprintf(file, sizeof file, "%s/cpu.stat", folder);
    if (!read_quota(root, folder, h->version, &quota)) return (struct group_cpu){NAN, NAN, NAN};
    if (file_exists(root, file) && (!seen || quota < cpu.quota)) {
      seen = true;
      cpu.quota = fmin(quota, cpu.quota);
      read_throttled(root, folder, h->version, &cpu);
    }
    if (end <= stem) break;
    while (end > stem && folder[end - 1] != '/') end--;
  }
  if (!seen) cpu.quota = NAN;
  return cpu;
}

struct group_cpu group_cpu_read(const char *root) {
  struct hierarchy h;
  if (!find_path(root, &h) || !find_mount(root, &h)) return (struct group_cpu){NAN, NAN, NAN};
  return walk_up(root, &h);
}
