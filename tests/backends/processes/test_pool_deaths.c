/* Workers that stand by between calls and die, at work or in between: they are replaced, and nothing is left.
 */
#define _GNU_SOURCE
#include "../../support/directory.h"
#include "standing.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

typedef struct {
  int deaths, how_many;
  double x[N];
} plague;

static int double_in_place(size_t begin, size_t end, void *args) {
  plague *p = args;
  for (size_t i = begin; i < end; i++) {
    p->x[i] = 2 * p->x[i] + 1;
    if (i == 21 && p->deaths < p->how_many) {
      p->deaths++;
      raise(SIGKILL);
    }
  }
  return 0;
}

Test(pool, a_worker_that_dies_at_work_is_replaced, .timeout = 60) {
  tutti_ctx *ctx = open_standing(WORKERS);
  plague *p = tutti_alloc(ctx, sizeof *p);
  for (int round = 0; round < 12; round++) {
    *p = (plague){.how_many = round % 4};
    for (int i = 0; i < N; i++) p->x[i] = i;
    const tutti_output outputs[] = {{p->x, sizeof *p->x}, {0}};
    const tutti_status status = tutti_for(ctx, N, 4, double_in_place, p, outputs);
    if (round % 4 == 3) {
      testing_expect(
          ctx, status, TUTTI_EWORKER,
          "3 workers died in items [20, 24); the last, worker 1 of 2, was killed by signal 9 (SIGKILL)",
          "thrice");
      continue;
    }
    testing_expect(ctx, status, TUTTI_OK, "", "replaced");
    for (int i = 0; i < N; i++) cr_assert(p->x[i] == 2. * i + 1, "round %d, item %d: %g", round, i, p->x[i]);
    cr_assert(p->deaths == p->how_many);
  }
  tutti_free(ctx, p);
  tutti_close(ctx);
  expect_no_child();
}

Test(pool, workers_that_die_while_they_stand_by_are_replaced, .timeout = 60) {
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  team t = standing_team(ctx, out);
  for (int round = 0; round < 20; round++) {
    kill(t.first, SIGKILL);
    if (round % 2) kill(t.last, SIGKILL);
    if (round % 3) await_end(t.first);
    const team now = ask(ctx, out);
    cr_assert(now.first != t.first && (round % 2 || now.last == t.last), "round %d", round);
    t = now;
  }
  tutti_free(ctx, out);
  tutti_close(ctx);
  expect_no_child();
}

/* The whole team, killed while it stands by: nobody's fault. */
Test(pool, however_many_may_die_while_they_stand_by, .timeout = 60) {
  enum { MANY = 5 };
  tutti_ctx *ctx = open_standing(MANY);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  for (int round = 0; round < 5; round++) {
    (void)standing_team(ctx, out);
    for (int i = 0; i < N; i++) kill(out[i], SIGKILL);
    for (int i = 0; i < N; i++) await_end(out[i]);
    (void)ask(ctx, out);
  }
  tutti_free(ctx, out);
  tutti_close(ctx);
}

Test(pool, a_worker_that_is_stopped_while_it_stands_by_meets_the_time_limit, .timeout = 60) {
  tutti_config config = standing_config(WORKERS);
  config.chunk_seconds = 0.3;
  tutti_ctx *ctx = testing_open(&config);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  const team t = standing_team(ctx, out);
  kill(t.first, SIGSTOP);
  const team now = ask(ctx, out);
  cr_assert(now.first != t.first && now.last == t.last);
  tutti_free(ctx, out);
  tutti_close(ctx);
}

/* A thread that was joined, and a process that was waited for, can still be seen in /proc for a moment. */
static void await_entries(const char *path, int count) {
  while (count_entries(path) > count) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  cr_assert(count_entries(path) == count, "%s: %d entries instead of %d", path, count_entries(path), count);
}

Test(pool, nothing_is_left_behind, .timeout = 60) {
  tutti_close(testing_open_backend(TUTTI_PROCESSES, WORKERS));
  const int descriptors = count_entries("/proc/self/fd"), threads = count_entries("/proc/self/task");
  for (int round = 0; round < 20; round++) {
    tutti_ctx *ctx = open_standing(WORKERS);
    pid_t *out = tutti_alloc(ctx, N * sizeof *out);
    const team t = standing_team(ctx, out);
    if (round % 2) kill(t.first, SIGKILL);
    tutti_free(ctx, out);
    tutti_close(ctx);
  }
  cr_assert(count_entries("/proc/self/fd") == descriptors);
  await_entries("/proc/self/task", threads);
  expect_no_child();
}

/* As on Linux before 5.3: the system has no descriptors of processes. */
static void forbid_pidfds(void) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  cr_assert(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) cr_skip_test("no seccomp here");
  cr_assert(syscall(SYS_pidfd_open, getpid(), 0) == -1 && errno == ENOSYS);
}

Test(pool, an_old_kernel_will_do, .timeout = 60) {
  forbid_pidfds();
  const int descriptors = count_entries("/proc/self/fd");
  for (int standing = 0; standing < 2; standing++) {
    tutti_ctx *ctx = standing ? open_standing(WORKERS) : testing_open_backend(TUTTI_PROCESSES, WORKERS);
    plague *p = tutti_alloc(ctx, sizeof *p);
    for (int round = 0; round < 8; round++) {
      *p = (plague){.how_many = round % 4};
      for (int i = 0; i < N; i++) p->x[i] = i;
      const tutti_output outputs[] = {{p->x, sizeof *p->x}, {0}};
      const tutti_status status = tutti_for(ctx, N, 4, double_in_place, p, outputs);
      testing_expect(ctx, status, round % 4 == 3 ? TUTTI_EWORKER : TUTTI_OK,
                     round % 4 == 3 ? "was killed by signal 9 (SIGKILL)" : "", "old kernel");
      for (int i = 0; i < N && !status; i++) cr_assert(p->x[i] == 2. * i + 1, "item %d: %g", i, p->x[i]);
    }
    tutti_free(ctx, p);
    tutti_close(ctx);
  }
  cr_assert(count_entries("/proc/self/fd") == descriptors);
  expect_no_child();
}
