/* Who may call: a chunk (nested calls run serially in its worker), several threads, and anyone with NULL. */
#define _GNU_SOURCE
#include "../support/testing.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const tutti_output shared_only[] = {{0}};

/* -- nested -- */

enum { OUTER = 40, INNER = 5000 };

struct inner {
  pid_t process;
  pthread_t thread;
  uint32_t *out;
};

static int inner_body(size_t begin, size_t end, void *args) {
  const struct inner *inner = args;
  if (getpid() != inner->process || !pthread_equal(pthread_self(), inner->thread)) return 1; /* not serial */
  for (size_t i = begin; i < end; i++) inner->out[i] = (uint32_t)(i * i);
  return 0;
}

static int inner_item(size_t index, const void *args, void *out) {
  (void)args;
  *(double *)out = (double)index;
  return 0;
}

static int inner_failure(size_t begin, size_t end, void *args) {
  (void)args;
  return begin <= 4000 && 4000 < end ? 41 : 0;
}

/* What a chunk gets from nested calls on `ctx`: the first thing that is wrong, or 0. */
static int nested_calls(tutti_ctx *ctx) {
  static const double expected_sum = (double)INNER * (INNER - 1) / 2;
  uint32_t out[INNER] = {0};
  double items[INNER], sum = 0;
  struct inner inner = {getpid(), pthread_self(), out};
  const tutti_output outputs[] = {{out, sizeof *out}, {0}};
  if (tutti_for(ctx, INNER, 10, inner_body, &inner, outputs)) return 2;
  for (uint32_t i = 0; i < INNER; i++)
    if (out[i] != i * i) return 3;
  if (tutti_map(ctx, INNER, inner_item, NULL, items, sizeof *items)) return 4;
  if (tutti_sum(ctx, items, INNER, &sum) || sum != expected_sum) return 5;
  if (tutti_for(ctx, INNER, 10, inner_failure, NULL, shared_only) != TUTTI_EUSER) return 6;
  if (!strstr(tutti_error_detail(ctx), "returned 41 for items [")) return 7;
  return 0;
}

struct outer {
  tutti_ctx *nested;
  int *wrong;
};

static int outer_body(size_t begin, size_t end, void *args) {
  const struct outer *outer = args;
  for (size_t i = begin; i < end; i++) outer->wrong[i] = nested_calls(outer->nested);
  return 0;
}

static void check_nested(const contexts *c, tutti_ctx *ctx, tutti_ctx *nested, const char *which) {
  int wrong[OUTER];
  memset(wrong, 0xFF, sizeof wrong);
  struct outer outer = {nested, wrong};
  const tutti_output outputs[] = {{wrong, sizeof *wrong}, {0}};
  testing_expect(ctx, tutti_for(ctx, OUTER, 1, outer_body, &outer, outputs), TUTTI_OK, "", c->name);
  for (int i = 0; i < OUTER; i++)
    cr_assert(wrong[i] == 0, "%s, a nested call on %s: item %d went wrong at %d", c->name, which, i,
              wrong[i]);
}

Test(callers, nested_calls_run_serially, .timeout = 120) {
  tutti_ctx *others[] = {testing_open_backend(TUTTI_SERIAL, 1), testing_open_backend(TUTTI_THREADS, 3),
                         testing_open_backend(TUTTI_PROCESSES, 3)};
  for (CONTEXTS c = {.workers = {1, 3}}; contexts_next(&c);) {
    check_nested(&c, c.ctx, c.ctx, "the same context");
    check_nested(&c, c.ctx, NULL, "the default context");
    for (int i = 0; i < 3; i++) check_nested(&c, c.ctx, others[i], "another context");
  }
  for (int i = 0; i < 3; i++) {
    const contexts c = {.name = "the default context"};
    check_nested(&c, NULL, others[i], "another context");
    tutti_close(others[i]);
  }
}

/* In a chunk NULL is the context whose chunk it is, and afterwards the default context again. */
static int find_isa(size_t index, const void *args, void *out) {
  (void)index;
  (void)args;
  *(int *)out = (int)tutti_context_isa(NULL);
  return 0;
}

Test(callers, null_in_a_chunk_is_its_context, .timeout = 60) {
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    int isa[OUTER];
    cr_assert_eq(tutti_map(c.ctx, OUTER, find_isa, NULL, isa, sizeof *isa), TUTTI_OK);
    for (int i = 0; i < OUTER; i++)
      cr_assert(isa[i] == (int)tutti_context_isa(c.ctx), "%s: chunk of %d has %s", c.name, i,
                tutti_isa_name((tutti_isa)isa[i]));
  }
  tutti_ctx *best = testing_open(NULL);
  cr_assert(tutti_context_isa(NULL) == tutti_context_isa(best));
  tutti_close(best);
}

/* -- several threads -- */

struct second_caller {
  tutti_ctx *ctx;
  sem_t *entered, *answered; /* in memory that workers share */
  tutti_status status;
  int runs;
  char detail[320];
  tutti_status of_sum, of_mistake;
  int workers;
};

static int hold_until_answered(size_t begin, size_t end, void *args) {
  struct second_caller *s = args;
  (void)begin, (void)end;
  sem_post(s->entered);
  sem_wait(s->answered);
  return 0;
}

static int note_run(size_t begin, size_t end, void *args) {
  (void)begin, (void)end;
  *(int *)args += 1;
  return 0;
}

static void *call_meanwhile(void *args) {
  struct second_caller *s = args;
  const tutti_output outputs[] = {{&s->runs, sizeof s->runs}, {0}};
  sem_wait(s->entered);
  s->status = tutti_for(s->ctx, 1, 1, note_run, &s->runs, outputs);
  snprintf(s->detail, sizeof s->detail, "%s", tutti_error_detail(NULL));
  const double one = 1;
  double sum = 7;
  s->of_sum = tutti_sum(s->ctx, &one, 1, &sum);     /* needs no worker */
  s->of_mistake = tutti_sum(s->ctx, NULL, 5, &sum); /* would have a detail of its own */
  s->workers = tutti_workers(s->ctx);
  sem_post(s->answered);
  return NULL;
}

Test(callers, a_context_serves_one_thread_at_a_time, .timeout = 60) {
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    sem_t *sems = tutti_alloc(c.ctx, 2 * sizeof *sems);
    sem_init(&sems[0], 1, 0);
    sem_init(&sems[1], 1, 0);
    struct second_caller second = {
        .ctx = c.ctx, .entered = &sems[0], .answered = &sems[1], .status = TUTTI_OK};
    pthread_t thread;
    cr_assert(pthread_create(&thread, NULL, call_meanwhile, &second) == 0);
    testing_expect(c.ctx, tutti_for(c.ctx, 1, 1, hold_until_answered, &second, shared_only), TUTTI_OK, "",
                   c.name);
    pthread_join(thread, NULL);
    cr_assert(second.status == TUTTI_EBUSY, "%s: the second thread got: %s", c.name,
              tutti_strerror(second.status));
    cr_assert(second.detail[0] != '\0', "%s: a failure without a detail", c.name);
    cr_assert(second.of_sum == TUTTI_EBUSY && second.of_mistake == TUTTI_EBUSY, "%s", c.name);
    cr_assert(second.workers == c.config.workers && tutti_error_detail(c.ctx)[0] == 0, "%s", c.name);
    cr_assert(second.runs == 0, "%s: the body was run in spite of it", c.name);
    testing_expect(c.ctx,
                   tutti_for(c.ctx, 1, 1, note_run, &second.runs, (tutti_output[]){{&second.runs, 4}, {0}}),
                   TUTTI_OK, "", c.name); /* free again */
    cr_assert(second.runs == 1, "%s", c.name);
    tutti_free(c.ctx, sems);
  }
}

enum { CALLERS = 4 };

struct caller {
  tutti_ctx *ctx;
  pthread_barrier_t *meeting; /* in memory that workers share */
  size_t bad_n;
  tutti_status met, refused;
  bool own_detail;
};

static int meet(size_t begin, size_t end, void *args) {
  (void)begin, (void)end;
  pthread_barrier_wait(args);
  return 0;
}

/* Calls meet within their bodies, so they do overlap; then each thread fails in a way of its own. */
static void *call_and_meet(void *args) {
  struct caller *c = args;
  char word[32];
  c->met = tutti_for(c->ctx, 1, 1, meet, c->meeting, shared_only);
  c->refused = tutti_for(c->ctx, c->bad_n, 1, meet, NULL, (tutti_output[]){{c, 8}, {0}});
  pthread_barrier_wait(c->meeting);
  snprintf(word, sizeof word, "%zu", c->bad_n);
  c->own_detail = strstr(tutti_error_detail(c->ctx), word) != NULL;
  return NULL;
}

static void check_callers(tutti_ctx *const ctx[CALLERS], const char *name) {
  tutti_ctx *memory = testing_open_backend(TUTTI_PROCESSES, 1);
  pthread_barrier_t *meeting = tutti_alloc(memory, sizeof *meeting);
  pthread_barrierattr_t shared;
  pthread_barrierattr_init(&shared);
  pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
  pthread_barrier_init(meeting, &shared, CALLERS);
  struct caller caller[CALLERS];
  pthread_t thread[CALLERS];
  for (int i = 0; i < CALLERS; i++) {
    caller[i] = (struct caller){ctx[i], meeting, SIZE_MAX - (size_t)i, TUTTI_OK, TUTTI_OK, false};
    cr_assert(pthread_create(&thread[i], NULL, call_and_meet, &caller[i]) == 0);
  }
  for (int i = 0; i < CALLERS; i++) {
    pthread_join(thread[i], NULL);
    cr_assert(caller[i].met == TUTTI_OK, "%s, thread %d: %s", name, i, tutti_strerror(caller[i].met));
    cr_assert(caller[i].refused == TUTTI_EINVAL, "%s, thread %d: %s", name, i,
              tutti_strerror(caller[i].refused));
    cr_assert(caller[i].own_detail, "%s, thread %d: the detail is another thread's", name, i);
  }
  tutti_free(memory, meeting);
  tutti_close(memory);
}

Test(callers, threads_with_a_context_each_do_not_wait_for_each_other, .timeout = 60) {
  for (contexts c = {.workers = {2}, .schedules = BY_DYNAMIC}; contexts_step(&c);) {
    tutti_ctx *ctx[CALLERS];
    for (int i = 0; i < CALLERS; i++) ctx[i] = testing_open(&c.config);
    check_callers(ctx, c.name);
    for (int i = 0; i < CALLERS; i++) tutti_close(ctx[i]);
  }
}

Test(callers, any_number_of_threads_share_the_default_context, .timeout = 60) {
  tutti_ctx *const ctx[CALLERS] = {NULL, NULL, NULL, NULL};
  check_callers(ctx, "the default context");
}

/* -- a child of the host -- */

static atomic_int going_on; /* 1: the call has begun, 2: it may end */
static int go_on(size_t begin, size_t end, void *args) {
  (void)begin, (void)end, (void)args;
  going_on = 1;
  while (going_on < 2) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  return 0;
}

static void *call_for_long(void *ctx) {
  return tutti_for(ctx, 1, 1, go_on, NULL, (tutti_output[]){{0}}) ? ctx : NULL;
}

/* The thread that has the context in the parent is not there in the child, which is free to use it. */
Test(callers, a_child_does_not_wait_for_a_thread_of_its_parent, .timeout = 60) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  pthread_t thread;
  void *failed = ctx;
  double x[3] = {1, 2, 3}, sum = 0;
  cr_assert(pthread_create(&thread, NULL, call_for_long, ctx) == 0);
  while (going_on < 1) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  const pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 3; i++)
      if (tutti_map(ctx, INNER, inner_item, NULL, (double[INNER]){0}, sizeof(double)) ||
          tutti_sum(ctx, x, 3, &sum))
        _exit(1);
    _exit(0);
  }
  int status = -1;
  cr_assert(waitpid(child, &status, 0) == child && status == 0, "the child ended with %#x", (unsigned)status);
  cr_assert(tutti_sum(ctx, x, 3, &sum) == TUTTI_EBUSY, "in the parent it is busy");
  going_on = 2;
  pthread_join(thread, &failed);
  cr_assert(failed == NULL && tutti_sum(ctx, x, 3, &sum) == TUTTI_OK && sum == 6);
  tutti_close(ctx);
}

/* The threads of the parent did not survive the fork: a team that waited for them would wait for ever. */
Test(callers, a_child_that_the_host_forks_may_call, .timeout = 60) {
  testing_need_threads_in_children();
  tutti_ctx *ctx[] = {testing_open_backend(TUTTI_THREADS, 4), NULL, testing_open_backend(TUTTI_PROCESSES, 2)};
  static double items[INNER];
  const double expected = (double)INNER * (INNER - 1) / 2;
  double sum = 0;
  for (int i = 0; i < 3; i++)
    testing_expect(ctx[i], tutti_map(ctx[i], INNER, inner_item, NULL, items, sizeof *items), TUTTI_OK, "",
                   "parent");
  const pid_t child = fork();
  cr_assert(child >= 0);
  if (child == 0) {
    alarm(20); /* should it hang, it must not outlive the test */
    memset(items, 0, sizeof items);
    for (int i = 0; i < 3; i++)
      if (tutti_map(ctx[i], INNER, inner_item, NULL, items, sizeof *items) ||
          tutti_sum(ctx[i], items, INNER, &sum) || sum != expected)
        _exit(1 + i);
    _exit(0);
  }
  int status = 0;
  cr_assert(waitpid(child, &status, 0) == child);
  cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ended with %d", status);
  for (int i = 0; i < 3; i++) /* and the parent goes on */
    testing_expect(ctx[i], tutti_sum(ctx[i], items, INNER, &sum), TUTTI_OK, "", "parent");
  cr_assert(sum == expected);
  tutti_close(ctx[0]);
  tutti_close(ctx[2]);
}
