/* Topics about memory. */
#include <math.h>
#include <string.h>

#include "machine/examine.h"

static void room(const struct examination *e, struct finding *f) {
  uint64_t total, available;
  if (!file_key(e->root, "/proc/meminfo", "MemTotal", &total) || !total ||
      !file_key(e->root, "/proc/meminfo", "MemAvailable", &available) || available > total) {
    finding_unknown(f, "/proc/meminfo could not be read");
    return;
  }
  const double left =
      e->machine->available > 0 ? fmin((double)available, e->machine->available) : (double)available;
  const bool low = left < 0.1 * (double)total;
  finding_judge(f, low, "%.1f of %.1f GiB are available%s", left / 0x1p30, (double)total / 0x1p30,
                low ? ": large cases may swap, or fail: end other programs, or choose smaller sizes" : "");
}

static void swap(const struct examination *e, struct finding *f) {
  uint64_t total, left;
  if (!file_key(e->root, "/proc/meminfo", "SwapTotal", &total) ||
      !file_key(e->root, "/proc/meminfo", "SwapFree", &left) || left > total) {
    finding_unknown(f, "/proc/meminfo could not be read");
    return;
  }
  const double used = (double)(total - left), memory = e->machine->memory;
  /* pages that nobody touches lie there without harm */
  const bool much = memory > 0 && used > 0.05 * memory;
  if (!total) finding_fine(f, "none is set up");
  else
    finding_judge(f, much, "%.2g of %.2g GiB are in use%s", used / 0x1p30, (double)total / 0x1p30,
                  much ? ": pages come back from the disk while a program runs: end what is large" : "");
}

/* The word in brackets: "always [madvise] never". */
static bool chosen(const char *line, char *word, size_t size) {
  const char *open = strchr(line, '['), *close = open ? strchr(open, ']') : NULL;
  return close && close - open > 1 &&
         snprintf(word, size, "%.*s", (int)(close - open - 1), open + 1) < (int)size;
}

static void huge_pages(const struct examination *e, struct finding *f) {
  char mode[16], line[96], shared[16] = "unknown", reserved[32] = "an unknown number";
  uint64_t pages;
  if (!chosen(e->machine->huge_pages, mode, sizeof mode) ||
      (strcmp(mode, "always") != 0 && strcmp(mode, "madvise") != 0 && strcmp(mode, "never") != 0)) {
    finding_unknown(f, "/sys/kernel/mm/transparent_hugepage/enabled could not be read");
    return;
  }
  if (file_line(e->root, line, sizeof line, "/sys/kernel/mm/transparent_hugepage/shmem_enabled"))
    (void)chosen(line, shared, sizeof shared);
  if (file_count(e->root, &pages, "/proc/sys/vm/nr_hugepages"))
    snprintf(reserved, sizeof reserved, "%llu", (unsigned long long)pages);
  const bool none = strcmp(mode, "never") == 0;
  finding_judge(f, none, "transparent ones: %s; in shared memory: %s; reserved: %s%s", mode, shared, reserved,
                none ? "; large arrays wait for the TLB: echo madvise | sudo tee "
                       "/sys/kernel/mm/transparent_hugepage/enabled"
                     : "");
}

const struct topic memory_topics[] = {
    {"room", room},
    {"swap", swap},
    {"huge pages", huge_pages},
    {NULL, NULL},
};
