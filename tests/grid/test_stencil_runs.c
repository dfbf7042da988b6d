/* Stencils of one's own: what is refused, fails or is canceled, what state stays, and workers that die. */
#include "../support/ranks_of_threads.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>

#include "any_stencil.h"

/* -- failures -- */

enum { COUNT_ROWS = 40, COUNT_COLS = 600 };

typedef struct {
  double fail_at; /* the rows from here on fail in the step that begins with this value */
  int fail_from, value;
  int deaths; /* rows that still kill their worker */
} trouble;

/* Adds 1 to all numbers; rows fail, or kill their worker half way. */
static int count(size_t row, const double *const *in, ptrdiff_t stride, double *const *out,
                 const void *args) {
  trouble *t = (trouble *)(uintptr_t)args;
  (void)stride;
  const double now = in[0][0];
  for (ptrdiff_t j = 0; j < COUNT_COLS; j++) {
    out[0][j] = in[0][j] + 1;
    if (row == 5 && j == COUNT_COLS / 2 && now == 2 && t->deaths > 0) {
      t->deaths--;
      raise(SIGKILL);
    }
  }
  return now == t->fail_at && (int)row >= t->fail_from ? t->value - (int)row : 0;
}

static tutti_stencil_grid counting(const trouble *t) {
  return (tutti_stencil_grid){
      .rows = COUNT_ROWS, .cols = COUNT_COLS, .fields = 1, .halo = 1, .row = count, .args = t};
}

static bool is_all(tutti_stencil *model, double value) {
  static _Thread_local double u[COUNT_ROWS * COUNT_COLS];
  if (tutti_stencil_field(model, 0, u)) return false;
  for (int k = 0; k < COUNT_ROWS * COUNT_COLS; k++)
    if (u[k] != value) return false;
  return true;
}

static int fails_and_goes_on(tutti_ctx *ctx, trouble *t) {
  static const int from[] = {0, 1, 13, 38, COUNT_ROWS - 1};
  tutti_stencil *model;
  for (size_t k = 0; k < sizeof from / sizeof *from; k++) {
    const tutti_stencil_grid grid = counting(t);
    char detail[80];
    *t = (trouble){.fail_at = 3, .fail_from = from[k], .value = k % 2 ? 70 : -70};
    snprintf(detail, sizeof detail, "the function returned %d for row %d", t->value - from[k], from[k]);
    if (tutti_stencil_create(ctx, &grid, &model)) return 1;
    if (tutti_stencil_step(model, 9) != TUTTI_EUSER) return 2;
    if (strcmp(tutti_error_detail(ctx), detail) != 0) return 3;
    if (!is_all(model, 3)) return 4;
    if (tutti_stencil_step(model, 1) != TUTTI_EUSER) return 5;
    t->fail_at = -1;
    if (tutti_stencil_step(model, 4) || !is_all(model, 7)) return 6;
    tutti_stencil_destroy(model);
  }
  return 0;
}

Test(stencil_runs, names_the_lowest_row_that_fails, .timeout = 120) {
  for (CONTEXTS c = {.schedules = BY_STATIC, .workers = {1, 3}}; contexts_next(&c);) {
    trouble *t = tutti_alloc(c.ctx, sizeof *t);
    const int wrong = fails_and_goes_on(c.ctx, t);
    cr_assert(wrong == 0, "%s: %d: %s", c.name, wrong, tutti_error_detail(c.ctx));
    tutti_free(c.ctx, t);
  }
}

static int fail_over_ranks(tutti_ctx *ctx, int rank, int ranks) {
  trouble t;
  (void)rank, (void)ranks;
  return fails_and_goes_on(ctx, &t);
}

Test(stencil_runs, names_the_lowest_row_of_all_ranks, .timeout = 120) { everywhere(fail_over_ranks); }

static int enough_at_three(void *user, size_t done, size_t total) {
  (void)user;
  cr_assert(total == 8);
  return done == 3 || done == 8; /* which is too late */
}

Test(stencil_runs, is_canceled_after_a_whole_step, .timeout = 60) {
  for (CONTEXTS c = {.schedules = BY_STATIC, .workers = {1, 3}}; contexts_step(&c);) {
    trouble t = {.fail_at = -1};
    const tutti_stencil_grid grid = counting(&t);
    tutti_stencil *model;
    c.config.progress = enough_at_three;
    c.ctx = testing_open(&c.config);
    cr_assert(tutti_stencil_create(c.ctx, &grid, &model) == TUTTI_OK);
    testing_expect(c.ctx, tutti_stencil_step(model, 8), TUTTI_ECANCELED, "canceled after 3 of 8 steps",
                   c.name);
    cr_assert(is_all(model, 3), "%s", c.name);
    c.config.progress = NULL;
    tutti_stencil_destroy(model);
  }
}

static int cancel_over_ranks(tutti_ctx *ctx, int rank, int ranks) {
  trouble t = {.fail_at = -1};
  const tutti_stencil_grid grid = counting(&t);
  tutti_stencil *model;
  (void)rank;
  if (tutti_stencil_create(ctx, &grid, &model)) return 1;
  const tutti_status status = tutti_stencil_step(model, 8);
  if (status != (ranks > 1 ? TUTTI_ECANCELED : TUTTI_OK)) return 2;
  const int wrong = is_all(model, ranks > 1 ? 2 : 8) ? 0 : 3;
  tutti_stencil_destroy(model);
  return wrong;
}

Test(stencil_runs, is_canceled_by_one_rank, .timeout = 60) {
  canceling = true;
  everywhere(cancel_over_ranks);
}

/* -- worker processes -- */

static tutti_ctx *open_processes(int standing) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_PROCESSES;
  config.workers = 2;
  config.standing = standing;
  return testing_open(&config);
}

Test(stencil_runs, survives_workers_that_are_killed, .timeout = 60) {
  for (int standing = 0; standing < 2; standing++) {
    tutti_ctx *ctx = open_processes(standing);
    trouble *t = tutti_alloc(ctx, sizeof *t);
    const tutti_stencil_grid grid = counting(t);
    tutti_stencil *model;
    *t = (trouble){.fail_at = -1, .deaths = 2};
    testing_expect(ctx, tutti_stencil_create(ctx, &grid, &model), TUTTI_OK, "", "create");
    testing_expect(ctx, tutti_stencil_step(model, 6), TUTTI_OK, "", "two deaths");
    cr_assert(t->deaths == 0 && is_all(model, 6));
    tutti_stencil_destroy(model);
    t->deaths = 3;
    testing_expect(ctx, tutti_stencil_create(ctx, &grid, &model), TUTTI_OK, "", "create");
    testing_expect(ctx, tutti_stencil_step(model, 6), TUTTI_EWORKER, "3 workers died in items [",
                   "three deaths");
    cr_assert(is_all(model, 2));
    testing_expect(ctx, tutti_stencil_step(model, 6), TUTTI_OK, "", "afterwards");
    cr_assert(is_all(model, 8));
    tutti_stencil_destroy(model);
    tutti_free(ctx, t);
    tutti_close(ctx);
  }
}

static int who(size_t row, const double *const *in, ptrdiff_t stride, double *const *out, const void *args) {
  (void)row, (void)in, (void)stride, (void)args;
  for (int j = 0; j < COUNT_COLS; j++) out[0][j] = (double)getpid();
  return 0;
}

static pid_t last_of(tutti_stencil *model) {
  static double u[COUNT_ROWS * COUNT_COLS];
  cr_assert(tutti_stencil_step(model, 1) == TUTTI_OK && tutti_stencil_field(model, 0, u) == TUTTI_OK);
  cr_assert(u[0] != (double)getpid());
  return (pid_t)u[COUNT_ROWS * COUNT_COLS - 1];
}

Test(stencil_runs, runs_in_standing_workers_where_it_may, .timeout = 60) {
  for (int standing = 0; standing < 2; standing++)
    for (int shared = 0; shared < 3; shared++) {
      static trouble private;
      tutti_ctx *ctx = open_processes(standing);
      trouble *t = tutti_alloc(ctx, sizeof *t);
      tutti_stencil_grid grid = counting(shared == 2 ? NULL : shared ? t : &private);
      tutti_stencil *model;
      grid.row = who;
      testing_expect(ctx, tutti_stencil_create(ctx, &grid, &model), TUTTI_OK, "", "create");
      (void)last_of(model);
      const pid_t second = last_of(model);
      cr_assert((second == last_of(model)) == (standing && shared), "standing %d, shared %d", standing,
                shared);
      tutti_stencil_destroy(model);
      tutti_free(ctx, t);
      tutti_close(ctx);
    }
}

/* -- arguments -- */

Test(stencil_runs, refuses_what_it_cannot_do) {
  static const struct {
    tutti_stencil_grid grid;
    tutti_status status;
    const char *detail;
  } bad[] = {
      {{.rows = 2, .cols = 2, .fields = 1}, TUTTI_EINVAL, "row is NULL"},
      {{.cols = 2, .fields = 1, .row = count}, TUTTI_EINVAL, "rows = 0, cols = 2"},
      {{.rows = 2, .fields = 1, .row = count}, TUTTI_EINVAL, "rows = 2, cols = 0"},
      {{.rows = 2, .cols = 2, .row = count}, TUTTI_EINVAL, "fields = 0 is not in [1, 64]"},
      {{.rows = 2, .cols = 2, .fields = 65, .row = count}, TUTTI_EINVAL, "fields = 65 is not in [1, 64]"},
      {{.rows = 2, .cols = 2, .fields = 1, .halo = 65, .row = count},
       TUTTI_EINVAL,
       "halo = 65 is not in [0, 64]"},
      {{.rows = 1000000000, .cols = 1000000000, .fields = 1, .row = count},
       TUTTI_EINVAL,
       "rows = 1000000000 times cols = 1000000000 are more than 2^45 points"},
      {{.rows = SIZE_MAX, .cols = SIZE_MAX, .fields = 64, .halo = 64, .row = count}, TUTTI_EINVAL, "2^45"},
      {{.rows = 1 << 22, .cols = 1 << 22, .fields = 5, .row = count},
       TUTTI_ENOMEM,
       "for a grid of 4194304 x 4194304 points of 5 numbers"},
      {{.rows = (size_t)1 << 45, .cols = 1, .fields = 64, .halo = 64, .row = count},
       TUTTI_ENOMEM,
       "35184372088832 x 1"},
      {{.rows = 1, .cols = (size_t)1 << 45, .fields = 64, .halo = 64, .row = count},
       TUTTI_ENOMEM,
       "1 x 35184372088832"},
  };
  for (CONTEXTS c = {.schedules = BY_STATIC, .workers = {2}}; contexts_next(&c);) {
    tutti_stencil *model = (tutti_stencil *)&c;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
      testing_expect(c.ctx, tutti_stencil_create(c.ctx, &bad[k].grid, &model), bad[k].status, bad[k].detail,
                     c.name);
    testing_expect(c.ctx, tutti_stencil_create(c.ctx, NULL, &model), TUTTI_EINVAL, "grid is NULL", c.name);
    testing_expect(c.ctx, tutti_stencil_create(c.ctx, &bad[0].grid, NULL), TUTTI_EINVAL, "model is NULL",
                   c.name);
    cr_assert(model == (tutti_stencil *)&c, "the model was touched");
    const tutti_stencil_grid good = {.rows = 2, .cols = 3, .fields = 2, .row = count};
    double x[6] = {0}, sum = 5;
    testing_expect(c.ctx, tutti_stencil_create(c.ctx, &good, &model), TUTTI_OK, "", c.name);
    testing_expect(c.ctx, tutti_stencil_set(model, 2, x), TUTTI_EINVAL, "field = 2 is not in [0, 2)", c.name);
    testing_expect(c.ctx, tutti_stencil_set(model, 0, NULL), TUTTI_EINVAL, "values is NULL", c.name);
    testing_expect(c.ctx, tutti_stencil_field(model, 2, x), TUTTI_EINVAL, "field = 2 is not in [0, 2)",
                   c.name);
    testing_expect(c.ctx, tutti_stencil_field(model, 0, NULL), TUTTI_EINVAL, "out is NULL", c.name);
    testing_expect(c.ctx, tutti_stencil_sum(model, 9, &sum), TUTTI_EINVAL, "field = 9 is not in [0, 2)",
                   c.name);
    testing_expect(c.ctx, tutti_stencil_sum(model, 1, NULL), TUTTI_EINVAL, "sum is NULL", c.name);
    testing_expect(c.ctx, tutti_stencil_step(model, 0), TUTTI_OK, "", c.name);
    cr_assert(sum == 5);
    tutti_stencil_destroy(model);
  }
  testing_expect(NULL, tutti_stencil_step(NULL, 1), TUTTI_EINVAL, "model is NULL", "step");
  testing_expect(NULL, tutti_stencil_set(NULL, 0, &(double){0}), TUTTI_EINVAL, "model is NULL", "set");
  testing_expect(NULL, tutti_stencil_field(NULL, 0, &(double){0}), TUTTI_EINVAL, "model is NULL", "field");
  testing_expect(NULL, tutti_stencil_sum(NULL, 0, &(double){0}), TUTTI_EINVAL, "model is NULL", "sum");
  tutti_stencil_destroy(NULL);
}

/* -- ranks -- */

static int differ_or_fail(tutti_ctx *ctx, int rank, int ranks) {
  trouble t = {.fail_at = -1};
  tutti_stencil_grid grid = counting(&t);
  tutti_stencil *model, *other;
  const bool last = rank == ranks - 1;
  grid.rows += last;
  if (tutti_stencil_create(ctx, &grid, &model) != TUTTI_EINVAL ||
      !strstr(tutti_error_detail(ctx), "passed other parameters than rank 0, in tutti_stencil_create"))
    return 1;
  grid.rows = last ? 0 : COUNT_ROWS;
  if (tutti_stencil_create(ctx, &grid, &model) != TUTTI_EINVAL ||
      !strstr(tutti_error_detail(ctx), last ? "rows = 0" : "cannot do what was asked"))
    return 2;
  grid.rows = COUNT_ROWS;
  if (tutti_stencil_create(ctx, &grid, &model) || tutti_stencil_create(ctx, &grid, &other)) return 3;
  if (tutti_stencil_step(model, last ? 3 : 4) != TUTTI_EINVAL ||
      !strstr(tutti_error_detail(ctx), last || ranks ? "n = 3, rank 0 n = 4, to tutti_stencil_step" : ""))
    return 4;
  /* two models in turns do not disturb each other */
  for (int k = 0; k < 3; k++)
    if (tutti_stencil_step(model, 1) || tutti_stencil_step(other, 2)) return 5;
  const int wrong = is_all(model, 3) && is_all(other, 6) ? 0 : 6;
  tutti_stencil_destroy(model);
  tutti_stencil_destroy(other);
  return wrong;
}

Test(stencil_runs, notices_where_ranks_differ, .timeout = 60) {
  for (int ranks = 2; ranks <= MOST_RANKS; ranks += 2)
    for (int messages = 0; messages < 2; messages++) with_ranks(ranks, 1, messages, 0, differ_or_fail);
}

static int lose_messages(tutti_ctx *ctx, int rank, int ranks) {
  trouble t = {.fail_at = -1};
  const tutti_stencil_grid grid = counting(&t);
  tutti_stencil *model;
  (void)ranks;
  if (tutti_stencil_create(ctx, &grid, &model) || tutti_stencil_step(model, 2)) return 1;
  if (rank == 0) exchange_fails = 6;
  if (!is_all(model, 2)) return 2; /* all wait for that */
  if (tutti_stencil_step(model, 2) != TUTTI_ESYSTEM ||
      !strstr(tutti_error_detail(ctx), "receiving rows by the transport failed with 6"))
    return 3;
  if (!is_all(model, 2)) return 4;
  if (rank == 0) exchange_fails = 0;
  if (!is_all(model, 2) || tutti_stencil_step(model, 2) || !is_all(model, 4)) return 5;
  tutti_stencil_destroy(model);
  return 0;
}

Test(stencil_runs, says_that_the_transport_failed, .timeout = 60) {
  with_ranks(3, 2, true, 0, lose_messages);
}

/* From within a chunk: serially, but not over ranks. */
static tutti_ctx *outer;
static _Atomic int refused, ran;
static int within(size_t begin, size_t end, void *args) {
  trouble t = {.fail_at = -1};
  const tutti_stencil_grid grid = counting(&t);
  tutti_stencil *model = NULL;
  (void)begin, (void)end, (void)args;
  const tutti_status status = tutti_stencil_create(NULL, &grid, &model);
  refused += status == TUTTI_EUNSUPPORTED;
  ran += !status && !tutti_stencil_step(model, 2) && is_all(model, 2);
  tutti_stencil_destroy(model);
  return 0;
}

static int nested_over_ranks(tutti_ctx *ctx, int rank, int ranks) {
  (void)rank, (void)ranks;
  return tutti_for(ctx, 4, 1, within, NULL, (tutti_output[]){{0}}) != TUTTI_OK;
}

Test(stencil_runs, runs_within_a_chunk, .timeout = 60) {
  outer = testing_open_backend(TUTTI_THREADS, 2);
  cr_assert(tutti_for(outer, 4, 1, within, NULL, (tutti_output[]){{0}}) == TUTTI_OK);
  cr_assert(ran == 4 && refused == 0);
  tutti_close(outer);
  with_ranks(2, 1, true, 0, nested_over_ranks);
  cr_assert(ran == 4 && refused == 4);
}
