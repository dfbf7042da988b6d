#include "measure/disturbance.h"

#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "measure/clock.h"

static double used_by(int who) {
  struct rusage usage;
  if (getrusage(who, &usage) != 0) return 0;
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

double cpu_seconds_own(void) { return used_by(RUSAGE_SELF) + used_by(RUSAGE_CHILDREN); }

struct cpu_seconds cpu_seconds_now(void) {
  struct cpu_seconds now = {.wall = clock_seconds(), .own = cpu_seconds_own()};
  FILE *file = fopen("/proc/stat", "r");
  unsigned long long user, nice, system, idle, io, irq, soft_irq, stolen;
  if (file && fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system, &idle, &io,
                     &irq, &soft_irq, &stolen) == 8) {
    const double ticks = (double)sysconf(_SC_CLK_TCK);
    now.busy = (double)(user + nice + system + irq + soft_irq) / ticks;
    now.stolen = (double)stolen / ticks;
    now.cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
  }
  if (file) fclose(file);
  return now;
}

struct disturbance disturbance_between(const struct cpu_seconds *begin, const struct cpu_seconds *end) {
  const double wall = end->wall - begin->wall;
  if (!begin->cores || !end->cores || wall < 0.1) return (struct disturbance){NAN, NAN, 0};
  const double others = (end->busy - begin->busy - (end->own - begin->own)) / wall;
  return (struct disturbance){fmax(0, others), (end->stolen - begin->stolen) / wall, end->cores};
}

void disturbance_notes(const struct disturbance *d, struct notes *notes) {
  if (d->others > 0.05 * d->cores)
    notes_add(notes, "other programs kept %.2g of %d cores busy meanwhile: do not trust these times",
              d->others, d->cores);
  if (d->stolen > 0.02 * d->cores)
    notes_add(notes, "the hypervisor kept %.2g of %d cores from this machine meanwhile", d->stolen, d->cores);
}
