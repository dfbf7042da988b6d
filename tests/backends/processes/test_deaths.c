/* Worker processes that die, cannot be started, or lose their caller. */
#define _GNU_SOURCE
#include "../../support/testing.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { N = 100, GRAIN = 10 };

enum { BY_KILL, BY_NULL_WRITE, BY_ABORT, BY_QUICK_EXIT, BY_EXIT_0, BY_EXIT_3, BY_TERM, WAYS };

/* LeakSanitizer asks at exit(); a worker that leaves in the middle of things has nothing to tell it. */
static bool dying;
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) { return dying; }

/* A write through NULL is the point here: no sanitizer may report it instead. */
__attribute__((no_sanitize("address", "undefined"))) static void write_to_null(void) {
  int *volatile nowhere = NULL;
  *(volatile int *)nowhere = 1;
}

static void die(int way) {
  signal(SIGSEGV, SIG_DFL); /* a sanitizer's or test framework's handler would exit instead */
  signal(SIGABRT, SIG_DFL);
  dying = true;
  switch (way) {
  case BY_KILL:
    raise(SIGKILL);
    break;
  case BY_NULL_WRITE:
    write_to_null();
    break;
  case BY_ABORT:
    abort();
  case BY_QUICK_EXIT:
    _exit(0);
  case BY_EXIT_0:
    exit(0);
  case BY_EXIT_3:
    exit(3);
  case BY_TERM:
    raise(SIGTERM);
    break;
  }
}

struct death {
  int way;
  int *out;
};

/* Every chunk writes; the one of items [50, 60) then dies, whoever runs it. */
static int write_and_die(size_t begin, size_t end, void *args) {
  const struct death *d = args;
  for (size_t i = begin; i < end; i++) d->out[i] = (int)i;
  if (begin == 50) die(d->way);
  return 0;
}

static void check_death(tutti_ctx *ctx, int way, const char *how, const char *what) {
  int out[N];
  const tutti_output outputs[] = {{out, sizeof *out}, {0}};
  for (int i = 0; i < N; i++) out[i] = -1;
  struct death death = {way, out};
  testing_expect(ctx, tutti_for(ctx, N, GRAIN, write_and_die, &death, outputs), TUTTI_EWORKER, how, what);
  cr_assert(strstr(tutti_error_detail(ctx), "3 workers died in items [50, 60)"), "%s: %s", what,
            tutti_error_detail(ctx));
  for (int i = 0; i < N; i++) cr_assert(out[i] == -1, "%s: item %d was brought back", what, i);
  cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "%s: a child is left", what);
  death.way = WAYS; /* nobody dies: the context is as good as new */
  testing_expect(ctx, tutti_for(ctx, N, GRAIN, write_and_die, &death, outputs), TUTTI_OK, "", what);
  for (int i = 0; i < N; i++) cr_assert(out[i] == i, "%s: item %d afterwards", what, i);
}

Test(deaths, a_worker_that_dies_is_an_error_with_a_reason, .timeout = 120) {
  static const struct {
    int way, signal;
    const char *status;
  } ways[] = {{BY_KILL, SIGKILL, NULL},
              {BY_NULL_WRITE, SIGSEGV, NULL},
              {BY_ABORT, SIGABRT, NULL},
              {BY_TERM, SIGTERM, NULL},
              {BY_QUICK_EXIT, 0, "exited with status 0"},
              {BY_EXIT_0, 0, "exited with status 0"},
              {BY_EXIT_3, 0, "exited with status 3"}};
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  for (CONTEXTS c = {.backends = ON_PROCESSES, .workers = {1, 2, 3}}; contexts_next(&c);) {
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
      char how[96];
      if (ways[i].signal)
        snprintf(how, sizeof how, "killed by signal %d (SIG%s)", ways[i].signal,
                 sigabbrev_np(ways[i].signal));
      else snprintf(how, sizeof how, "%s", ways[i].status);
      check_death(c.ctx, ways[i].way, how, c.name);
    }
  }
}

static void count_init(void *acc, const void *args) { (void)args, *(int *)acc = 0; }
static int count_and_die(void *acc, size_t begin, size_t end, const void *args) {
  if (begin == 50) die(*(const int *)args);
  *(int *)acc += (int)(end - begin);
  return 0;
}
static void count_merge(void *into, const void *from, const void *args) {
  (void)args;
  *(int *)into += *(const int *)from;
}

Test(deaths, a_reduction_whose_worker_dies_leaves_acc_untouched, .timeout = 60) {
  const tutti_reduction op = {sizeof(int), GRAIN, count_init, count_and_die, count_merge};
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 3);
  int acc = 4711, way = BY_KILL;
  testing_expect(ctx, tutti_reduce(ctx, &op, N, &way, &acc), TUTTI_EWORKER, "in items [50, 60)", "reduce");
  cr_assert(acc == 4711, "acc = %d", acc);
  way = WAYS;
  testing_expect(ctx, tutti_reduce(ctx, &op, N, &way, &acc), TUTTI_OK, "", "reduce");
  cr_assert(acc == N, "acc = %d", acc);
  tutti_close(ctx);
}

/* A worker that hangs must not keep the call, once another one has died. */
static int hang_or_die(size_t begin, size_t end, void *args) {
  (void)end, (void)args;
  if (begin >= 50) raise(SIGKILL);
  while (true) pause();
  return 0;
}

Test(deaths, the_other_workers_are_ended, .timeout = 60) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  config.workers = 2;
  config.schedule = TUTTI_STATIC;
  tutti_ctx *ctx = testing_open(&config);
  testing_expect(ctx, tutti_for(ctx, N, GRAIN, hang_or_die, NULL, (tutti_output[]){{0}}), TUTTI_EWORKER,
                 "in items [50, 60)", "hang or die");
  cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "a child is left");
  tutti_close(ctx);
}

/* -- resources run out -- */

static int write_index(size_t index, const void *args, void *out) {
  (void)args;
  *(int *)out = (int)index;
  return 0;
}

static int call(tutti_ctx *ctx, int *out) {
  return (int)tutti_map(ctx, N, write_index, NULL, out, sizeof *out);
}

Test(deaths, no_descriptor_is_left_for_a_worker, .timeout = 60) {
  enum { LIMIT = 64, WORKERS = 3 };
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, WORKERS);
  struct rlimit old, low;
  int out[N], taken[LIMIT], count = 0;
  cr_assert(getrlimit(RLIMIT_NOFILE, &old) == 0);
  low = (struct rlimit){LIMIT, old.rlim_max};
  cr_assert(setrlimit(RLIMIT_NOFILE, &low) == 0);
  while (count < LIMIT && (taken[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0) count++;
  cr_assert(count > WORKERS, "only %d descriptors were free", count);
  for (int left = 0; left <= WORKERS; left++) { /* not enough for all of them, and one to wait for all */
    memset(out, 0xFF, sizeof out);
    const tutti_status status = (tutti_status)call(ctx, out);
    testing_expect(ctx, status, TUTTI_ESYSTEM, strerror(EMFILE), "descriptors");
    for (int i = 0; i < N; i++) cr_assert(out[i] == -1, "item %d was written", i);
    cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "a child is left");
    close(taken[--count]);
  }
  testing_expect(ctx, (tutti_status)call(ctx, out), TUTTI_OK, "", "enough descriptors");
  while (count > 0) close(taken[--count]);
  setrlimit(RLIMIT_NOFILE, &old);
  for (int i = 0; i < N; i++) cr_assert(out[i] == i, "item %d", i);
  tutti_close(ctx);
}

/* LLVM's OpenMP cannot start without a descriptor, and libgomp needs none. */
static tutti_status without_descriptors(void) {
  return dlsym(RTLD_DEFAULT, "kmp_get_blocktime") ? TUTTI_ESYSTEM : TUTTI_OK;
}

static bool children_have_none, children_end;
static void take_descriptors(void) {
  if (children_have_none) setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, 0});
  if (children_end) _exit(1);
}

Test(deaths, no_descriptor_is_left_in_a_worker, .timeout = 60) {
  int out[N];
  const tutti_status expected = without_descriptors();
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 3);
  cr_assert(pthread_atfork(NULL, NULL, take_descriptors) == 0);
  children_have_none = true;
  testing_expect(ctx, (tutti_status)call(ctx, out), expected, expected ? strerror(EMFILE) : "", "workers");
  cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "a child is left");
  children_have_none = false;
  children_end = true; /* as the runtime would, on the way through fork */
  testing_expect(ctx, (tutti_status)call(ctx, out), expected ? TUTTI_ESYSTEM : TUTTI_EWORKER,
                 expected ? "OpenMP cannot start" : "exited with status 1", "a runtime that ends them");
  children_end = false;
  testing_expect(ctx, (tutti_status)call(ctx, out), TUTTI_OK, "", "with descriptors");
  for (int i = 0; i < N; i++) cr_assert(out[i] == i, "item %d", i);
  tutti_close(ctx);
}

Test(deaths, no_descriptor_is_left_in_a_child_of_the_host, .timeout = 60) {
  testing_need_threads_in_children();
  int out[N], end = 0;
  const tutti_status expected = without_descriptors();
  tutti_ctx *ctx = testing_open_backend(TUTTI_THREADS, 2), *other = NULL;
  testing_expect(ctx, (tutti_status)call(ctx, out), TUTTI_OK, "", "with descriptors");
  const pid_t child = fork();
  if (child == 0) {
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, 0});
    const bool call_ends = (tutti_status)call(ctx, out) == expected;
    _exit(!call_ends ? 1 : tutti_open(NULL, &other) != expected ? 2 : 0);
  }
  cr_assert(waitpid(child, &end, 0) == child && end == 0, "the child ended with %x", end);
  tutti_close(ctx);
}

/* In a process of its own, as a user without privileges: root is not held to the limit. Returns an exit
 * status. */
static int run_out_of_processes(void) {
  enum { NOT_LIMITED = 77, USER = 54321 };
  if (geteuid() == 0 && (setresgid(USER, USER, USER) != 0 || setresuid(USER, USER, USER) != 0))
    return NOT_LIMITED;
  if (setrlimit(RLIMIT_NPROC, &(struct rlimit){0, 0}) != 0) return NOT_LIMITED;
  const pid_t probe = fork();
  if (probe == 0) _exit(0);
  if (probe > 0) return NOT_LIMITED;
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  config.workers = 3;
  tutti_ctx *ctx;
  int out[N];
  memset(out, 0xFF, sizeof out);
  if (tutti_open(&config, &ctx)) return 1;
  if (call(ctx, out) != TUTTI_ESYSTEM) return 2;
  if (!strstr(tutti_error_detail(ctx), "worker 1 of 3") || !strstr(tutti_error_detail(ctx), strerror(EAGAIN)))
    return 3;
  for (int i = 0; i < N; i++)
    if (out[i] != -1) return 4;
  tutti_close(ctx);
  return 0;
}

Test(deaths, no_process_may_be_started, .timeout = 60) {
  const pid_t child = fork();
  cr_assert(child >= 0);
  if (child == 0) _exit(run_out_of_processes());
  int status = 0;
  cr_assert(waitpid(child, &status, 0) == child);
  cr_assert(WIFEXITED(status), "ended by signal %d", WTERMSIG(status));
  if (WEXITSTATUS(status) == 77) cr_skip_test("RLIMIT_NPROC does not limit this user");
  cr_assert(WEXITSTATUS(status) == 0, "went wrong at %d", WEXITSTATUS(status));
}

/* -- the caller dies -- */

enum { ORPHANS = 3 };

struct family {
  sem_t born;
  _Atomic int count;
  pid_t worker[ORPHANS];
};

static int tell_and_wait(size_t begin, size_t end, void *args) {
  struct family *family = args;
  (void)begin, (void)end;
  family->worker[family->count++] = getpid();
  sem_post(&family->born);
  while (true) pause();
  return 0;
}

/* Gone, or a zombie that whoever inherited it has not waited for yet. */
static bool has_ended(pid_t pid) {
  char file[64], state = 0;
  snprintf(file, sizeof file, "/proc/%d/stat", (int)pid);
  FILE *stat = fopen(file, "re");
  if (!stat) return true;
  const bool read = fscanf(stat, "%*d (%*[^)]) %c", &state) == 1;
  fclose(stat);
  return !read || state == 'Z' || state == 'X';
}

Test(deaths, workers_end_with_their_caller, .timeout = 120) {
  struct family *family =
      mmap(NULL, sizeof *family, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  cr_assert(family != MAP_FAILED);
  sem_init(&family->born, 1, 0);
  const pid_t caller = fork();
  cr_assert(caller >= 0);
  if (caller == 0) {
    tutti_config config;
    tutti_config_default(&config);
    config.backend = TUTTI_PROCESSES;
    config.workers = ORPHANS;
    tutti_ctx *ctx;
    if (tutti_open(&config, &ctx)) _exit(1);
    tutti_for(ctx, ORPHANS, 1, tell_and_wait, family, (tutti_output[]){{0}});
    _exit(2);
  }
  for (int i = 0; i < ORPHANS; i++)
    while (sem_wait(&family->born) != 0) {
    }
  for (int i = 0; i < ORPHANS; i++) cr_assert(!has_ended(family->worker[i]), "worker %d had ended before", i);
  int status = 0;
  kill(caller, SIGKILL);
  cr_assert(waitpid(caller, &status, 0) == caller);
  cr_assert(WIFSIGNALED(status), "the caller had returned: %d", status);
  int alive = 0;
  for (int tries = 0, left = 1; left && tries < 3000; tries++) { /* half a minute for what takes no time */
    left = 0;
    for (int i = 0; i < ORPHANS; i++) left += !has_ended(family->worker[i]);
    if (left) nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
  }
  for (int i = 0; i < ORPHANS; i++)
    if (!has_ended(family->worker[i])) {
      alive++;
      kill(family->worker[i], SIGKILL);
    }
  cr_assert(alive == 0, "%d workers outlived their caller", alive);
}
