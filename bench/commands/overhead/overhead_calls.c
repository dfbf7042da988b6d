#include "commands/overhead/overhead_calls.h"

#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <tutti/tutti.h>
#include <unistd.h>

#include "analysis/statistics.h"
#include "util/bench_clock.h"
#include "util/environment.h"

/* One call of something; false: it failed. */
typedef bool (*call)(int workers, void *args);

/* After a few calls that warm it up. */
static bool time_calls(call f, int workers, void *args, int calls, double *seconds, char *why) {
  double times[CALLS];
  bool good = true;
  for (int i = 0; i < 3; i++) good = good && f(workers, args);
  for (int i = 0; i < calls && good; i++) {
    const double begin = clock_seconds();
    good = f(workers, args);
    times[i] = clock_seconds() - begin;
  }
  if (good) *seconds = summarize(times, (size_t)calls).median;
  else if (!*why) strcpy(why, "a call failed");
  return good;
}

/* -- nothing to do -- */

static bool region(int workers, void *args) {
  (void)args;
#pragma omp parallel num_threads(workers)
  __asm__ volatile("" ::: "memory");
  return true;
}

bool openmp_region(int workers, double *seconds, char *why) {
  return time_calls(region, workers, NULL, CALLS, seconds, why);
}

static bool forks(int workers, void *args) {
  pid_t child[64];
  (void)args;
  for (int w = 0; w < workers; w++) {
    child[w] = fork();
    if (child[w] == 0) _exit(0);
    if (child[w] < 0) return false;
  }
  for (int w = 0; w < workers; w++) waitpid(child[w], NULL, 0);
  return true;
}

bool bare_fork(int workers, double *seconds, char *why) {
  return time_calls(forks, workers, NULL, CALLS, seconds, why);
}

static int nothing(size_t begin, size_t end, void *args) {
  (void)begin, (void)end, (void)args;
  return 0;
}

static bool empty_for(int workers, void *ctx) {
  return tutti_for(ctx, (size_t)workers, 1, nothing, NULL, (const tutti_output[]){{0}}) == TUTTI_OK;
}

static bool with_context(tutti_backend backend, int standing, int workers, call f, int calls, double *seconds,
                         char *why) {
  tutti_config config;
  tutti_ctx *ctx;
  tutti_config_default(&config);
  config.backend = backend;
  config.workers = workers;
  config.standing = standing;
  if (tutti_open(&config, &ctx)) {
    snprintf(why, 128, "%s", tutti_error_detail(NULL));
    return false;
  }
  const bool good = time_calls(f, workers, ctx, calls, seconds, why);
  if (!good) snprintf(why, 128, "%s", tutti_error_detail(ctx));
  tutti_close(ctx);
  return good;
}

bool threads_call(int workers, double *seconds, char *why) {
  return with_context(TUTTI_THREADS, 0, workers, empty_for, CALLS, seconds, why);
}

bool forked_call(int workers, double *seconds, char *why) {
  return with_context(TUTTI_PROCESSES, 0, workers, empty_for, CALLS, seconds, why);
}

bool standing_call(int workers, double *seconds, char *why) {
  return with_context(TUTTI_PROCESSES, 1, workers, empty_for, CALLS, seconds, why);
}

bool python_pool(int workers, double *seconds, char *why) {
  char command[512];
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
  const bool read = out && fscanf(out, "%lf", seconds) == 1;
  const int status = out ? pclose(out) : -1;
  if (!read || status != 0) strcpy(why, "python3 or its multiprocessing is not there");
  return read && status == 0;
}

/* -- chunks of uneven cost -- */

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

static bool loop(int workers, void *args) {
  uint64_t sum = 0;
#pragma omp parallel for num_threads(workers) reduction(+ : sum) schedule(runtime)
  for (size_t i = 0; i < ITEMS; i++) sum += spin(i);
  return sum == *(const uint64_t *)args;
}

static bool uneven_loop(omp_sched_t schedule, int workers, double *seconds, char *why) {
  uint64_t sum = expected();
  omp_set_schedule(schedule, 0);
  return time_calls(loop, workers, &sum, UNEVEN_CALLS, seconds, why);
}

bool uneven_static(int workers, double *seconds, char *why) {
  return uneven_loop(omp_sched_static, workers, seconds, why);
}

bool uneven_dynamic(int workers, double *seconds, char *why) {
  return uneven_loop(omp_sched_dynamic, workers, seconds, why);
}

bool uneven_guided(int workers, double *seconds, char *why) {
  return uneven_loop(omp_sched_guided, workers, seconds, why);
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

static bool reduce(int workers, void *ctx) {
  static const tutti_reduction op = {sizeof(uint64_t), 1, init, chunk, merge};
  uint64_t sum;
  (void)workers;
  return tutti_reduce(ctx, &op, ITEMS, NULL, &sum) == TUTTI_OK && sum == expected();
}

bool uneven_reduce(int workers, double *seconds, char *why) {
  return with_context(TUTTI_THREADS, 0, workers, reduce, UNEVEN_CALLS, seconds, why);
}
