/* What is refused, fails, is canceled or killed. */
#include <signal.h>

#include "../support/testing.h"
#include "ask.h"
#include "conform.h"

static void check_refused(const entry *e, tutti_ctx *ctx) {
  const given g = given_of(e, 5, several(e));
  testing_expect(ctx, e->run(ctx, &g, NULL, NULL), TUTTI_EINVAL, "", "no room for the answer");
  answer a = answer_for(e, g.n);
  if (e->reads) {
    testing_expect(ctx, ask(e, ctx, &(given){NULL, g.n, g.first, false}, &a), TUTTI_EINVAL, "", "x is NULL");
    cr_assert(untouched(e, &a), "x is NULL: the result was written");
  }
  if (e->least) {
    testing_expect(ctx, ask(e, ctx, &(given){g.x, e->least - 1, g.first, false}, &a), TUTTI_EINVAL, "",
                   "too few items");
    cr_assert(untouched(e, &a), "too few items: the result was written");
  }
  answer_free(&a);
}

static void check_caller_fails(const entry *e) {
  given g = given_of(e, 5, several(e));
  answer a = answer_for(e, g.n);
  g.fail = true;
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    if (takes_long(e) && !contexts_asks(&c, 0)) continue;
    testing_expect(c.ctx, ask(e, c.ctx, &g, &a), TUTTI_EUSER, "returned 1", c.name);
    cr_assert(untouched(e, &a), "%s: the result was written", c.name);
  }
  answer_free(&a);
}

static int cancel(void *user, size_t done, size_t total) {
  (void)total;
  *(size_t *)user = done;
  return 1;
}

/* Workers may have done everything before the first report. */
static void check_canceled(const entry *e, const answer *expected) {
  const given g = given_of(e, 5, several(e));
  answer a = answer_for(e, g.n);
  for (CONTEXTS c = {.schedules = BY_DYNAMIC, .workers = {2}}; contexts_step(&c);) {
    size_t done = 0;
    c.config.progress = cancel;
    c.config.progress_user = &done;
    c.ctx = testing_open(&c.config);
    const tutti_status status = ask(e, c.ctx, &g, &a);
    if (status == TUTTI_OK && c.config.backend != TUTTI_SERIAL) {
      cr_assert(same(e, &a, g.n, expected, 0), "%s: other bits", c.name);
      continue;
    }
    testing_expect(c.ctx, status, TUTTI_ECANCELED, "canceled", c.name);
    cr_assert(untouched(e, &a), "%s: the result was written", c.name);
    if (c.config.backend == TUTTI_SERIAL)
      cr_assert(done == e->chunk, "a chunk holds %zu items, and not %zu as the entry says", done, e->chunk);
  }
  answer_free(&a);
}

/* Kills the first worker of this process, twice at most, so that no chunk meets three deaths. */
static int kill_a_worker(void *user, size_t done, size_t total) {
  int *kills = user, worker = 0;
  char path[64];
  (void)done, (void)total;
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  FILE *children = *kills < 2 ? fopen(path, "re") : NULL;
  if (children && fscanf(children, "%d", &worker) == 1 && kill(worker, SIGKILL) == 0) ++*kills;
  if (children) fclose(children);
  return 0;
}

static void check_killed(const entry *e, const answer *expected) {
  const given g = given_of(e, 5, several(e));
  answer a = answer_for(e, g.n);
  const unsigned schedules = takes_long(e) ? BY_DYNAMIC : 0;
  for (CONTEXTS c = {.backends = ON_PROCESSES, .workers = {2}, .schedules = schedules}; contexts_step(&c);) {
    int kills = 0;
    c.config.progress = kill_a_worker;
    c.config.progress_user = &kills;
    c.ctx = testing_open(&c.config);
    check(e, c.ctx, c.name, &g, &a, expected);
  }
  answer_free(&a);
}

void check_failures(const entry *e, tutti_ctx *reference) {
  const given g = given_of(e, 5, several(e));
  answer expected = answer_for(e, g.n);
  testing_expect(reference, ask(e, reference, &g, &expected), TUTTI_OK, "", "reference");
  check_refused(e, reference);
  if (e->calls_back) check_caller_fails(e);
  check_canceled(e, &expected);
  check_killed(e, &expected);
  answer_free(&expected);
}
