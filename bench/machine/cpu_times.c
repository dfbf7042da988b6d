/* Reads /proc/stat, /proc/pressure and the counters of heat. */
#include "machine/cpu_times.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "cli/parse.h"
#include "machine/proc_files.h"

/* "cpu  user nice system idle iowait irq softirq steal guest guest_nice", see proc(5): in ticks, and the
 * guests' are in user and nice already. */
bool cpu_times_read(const char *root, struct cpu_times *times) {
  enum { USER, NICE, SYSTEM, IDLE, IO_WAIT, IRQ, SOFT_IRQ, STEAL, FIELDS };
  char line[512], *rest = line;
  double field[FIELDS], total = 0;
  if (!file_line(root, line, sizeof line, "/proc/stat") || strncmp(line, "cpu ", 4) != 0) return false;
  (void)strsep(&rest, " ");
  for (int i = 0; i < FIELDS; i++) {
    uint64_t ticks;
    char *word;
    do word = strsep(&rest, " ");
    while (word && !*word);
    if (!word || !parse_count(word, 0, UINT64_MAX / 16, &ticks)) return false;
    field[i] = (double)ticks / (double)sysconf(_SC_CLK_TCK);
    total += field[i];
  }
  *times = (struct cpu_times){
      .busy = total - field[IDLE] - field[IO_WAIT] - field[STEAL], .stolen = field[STEAL], .total = total};
  return true;
}

bool pressure_read(const char *root, const char *path, double *average, double *total) {
  char line[256], ten[32], microseconds[32];
  double per_cent;
  uint64_t count;
  if (!file_line(root, line, sizeof line, "%s", path) ||
      sscanf(line, "some avg10=%31s avg60=%*s avg300=%*s total=%31s", ten, microseconds) != 2 ||
      !parse_real(ten, 0, 100, &per_cent) || !parse_count(microseconds, 0, UINT64_MAX, &count))
    return false;
  if (average) *average = per_cent;
  if (total) *total = 1e-6 * (double)count;
  return true;
}

double cpus_overheated(const char *root, const struct cpus *cpus) {
  double sum = cpus->count ? 0 : NAN;
  for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
    uint64_t count;
    if (!cpus->has[cpu]) continue;
    if (!file_count(root, &count, "/sys/devices/system/cpu/cpu%d/thermal_throttle/core_throttle_count",
                    cpu) ||
        count >= UINT32_MAX)
      return NAN;
    sum += (double)count;
  }
  return sum;
}
