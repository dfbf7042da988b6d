/* Asks the kernel, by mapping and unmapping memory: it alone knows all limits, and what counts towards
 * them. */
#define _GNU_SOURCE
#include "platform/headroom.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* MAP_NORESERVE: not compared with the memory that there is, which is only taken page by page when it is
 * touched. */
static bool can_map(size_t bytes, int protection) {
  void *probe = mmap(NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return probe != MAP_FAILED && munmap(probe, bytes) == 0;
}

bool tutti_has_room(size_t bytes) { return bytes == 0 || can_map(bytes, PROT_READ | PROT_WRITE); }

/* Memory without write permission counts towards ulimit -v, but not towards ulimit -d. */
void tutti_name_limit(size_t bytes, char *text, size_t size) {
  struct rlimit space, data;
  const bool limited = getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY;
  if (limited && !can_map(bytes, PROT_NONE))
    snprintf(text, size, "RLIMIT_AS (ulimit -v) = %llu kB", (unsigned long long)space.rlim_cur / 1024);
  else if (getrlimit(RLIMIT_DATA, &data) == 0 && data.rlim_cur != RLIM_INFINITY)
    snprintf(text, size, "RLIMIT_DATA (ulimit -d) = %llu kB", (unsigned long long)data.rlim_cur / 1024);
  else snprintf(text, size, "what the system commits itself to (vm.overcommit_memory)");
}
