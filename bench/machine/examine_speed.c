/* Topics about how fast the cores run. */
#include <dirent.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "machine/cpu_times.h"
#include "machine/examine.h"
#include "util/append.h"

static const char cpufreq[] = "/sys/devices/system/cpu/cpu%d/cpufreq/%s";

/* CPUs that have the same text in a file of theirs. */
struct same {
  char text[32];
  struct cpus cpus;
};
enum { DIFFERENT = 4 };

/* The different texts of a file of every online CPU; 0: one is missing, or they are too many. */
static int gather(const struct examination *e, const char *name, struct same same[DIFFERENT]) {
  struct cpus online;
  int count = 0;
  if (!cpus_parse(e->machine->online, &online)) return 0;
  for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
    char text[32];
    if (!online.has[cpu]) continue;
    if (!file_line(e->root, text, sizeof text, cpufreq, cpu, name)) return 0;
    int k = 0;
    while (k < count && strcmp(same[k].text, text) != 0) k++;
    if (k == DIFFERENT) return 0;
    if (k == count) {
      same[count] = (struct same){0};
      snprintf(same[count++].text, sizeof same->text, "%s", text);
    }
    cpus_add(&same[k].cpus, cpu);
  }
  return count;
}

/* A setting that every CPU has: fine if it is one of those that hold the clock up. Names not in `known` are
 * no such setting, whatever wrote them. */
static void setting(const struct examination *e, struct finding *f, const char *file, const char *const *good,
                    const char *const *known, const char *advice) {
  struct same same[DIFFERENT];
  const int count = gather(e, file, same);
  char list[512] = "";
  bool fine = true, understood = count > 0;
  for (int i = 0; i < count; i++) {
    char cpus[48];
    size_t g = 0, k = 0;
    while (good[g] && strcmp(good[g], same[i].text) != 0) g++;
    while (known[k] && strcmp(known[k], same[i].text) != 0) k++;
    fine &= good[g] != NULL;
    understood &= good[g] || known[k];
    cpus_text(&same[i].cpus, cpus, sizeof cpus);
    append(list, sizeof list, "%s'%.31s' on CPUs %s", *list ? ", " : "", same[i].text, cpus);
  }
  if (!understood) finding_unknown(f, "the CPUs' %s could not be read, or names none that is known", file);
  else finding_judge(f, !(fine), "%s%s%s", list, fine ? "" : ": ", fine ? "" : advice);
}

static void governor(const struct examination *e, struct finding *f) {
  static const char *const good[] = {"performance", NULL};
  static const char *const known[] = {"powersave", "ondemand",  "conservative",
                                      "schedutil", "userspace", NULL};
  setting(e, f, "scaling_governor", good, known,
          "the clock follows the load; sudo cpupower frequency-set -g performance holds it up");
}

static void preference(const struct examination *e, struct finding *f) {
  static const char *const good[] = {"performance", "balance_performance", "default", NULL};
  static const char *const known[] = {"balance_power", "power", NULL};
  setting(e, f, "energy_performance_preference", good, known,
          "the CPU saves energy first; sudo x86_energy_perf_policy performance changes that");
}

static void turbo(const struct examination *e, struct finding *f) {
  static const char intel[] = "/sys/devices/system/cpu/intel_pstate/no_turbo",
                    other[] = "/sys/devices/system/cpu/cpufreq/boost";
  uint64_t value;
  const char *file = file_exists(e->root, intel) ? intel : other;
  const uint64_t on = file == other;
  if (!file_count(e->root, &value, "%s", file) || value > 1)
    finding_unknown(f, "neither %s nor %s tells", intel, other);
  else if (value == on)
    finding_disturbs(
        f,
        "turbo is on: one busy core runs faster than many, and speedups come out too low; echo %d | sudo "
        "tee %s turns it off",
        !on, file);
  else finding_fine(f, "turbo is off (%s is %d)", file, (int)value);
}

static void limits(const struct examination *e, struct finding *f) {
  struct cpus online, lowered = {0};
  uint64_t limit, hardware, lowest = UINT64_MAX, most = 0;
  bool known = cpus_parse(e->machine->online, &online) && online.count;
  for (int cpu = 0; known && cpu < CPUS_MAX; cpu++) {
    if (!online.has[cpu]) continue;
    /* kHz; a clock of 100 GHz is none */
    known = file_count(e->root, &limit, cpufreq, cpu, "scaling_max_freq") &&
            file_count(e->root, &hardware, cpufreq, cpu, "cpuinfo_max_freq") && limit && limit < 100000000 &&
            hardware && hardware < 100000000;
    if (!known) break;
    if (hardware > most) most = hardware;
    if (limit >= hardware) continue;
    cpus_add(&lowered, cpu);
    if (limit < lowest) lowest = limit;
  }
  if (!known) {
    finding_unknown(f, "scaling_max_freq and cpuinfo_max_freq of the CPUs could not be read");
  } else if (lowered.count) {
    char cpus[128];
    cpus_text(&lowered, cpus, sizeof cpus);
    finding_disturbs(
        f,
        "CPUs %s are held to %.2f GHz where the hardware has %.2f GHz: sudo cpupower frequency-set -u "
        "%.2fGHz lifts it",
        cpus, 1e-6 * (double)lowest, 1e-6 * (double)most, 1e-6 * (double)most);
  } else {
    finding_fine(f, "none below the hardware's %.2f GHz", 1e-6 * (double)most);
  }
}

static void heat(const struct examination *e, struct finding *f) {
  struct cpus online;
  const double times = cpus_parse(e->machine->online, &online) ? cpus_overheated(e->root, &online) : NAN;
  if (isnan(times)) finding_unknown(f, "core_throttle_count of the CPUs could not be read");
  else if (times > 0)
    finding_disturbs(
        f,
        "CPUs were slowed down %.0f time%s since the machine started because they were too hot: cool "
        "it, or pause between runs",
        times, plural(times));
  else finding_fine(f, "no CPU was slowed down since the machine started");
}

/* What feeds the machine. */
struct supplies {
  bool battery, discharging, plug, plugged_in;
};

/* False: what it is, or does, is not known. */
static bool read_supply(const char *root, const char *name, struct supplies *s) {
  char type[32], scope[32], status[32];
  uint64_t online;
  if (!file_line(root, type, sizeof type, "/sys/class/power_supply/%s/type", name)) return false;
  if (strcmp(type, "Battery") != 0) {
    s->plug = true;
    if (!file_count(root, &online, "/sys/class/power_supply/%s/online", name) || online > 2) return false;
    s->plugged_in |= online > 0;
    return true;
  }
  if (file_line(root, scope, sizeof scope, "/sys/class/power_supply/%s/scope", name) &&
      strcmp(scope, "Device") == 0)
    return true; /* a mouse's */
  s->battery = true;
  if (!file_line(root, status, sizeof status, "/sys/class/power_supply/%s/status", name)) return false;
  s->discharging |= strcmp(status, "Discharging") == 0;
  return true;
}

static void power(const struct examination *e, struct finding *f) {
  static const char place[] = "/sys/class/power_supply";
  char path[PATH_MAX];
  struct supplies s = {0};
  snprintf(path, sizeof path, "%s%s", e->root, place);
  DIR *folder = opendir(path);
  bool known = folder;
  for (struct dirent *entry; folder && (entry = readdir(folder));)
    if (entry->d_name[0] != '.') known &= read_supply(e->root, entry->d_name, &s);
  if (folder) closedir(folder);
  if (!known) finding_unknown(f, "%s could not be read", place);
  else if (s.battery && (s.plug ? !s.plugged_in : s.discharging))
    finding_disturbs(f, "the machine runs on its battery, and saves power: plug it in");
  else finding_fine(f, s.battery ? "the machine is plugged in" : "no battery");
}

const struct topic speed_topics[] = {
    {"governor", governor}, {"energy preference", preference},
    {"turbo", turbo},       {"frequency limit", limits},
    {"heat", heat},         {"power", power},
    {NULL, NULL},
};
