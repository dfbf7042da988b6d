/* Shallow water: the same bits in every context, and what goes wrong. */
#include <glob.h>
#include <math.h>
#include <signal.h>

#include "../support/ranks_of_threads.h"
#include "../support/testing.h"
#include "shallow_water_plain.h"

/* Rough enough for many chunks and two bands of columns. */
enum { NX = 70, NY = 601, POINTS = NX * NY, STEPS = 7 };
static const tutti_shallow_water_grid grid = {NX, NY, 1e3, 700, 3, .01, 0};

static state expected_after(size_t steps) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = TUTTI_SERIAL;
  config.isa = TUTTI_ISA_PORTABLE;
  tutti_ctx *ctx = testing_open(&config);
  state s = state_at_random(POINTS, 5);
  testing_expect(ctx, state_run(ctx, &grid, &s, steps), TUTTI_OK, "", "reference");
  tutti_close(ctx);
  return s;
}

static tutti_shallow_water *model_of(tutti_ctx *ctx, const char *name) {
  tutti_shallow_water *m = NULL;
  state s = state_at_random(POINTS, 5);
  testing_expect(ctx, tutti_shallow_water_create(ctx, &grid, &m), TUTTI_OK, "", name);
  testing_expect(ctx, tutti_shallow_water_set(m, s.field[0], s.field[1], s.field[2]), TUTTI_OK, "", name);
  state_free(&s);
  return m;
}

static void check_state(tutti_ctx *ctx, const char *name, tutti_shallow_water *m, const state *expected) {
  state s = state_of(POINTS);
  testing_expect(ctx, state_get(m, &s), TUTTI_OK, "", name);
  cr_assert(state_same(&s, expected, POINTS), "%s: other bits", name);
  state_free(&s);
}

Test(shallow_water_runs, same_bits_in_every_context) {
  state expected = expected_after(STEPS);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    tutti_shallow_water *m = model_of(c.ctx, c.name);
    testing_expect(c.ctx, tutti_shallow_water_step(m, STEPS), TUTTI_OK, "", c.name);
    check_state(c.ctx, c.name, m, &expected);
    tutti_shallow_water_destroy(m);
  }
  state_free(&expected);
}

/* In pairs, one by one, and in other shares. */
Test(shallow_water_runs, however_steps_are_asked_for) {
  state expected = expected_after(STEPS);
  for (CONTEXTS c = every_isa_also_threaded(); contexts_next(&c);)
    for (size_t part = 0; part <= 3; part++) {
      tutti_shallow_water *m = model_of(c.ctx, c.name);
      tutti_shallow_water_totals totals;
      for (size_t done = 0, n; done < STEPS; done += n) {
        n = part == 0 ? 1 : part < STEPS - done ? part : STEPS - done;
        testing_expect(c.ctx, tutti_shallow_water_step(m, n), TUTTI_OK, "", c.name);
        testing_expect(c.ctx, tutti_shallow_water_step(m, 0), TUTTI_OK, "", c.name);
      }
      check_state(c.ctx, c.name, m, &expected);
      cr_assert(tutti_shallow_water_sums(m, &totals) == TUTTI_OK && totals.steps == STEPS &&
                totals.time == STEPS * grid.dt);
      tutti_shallow_water_destroy(m);
    }
  state_free(&expected);
}

/* Grids of fewer rows than ranks, and of rows fewer than a halo, among them. */
enum { GRIDS = 5 };
static const size_t rows_over_ranks[GRIDS] = {1, 2, 3, 7, NX};
static state over_ranks[GRIDS];
static double mass_over_ranks[GRIDS];

static int run_on_ranks(tutti_ctx *ctx, int rank, int ranks) {
  int failed = 0;
  (void)rank, (void)ranks;
  for (int k = 0; k < GRIDS && !failed; k++) {
    tutti_shallow_water_grid g = grid;
    tutti_shallow_water *m = NULL;
    tutti_shallow_water_totals totals;
    g.nx = rows_over_ranks[k];
    state s = state_at_random(POINTS, 5), got = state_of(POINTS);
    if (tutti_shallow_water_create(ctx, &g, &m)) failed = 1;
    if (!failed && tutti_shallow_water_set(m, s.field[0], s.field[1], s.field[2])) failed = 2;
    if (!failed && tutti_shallow_water_step(m, STEPS)) failed = 3;
    if (!failed && state_get(m, &got)) failed = 4;
    if (!failed && !state_same(&got, &over_ranks[k], g.nx * NY)) failed = 5;
    if (!failed && tutti_shallow_water_field(m, TUTTI_SW_ENSTROPHY, got.field[0])) failed = 6;
    if (!failed && !(got.field[0][0] == over_ranks[k].field[0][POINTS])) failed = 7;
    if (!failed && (tutti_shallow_water_sums(m, &totals) || totals.mass != mass_over_ranks[k])) failed = 8;
    tutti_shallow_water_destroy(m);
    state_free(&s), state_free(&got);
  }
  return failed;
}

Test(shallow_water_runs, same_bits_over_ranks) {
  for (int k = 0; k < GRIDS; k++) {
    tutti_shallow_water_grid g = grid;
    tutti_shallow_water *m;
    tutti_shallow_water_totals totals;
    double *enstrophy = malloc(POINTS * sizeof *enstrophy);
    g.nx = rows_over_ranks[k];
    state s = state_at_random(POINTS, 5);
    over_ranks[k] = state_of(POINTS + 1);
    cr_assert(tutti_shallow_water_create(NULL, &g, &m) == TUTTI_OK);
    cr_assert(tutti_shallow_water_set(m, s.field[0], s.field[1], s.field[2]) == TUTTI_OK);
    cr_assert(tutti_shallow_water_step(m, STEPS) == TUTTI_OK && state_get(m, &over_ranks[k]) == TUTTI_OK);
    cr_assert(tutti_shallow_water_sums(m, &totals) == TUTTI_OK);
    cr_assert(tutti_shallow_water_field(m, TUTTI_SW_ENSTROPHY, enstrophy) == TUTTI_OK);
    over_ranks[k].field[0][POINTS] = enstrophy[0];
    mass_over_ranks[k] = totals.mass;
    tutti_shallow_water_destroy(m);
    free(enstrophy);
    state_free(&s);
  }
  everywhere(run_on_ranks);
  for (int k = 0; k < GRIDS; k++) state_free(&over_ranks[k]);
}

/* What breaks on one rank is named alike on all. */
static char named[MOST_RANKS][400];
static int break_on_ranks(tutti_ctx *ctx, int rank, int ranks) {
  tutti_shallow_water *m = NULL;
  tutti_shallow_water_totals totals = {0};
  state s = state_at_random(POINTS, 5);
  int failed = 0;
  (void)ranks;
  s.field[1][41 * NY + 17] = 1e200;
  if (tutti_shallow_water_create(ctx, &grid, &m)) failed = 1;
  if (!failed && tutti_shallow_water_set(m, s.field[0], s.field[1], s.field[2])) failed = 2;
  if (!failed && tutti_shallow_water_step(m, STEPS) != TUTTI_EOVERFLOW) failed = 3;
  snprintf(named[rank], sizeof named[rank], "%s", tutti_error_detail(ctx));
  if (!failed && (tutti_shallow_water_sums(m, &totals) || totals.steps != 0)) failed = 4;
  tutti_shallow_water_destroy(m);
  state_free(&s);
  return failed;
}

Test(shallow_water_runs, all_ranks_name_the_point_that_breaks) {
  for (int ranks = 1; ranks <= MOST_RANKS; ranks++) {
    with_ranks(ranks, 1, false, 0, break_on_ranks);
    for (int r = 0; r < ranks; r++) {
      cr_assert(strstr(named[r], "(40, 17) = ") || strstr(named[r], "(41, 16) = "), "%s", named[r]);
      cr_assert(strcmp(named[r], named[0]) == 0, "rank %d of %d: %s", r, ranks, named[r]);
    }
  }
}

/* -- canceled, killed -- */

static int cancel_at_4(void *user, size_t done, size_t total) {
  ++*(int *)user;
  return done >= 4 && total == STEPS;
}

Test(shallow_water_runs, canceled_after_a_whole_step) {
  state after_4 = expected_after(4), after_7 = expected_after(STEPS);
  for (CONTEXTS c = {.workers = {2}}; contexts_step(&c);) {
    int calls = 0;
    c.config.progress = cancel_at_4;
    c.config.progress_user = &calls;
    c.ctx = testing_open(&c.config);
    tutti_shallow_water *m = model_of(c.ctx, c.name);
    testing_expect(c.ctx, tutti_shallow_water_step(m, STEPS), TUTTI_ECANCELED, "canceled after 4 of 7 steps",
                   c.name);
    cr_assert(calls == 2, "%s: %d calls", c.name, calls);
    check_state(c.ctx, c.name, m, &after_4);
    testing_expect(c.ctx, tutti_shallow_water_step(m, STEPS - 4), TUTTI_OK, "", c.name);
    check_state(c.ctx, c.name, m, &after_7);
    tutti_shallow_water_destroy(m);
  }
  state_free(&after_4), state_free(&after_7);
}

/* Kills a worker between two calls of standing workers: a child of any thread of this process. */
static int kill_a_worker(void *user, size_t done, size_t total) {
  int *kills = user, worker = 0;
  glob_t tasks = {0};
  (void)done, (void)total;
  if (glob("/proc/self/task/*/children", 0, NULL, &tasks) == 0)
    for (size_t k = 0; k < tasks.gl_pathc && !worker; k++) {
      FILE *children = fopen(tasks.gl_pathv[k], "re");
      if (children && fscanf(children, "%d", &worker) == 1 && kill(worker, SIGKILL) == 0) ++*kills;
      if (children) fclose(children);
    }
  globfree(&tasks);
  return 0;
}

Test(shallow_water_runs, same_bits_when_workers_are_killed) {
  state expected = expected_after(STEPS);
  for (CONTEXTS c = {.backends = ON_PROCESSES, .workers = {2}}; contexts_step(&c);) {
    int kills = 0;
    c.config.progress = kill_a_worker;
    c.config.progress_user = &kills;
    c.ctx = testing_open(&c.config);
    tutti_shallow_water *m = model_of(c.ctx, c.name);
    testing_expect(c.ctx, tutti_shallow_water_step(m, STEPS), TUTTI_OK, "", c.name);
    cr_assert(kills > 0, "%s: no worker was there to be killed", c.name);
    check_state(c.ctx, c.name, m, &expected);
    tutti_shallow_water_destroy(m);
  }
  state_free(&expected);
}

/* -- numbers that are not sound -- */

/* A jet that is faster than the grid allows: after some steps it blows up. The state before that is kept, and
 * whoever computes names the same point. */
Test(shallow_water_runs, a_state_that_blows_up_is_named_and_the_last_good_one_kept) {
  enum { N = 24 };
  const tutti_shallow_water_grid wild = {N, N, 1e3, 1e3, 14, .01, 0};
  state s = state_at_random(N * N, 3), good = state_of(N * N), got = state_of(N * N);
  char detail[400] = "";
  size_t steps = 0;
  for (CONTEXTS c = {.every_isa = true, .schedules = BY_STATIC, .workers = {1, 3}}; contexts_next(&c);)
    for (int odd = 0; odd < 2; odd++) {
      tutti_shallow_water *m;
      tutti_shallow_water_totals totals;
      cr_assert(tutti_shallow_water_create(c.ctx, &wild, &m) == TUTTI_OK);
      cr_assert(tutti_shallow_water_set(m, s.field[0], s.field[1], s.field[2]) == TUTTI_OK);
      if (odd) cr_assert(tutti_shallow_water_step(m, 1) == TUTTI_OK);
      testing_expect(c.ctx, tutti_shallow_water_step(m, 1000), TUTTI_EOVERFLOW, "after step", c.name);
      const char *said = tutti_error_detail(c.ctx);
      if (!*detail) snprintf(detail, sizeof detail, "%s", said);
      cr_assert(strcmp(detail, said) == 0, "%s: \"%s\" and not \"%s\"", c.name, said, detail);
      cr_assert(tutti_shallow_water_sums(m, &totals) == TUTTI_OK && state_get(m, &got) == TUTTI_OK);
      if (!steps) {
        steps = totals.steps;
        for (int f = 0; f < 3; f++) memcpy(good.field[f], got.field[f], N * N * sizeof(double));
        for (int k = 0; k < N * N; k++) cr_assert(isfinite(good.field[1][k]) && good.field[0][k] > 0);
      }
      cr_assert(totals.steps == steps && state_same(&got, &good, N * N), "%s: another last state", c.name);
      char step[40];
      snprintf(step, sizeof step, "after step %zu, at %g s", steps + 1, 14. * (double)(steps + 1));
      testing_expect(c.ctx, tutti_shallow_water_step(m, 1), TUTTI_EOVERFLOW, step, c.name);
      cr_assert(tutti_shallow_water_set(m, s.field[0], s.field[1], s.field[2]) == TUTTI_OK);
      testing_expect(c.ctx, tutti_shallow_water_step(m, steps), TUTTI_OK, "", "again");
      tutti_shallow_water_destroy(m);
    }
  state again = state_at_random(N * N, 3);
  cr_assert(steps > 2 && state_run(NULL, &wild, &again, steps) == TUTTI_OK);
  cr_assert(state_same(&again, &good, N * N));
  state_free(&s), state_free(&good), state_free(&got), state_free(&again);
}

/* In p, u or v alone, wherever it is. */
Test(shallow_water_runs, numbers_that_are_not_finite_are_found_everywhere) {
  enum { N = 11 };
  const tutti_shallow_water_grid small = {N, N, 1e3, 1e3, 3, 0, 0};
  for (CONTEXTS c = every_isa(); contexts_next(&c);)
    for (int k = 0; k < N * N; k += 7)
      for (int f = 0; f < 3; f++) {
        tutti_shallow_water *m;
        state s = state_at_random(N * N, 3);
        s.field[f][k] = 1e200; /* its square is not finite */
        cr_assert(tutti_shallow_water_create(c.ctx, &small, &m) == TUTTI_OK);
        cr_assert(tutti_shallow_water_set(m, s.field[0], s.field[1], s.field[2]) == TUTTI_OK);
        testing_expect(c.ctx, tutti_shallow_water_step(m, 5), TUTTI_EOVERFLOW, "after step", c.name);
        tutti_shallow_water_destroy(m);
        state_free(&s);
      }
}

/* Where p stays sound, and only the velocities do not: h is infinite everywhere. */
Test(shallow_water_runs, velocities_that_are_not_finite_are_found) {
  enum { N = 19 };
  const tutti_shallow_water_grid small = {N, N, 1e3, 1e3, 3, 0, 0};
  for (CONTEXTS c = every_isa(); contexts_next(&c);)
    for (int f = 1; f < 3; f++) {
      tutti_shallow_water *m;
      state s = state_of(N * N);
      for (int k = 0; k < N * N; k++) s.field[0][k] = 1000, s.field[f][k] = 1e200;
      cr_assert(tutti_shallow_water_create(c.ctx, &small, &m) == TUTTI_OK);
      cr_assert(tutti_shallow_water_set(m, s.field[0], s.field[1], s.field[2]) == TUTTI_OK);
      testing_expect(c.ctx, tutti_shallow_water_step(m, 5), TUTTI_EOVERFLOW, "u(0, 0) = ", c.name);
      tutti_shallow_water_destroy(m);
      state_free(&s);
    }
}

/* -- arguments -- */

Test(shallow_water_runs, bad_arguments_are_named) {
  static const struct {
    tutti_shallow_water_grid grid;
    const char *word;
  } bad[] = {{{0, 4, 1, 1, 1, 0, 0}, "nx = 0"},          {{4, 0, 1, 1, 1, 0, 0}, "ny = 0"},
             {{4, 4, 0, 1, 1, 0, 0}, "dx = 0"},          {{4, 4, 1, -1, 1, 0, 0}, "dy = -1"},
             {{4, 4, 1, 1, NAN, 0, 0}, "dt = nan"},      {{4, 4, 1, 1, INFINITY, 0, 0}, "dt = inf"},
             {{4, 4, 1, 1, 1, 1, 0}, "filter = 1"},      {{4, 4, 1, 1, 1, -.1, 0}, "filter = -0.1"},
             {{4, 4, 1, 1, 1, NAN, 0}, "filter = nan"},  {{4, 4, 1, 1, 1, 0, INFINITY}, "amplitude = inf"},
             {{4, 4, 1e5, 1, 1, 0, 1e9}, "p(1, 1) = -"}, {{4, 4, 1e-9, 1, 1, 0, 1e200}, "p(1, 1) = -inf"}};
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  tutti_shallow_water *m = NULL;
  tutti_shallow_water_grid fine;
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
    testing_expect(ctx, tutti_shallow_water_create(ctx, &bad[k].grid, &m), TUTTI_EINVAL, bad[k].word,
                   "create");
    cr_assert(m == NULL);
  }
  tutti_shallow_water_grid_default(&fine);
  tutti_shallow_water_grid_default(NULL);
  cr_assert(fine.nx == 64 && fine.ny == 64 && fine.dx == 1e5 && fine.dy == 1e5 && fine.dt == 90 &&
            fine.filter == .001 && fine.amplitude == 1e6);
  testing_expect(ctx, tutti_shallow_water_create(ctx, NULL, &m), TUTTI_EINVAL, "grid is NULL", "create");
  testing_expect(ctx, tutti_shallow_water_create(ctx, &fine, NULL), TUTTI_EINVAL, "model is NULL", "create");
  cr_assert(tutti_shallow_water_create(ctx, &fine, &m) == TUTTI_OK);
  double *x = malloc(64 * 64 * sizeof *x);
  tutti_shallow_water_totals totals;
  testing_expect(ctx, tutti_shallow_water_field(m, TUTTI_SW_P, NULL), TUTTI_EINVAL, "out is NULL", "field");
  testing_expect(ctx, tutti_shallow_water_field(m, (tutti_shallow_water_field_t)6, x), TUTTI_EINVAL,
                 "field = 6", "field");
  testing_expect(ctx, tutti_shallow_water_sums(m, NULL), TUTTI_EINVAL, "totals is NULL", "sums");
  testing_expect(NULL, tutti_shallow_water_sums(NULL, &totals), TUTTI_EINVAL, "model is NULL", "sums");
  testing_expect(NULL, tutti_shallow_water_step(NULL, 1), TUTTI_EINVAL, "model is NULL", "step");
  testing_expect(NULL, tutti_shallow_water_field(NULL, TUTTI_SW_P, x), TUTTI_EINVAL, "model is NULL",
                 "field");
  testing_expect(NULL, tutti_shallow_water_set(NULL, x, x, x), TUTTI_EINVAL, "model is NULL", "set");
  testing_expect(ctx, tutti_shallow_water_set(m, x, NULL, x), TUTTI_EINVAL, "u is NULL", "set");
  free(x);
  tutti_shallow_water_destroy(m);
  tutti_shallow_water_destroy(NULL);
  tutti_close(ctx);
}

Test(shallow_water_runs, a_bad_state_is_refused_and_changes_nothing) {
  enum { N = 6 };
  static const struct {
    int field;
    double value;
    const char *word;
  } bad[] = {{0, NAN, "p(2, 3) = nan"},
             {0, 0, "p(2, 3) = 0"},
             {0, -5, "p(2, 3) = -5 is not finite and"},
             {1, NAN, "u(2, 3) = nan"},
             {1, -INFINITY, "u(2, 3) = -inf"},
             {2, INFINITY, "v(2, 3) = inf is not finite"}};
  const tutti_shallow_water_grid small = {N, N, 1e3, 1e3, 3, .1, 0};
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  tutti_shallow_water *m;
  state s = state_at_random(N * N, 8), before = state_of(N * N), after = state_of(N * N);
  cr_assert(tutti_shallow_water_create(ctx, &small, &m) == TUTTI_OK && state_get(m, &before) == TUTTI_OK);
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
    double *at = &s.field[bad[k].field][2 * N + 3];
    const double sound = *at;
    *at = bad[k].value;
    testing_expect(ctx, tutti_shallow_water_set(m, s.field[0], s.field[1], s.field[2]), TUTTI_EINVAL,
                   bad[k].word, "set");
    *at = sound;
    cr_assert(state_get(m, &after) == TUTTI_OK && state_same(&before, &after, N * N));
  }
  tutti_shallow_water_destroy(m);
  tutti_close(ctx);
  state_free(&s), state_free(&before), state_free(&after);
}

Test(shallow_water_runs, grids_that_do_not_fit_are_refused_with_their_size) {
  static const struct {
    size_t nx, ny;
    const char *word;
  } large[] = {{1000000000, 1, "1000000000 x 1 points"},
               {1000000, 1000000, "1000000 x 1000000 points"},
               {SIZE_MAX, 2, "more than any memory"},
               {1, SIZE_MAX / 100, "points"}};
  for (CONTEXTS c = {.schedules = BY_STATIC, .workers = {2}}; contexts_next(&c);)
    for (size_t k = 0; k < sizeof large / sizeof *large; k++) {
      tutti_shallow_water *m = NULL;
      const tutti_shallow_water_grid g = {large[k].nx, large[k].ny, 1, 1, 1, 0, 0};
      testing_expect(c.ctx, tutti_shallow_water_create(c.ctx, &g, &m), TUTTI_ENOMEM, large[k].word, c.name);
      cr_assert(m == NULL);
    }
}
