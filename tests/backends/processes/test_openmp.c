/* Worker processes of a host that runs OpenMP or BLAS: before the call, around it, and in a child of its own.
 */
#define _GNU_SOURCE
#include "../../support/testing.h"

#include <dlfcn.h>
#include <math.h>
#include <omp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if TESTS_HAVE_OPENBLAS
#include <cblas.h>
#endif

static const tutti_output shared_only[] = {{0}};

/* -- OpenMP and BLAS, then processes -- */

static int count_team(size_t index, const void *args, void *out) {
  int team = 0;
  (void)index, (void)args;
#pragma omp parallel reduction(+ : team)
  team++;
  *(int *)out = team;
  return 0;
}

/* The clause overrules omp_set_num_threads. */
static int count_team_of_4(size_t index, const void *args, void *out) {
  int team = 0;
  (void)index, (void)args;
#pragma omp parallel num_threads(4) reduction(+ : team)
  team++;
  *(int *)out = team;
  return 0;
}

/* The host forks for itself after regions of its own, before its first call: the child must not wait for a
 * team that did not come along. */
Test(openmp, a_child_of_the_host_does_not_hang, .timeout = 30) {
  testing_need_threads_in_children();
  int team = 0;
#pragma omp parallel num_threads(3)
#pragma omp single
  team = omp_get_num_threads();
  cr_assert(team == 3);
  const pid_t child = fork();
  if (child == 0) {
    tutti_estimate pi;
    alarm(20);
    _exit(tutti_mc_pi(NULL, (tutti_rng){1, 1}, 1000000, &pi) != TUTTI_OK || fabs(pi.mean - 3.14159) > 0.01);
  }
  int end = -1;
  cr_assert(waitpid(child, &end, 0) == child && end == 0, "the child ended with %x", end);
}

static void give_up(int signal_number) {
  (void)signal_number;
  _exit(99);
}

/* A call that needs threads: 0, or what was wrong. */
static int call_in_child(void) {
  tutti_estimate pi;
  signal(SIGALRM, give_up); /* in a pid namespace the default action would not end process 1 */
  alarm(20);
  return tutti_mc_pi(NULL, (tutti_rng){1, 1}, 1000000, &pi) != TUTTI_OK || fabs(pi.mean - 3.14159) > 0.01;
}

/* Runs f in a child that is process 1 of a new pid namespace. Returns how it ended; -1: that is not
 * permitted. */
static int run_as_process_1(int (*f)(void)) {
  int end = -1;
  if (unshare(CLONE_NEWPID)) return -1;
  const pid_t child = fork();
  if (child == 0) _exit(f());
  return child > 0 && waitpid(child, &end, 0) == child ? end : 98;
}

static int call_in_both(void) {
  const int own = call_in_child();
  return own ? own : run_as_process_1(call_in_child) ? 97 : 0;
}

/* The thread that stands in for the caller is not taken for that of an ancestor with the same pid. */
Test(openmp, a_child_with_the_pid_of_its_parent_does_not_hang, .timeout = 60) {
  enum { NOT_PERMITTED = 77 };
  if (dlsym(RTLD_DEFAULT, "kmp_get_blocktime"))
    cr_skip_test("LLVM's runtime needs no thread for the caller, and does not start twice with one pid");
  testing_need_threads_in_children();
#pragma omp parallel num_threads(3)
  (void)omp_get_thread_num();
  const pid_t child = fork();
  if (child == 0) {
    const int end = run_as_process_1(call_in_both);
    _exit(end == -1 ? NOT_PERMITTED : end != 0);
  }
  int end = -1;
  cr_assert(waitpid(child, &end, 0) == child);
  if (WIFEXITED(end) && WEXITSTATUS(end) == NOT_PERMITTED) cr_skip_test("no pid namespaces for this user");
  cr_assert(end == 0, "the child ended with %x", end);
}

/* More than a megabyte, less than any thread has. */
static int use_the_stack(size_t begin, size_t end, void *args) {
  volatile unsigned char local[3 << 19];
  (void)begin, (void)end, (void)args;
  for (size_t i = 0; i < sizeof local; i += 1 << 10) local[i] = 1;
  return local[0] - 1;
}

/* The thread that stands in for the caller has no smaller stack. */
Test(openmp, a_child_of_the_host_has_its_stack, .timeout = 30) {
  testing_need_threads_in_children();
  struct rlimit limit;
  tutti_config config;
  tutti_config_default(&config);
  config.workers = 2;
  if (getrlimit(RLIMIT_STACK, &limit) || limit.rlim_cur < 3 << 20) cr_skip_test("a stack of less than 3 MiB");
#pragma omp parallel num_threads(2)
  (void)omp_get_thread_num();
  const pid_t child = fork();
  if (child == 0) {
    tutti_ctx *ctx;
    alarm(20);
    _exit(tutti_open(&config, &ctx) || tutti_for(ctx, 64, 1, use_the_stack, NULL, shared_only));
  }
  int end = -1;
  cr_assert(waitpid(child, &end, 0) == child && end == 0, "the child ended with %x", end);
}

/* A child forked after an OpenMP region hangs in the next one, unless that runs with one thread. */
static void check_regions(tutti_map_fn count) {
  int team[12], before = 0, after = 0;
  double x[1000], sum = 0;
  for (int i = 0; i < 1000; i++) x[i] = i;
  omp_set_dynamic(0);
  omp_set_num_threads(4);
#pragma omp parallel reduction(+ : before)
  before++;
  cr_assert(before == 4, "the region before had %d threads", before);
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 3),
            *threads = testing_open_backend(TUTTI_THREADS, 4);
  for (int round = 0; round < 3; round++) {
    testing_expect(threads, tutti_sum(threads, x, 1000, &sum), TUTTI_OK, "", "threads");
    testing_expect(ctx, tutti_map(ctx, 12, count, NULL, team, sizeof *team), TUTTI_OK, "", "processes");
    for (int i = 0; i < 12; i++) cr_assert(team[i] == 1, "a region of %d threads in a worker", team[i]);
  }
#pragma omp parallel reduction(+ : after)
  after++;
  cr_assert(after == 4, "the caller's region afterwards had %d threads", after);
  tutti_close(threads);
  tutti_close(ctx);
}

Test(openmp, after_an_openmp_region, .timeout = 30) { check_regions(count_team); }
Test(openmp, whose_regions_ask_for_threads, .timeout = 30) { check_regions(count_team_of_4); }

#if TESTS_HAVE_OPENBLAS
enum { ORDER = 256 }; /* large enough for OpenBLAS to use its threads */
static double left[ORDER * ORDER], right[ORDER * ORDER];

static int multiply(size_t index, const void *args, void *out) {
  (void)index, (void)args;
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, ORDER, ORDER, ORDER, 1, left, ORDER, right, ORDER, 0,
              out, ORDER);
  return 0;
}

static void check_product(const double *product, const char *where) {
  for (int i = 0; i < ORDER; i += 5)
    for (int j = 0; j < ORDER; j++) {
      double expected = 0; /* of small integers: exact in any order */
      for (int k = 0; k < ORDER; k++) expected += left[i * ORDER + k] * right[k * ORDER + j];
      cr_assert(product[i * ORDER + j] == expected, "%s: (%d, %d)", where, i, j);
    }
}

Test(openmp, after_openblas, .timeout = 60) {
  static double product[4][ORDER * ORDER];
  for (int i = 0; i < ORDER * ORDER; i++) left[i] = i % 7 - 3, right[i] = i % 11 - 5;
  multiply(0, NULL, product[0]);
  check_product(product[0], "caller");
  memset(product, 0, sizeof product);
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 2);
  testing_expect(ctx, tutti_map(ctx, 4, multiply, NULL, product, sizeof *product), TUTTI_OK, "", "processes");
  for (int i = 0; i < 4; i++) check_product(product[i], "worker");
  multiply(0, NULL, product[0]);
  check_product(product[0], "caller again");
  tutti_close(ctx);
}
#endif

/* -- called from all threads of a region of the host's -- */

static int who(size_t index, const void *args, void *out) {
  (void)index, (void)args;
  *(pid_t *)out = (pid_t)syscall(SYS_gettid);
  nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL); /* so that every worker gets some */
  return 0;
}

/* The most different workers that a call had, among callers with such a context each. */
static int count_workers(const tutti_config *config, int callers) {
  enum { ITEMS = 64 };
  int most = 0;
  omp_set_max_active_levels(4);
#pragma omp parallel num_threads(callers) reduction(max : most)
  {
    pid_t seen[ITEMS];
    tutti_ctx *ctx = testing_open(config);
    testing_expect(ctx, tutti_map(ctx, ITEMS, who, NULL, seen, sizeof *seen), TUTTI_OK, "", "");
    most = 0;
    for (int i = 0; i < ITEMS; i++) {
      int k = 0;
      while (seen[k] != seen[i]) k++;
      most += k == i;
    }
    tutti_close(ctx);
  }
  return most;
}

Test(openmp, do_not_multiply_with_the_threads_of_the_host, .timeout = 60) {
  for (int callers = 1; callers <= 5; callers++)
    for (contexts c = {.backends = ON_THREADS | ON_PROCESSES, .workers = {4}, .schedules = BY_DYNAMIC};
         contexts_step(&c);) {
      const int workers = count_workers(&c.config, callers);
      cr_assert(workers <= (callers > 4 ? 1 : 4 / callers), "%d callers: %d each, %s", callers, workers,
                c.name);
    }
}

/* A program may fork and open its first region in the child. */
Test(openmp, do_not_multiply_in_a_child, .timeout = 30) {
  testing_need_threads_in_children();
  tutti_config config;
  tutti_config_default(&config);
  config.workers = 4;
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    _exit(count_workers(&config, 2));
  }
  int end = -1;
  cr_assert(waitpid(child, &end, 0) == child && WIFEXITED(end), "the child ended with %x", end);
  cr_assert(WEXITSTATUS(end) <= 2, "2 callers: %d each", WEXITSTATUS(end));
}
