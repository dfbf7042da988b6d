/* Topics about this program and the clock it measures with. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "cli/parse.h"
#include "machine/examine.h"
#include "util/append.h"

static void build(const struct examination *e, struct finding *f) {
  finding_judge(f, e->host->slow_build,
                e->host->slow_build ? "without optimisation or with a sanitizer (%s): meson setup build "
                                      "--buildtype=release"
                                    : "%s",
                e->host->build);
}

/* -- variables that a threads runtime or BLAS reads -- */

static bool is_one_of(const char *text, const char *const *list) {
  while (*list && strcasecmp(text, *list) != 0) list++;
  return *list;
}

/* What is wrong with a setting, or NULL. */
static const char *objection(const char *name, const char *value, int workers) {
  static const char *const yes[] = {"true", "1", "yes", "on", NULL};
  static const char *const no[] = {"false", "none", "disabled", NULL};
  static const char *const adjusting[] = {"OMP_DYNAMIC", "MKL_DYNAMIC", NULL};
  static const char *const binding[] = {"OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY", "KMP_AFFINITY",
                                        NULL};
  uint64_t limit;
  if (is_one_of(name, adjusting) && is_one_of(value, yes)) return "lets the runtime take fewer threads";
  if (strcmp(name, "OMP_THREAD_LIMIT") == 0 &&
      (!parse_count(value, 1, UINT64_MAX, &limit) || limit < (uint64_t)workers))
    return "allows fewer threads than workers";
  if (is_one_of(name, binding) && !is_one_of(value, no))
    return "binds threads, and not worker processes, to CPUs";
  if (strcmp(name, "OMP_WAIT_POLICY") == 0 && strcasecmp(value, "active") == 0)
    return "lets threads that wait spin, and so disturb others";
  if ((strcmp(name, "GOMP_SPINCOUNT") == 0 || strcmp(name, "KMP_BLOCKTIME") == 0) && strcmp(value, "0") != 0)
    return "lets threads that wait spin, and so disturb others";
  return NULL;
}

static void threads(const struct examination *e, struct finding *f) {
  static const char *const prefixes[] = {"OMP_", "GOMP_", "KMP_", "OPENBLAS_", "MKL_"};
  char bad[600] = "", good[300] = "";
  for (char *const *entry = e->host->environment; entry && *entry; entry++) {
    char name[64];
    const char *equals = strchr(*entry, '=');
    bool ours = false;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
      ours |= strncmp(*entry, prefixes[i], strlen(prefixes[i])) == 0;
    if (!ours || !equals) continue;
    snprintf(name, sizeof name, "%.*s", (int)(equals - *entry), *entry);
    const char *why = objection(name, equals + 1, examined_workers(e));
    char *list = why ? bad : good;
    append(list, why ? sizeof bad : sizeof good, "%s%s=%s%s%s", *list ? ", " : "", name, equals + 1,
           why ? " " : "", why ? why : "");
  }
  if (*bad) finding_disturbs(f, "%s", bad);
  else finding_fine(f, "%s", *good ? good : "no variable of OpenMP, OpenBLAS or MKL is set");
}

/* -- the clock -- */

/* Those that a program reads without asking the kernel, and those that it cannot. */
static void clock_source(const struct examination *e, struct finding *f) {
  static const char *const fast[] = {
      "tsc",      "arch_sys_counter",  "kvm-clock", "hyperv_clocksource_tsc_page",
      "timebase", "riscv_clocksource", "tod",       NULL};
  static const char *const slow[] = {"hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit", "xen", NULL};
  static const char folder[] = "/sys/devices/system/clocksource/clocksource0";
  char current[64], available[128] = "unknown";
  const bool read = file_line(e->root, current, sizeof current, "%s/current_clocksource", folder);
  (void)file_line(e->root, available, sizeof available, "%s/available_clocksource", folder);
  if (read && is_one_of(current, fast)) finding_fine(f, "%s (there are: %s)", current, available);
  else if (read && is_one_of(current, slow))
    finding_disturbs(
        f,
        "%s, which takes a call of the kernel (there are: %s): choose another in %s/current_clocksource, "
        "or find out in dmesg why the kernel gave it up",
        current, available, folder);
  else finding_unknown(f, "%s/current_clocksource could not be read, or names none that is known", folder);
}

static void timer(const struct examination *e, struct finding *f) {
  const double step = e->clock_resolution, cost = e->clock_cost;
  if (isnan(step) || isnan(cost)) {
    finding_unknown(f, "not measured");
    return;
  }
  const bool coarse = step > 1e-6 || cost > 1e-6;
  finding_judge(f, coarse, "the clock moves in steps of %.3g ns, and reading it takes %.3g ns%s", 1e9 * step,
                1e9 * cost, coarse ? ": runs below a millisecond are timed badly" : "");
}

const struct topic program_topics[] = {
    {"build", build}, {"thread settings", threads}, {"clock source", clock_source}, {"timer", timer},
    {NULL, NULL},
};
