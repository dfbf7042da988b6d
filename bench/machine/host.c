/* Asks the system about this process. */
#include "machine/host.h"

#include <string.h>
#include <sys/utsname.h>
#include <tutti/tutti.h>
#include <unistd.h>

#include "machine/build_info.h"

static void gather_affinity(struct cpus *allowed) {
  static int processor[CPUS_MAX];
  const int count = tutti_processors(processor, CPUS_MAX);
  for (int i = 0; i < count && i < CPUS_MAX; i++)
    if (processor[i] < CPUS_MAX) cpus_add(allowed, processor[i]);
}

void host_gather(struct host *host) {
  *host = (struct host){.usable = tutti_usable_cores(),
                        .online = (int)sysconf(_SC_NPROCESSORS_ONLN),
                        .environment = environ,
                        .build = build_flags(),
                        .slow_build = build_is_slow()};
  struct utsname name;
  if (uname(&name) == 0) {
    snprintf(host->system, sizeof host->system, "%.39s", name.sysname);
    snprintf(host->release, sizeof host->release, "%.79s", name.release);
    snprintf(host->architecture, sizeof host->architecture, "%.63s", name.machine);
    snprintf(host->name, sizeof host->name, "%.63s", name.nodename);
  }
  gather_affinity(&host->allowed);
  const size_t available = tutti_available_memory();
  host->available = available == (size_t)-1 ? 0 : (double)available;
}

const char *host_variable(const struct host *host, const char *name) {
  const size_t length = strlen(name);
  for (char *const *entry = host->environment; entry && *entry; entry++)
    if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') return *entry + length + 1;
  return NULL;
}
