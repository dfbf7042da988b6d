#include <math.h>
#include <string.h>

#include "cli/parse.h"
#include "machine/cpu_times.h"
#include "machine/examine.h"

static const char group[] = "neighbours";

static void load(const struct examination *e, struct findings *f) {
  const double value = e->machine->load;
  const int cores = e->machine->cores;
  if (value < 0 || !cores) {
    finding_add(f, group, "load", FINDING_UNKNOWN, "%s could not be read",
                value < 0 ? "/proc/loadavg" : "the number of CPUs");
    return;
  }
  finding_add(f, group, "load", value > fmax(0.25, 0.05 * cores) ? FINDING_DISTURBS : FINDING_FINE,
              value > fmax(0.25, 0.05 * cores)
                  ? "%.2f tasks wanted to run over the last minute, on %d CPU%s: stop them, or wait (top "
                    "names them)"
                  : "%.2f tasks wanted to run over the last minute, on %d CPU%s",
              value, cores, plural(cores));
}

static void steal(const struct examination *e, struct findings *f) {
  struct cpu_times t;
  if (!cpu_times_read(e->root, &t) || t.total <= 0) {
    finding_add(f, group, "steal", FINDING_UNKNOWN, "/proc/stat could not be read");
    return;
  }
  const double share = t.stolen / t.total;
  finding_add(f, group, "steal", share > 0.005 ? FINDING_DISTURBS : FINDING_FINE,
              share > 0.005 ? "the hypervisor gave %.2g %% of the CPUs' time since the start to others: a "
                              "machine with CPUs of its own avoids that"
                            : "the hypervisor gave %.2g %% of the CPUs' time since the start to others",
              100 * share);
}

static void pressure(const struct examination *e, struct findings *f, const char *topic, const char *file,
                     const char *what) {
  char path[64];
  double average;
  snprintf(path, sizeof path, "/proc/pressure/%s", file);
  if (!pressure_read(e->root, path, &average, NULL))
    finding_add(f, group, topic, FINDING_UNKNOWN, "%s could not be read (the kernel needs CONFIG_PSI, psi=1)",
                path);
  else
    finding_add(f, group, topic, average > 5 ? FINDING_DISTURBS : FINDING_FINE,
                "tasks waited for %s during %.3g %% of the last 10 s%s", what, average,
                average > 5 ? ": others want it, too" : "");
}

static void hypervisor(const struct examination *e, struct findings *f) {
  const struct machine *m = e->machine;
  if (m->hypervisor)
    finding_add(f, group, "hypervisor", FINDING_DISTURBS,
                "this is a virtual machine (%s): what its neighbours do shows in caches, memory and clock",
                m->virtual_by);
  else if (*m->virtual_by)
    finding_add(f, group, "hypervisor", FINDING_FINE, "none is seen (%s)", m->virtual_by);
  else
    finding_add(f, group, "hypervisor", FINDING_UNKNOWN,
                "neither the firmware's tables nor the CPU's flags tell");
}

/* A container costs nothing by itself: its limits are findings of their own. */
static void container(const struct examination *e, struct findings *f) {
  static const char *const names[] = {"docker", "kubepods", "containerd", "libpod", "lxc", "garden", "crio"};
  char line[1024];
  const char *hint = file_exists(e->root, "/.dockerenv")          ? "/.dockerenv"
                     : file_exists(e->root, "/run/.containerenv") ? "/run/.containerenv"
                                                                  : NULL;
  FILE *file = hint ? NULL : file_open(e->root, "/proc/self/cgroup");
  bool read = hint != NULL;
  while (file && !hint && fgets(line, sizeof line, file)) {
    const char *first = strchr(line, ':'), *path = first ? strchr(first + 1, ':') : NULL;
    read |= path && path[1] == '/';
    for (size_t i = 0; path && i < sizeof names / sizeof *names && !hint; i++)
      if (strstr(path, names[i])) hint = names[i];
  }
  if (file) fclose(file);
  if (hint)
    finding_add(f, group, "container", FINDING_FINE, "a container (%s): what limits it is said above", hint);
  else if (read) finding_add(f, group, "container", FINDING_FINE, "no sign of one");
  else finding_add(f, group, "container", FINDING_UNKNOWN, "/proc/self/cgroup could not be read");
}

void examine_neighbours(const struct examination *e, struct findings *f) {
  load(e, f);
  pressure(e, f, "CPU pressure", "cpu", "a CPU");
  pressure(e, f, "memory pressure", "memory", "memory");
  pressure(e, f, "I/O pressure", "io", "a disk");
  steal(e, f);
  hypervisor(e, f);
  container(e, f);
}
