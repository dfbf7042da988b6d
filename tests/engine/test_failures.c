/* Calls that end early: a function of the caller's that fails, a progress function that cancels; and
 * progress. */
#define _GNU_SOURCE
#include "../support/testing.h"

#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static const tutti_output shared_only[] = {{0}};

/* -- a function that fails -- */

enum { N = 1000, GRAIN = 10 }; /* 100 chunks of 10 */

/* Every chunk from the one of item 370 on fails, each with a value of its own. */
static int fail_from_370(size_t begin, size_t end, void *args) {
  (void)end, (void)args;
  return begin >= 370 ? (int)begin + 7 : 0;
}

static int fail_with(size_t begin, size_t end, void *args) {
  (void)end;
  return begin == 50 ? *(int *)args : 0;
}

Test(failures, the_lowest_chunk_that_fails_is_reported, .timeout = 120) {
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    for (int i = 0; i < 5; i++)
      testing_expect(c.ctx, tutti_for(c.ctx, N, GRAIN, fail_from_370, NULL, shared_only), TUTTI_EUSER,
                     "returned 377 for items [370, 380)", c.name);
  }
}

Test(failures, the_value_is_reported_whatever_it_is, .timeout = 120) {
  static const int values[] = {1, -1, -77, INT_MAX, INT_MIN};
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    for (int i = 0; i < 5; i++) {
      int value = values[i];
      char expected[64];
      snprintf(expected, sizeof expected, "returned %d for items [50, 60)", value);
      testing_expect(c.ctx, tutti_for(c.ctx, N, GRAIN, fail_with, &value, shared_only), TUTTI_EUSER, expected,
                     c.name);
    }
  }
}

/* The chunk of item 370 fails, but not before a higher one has. */
static int fail_late_at_370(size_t begin, size_t end, void *args) {
  sem_t *higher_failed = args;
  (void)end;
  if (begin < 370) return 0;
  if (begin == 370) sem_wait(higher_failed);
  else sem_post(higher_failed);
  return (int)begin;
}

Test(failures, a_lower_chunk_that_fails_later_is_the_one_reported, .timeout = 120) {
  for (CONTEXTS c = {.backends = ON_THREADS | ON_PROCESSES, .workers = {2}}; contexts_next(&c);) {
    sem_t *higher_failed = tutti_alloc(c.ctx, sizeof *higher_failed);
    sem_init(higher_failed, 1, 0);
    testing_expect(c.ctx, tutti_for(c.ctx, N, GRAIN, fail_late_at_370, higher_failed, shared_only),
                   TUTTI_EUSER, "returned 370 for items [370, 380)", c.name);
    tutti_free(c.ctx, higher_failed);
  }
}

static int fail_item(size_t index, const void *args, void *out) {
  *(char *)out = 1;
  return index == *(const size_t *)args ? 5 : 0;
}

Test(failures, map_reports_items_that_hold_the_one_that_failed, .timeout = 120) {
  char out[N];
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    const size_t bad = 773;
    size_t begin = 0, end = 0;
    testing_expect(c.ctx, tutti_map(c.ctx, N, fail_item, &bad, out, 1), TUTTI_EUSER, "returned 5 for items [",
                   c.name);
    const char *items = strchr(tutti_error_detail(c.ctx), '[');
    cr_assert(sscanf(items, "[%zu, %zu)", &begin, &end) == 2, "%s", items);
    cr_assert(begin <= bad && bad < end, "%s: %s", c.name, items);
  }
}

static void count_init(void *acc, const void *args) { (void)args, *(size_t *)acc = 0; }
static void count_merge(void *into, const void *from, const void *args) {
  (void)args;
  *(size_t *)into += *(const size_t *)from;
}
static int count_until_370(void *acc, size_t begin, size_t end, const void *args) {
  (void)args;
  *(size_t *)acc += end - begin;
  return begin == 370 ? 3 : 0;
}

Test(failures, acc_is_untouched_and_the_context_usable, .timeout = 120) {
  const tutti_reduction op = {sizeof(size_t), GRAIN, count_init, count_until_370, count_merge};
  for (CONTEXTS c = {0}; contexts_next(&c);) {
    size_t acc = 12345;
    testing_expect(c.ctx, tutti_reduce(c.ctx, &op, N, NULL, &acc), TUTTI_EUSER, "[370, 380)", c.name);
    cr_assert(acc == 12345, "%s: acc = %zu after a failure", c.name, acc);
    testing_expect(c.ctx, tutti_reduce(c.ctx, &op, 370, NULL, &acc), TUTTI_OK, "", c.name);
    cr_assert(acc == 370, "%s: acc = %zu", c.name, acc);
  }
}

/* -- progress -- */

struct progress_log {
  pthread_t caller;
  size_t calls, last, total;
  bool elsewhere, backwards;
};

static int log_progress(void *user, size_t done, size_t total) {
  struct progress_log *log = user;
  log->elsewhere |= !pthread_equal(pthread_self(), log->caller);
  log->backwards |= done < log->last || done > total;
  log->last = done;
  log->total = total;
  log->calls++;
  return 0;
}

static int nothing(size_t begin, size_t end, void *args) {
  (void)begin, (void)end, (void)args;
  return 0;
}

/* A progress function may call the library, on the context and on the default one. */
struct caller {
  tutti_ctx *ctx;
  int calls, good;
};

static int call_library(void *user, size_t done, size_t total) {
  struct caller *c = user;
  static const double x[3] = {1, 2, 3};
  double on_ctx = 0, on_default = 0, most[2];
  (void)done, (void)total;
  c->calls++;
  c->good += tutti_sum(c->ctx, x, 3, &on_ctx) == TUTTI_OK && on_ctx == 6 &&
             tutti_cumsum(c->ctx, x, 2, most) == TUTTI_OK && most[1] == 3 &&
             tutti_asum(NULL, x, 3, &on_default) == TUTTI_OK && on_default == 6;
  return 0;
}

static int do_nothing(size_t begin, size_t end, void *args) {
  (void)begin, (void)end, (void)args;
  return 0;
}

Test(failures, progress_may_call_the_library, .timeout = 120) {
  for (CONTEXTS c = {0}; contexts_step(&c);) {
    struct caller caller = {0};
    c.config.progress = call_library;
    c.config.progress_user = &caller;
    c.ctx = caller.ctx = testing_open(&c.config);
    cr_assert(tutti_for(c.ctx, N, GRAIN, do_nothing, NULL, shared_only) == TUTTI_OK, "%s",
              tutti_error_detail(c.ctx));
    cr_assert(caller.calls > 0 && caller.good == caller.calls, "%s: %d of %d", c.name, caller.good,
              caller.calls);
    const double x = 5;
    double sum;
    caller.calls = 0;
    cr_assert(tutti_sum(c.ctx, &x, 1, &sum) == TUTTI_OK && caller.calls > 0, "%s: a short sum", c.name);
  }
}

Test(failures, progress_ascends_to_the_total_in_the_calling_thread, .timeout = 120) {
  for (CONTEXTS c = {0}; contexts_step(&c);) {
    struct progress_log log = {.caller = pthread_self()};
    c.config.progress = log_progress;
    c.config.progress_user = &log;
    c.ctx = testing_open(&c.config);
    testing_expect(c.ctx, tutti_for(c.ctx, 4097, 1, nothing, NULL, shared_only), TUTTI_OK, "", c.name);
    cr_assert(log.calls > 0, "%s: never called", c.name);
    cr_assert(!log.elsewhere, "%s: called from another thread", c.name);
    cr_assert(!log.backwards, "%s: went backwards or beyond the total", c.name);
    cr_assert(log.total == 4097 && log.last == 4097, "%s: the last call said %zu of %zu", c.name, log.last,
              log.total);
  }
}

/* The calling thread hears of its own chunk while the other worker's ends: the last call must still say
 * "all". */
struct overtaken {
  sem_t reported, done;
  pthread_t caller;
  size_t last;
};

static int wait_for_report(size_t begin, size_t end, void *args) {
  struct overtaken *o = args;
  (void)begin, (void)end;
  if (pthread_equal(pthread_self(), o->caller)) return 0;
  sem_wait(&o->reported);
  sem_post(&o->done);
  return 0;
}

static int let_the_other_end(void *user, size_t done, size_t total) {
  struct overtaken *o = user;
  if (done < total && o->last == 0) {
    sem_post(&o->reported);
    sem_wait(&o->done);
    usleep(100 *
           1000); /* its chunk counts as done any moment; were this too short, the test would pass anyway */
  }
  o->last = done;
  return 0;
}

Test(failures, the_last_progress_call_says_all, .timeout = 60) {
  for (CONTEXTS c = {.backends = ON_THREADS, .workers = {2}}; contexts_step(&c);) {
    struct overtaken o = {.caller = pthread_self()};
    sem_init(&o.reported, 0, 0);
    sem_init(&o.done, 0, 0);
    c.config.progress = let_the_other_end;
    c.config.progress_user = &o;
    c.ctx = testing_open(&c.config);
    testing_expect(c.ctx, tutti_for(c.ctx, 2, 1, wait_for_report, &o, NULL), TUTTI_OK, "", c.name);
    cr_assert(o.last == 2, "%s: the last call said %zu of 2", c.name, o.last);
  }
}

/* -- cancellation -- */

/* In memory that worker processes share. Only the caller goes on before it has canceled: the others' first
 * chunk waits, so that work is left whatever the scheduler of the machine does. */
struct cancellation {
  pid_t process;
  pthread_t thread;
  atomic_bool canceled;
  _Atomic size_t items;
};

static int work_slowly(size_t begin, size_t end, void *args) {
  struct cancellation *c = args;
  const bool caller = getpid() == c->process && pthread_equal(pthread_self(), c->thread);
  while (!caller && !atomic_load(&c->canceled)) usleep(100);
  if (!caller) usleep(1000);
  atomic_fetch_add(&c->items, end - begin);
  return 0;
}

static int cancel(void *user, size_t done, size_t total) {
  struct cancellation *c = *(struct cancellation **)user;
  (void)done, (void)total;
  atomic_store(&c->canceled, true);
  return 1;
}

static int slow_chunk(void *acc, size_t begin, size_t end, const void *args) {
  *(size_t *)acc += end - begin;
  return work_slowly(begin, end, (void *)args);
}

static void check_canceled(const contexts *c, tutti_ctx *ctx, tutti_status status,
                           struct cancellation *state) {
  const size_t items = atomic_load(&state->items);
  char word[64];
  snprintf(word, sizeof word, "%zu of 4096", items);
  testing_expect(ctx, status, TUTTI_ECANCELED, word, c->name); /* what did run is what the detail says */
  cr_assert(items < 4096, "%s: all of it was run", c->name);
  if (c->config.backend == TUTTI_SERIAL)
    cr_assert(items == 1, "%s: %zu chunks after the first", c->name, items);
  atomic_store(&state->canceled, false);
  atomic_store(&state->items, 0);
}

Test(failures, progress_cancels, .timeout = 300) {
  const tutti_reduction op = {sizeof(size_t), 1, count_init, slow_chunk, count_merge};
  for (CONTEXTS c = {0}; contexts_step(&c);) {
    struct cancellation *state = NULL;
    c.config.progress = cancel;
    c.config.progress_user = &state;
    c.ctx = testing_open(&c.config);
    state = tutti_alloc(c.ctx, sizeof *state);
    state->process = getpid();
    state->thread = pthread_self();
    check_canceled(&c, c.ctx, tutti_for(c.ctx, 4096, 1, work_slowly, state, shared_only), state);
    size_t acc = 777;
    check_canceled(&c, c.ctx, tutti_reduce(c.ctx, &op, 4096, state, &acc), state);
    cr_assert(acc == 777, "%s: acc = %zu after a cancellation", c.name, acc);
    tutti_free(c.ctx, state);
  }
}
