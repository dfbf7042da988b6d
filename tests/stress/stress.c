/* Random jobs from several threads at once, each with its contexts: loops in place, reductions whose order
 * counts, kernels, failures, cancellations; and workers that are killed meanwhile. Whatever happens, a job
 * that succeeds has the bits of a serial one, and one that fails says what it was told to.
 *
 *   stress JOBS SEED [threads]
 *
 * JOBS: of each of 3 threads. threads: that backend alone, and nobody is killed (for a race detector).
 * Prints TAP. An hour's worth on 2 cores: 2 000 000. */
#define _GNU_SOURCE
#include "../support/directory.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <tutti/tutti.h>
#include <unistd.h>

enum { HOSTS = 3, MOST_ITEMS = 20000, CODE = 77, JOBS_A_CONTEXT = 12 };

static atomic_bool over;
static atomic_int wrong, kills;
static _Atomic long succeeded, failed, canceled, given_up;
static bool threads_only;

/* -- what chunks do, and what they should have done -- */

typedef struct {
  uint64_t *x;
  size_t fails_at; /* the item whose chunk fails; SIZE_MAX: none */
} loop_args;

static uint64_t next_of(uint64_t x) {
  return x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
}

static int step(size_t begin, size_t end, void *args_) {
  const loop_args *args = args_;
  for (size_t i = begin; i < end; i++) {
    if (i == args->fails_at) return CODE;
    args->x[i] = next_of(args->x[i]);
  }
  return 0;
}

/* x -> a x + b: composition does not commute. */
typedef struct {
  uint64_t a, b;
} map;

static void init(void *acc, const void *args) {
  (void)args;
  *(map *)acc = (map){1, 0};
}
static void then(map *m, uint64_t a, uint64_t b) { *m = (map){a * m->a, a * m->b + b}; }
static int chunk(void *acc, size_t begin, size_t end, const void *args_) {
  const loop_args *args = args_;
  for (size_t i = begin; i < end; i++) {
    if (i == args->fails_at) return CODE;
    then(acc, 2 * i + 3, args->x[i]);
  }
  return 0;
}
static void merge(void *into, const void *from, const void *args) {
  (void)args;
  then(into, ((const map *)from)->a, ((const map *)from)->b);
}

/* -- a host's thread -- */

typedef struct {
  uint64_t state;
  long jobs;
} host;

static uint64_t draw(host *h, uint64_t below) {
  h->state = next_of(h->state);
  return (h->state >> 33) % below;
}

static int maybe_cancel(void *user, size_t done, size_t total) {
  (void)total;
  return done >= *(const size_t *)user;
}

static void complain(tutti_ctx *ctx, const char *what, tutti_status status) {
  printf("# %s: %s: %s\n", what, tutti_strerror(status), tutti_error_detail(ctx));
  wrong++;
}

/* Counts how a job ended. Returns whether its result is to be looked at. */
static bool ended_well(tutti_ctx *ctx, const char *what, tutti_status status, bool may_fail,
                       bool may_cancel) {
  if (status == TUTTI_OK) succeeded++;
  else if (status == TUTTI_EUSER && may_fail && strstr(tutti_error_detail(ctx), "returned 77")) failed++;
  else if (status == TUTTI_ECANCELED && may_cancel) canceled++;
  else if (status == TUTTI_EWORKER && kills > 0 && strstr(tutti_error_detail(ctx), "3 workers died"))
    given_up++;
  else complain(ctx, what, status);
  return status == TUTTI_OK;
}

static void run_job(host *h, tutti_ctx *ctx, uint64_t *x, bool cancels) {
  const size_t n = 1 + draw(h, MOST_ITEMS), grain = draw(h, 400);
  const bool fails = draw(h, 6) == 0;
  const tutti_reduction op = {sizeof(map), grain, init, chunk, merge};
  loop_args *args = tutti_alloc(ctx, sizeof *args);
  if (!args) return complain(ctx, "args", TUTTI_ENOMEM);
  *args = (loop_args){x, fails ? draw(h, n) : SIZE_MAX};
  for (size_t i = 0; i < n; i++) x[i] = i + h->state;
  const uint64_t first = h->state;
  if (draw(h, 2)) {
    const tutti_status status =
        tutti_for(ctx, n, grain, step, args, (const tutti_output[]){{x, sizeof *x}, {0}});
    if (ended_well(ctx, "for", status, fails, cancels))
      for (size_t i = 0; i < n; i++) wrong += x[i] != next_of(i + first);
  } else {
    map serial, found;
    init(&serial, NULL);
    const bool good = chunk(&serial, 0, n, args) == 0;
    const tutti_status status = tutti_reduce(ctx, &op, n, args, &found);
    if (ended_well(ctx, "reduce", status, fails, cancels))
      wrong += !good || memcmp(&serial, &found, sizeof found) != 0;
  }
  tutti_free(ctx, args);
}

/* Doubles that add up exactly: the sum is known. */
static void run_kernel(host *h, tutti_ctx *ctx, double *x, bool cancels) {
  const size_t n = 1 + draw(h, 2 * MOST_ITEMS);
  double sum = 0, expected = 0;
  for (size_t i = 0; i < n; i++) expected += x[i] = (double)draw(h, 1 << 20) - (1 << 19);
  if (ended_well(ctx, "sum", tutti_sum(ctx, x, n, &sum), false, cancels)) wrong += sum != expected;
  if (ended_well(ctx, "uniform", tutti_uniform(ctx, (tutti_rng){1, 1}, draw(h, 1000), x, n), false, cancels))
    for (size_t i = 0; i < n; i++) wrong += !(x[i] >= 0 && x[i] < 1);
}

static void run_context(host *h) {
  size_t cancel_at = draw(h, 3) == 0 ? draw(h, MOST_ITEMS) : SIZE_MAX;
  tutti_config config;
  tutti_ctx *ctx;
  tutti_config_default(&config);
  config.backend = threads_only || draw(h, 2) ? TUTTI_THREADS : TUTTI_PROCESSES;
  config.workers = 1 + (int)draw(h, 5);
  config.schedule = (tutti_schedule)draw(h, 3);
  const bool shared = draw(h, 2);
  config.standing = shared && draw(h, 2); /* what the functions read is then memory of tutti_alloc */
  config.pinning = (tutti_pinning)draw(h, 3);
  if (draw(h, 2)) config.progress = maybe_cancel;
  config.progress_user = &cancel_at;
  if (tutti_open(&config, &ctx)) return complain(NULL, "open", TUTTI_ESYSTEM);
  const bool cancels = config.progress && cancel_at != SIZE_MAX;
  const size_t bytes = (size_t)2 * MOST_ITEMS * sizeof(double);
  void *memory = shared ? tutti_alloc(ctx, bytes) : malloc(bytes);
  for (int i = 0; i < JOBS_A_CONTEXT && memory && h->jobs > 0; i++, h->jobs--) {
    if (draw(h, 4)) run_job(h, ctx, memory, cancels);
    else run_kernel(h, ctx, memory, cancels);
  }
  if (shared) tutti_free(ctx, memory);
  else free(memory);
  tutti_close(ctx);
}

static void *run_host(void *host_) {
  host *h = host_;
  while (h->jobs > 0) run_context(h);
  return NULL;
}

/* -- the killer -- */

/* A child of any thread of this process, or 0. */
static pid_t some_child(unsigned choice) {
  pid_t child[64];
  unsigned count = 0;
  DIR *tasks = opendir("/proc/self/task");
  for (struct dirent *task; tasks && (task = readdir(tasks));) {
    char path[300];
    snprintf(path, sizeof path, "/proc/self/task/%s/children", task->d_name);
    FILE *file = *task->d_name == '.' ? NULL : fopen(path, "re");
    while (file && count < 64 && fscanf(file, "%d", &child[count]) == 1) count++;
    if (file) fclose(file);
  }
  if (tasks) closedir(tasks);
  return count ? child[choice % count] : 0;
}

static void *kill_workers(void *args) {
  host *h = args;
  while (!over) {
    nanosleep(&(struct timespec){.tv_nsec = (long)(1 + draw(h, 10)) * 1000000}, NULL);
    const pid_t victim = some_child((unsigned)draw(h, 1000));
    if (victim > 0 && kill(victim, SIGKILL) == 0) kills++;
  }
  return NULL;
}

static void check(int number, const char *what, bool good) {
  printf("%sok %d - %s\n", good ? "" : "not ", number, what);
  wrong += !good;
}

int main(int argc, char **argv) {
  const long jobs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
  if (jobs <= 0 || argc > 4 || (argc == 4 && strcmp(argv[3], "threads") != 0)) {
    fprintf(stderr, "usage: stress JOBS SEED [threads]\n");
    return 2;
  }
  const uint64_t seed = strtoull(argv[2], NULL, 10);
  threads_only = argc == 4;
  pthread_t thread[HOSTS], killer;
  host hosts[HOSTS + 1];
  const int descriptors = count_entries("/proc/self/fd");
  for (int i = 0; i <= HOSTS; i++) hosts[i] = (host){next_of(seed * (HOSTS + 1) + (uint64_t)i), jobs};
  for (int i = 0; i < HOSTS; i++)
    if (pthread_create(&thread[i], NULL, run_host, &hosts[i])) return 1;
  if (!threads_only && pthread_create(&killer, NULL, kill_workers, &hosts[HOSTS])) return 1;
  for (int i = 0; i < HOSTS; i++) pthread_join(thread[i], NULL);
  over = true;
  if (!threads_only) pthread_join(killer, NULL);
  printf("# seed %llu: %ld jobs good, %ld failed, %ld canceled, %ld given up, %d workers killed\n1..4\n",
         (unsigned long long)seed, succeeded, failed, canceled, given_up, kills);
  check(1, "all jobs ended as they should", wrong == 0);
  check(2, "some succeeded, failed and were canceled", succeeded > jobs && failed > 0 && canceled > 0);
  check(3, "no descriptor is left", count_entries("/proc/self/fd") == descriptors);
  check(4, "no child is left", waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
  return wrong != 0;
}
