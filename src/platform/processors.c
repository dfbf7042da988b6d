/* The processors this process may run on.
 *
 * They are those in the affinity mask of the calling thread, unless an OpenMP runtime has narrowed that
 * mask. If OMP_PROC_BIND, OMP_PLACES, GOMP_CPU_AFFINITY or KMP_AFFINITY tell it to bind threads, a runtime
 * binds the first thread when it is loaded, or when it is first called; all other threads inherit that
 * mask. Before that it has read the whole mask and divided it into places. So:
 *
 * - a thread whose mask is one of the places was bound by the runtime: the process may use all places;
 * - any other mask was set by the program itself: it says what the process may use. */
#define _GNU_SOURCE
#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "platform/topology.h"

/* Reads the mask of the calling thread. The kernel's mask may be longer than a cpu_set_t: the buffer grows
 * until it fits. */
static int *read_mask(int *count) {
  for (size_t cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
    const size_t size = CPU_ALLOC_SIZE(cpus);
    cpu_set_t *set = CPU_ALLOC(cpus);
    if (!set) return NULL;
    *count = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 0;
    int *list = *count ? malloc((size_t)*count * sizeof *list) : NULL;
    for (int cpu = 0, n = 0; list && n < *count; cpu++)
      if (CPU_ISSET_S((size_t)cpu, size, set)) list[n++] = cpu;
    CPU_FREE(set);
    if (*count) return list;
  }
  return NULL;
}

/* The runtime's places, which never change. processor[first[p]] .. processor[first[p + 1] - 1] are the
 * processors of place p, ascending; behind all places come the processors of all of them, each once. */
static struct {
  int count, all; /* places; different processors in them */
  int *first, *processor;
} places;

static int ascending(const void *a, const void *b) {
  const int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}

static void sort(int *list, int count) { qsort(list, (size_t)count, sizeof *list, ascending); }

/* With OMP_PROC_BIND=primary all threads stay at the place of the first one: its mask is all there is. */
static void read_places(void) {
  const omp_proc_bind_t bind = omp_get_proc_bind();
  if (bind == omp_proc_bind_false || bind == omp_proc_bind_master) return;
  const int count = omp_get_num_places();
  int *first = calloc((size_t)count + 1, sizeof *first);
  for (int p = 0; first && p < count; p++) first[p + 1] = first[p] + omp_get_place_num_procs(p);
  const int listed = first ? first[count] : 0;
  int *processor = calloc(2 * (size_t)listed + 1, sizeof *processor);
  if (!first || !processor || listed == 0) {
    free(first);
    free(processor);
    return;
  }
  int *all = processor + listed;
  for (int p = 0; p < count; p++) {
    omp_get_place_proc_ids(p, processor + first[p]);
    sort(processor + first[p], first[p + 1] - first[p]);
  }
  memcpy(all, processor, (size_t)listed * sizeof *all);
  sort(all, listed);
  int different = 0;
  for (int i = 0; i < listed; i++)
    if (i == 0 || all[i] != all[i - 1]) all[different++] = all[i];
  places.first = first;
  places.processor = processor;
  places.all = different;
  places.count = count;
}

static bool is_a_place(const int *processor, int count) {
  for (int p = 0; p < places.count; p++)
    if (places.first[p + 1] - places.first[p] == count &&
        memcmp(places.processor + places.first[p], processor, (size_t)count * sizeof *processor) == 0)
      return true;
  return false;
}

int *tutti_processors_beyond_place(int *count) {
  int *mine = places.count ? read_mask(count) : NULL;
  const bool bound = mine && is_a_place(mine, *count);
  free(mine);
  int *all = bound ? malloc((size_t)places.all * sizeof *all) : NULL;
  if (all) memcpy(all, places.processor + places.first[places.count], (size_t)places.all * sizeof *all);
  *count = places.all;
  return all;
}

/* The runtime is asked before the mask is read: LLVM's runtime binds the thread that asks. */
int *tutti_allowed_processors(int *count) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_places);
  int *all = tutti_processors_beyond_place(count);
  return all ? all : read_mask(count);
}

int tutti_processors(int *processor, int most) {
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  int count = 0;
  int *list = tutti_allowed_processors(&count);
  if (list && processor && most > 0)
    memcpy(processor, list, (size_t)(count < most ? count : most) * sizeof *processor);
  free(list);
  return list ? count : 0;
}
