/* Topics about who else uses the machine. */
#include <math.h>
#include <string.h>

#include "cli/parse.h"
#include "machine/cpu_times.h"
#include "machine/examine.h"

static void load(const struct examination *e, struct finding *f) {
  const double value = e->machine->load;
  const int cores = e->machine->cores;
  const bool busy = value > fmax(0.25, 0.05 * cores);
  if (value < 0) finding_unknown(f, "/proc/loadavg could not be read");
  else if (!cores) finding_unknown(f, "the number of CPUs could not be read");
  else
    finding_judge(f, busy, "%.2f tasks wanted to run over the last minute, on %d CPU%s%s", value, cores,
                  plural(cores), busy ? ": stop them, or wait (top names them)" : "");
}

static void steal(const struct examination *e, struct finding *f) {
  struct cpu_times t;
  if (!cpu_times_read(e->root, &t) || t.total <= 0) {
    finding_unknown(f, "/proc/stat could not be read");
    return;
  }
  const double share = t.stolen / t.total;
  finding_judge(f, share > 0.005, "the hypervisor gave %.2g %% of the CPUs' time since the start to others%s",
                100 * share, share > 0.005 ? ": a machine with CPUs of its own avoids that" : "");
}

static void pressure(const struct examination *e, struct finding *f, const char *file, const char *what) {
  char path[64];
  double average;
  snprintf(path, sizeof path, "/proc/pressure/%s", file);
  if (!pressure_read(e->root, path, &average, NULL))
    finding_unknown(f, "%s could not be read (the kernel needs CONFIG_PSI, psi=1)", path);
  else
    finding_judge(f, average > 5, "tasks waited for %s during %.3g %% of the last 10 s%s", what, average,
                  average > 5 ? ": others want it, too" : "");
}

static void hypervisor(const struct examination *e, struct finding *f) {
  const struct machine *m = e->machine;
  if (m->hypervisor)
    finding_disturbs(
        f, "this is a virtual machine (%s): what its neighbours do shows in caches, memory and clock",
        m->virtual_by);
  else if (*m->virtual_by) finding_fine(f, "none is seen (%s)", m->virtual_by);
  else finding_unknown(f, "neither the firmware's tables nor the CPU's flags tell");
}

/* A container costs nothing by itself: its limits are findings of their own. */
static void container(const struct examination *e, struct finding *f) {
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
  if (hint) finding_fine(f, "a container (%s): what limits it is said above", hint);
  else if (read) finding_fine(f, "no sign of one");
  else finding_unknown(f, "/proc/self/cgroup could not be read");
}

static void cpu_pressure(const struct examination *e, struct finding *f) { pressure(e, f, "cpu", "a CPU"); }
static void memory_pressure(const struct examination *e, struct finding *f) {
  pressure(e, f, "memory", "memory");
}
static void io_pressure(const struct examination *e, struct finding *f) { pressure(e, f, "io", "a disk"); }

const struct topic neighbours_topics[] = {
    {"load", load},
    {"CPU pressure", cpu_pressure},
    {"memory pressure", memory_pressure},
    {"I/O pressure", io_pressure},
    {"steal", steal},
    {"hypervisor", hypervisor},
    {"container", container},
    {NULL, NULL},
};
