/* tutti_topology: what a program may know of its machine. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/error.h"
#include "core/scope.h"
#include "platform/cgroup.h"
#include "platform/topology.h"

tutti_status tutti_topology(tutti_topology_t *topology) {
  if (!topology) return tutti_fail(NULL, TUTTI_EINVAL, "topology is NULL");
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  const double quota = tutti_cgroup_cpus("");
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  tutti_topology_t t = {.online = online > 0 ? (int)online : 1,
                        .quota = isfinite(quota) ? quota : 0,
                        .usable = tutti_usable_cores(),
                        .available_memory = tutti_available_memory()};
  int *processor = tutti_allowed_processors(&t.allowed);
  if (!processor) return tutti_fail(NULL, TUTTI_ENOMEM, "no memory for %d processors", t.allowed);
  const tutti_status status = tutti_topology_read("", processor, t.allowed, &t);
  free(processor);
  if (status) return tutti_fail(NULL, status, "no memory for %d processors", t.allowed);
  *topology = t;
  return TUTTI_OK;
}

size_t tutti_topology_text(const tutti_topology_t *t, char *text, size_t size) {
  char quota[64] = "no quota", cores[64] = "cores unknown", where[96] = "";
  if (t->quota > 0) snprintf(quota, sizeof quota, "a quota of %g", t->quota);
  if (t->cores)
    snprintf(cores, sizeof cores, "%d core%s%s", t->cores, t->cores == 1 ? "" : "s",
             t->kinds > 1            ? " of different kinds"
             : t->cores < t->allowed ? " (with SMT siblings)"
                                     : "");
  if (t->packages && t->nodes)
    snprintf(where, sizeof where, " in %d package%s and %d NUMA node%s", t->packages,
             t->packages == 1 ? "" : "s", t->nodes, t->nodes == 1 ? "" : "s");
  const int length =
      snprintf(text, size, "%d usable: %d of %d processors allowed, %s%s, %s, %.1f GiB of memory available",
               t->usable, t->allowed, t->online, cores, where, quota, (double)t->available_memory / 0x1p30);
  return length > 0 ? (size_t)length : 0;
}
