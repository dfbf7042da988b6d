/* What a call costs: the empty calls of OpenMP, of the library, of fork and of Python's Pool; and a sum over
 * items of uneven cost. */
#include "commands/overhead/overhead_calls.h"

#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <tutti/tutti.h>
#include <unistd.h>

#include "measure/calls.h"
#include "util/environment.h"

enum { CALLS = 500, UNEVEN_CALLS = 5 }; /* in a row */

/* -- nothing to do -- */

static bool empty_region(void *workers) {
#pragma omp parallel num_threads(*(int *)workers)
  __asm__ volatile("" ::: "memory");
  return true;
}

static bool fork_and_wait(void *workers) {
  pid_t child[OVERHEAD_MOST_WORKERS];
  const int count = *(int *)workers;
  for (int w = 0; w < count; w++) {
    child[w] = fork();
    if (child[w] == 0) _exit(0);
    if (child[w] < 0) return false;
  }
  for (int w = 0; w < count; w++) waitpid(child[w], NULL, 0);
  return true;
}

static double python_pool(int workers, char *why) {
  char command[512];
  double seconds;
  snprintf(command, sizeof command,
           "python3 -c 'import multiprocessing, statistics, time\n"
           "pool = multiprocessing.get_context(\"fork\").Pool(%d)\n"
           "def call():\n"
           "    begin = time.perf_counter()\n"
           "    pool.map(abs, range(%d))\n"
           "    return time.perf_counter() - begin\n"
           "call()\n"
           "print(statistics.median(call() for _ in range(%d)))' 2>/dev/null",
           workers, workers, CALLS);
  environment_leave_place();
  FILE *out = popen(command, "r");
  const bool read = out && fscanf(out, "%lf", &seconds) == 1;
  const int status = out ? pclose(out) : -1;
  if (read && status == 0) return seconds;
  strcpy(why, "python3 or its multiprocessing is not there");
  return NAN;
}

/* -- 400 items, each of which costs 1 to 100 units -- */

enum { ITEMS = 400, MOST_UNITS = 100, UNIT = 250 /* steps, some hundred nanoseconds */ };

/* Steps of Knuth's 64-bit linear congruential generator: cheap, and nothing a compiler can shorten. */
static uint64_t spin(size_t item) {
  const uint64_t units = 1 + (item * UINT64_C(0x9E3779B97F4A7C15) >> 40) % MOST_UNITS;
  uint64_t x = item;
  for (uint64_t i = 0; i < UNIT * units; i++)
    x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return x;
}

static uint64_t expected(void) {
  static uint64_t sum;
  for (size_t i = 0; i < ITEMS && !sum; i++)
    for (size_t k = 0; k < ITEMS; k++) sum += spin(k);
  return sum;
}

static bool loop(void *workers) {
  uint64_t sum = 0;
#pragma omp parallel for num_threads(*(int *)workers) reduction(+ : sum) schedule(runtime)
  for (size_t i = 0; i < ITEMS; i++) sum += spin(i);
  return sum == expected();
}

static double uneven_loop(omp_sched_t schedule, int workers) {
  omp_set_schedule(schedule, 0);
  (void)expected(); /* not in the time of the first call */
  return calls_median(UNEVEN_CALLS, &clock_monotonic, loop, &workers);
}

static void init(void *acc, const void *args) {
  (void)args;
  *(uint64_t *)acc = 0;
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  (void)args;
  for (size_t i = begin; i < end; i++) *(uint64_t *)acc += spin(i);
  return 0;
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  *(uint64_t *)into += *(const uint64_t *)from;
}

static bool reduce(tutti_ctx *ctx, size_t n) {
  static const tutti_reduction op = {sizeof(uint64_t), 1, init, chunk, merge};
  uint64_t sum;
  return tutti_reduce(ctx, &op, n, NULL, &sum) == TUTTI_OK && sum == expected();
}

/* -- all of them -- */

const char *const overhead_names[OVERHEAD_CALLS] = {
    [REGION] = "an empty OpenMP region",
    [THREADS] = "tutti_for, threads",
    [FORK] = "fork and wait",
    [FORKED] = "tutti_for, processes forked for it",
    [STANDING] = "tutti_for, processes standing by",
    [POOL] = "multiprocessing.Pool.map, Python",
    [STATIC] = "uneven: OpenMP, static",
    [DYNAMIC] = "uneven: OpenMP, dynamic",
    [GUIDED] = "uneven: OpenMP, guided",
    [REDUCE] = "uneven: tutti_reduce, threads",
};

static double seconds_of_call(int which, int workers, char *why) {
  tutti_config config;
  tutti_config_default(&config);
  config.workers = workers;
  config.backend = which == FORKED || which == STANDING ? TUTTI_PROCESSES : TUTTI_THREADS;
  config.standing = which == STANDING;
  switch (which) {
  case REGION:
    return calls_median(CALLS, &clock_monotonic, empty_region, &workers);
  case FORK:
    return calls_median(CALLS, &clock_monotonic, fork_and_wait, &workers);
  case POOL:
    return python_pool(workers, why);
  case STATIC:
    return uneven_loop(omp_sched_static, workers);
  case DYNAMIC:
    return uneven_loop(omp_sched_dynamic, workers);
  case GUIDED:
    return uneven_loop(omp_sched_guided, workers);
  case REDUCE:
    return calls_in_context(UNEVEN_CALLS, &config, reduce, ITEMS, why, OVERHEAD_REASON);
  default:
    return calls_in_context(CALLS, &config, empty_for, (size_t)workers, why, OVERHEAD_REASON);
  }
}

bool overhead_measure(int which, int workers, double *seconds, char why[OVERHEAD_REASON]) {
  *seconds = seconds_of_call(which, workers, why);
  if (isnan(*seconds) && !*why) strcpy(why, "a call failed");
  return !isnan(*seconds);
}
