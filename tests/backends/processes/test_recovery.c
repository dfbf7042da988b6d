/* Worker processes that die in the middle of their work: others go on in their place, to the same bits. */
#define _GNU_SOURCE
#include "../../support/testing.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { N = 2000, GRAIN = 5 };

static const tutti_output shared_only[] = {{0}};

/* How often something has happened, in memory all workers share. */
typedef struct {
  _Atomic int deaths;
  int how_many; /* deaths there shall be */
  int way;
} plague;

static void die(int way) {
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  signal(SIGSEGV, SIG_DFL);
  signal(SIGABRT, SIG_DFL);
  signal(SIGBUS, SIG_DFL);
  if (way == 0) _exit(0);
  if (way == 1) raise(SIGSEGV);
  if (way == 2) abort();
  if (way == 3) raise(SIGBUS);
  if (way == 4) _exit(77);
  raise(SIGKILL);
}
enum { WAYS = 6 };

static void catch_it(plague *p) {
  if (p->deaths < p->how_many) {
    p->deaths++;
    die(p->way);
  }
}

typedef struct {
  plague *plague;
  double *x;
} doubling;

/* x = 2 x + 1, in place: a chunk that is run again must find what was there before. The one of item 1000 dies
 * when half of it is done. */
static int double_in_place(size_t begin, size_t end, void *args) {
  const doubling *d = args;
  for (size_t i = begin; i < end; i++) {
    d->x[i] = 2 * d->x[i] + 1;
    if (i == 1001) catch_it(d->plague);
  }
  return 0;
}

static void check_doubling(tutti_ctx *ctx, double *x, plague *p, const char *name) {
  const tutti_output outputs[] = {{x, sizeof *x}, {0}};
  doubling d = {p, x};
  p->deaths = 0;
  for (int i = 0; i < N; i++) x[i] = i;
  testing_expect(ctx, tutti_for(ctx, N, GRAIN, double_in_place, &d, outputs), TUTTI_OK, "", name);
  for (int i = 0; i < N; i++)
    cr_assert(x[i] == 2. * i + 1, "%s: way %d: item %d is %g", name, p->way, i, x[i]);
  cr_assert(p->deaths == p->how_many, "%s: %d deaths", name, p->deaths);
  cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "%s: a child is left", name);
}

Test(recovery, a_worker_that_dies_is_replaced, .timeout = 120) {
  for (CONTEXTS c = {.backends = ON_PROCESSES}; contexts_next(&c);) {
    plague *p = tutti_alloc(c.ctx, sizeof *p);
    double *shared = tutti_alloc(c.ctx, N * sizeof *shared), own[N];
    for (p->way = 0; p->way < WAYS; p->way++)
      for (p->how_many = 0; p->how_many <= 2; p->how_many++) {
        check_doubling(c.ctx, shared, p, c.name);
        check_doubling(c.ctx, own, p, c.name);
      }
    tutti_free(c.ctx, shared);
    tutti_free(c.ctx, p);
  }
}

/* A sum of many terms of which three chunks lose their worker, twice each: the bits of a serial one. */
typedef struct {
  const double *x;
  plague *plague; /* [3] */
} sum_args;

static void sum_init(void *acc, const void *args) { (void)args, *(double *)acc = 0; }
static int sum_chunk(void *acc, size_t begin, size_t end, const void *args) {
  const sum_args *a = args;
  double *sum = acc;
  for (size_t i = begin; i < end; i++) {
    *sum += a->x[i]; /* rounded, so that the order counts */
    for (int k = 0; k < 3; k++)
      if (i == (size_t)k * 900 + 2) catch_it(&a->plague[k]);
  }
  return 0;
}
static void sum_merge(void *into, const void *from, const void *args) {
  (void)args;
  *(double *)into += *(const double *)from;
}

Test(recovery, a_reduction_has_the_same_bits, .timeout = 120) {
  const tutti_reduction op = {sizeof(double), GRAIN, sum_init, sum_chunk, sum_merge};
  double x[N], expected;
  plague none[3] = {0};
  sum_args args = {x, none};
  for (int i = 0; i < N; i++) x[i] = 1. / (i + 3);
  tutti_ctx *serial = testing_open_backend(TUTTI_SERIAL, 1);
  cr_assert(tutti_reduce(serial, &op, N, &args, &expected) == TUTTI_OK);
  tutti_close(serial);
  for (CONTEXTS c = {.backends = ON_PROCESSES}; contexts_next(&c);) {
    double sum;
    args.plague = tutti_alloc(c.ctx, sizeof none);
    for (int k = 0; k < 3; k++) args.plague[k] = (plague){0, 2, WAYS};
    testing_expect(c.ctx, tutti_reduce(c.ctx, &op, N, &args, &sum), TUTTI_OK, "", c.name);
    cr_assert(memcmp(&sum, &expected, sizeof sum) == 0, "%s: %a, not %a", c.name, sum, expected);
    for (int k = 0; k < 3; k++) cr_assert(args.plague[k].deaths == 2, "%s", c.name);
    tutti_free(c.ctx, args.plague);
  }
}

/* -- killed from outside, at any moment -- */

static atomic_bool over;
static _Atomic long *chunks_done; /* in memory all share */

/* The first child of this process, whenever some more chunks have been done: what the machine's speed is does
 * not matter. */
static void *kill_children(void *args) {
  _Atomic int *kills = args;
  long next = 100;
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  while (!over) {
    nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    if (*chunks_done < next) continue;
    FILE *file = fopen(path, "re");
    int child = 0;
    if (file && fscanf(file, "%d", &child) == 1 && kill(child, SIGKILL) == 0) ++*kills;
    if (file) fclose(file);
    next = *chunks_done + 300 + *kills % 700;
  }
  return NULL;
}

static int fill(size_t begin, size_t end, void *args) {
  double *x = args;
  for (size_t i = begin; i < end; i++) {
    double y = (double)i;
    for (int k = 0; k < 40; k++) y = y * 0.5 + 1;
    x[i] += y;
  }
  ++*chunks_done;
  return 0;
}

/* Small chunks, so that workers die between them, too. A chunk may meet three deaths: then the call says so,
 * and the next one is as good as any. */
Test(recovery, killed_at_any_moment, .timeout = 200) {
  enum { ITEMS = 40000, ROUNDS = 200 };
  double *expected = malloc(ITEMS * sizeof *expected);
  tutti_ctx *sharing = testing_open_backend(TUTTI_PROCESSES, 1);
  chunks_done = tutti_alloc(sharing, sizeof *chunks_done);
  for (size_t i = 0; i < ITEMS; i++) expected[i] = 1;
  fill(0, ITEMS, expected);
  _Atomic int kills = 0;
  int good = 0;
  pthread_t killer;
  cr_assert(pthread_create(&killer, NULL, kill_children, &kills) == 0);
  for (int round = 0; round < ROUNDS; round++) {
    tutti_config config;
    tutti_config_default(&config);
    config.backend = TUTTI_PROCESSES;
    config.workers = 1 + round % 4;
    config.schedule = (tutti_schedule)(round % 3);
    tutti_ctx *ctx = testing_open(&config);
    double *x = tutti_alloc(ctx, ITEMS * sizeof *x);
    for (size_t i = 0; i < ITEMS; i++) x[i] = 1;
    const tutti_status status = tutti_for(ctx, ITEMS, 10, fill, x, (tutti_output[]){{x, sizeof *x}, {0}});
    if (status) testing_expect(ctx, status, TUTTI_EWORKER, "3 workers died", "three times in one chunk");
    else {
      good++;
      cr_assert(memcmp(x, expected, ITEMS * sizeof *x) == 0, "round %d: other bits", round);
    }
    tutti_free(ctx, x);
    tutti_close(ctx);
  }
  over = true;
  pthread_join(killer, NULL);
  free(expected);
  tutti_free(sharing, chunks_done);
  tutti_close(sharing);
  cr_assert(kills > 20 && good > ROUNDS / 2, "%d kills, %d good rounds", kills, good);
}

/* -- stopped, and too slow -- */

static int stop_once(size_t begin, size_t end, void *args) {
  plague *p = args;
  (void)end;
  if (begin == 50 && p->deaths == 0) {
    p->deaths = getpid();
    raise(SIGSTOP);
  }
  return 0;
}

static void *wake_it_up(void *args) {
  plague *p = args;
  while (p->deaths == 0) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
  kill(p->deaths, SIGCONT);
  return NULL;
}

Test(recovery, a_worker_that_is_stopped_is_waited_for, .timeout = 60) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 2);
  plague *p = tutti_alloc(ctx, sizeof *p);
  pthread_t thread;
  cr_assert(pthread_create(&thread, NULL, wake_it_up, p) == 0);
  testing_expect(ctx, tutti_for(ctx, 100, 10, stop_once, p, shared_only), TUTTI_OK, "", "stopped");
  pthread_join(thread, NULL);
  tutti_free(ctx, p);
  tutti_close(ctx);
}

static int hang(size_t begin, size_t end, void *args) {
  plague *p = args;
  (void)end;
  if (begin == 50 && p->deaths < p->how_many) {
    p->deaths++;
    while (true) pause();
  }
  return 0;
}

Test(recovery, a_chunk_that_takes_too_long_is_run_again, .timeout = 60) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  config.workers = 2;
  config.chunk_seconds = 0.3;
  tutti_ctx *ctx = testing_open(&config);
  plague *p = tutti_alloc(ctx, sizeof *p);
  p->how_many = 2;
  testing_expect(ctx, tutti_for(ctx, 100, 10, hang, p, shared_only), TUTTI_OK, "", "twice");
  cr_assert(p->deaths == 2);
  p->how_many = 9;
  p->deaths = 0;
  testing_expect(ctx, tutti_for(ctx, 100, 10, hang, p, shared_only), TUTTI_EWORKER,
                 "3 workers died in items [50, 60); the last, worker", "always");
  cr_assert(strstr(tutti_error_detail(ctx), "took longer than chunk_seconds = 0.3 and was killed"), "%s",
            tutti_error_detail(ctx));
  tutti_free(ctx, p);
  tutti_close(ctx);
  config.chunk_seconds = -1;
  testing_expect(NULL, tutti_open(&config, &ctx), TUTTI_EINVAL, "chunk_seconds = -1", "");
}
