/* Under OMP_PROC_BIND and the like, which bind the first thread when the OpenMP runtime is loaded, the
 * process has the processors it was started with, and so do its workers. The runtime reads its variables
 * once: so every case is a program of its own, this one started anew.
 *
 *   places                    all cases, TAP
 *   places MASK               a case: the processors, "0,2,3", that a process started so has to use
 */
#define _GNU_SOURCE
#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <tutti/tutti.h>
#include <unistd.h>

/* -- a case -- */

static cpu_set_t whole; /* what it was started with */
static int failures;

static void expect(bool holds, const char *what) {
  if (holds) return;
  failures++;
  printf("# %s\n", what);
}

static cpu_set_t mask_now(void) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  sched_getaffinity(0, sizeof mask, &mask);
  return mask;
}

/* The whole mask of the worker that runs the item. */
static int mask_of_worker(size_t index, const void *args, void *out) {
  (void)index, (void)args;
  const cpu_set_t mask = mask_now();
  memcpy(out, &mask, sizeof mask);
  return 0;
}

static tutti_ctx *open_with(tutti_backend backend, int workers, int standing, tutti_pinning pinning) {
  tutti_ctx *ctx = NULL;
  tutti_config config;
  tutti_config_default(&config);
  config.backend = backend;
  config.workers = workers;
  config.standing = standing;
  config.pinning = pinning;
  config.schedule = TUTTI_STATIC; /* every worker has its share */
  return tutti_open(&config, &ctx) == TUTTI_OK ? ctx : NULL;
}

/* Three calls, and together the workers of each may run on all processors; alone, each on one of them where
 * they are pinned, on all where they are processes, and where OpenMP has put them where they are threads. */
static void workers_have_all(tutti_backend backend, int standing, tutti_pinning pinning) {
  enum { ITEMS = 64 };
  char what[160];
  tutti_ctx *ctx = open_with(backend, 0, standing, pinning);
  cpu_set_t *mask = ctx ? tutti_alloc(ctx, ITEMS * sizeof *mask) : NULL;
  const cpu_set_t before = mask_now();
  for (int call = 0; call < 3; call++) {
    cpu_set_t together;
    CPU_ZERO(&together);
    snprintf(what, sizeof what, "%s, standing %d, pinning %d, call %d", tutti_backend_name(backend), standing,
             (int)pinning, call);
    if (!mask || tutti_map(ctx, ITEMS, mask_of_worker, NULL, mask, sizeof *mask)) {
      expect(false, what);
      break;
    }
    bool alone = true;
    for (int i = 0; i < ITEMS; i++) {
      CPU_OR(&together, &together, &mask[i]);
      if (pinning) alone = alone && CPU_COUNT(&mask[i]) == 1;
      else if (backend == TUTTI_PROCESSES) alone = alone && CPU_EQUAL(&mask[i], &whole);
    }
    expect(alone && (CPU_EQUAL(&together, &whole) || tutti_workers(ctx) < CPU_COUNT(&whole)), what);
    const cpu_set_t after = mask_now();
    expect(CPU_EQUAL(&before, &after), "the calling thread has moved");
  }
  tutti_free(ctx, mask);
  tutti_close(ctx);
}

static void counts(const char *who) {
  int processor[CPU_SETSIZE];
  char what[120];
  tutti_topology_t topology = {0};
  tutti_ctx *ctx = open_with(TUTTI_THREADS, 0, 0, TUTTI_PIN_NONE);
  const int count = tutti_processors(processor, CPU_SETSIZE);
  bool same = count == CPU_COUNT(&whole);
  for (int i = 0; same && i < count; i++) same = CPU_ISSET((size_t)processor[i], &whole);
  (void)tutti_topology(&topology);
  snprintf(what, sizeof what, "%s: %d processors, %d allowed, %d usable, %d workers", who, count,
           topology.allowed, tutti_usable_cores(), tutti_workers(ctx));
  expect(same && topology.allowed == count && tutti_workers(ctx) == tutti_usable_cores() &&
             tutti_usable_cores() == topology.usable && (topology.quota > 0 || topology.usable == count),
         what);
  tutti_close(ctx);
}

static void *count_in_a_thread(void *who) {
  counts(who);
  return NULL;
}

/* LLVM 14's runtime aborts in every forked child where OMP_PLACES lists processors, before a line of this
 * library runs. */
static bool forked_children_live(void) {
  int status = -1;
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) _exit(0);
  if (child > 0) waitpid(child, &status, 0);
  if (status != 0) printf("# no worker processes: the OpenMP runtime ends every forked child\n");
  return status == 0;
}

static int run_case(const char *list) {
  pthread_t thread;
  CPU_ZERO(&whole);
  for (char *end; *list; list = *end ? end + 1 : end) CPU_SET(strtoul(list, &end, 10), &whole);
  counts("the first thread");
  if (pthread_create(&thread, NULL, count_in_a_thread, "another thread") == 0) pthread_join(thread, NULL);
  const bool forks = forked_children_live();
  for (int standing = 0; standing < 2; standing++)
    for (int pinning = TUTTI_PIN_NONE; pinning <= TUTTI_PIN_SPREAD; pinning++) {
      workers_have_all(TUTTI_THREADS, standing, (tutti_pinning)pinning);
      if (forks) workers_have_all(TUTTI_PROCESSES, standing, (tutti_pinning)pinning);
    }
#pragma omp parallel num_threads(2)
  {
#pragma omp critical
    counts("a thread of a region");
  }
  counts("the first thread, later");
  /* A mask that is no place is the host's own wish, and no other thread's. */
  cpu_set_t fewer = whole;
  int first = 0;
  while (!CPU_ISSET((size_t)first, &fewer)) first++;
  CPU_CLR((size_t)first, &fewer);
  if (CPU_COUNT(&fewer) >= 2 && sched_setaffinity(0, sizeof fewer, &fewer) == 0) {
    whole = fewer;
    counts("pinned by the host");
  }
  return failures > 0;
}

/* -- all cases -- */

static const char *const variables[] = {"OMP_PROC_BIND",       "OMP_PLACES",      "GOMP_CPU_AFFINITY",
                                        "KMP_AFFINITY",        "OMP_NUM_THREADS", "OMP_THREAD_LIMIT",
                                        "OMP_DISPLAY_AFFINITY"};
enum { VARIABLES = sizeof variables / sizeof *variables };

/* Starts this program anew on the processors of `start`, with a setting: it is to use those of `used`. */
static bool started(const cpu_set_t *start, const cpu_set_t *used, const char *name, const char *value) {
  char list[8 * CPU_SETSIZE] = "";
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
    if (CPU_ISSET((size_t)cpu, used)) {
      const size_t length = strlen(list);
      snprintf(list + length, sizeof list - length, "%s%d", length ? "," : "", cpu);
    }
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < VARIABLES; i++) unsetenv(variables[i]);
    setenv(name, value, 1);
    sched_setaffinity(0, sizeof *start, start);
    execl("/proc/self/exe", "places", list, (char *)NULL);
    _exit(127);
  }
  int status = -1;
  if (child > 0) waitpid(child, &status, 0);
  return status == 0;
}

static int count, wrong;
static void report(bool good, const char *name, const char *value, const char *where) {
  wrong += !good;
  printf("%sok %d - %s=%s%s\n", good ? "" : "not ", ++count, name, value, where);
}

int main(int argc, char **argv) {
  static const char *const settings[][2] = {{"OMP_WAIT_POLICY", "passive"}, /* nothing is bound */
                                            {"OMP_PROC_BIND", "close"},     {"OMP_PROC_BIND", "spread"},
                                            {"OMP_PROC_BIND", "true"},      {"OMP_PROC_BIND", "close,close"},
                                            {"OMP_PLACES", "threads"},      {"KMP_AFFINITY", "compact"}};
  if (argc == 2) return run_case(argv[1]);
  for (int i = 0; i < VARIABLES; i++) {
    const char *value = getenv(variables[i]);
    if (value && strcmp(value, "false") != 0) {
      printf("1..0 # SKIP %s is set already: what this process had before is not known\n", variables[i]);
      return 0;
    }
  }
  const cpu_set_t all = mask_now();
  cpu_set_t one, first_and_last;
  int last = CPU_SETSIZE - 1, first = 0;
  while (last > 0 && !CPU_ISSET((size_t)last, &all)) last--;
  while (first < last && !CPU_ISSET((size_t)first, &all)) first++;
  if (CPU_COUNT(&all) == 0) {
    printf("1..0 # SKIP the affinity mask cannot be read\n");
    return 0;
  }
  CPU_ZERO(&one);
  CPU_SET((size_t)last, &one);
  first_and_last = one;
  CPU_SET((size_t)first, &first_and_last);
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    report(started(&all, &all, settings[i][0], settings[i][1]), settings[i][0], settings[i][1], "");
    report(started(&one, &one, settings[i][0], settings[i][1]), settings[i][0], settings[i][1],
           " on one processor");
  }
  /* places that leave some processors out: workers are where the host wants its threads */
  char list[64];
  snprintf(list, sizeof list, "%d %d", first, last);
  report(started(&all, &first_and_last, "GOMP_CPU_AFFINITY", list), "GOMP_CPU_AFFINITY", list, "");
  snprintf(list, sizeof list, "{%d},{%d}", last, first);
  report(started(&all, &first_and_last, "OMP_PLACES", list), "OMP_PLACES", list, "");
  snprintf(list, sizeof list, "{%d}", last);
  report(started(&all, &one, "OMP_PLACES", list), "OMP_PLACES", list, "");
  printf("1..%d\n", count);
  return wrong > 0;
}
