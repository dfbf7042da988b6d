/* What the host of workers that stand by may do: threads, forks, descriptors, limits, privileges. */
#define _GNU_SOURCE
#include "standing.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* -- threads, parents and children of the host -- */

typedef struct {
  tutti_ctx *ctx;
  pid_t *out;
  team t;
} started;

static void *start_in_a_thread(void *args) {
  started *s = args;
  s->ctx = open_standing(WORKERS);
  s->out = tutti_alloc(s->ctx, N * sizeof *s->out);
  s->t = standing_team(s->ctx, s->out);
  return NULL;
}

static started start_elsewhere(void) {
  started s;
  pthread_t thread;
  cr_assert(pthread_create(&thread, NULL, start_in_a_thread, &s) == 0);
  pthread_join(thread, NULL);
  return s;
}

Test(pool, the_end_of_the_thread_that_started_them_is_not_theirs, .timeout = 60) {
  const started s = start_elsewhere();
  nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
  cr_assert(is_alive(s.t.first) && is_alive(s.t.last));
  cr_assert(same(s.t, ask(s.ctx, s.out)));
  tutti_free(s.ctx, s.out);
  tutti_close(s.ctx);
}

Test(pool, the_end_of_the_process_is_theirs, .timeout = 60) {
  int ends[2];
  team t;
  cr_assert(pipe(ends) == 0);
  const pid_t host = fork();
  if (host == 0) {
    const started s = start_elsewhere();
    if (write(ends[1], &s.t, sizeof s.t) != sizeof s.t) _exit(1);
    while (true) pause();
  }
  cr_assert(read(ends[0], &t, sizeof t) == sizeof t);
  kill(host, SIGKILL);
  waitpid(host, NULL, 0);
  await_end(t.first);
  await_end(t.last);
}

/* A child of the host's own has the context, but not its workers. */
Test(pool, a_child_of_the_host_has_workers_of_its_own, .timeout = 60) {
  const started s = start_elsewhere();
  const pid_t child = fork();
  if (child == 0) {
    memset(s.out, 0, N * sizeof *s.out);
    const bool ran = tutti_map(s.ctx, N, who, NULL, s.out, sizeof *s.out) == TUTTI_OK;
    const bool others = s.out[0] > 0 && s.out[0] != s.t.first && s.out[N - 1] != s.t.last;
    tutti_close(s.ctx);
    _exit(ran && others ? 0 : 1);
  }
  expect_success(child);
  cr_assert(same(s.t, ask(s.ctx, s.out)));
  tutti_free(s.ctx, s.out);
  tutti_close(s.ctx);
}

Test(pool, workers_do_not_keep_pipes_of_the_host_open, .timeout = 60) {
  int ends[2];
  char byte;
  cr_assert(pipe(ends) == 0);
  const started s = start_elsewhere();
  close(ends[1]);
  cr_assert(read(ends[0], &byte, 1) == 0, "no end of file");
  tutti_free(s.ctx, s.out);
  tutti_close(s.ctx);
}

/* A host that closes what it does not know, or has other things under those numbers. In a child: the test's
 * own descriptors are among them. */
static void lose_descriptors(bool reuse) {
  int ends[2];
  alarm(30);
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  for (int i = 0; i < 3; i++)
    if (tutti_map(ctx, N, who, NULL, out, sizeof *out)) _exit(1);
  if (pipe(ends) || write(ends[1], "x", 1) != 1) _exit(2);
  for (int fd = STDERR_FILENO + 1; fd < 64; fd++) {
    if (fd == ends[0] || fd == ends[1] || fcntl(fd, F_GETFD) < 0) continue;
    if (reuse) dup2(ends[0], fd);
    else close(fd);
  }
  for (int i = 0; i < 3; i++)
    if (tutti_map(ctx, N, who, NULL, out, sizeof *out) || out[0] == out[N - 1]) _exit(3);
  tutti_free(ctx, out);
  tutti_close(ctx);
  _exit(has_no_child() ? 0 : 4);
}

Test(pool, the_host_may_close_its_descriptors, .timeout = 60) {
  for (int reuse = 0; reuse < 2; reuse++) {
    const pid_t child = fork();
    if (child == 0) lose_descriptors(reuse);
    expect_success(child);
  }
}

static int use_stack(size_t index, const void *args, void *out) {
  volatile char much[5 << 20];
  (void)args;
  much[0] = much[sizeof much - 1] = (char)index;
  *(pid_t *)out = (pid_t)(unsigned char)much[0];
  return 0;
}

Test(pool, workers_have_the_stack_of_a_process, .timeout = 60) {
  struct rlimit limit;
  cr_assert(getrlimit(RLIMIT_STACK, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  cr_assert(setrlimit(RLIMIT_STACK, &limit) == 0);
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  for (int call = 0; call < 4; call++)
    testing_expect(ctx, tutti_map(ctx, N, use_stack, NULL, out, sizeof *out), TUTTI_OK, "", "stack");
  tutti_free(ctx, out);
  tutti_close(ctx);
}

static int effective_user(size_t index, const void *args, void *out) {
  (void)index, (void)args;
  *(pid_t *)out = (pid_t)geteuid();
  return 0;
}

static int print_line(size_t index, const void *args, void *out) {
  (void)index, (void)args;
  *(pid_t *)out = getpid();
  return puts("line") == EOF;
}

static long size_of(FILE *file) {
  struct stat about;
  return fstat(fileno(file), &about) ? -1 : (long)about.st_size;
}

/* In a child: the test's own standard output is another's. */
static int print_to_two(void) {
  FILE *files[] = {tmpfile(), tmpfile()};
  tutti_ctx *ctx = open_standing(WORKERS);
  pid_t *out = tutti_alloc(ctx, N * sizeof *out);
  for (int f = 0; f < 2; f++) {
    if (!files[f] || dup2(fileno(files[f]), STDOUT_FILENO) < 0) return 1;
    for (int call = 0; call < 3; call++)
      if (tutti_map(ctx, N, print_line, NULL, out, sizeof *out)) return 2;
  }
  tutti_close(ctx);
  for (int f = 0; f < 2; f++)
    if (size_of(files[f]) != 3 * N * (long)strlen("line\n")) return 3 + f;
  return 0;
}

Test(pool, standard_output_is_that_of_the_call, .timeout = 60) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);
    _exit(print_to_two());
  }
  expect_success(child);
}

/* In a child, since there is no way back. Workers of before can neither be used nor killed. */
Test(pool, a_host_may_give_up_its_privileges, .timeout = 60) {
  if (geteuid() != 0) cr_skip_test("only root has any");
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);
    tutti_ctx *ctx = open_standing(WORKERS);
    pid_t *out = tutti_alloc(ctx, N * sizeof *out);
    for (int i = 0; i < 3; i++)
      if (tutti_map(ctx, N, effective_user, NULL, out, sizeof *out) || out[0] != 0) _exit(1);
    if (setresuid(65534, 65534, 65534)) _exit(2);
    for (int i = 0; i < 3; i++)
      if (tutti_map(ctx, N, effective_user, NULL, out, sizeof *out) || out[0] != 65534 || out[N - 1] != 65534)
        _exit(3);
    tutti_close(ctx);
    _exit(has_no_child() ? 0 : 4);
  }
  expect_success(child);
}
