/* Differences of counters before and after a measurement, and what they say. */
#include "machine/disturbance.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "machine/cpu_times.h"
#include "machine/proc_files.h"
#include "util/append.h"
#include "util/bench_clock.h"

static double count_interrupted(void) {
  struct rusage self, ended;
  if (getrusage(RUSAGE_SELF, &self) != 0 || getrusage(RUSAGE_CHILDREN, &ended) != 0) return NAN;
  return (double)self.ru_nivcsw + (double)ended.ru_nivcsw;
}

struct cpu_seconds cpu_seconds_read(const char *root) {
  struct cpu_seconds now = {
      .wall = clock_seconds(), .own = cpu_seconds_own(), .busy = NAN, .stolen = NAN, .waited = NAN};
  struct cpus online = {0};
  struct cpu_times times;
  const bool listed = file_cpus(root, &online, "/sys/devices/system/cpu/online");
  if (listed && cpu_times_read(root, &times)) {
    now.cores = online.count;
    now.busy = times.busy;
    now.stolen = times.stolen;
  }
  now.group = tutti_cgroup_read_quota(root);
  (void)pressure_read(root, "/proc/pressure/cpu", NULL, &now.waited);
  now.interrupted = count_interrupted();
  now.overheated = cpus_overheated(root, &online);
  return now;
}

struct cpu_seconds cpu_seconds_now(void) {
  return cpu_seconds_read("");
}

struct disturbance disturbance_between(const struct cpu_seconds *begin, const struct cpu_seconds *end) {
  const double wall = end->wall - begin->wall;
  struct disturbance d = {.others = NAN,
                          .stolen = NAN,
                          .wall = wall,
                          .throttled = end->group.throttled - begin->group.throttled,
                          .throttled_seconds = end->group.throttled_seconds - begin->group.throttled_seconds,
                          .waited = NAN,
                          .interrupted = NAN,
                          .overheated = end->overheated - begin->overheated};
  if (begin->group.known && end->group.known && isinf(begin->group.cpus) && isinf(end->group.cpus))
    d.throttled = d.throttled_seconds = 0;
  if (!begin->cores || !end->cores || wall < 0.1) return d; /* the kernel counts in steps of 0.01 s */
  d.cores = end->cores;
  d.others = fmax(0, (end->busy - begin->busy - (end->own - begin->own)) / wall);
  d.stolen = (end->stolen - begin->stolen) / wall;
  d.waited = (end->waited - begin->waited) / wall;
  d.interrupted = (end->interrupted - begin->interrupted) / wall / d.cores;
  return d;
}

static void name_unknown(char *list, size_t size, bool unknown, const char *name) {
  if (unknown) append(list, size, "%s%s", *list ? ", " : "", name);
}

void disturbance_warnings(const struct disturbance *d, struct text_list *warnings, struct text_list *lacks) {
  char unknown[256] = "";
  if (d->others > 0.05 * d->cores)
    text_list_add(warnings, "other programs kept %.2g of %d cores busy meanwhile: do not trust these times",
                  d->others, d->cores);
  if (d->stolen > 0.02 * d->cores)
    text_list_add(warnings, "the hypervisor kept %.2g of %d cores from this machine meanwhile", d->stolen,
                  d->cores);
  if (d->throttled > 0) {
    char seconds[64] = "";
    if (d->throttled_seconds > 0) snprintf(seconds, sizeof seconds, ", for %.2g s", d->throttled_seconds);
    text_list_add(warnings, "the CPU quota ran out in %.0f periods meanwhile, and tasks stood still%s",
                  d->throttled, seconds);
  }
  if (d->waited > 0.1 && d->others > 0.05 * d->cores)
    text_list_add(warnings, "some task waited for a core during %.0f %% of the time", 100 * d->waited);
  if (d->interrupted > 100)
    text_list_add(warnings, "this program was taken off its cores %.0f times a second and core",
                  d->interrupted);
  if (d->overheated > 0)
    text_list_add(warnings, "cores were slowed down %.0f times because of heat", d->overheated);
  name_unknown(unknown, sizeof unknown, isnan(d->others), "how busy other programs were");
  name_unknown(unknown, sizeof unknown, isnan(d->stolen), "what the hypervisor took");
  name_unknown(unknown, sizeof unknown, isnan(d->throttled), "whether a CPU quota ran out");
  name_unknown(unknown, sizeof unknown, isnan(d->waited), "whether tasks waited for cores");
  name_unknown(unknown, sizeof unknown, isnan(d->overheated), "whether heat slowed cores down");
  if (*unknown)
    text_list_add(lacks, "not known%s: %s",
                  d->wall > 0 && d->wall < 0.1 ? ", where it took less than 0.1 s" : "", unknown);
}
