/* What the tests of standing workers share: who ran a call's chunks, and which processes are still there. */
#ifndef TUTTI_TESTS_STANDING_H
#define TUTTI_TESTS_STANDING_H

#include "../../support/testing.h"

#include <errno.h>
#include <time.h>

enum { WORKERS = 2, N = 64 };

static inline tutti_config standing_config(int workers) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  config.workers = workers;
  config.schedule = TUTTI_STATIC;
  config.standing = 1;
  return config;
}

static inline tutti_ctx *open_standing(int workers) {
  const tutti_config config = standing_config(workers);
  return testing_open(&config);
}

static inline int who(size_t index, const void *args, void *out) {
  (void)index, (void)args;
  *(pid_t *)out = getpid();
  return 0;
}

typedef struct {
  pid_t first, last;
} team;

/* Who ran the first and the last item of a call whose output is that. */
static inline team ask(tutti_ctx *ctx, pid_t *out) {
  memset(out, 0, N * sizeof *out);
  testing_expect(ctx, tutti_map(ctx, N, who, NULL, out, sizeof *out), TUTTI_OK, "", "who");
  for (int i = 0; i < N; i++) cr_assert(out[i] > 0 && out[i] != getpid(), "item %d by %d", i, (int)out[i]);
  return (team){out[0], out[N - 1]};
}

static inline bool same(team a, team b) { return a.first == b.first && a.last == b.last; }

/* The one that stands by: from the second call on. */
static inline team standing_team(tutti_ctx *ctx, pid_t *out) {
  (void)ask(ctx, out);
  const team t = ask(ctx, out);
  cr_assert(t.first != t.last);
  cr_assert(same(t, ask(ctx, out)), "they did not stay");
  return t;
}

static inline bool is_alive(pid_t pid) {
  char path[64], state = 'X';
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  FILE *file = fopen(path, "re");
  if (file && fscanf(file, "%*d (%*[^)]) %c", &state) != 1) state = 'X';
  if (file) fclose(file);
  return state != 'X' && state != 'Z';
}

static inline void await_end(pid_t pid) {
  while (is_alive(pid)) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static inline bool has_no_child(void) { return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD; }

static inline void expect_no_child(void) { cr_assert(has_no_child(), "a child is left"); }

/* A child of the test's own ends with status 0. */
static inline void expect_success(pid_t child) {
  int status = -1;
  cr_assert(waitpid(child, &status, 0) == child && status == 0, "the child ended with %#x", (unsigned)status);
}

#endif
