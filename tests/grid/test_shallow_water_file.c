/* A shallow water model that goes on from a file gives the bits of one that was not stopped. */
#include "../support/ranks_of_threads.h"
#include "restart.h"

enum { NX = 37, NY = 21, POINTS = NX * NY, HALF = 9, STEPS = 20, FIELDS = 3 };

static tutti_shallow_water_grid grid_of(void) {
  tutti_shallow_water_grid grid;
  tutti_shallow_water_grid_default(&grid);
  grid.nx = NX;
  grid.ny = NY;
  return grid;
}

/* The model after `steps` steps. */
static tutti_shallow_water *model_after(tutti_ctx *ctx, size_t steps) {
  const tutti_shallow_water_grid grid = grid_of();
  tutti_shallow_water *m = NULL;
  testing_expect(ctx, tutti_shallow_water_create(ctx, &grid, &m), TUTTI_OK, "", "create");
  testing_expect(ctx, tutti_shallow_water_step(m, steps), TUTTI_OK, "", "step");
  return m;
}

static tutti_status state_of(tutti_shallow_water *m, double *state) {
  tutti_status status = TUTTI_OK;
  for (int f = 0; f < FIELDS && !status; f++)
    status = tutti_shallow_water_field(m, (tutti_shallow_water_field_t)f, state + f * POINTS);
  return status;
}

/* Of a run without a stop. */
static double whole[FIELDS * POINTS];
static void run_whole(void) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  tutti_shallow_water *m = model_after(ctx, STEPS);
  cr_assert(state_of(m, whole) == TUTTI_OK);
  tutti_shallow_water_destroy(m);
  tutti_close(ctx);
}

/* Goes on from the file to the last step. 0: the bits are those of a run without a stop. */
static int go_on(tutti_ctx *ctx) {
  static _Thread_local double state[FIELDS * POINTS];
  tutti_shallow_water *m = NULL;
  tutti_shallow_water_totals now;
  if (tutti_shallow_water_restore(ctx, path, &m)) return 1;
  if (tutti_shallow_water_sums(m, &now) || now.steps > STEPS) return 2;
  if (tutti_shallow_water_step(m, STEPS - now.steps) || state_of(m, state)) return 3;
  tutti_shallow_water_destroy(m);
  return memcmp(state, whole, sizeof whole) ? 4 : 0;
}

static void save_half(void) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_THREADS, 2);
  tutti_shallow_water *m = model_after(ctx, HALF);
  testing_expect(ctx, tutti_shallow_water_save(m, path), TUTTI_OK, "", "save");
  tutti_shallow_water_destroy(m);
  tutti_close(ctx);
}

Test(shallow_water_file, goes_on_in_every_context, .init = enter, .fini = leave) {
  run_whole();
  save_half();
  for (CONTEXTS c = {.every_isa = true, .schedules = BY_STATIC, .workers = {1, 3}}; contexts_next(&c);) {
    const int failed = go_on(c.ctx);
    cr_assert(failed == 0, "%s: %d: %s", c.name, failed, tutti_error_detail(c.ctx));
  }
}

/* Before the first step, too: that one is of another kind. */
Test(shallow_water_file, the_first_step_is_to_come, .init = enter, .fini = leave) {
  run_whole();
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  tutti_shallow_water *m = model_after(ctx, 0);
  testing_expect(ctx, tutti_shallow_water_save(m, path), TUTTI_OK, "", "save");
  cr_assert(go_on(ctx) == 0);
  tutti_shallow_water_destroy(m);
  tutti_close(ctx);
}

static int play(tutti_ctx *ctx, int rank, int ranks) {
  (void)rank, (void)ranks;
  return go_on(ctx);
}

static int save_by_ranks(tutti_ctx *ctx, int rank, int ranks) {
  const tutti_shallow_water_grid grid = grid_of();
  tutti_shallow_water *m = NULL;
  (void)rank, (void)ranks;
  if (tutti_shallow_water_create(ctx, &grid, &m) || tutti_shallow_water_step(m, HALF)) return 1;
  const tutti_status status = tutti_shallow_water_save(m, path);
  tutti_shallow_water_destroy(m);
  return status ? 2 : 0;
}

Test(shallow_water_file, goes_on_over_another_number_of_ranks, .init = enter, .fini = leave) {
  run_whole();
  with_ranks(3, 1, false, 0, save_by_ranks);
  for (int ranks = 1; ranks <= MOST_RANKS; ranks++) with_ranks(ranks, 2, false, 0, play);
}

/* Saves after each step. */
static bool save_each_step(tutti_ctx *ctx) {
  tutti_shallow_water *m = model_after(ctx, 0);
  for (size_t step = 0; step < STEPS; step++)
    if (tutti_shallow_water_save(m, path) || tutti_shallow_water_step(m, 1)) return false;
  tutti_shallow_water_destroy(m);
  return true;
}

Test(shallow_water_file, goes_on_after_kill_9, .init = enter, .fini = leave) {
  run_whole();
  expect_restart_after_kill_9(save_each_step, go_on);
}

Test(shallow_water_file, refuses_what_it_cannot_use, .init = enter, .fini = leave) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  tutti_shallow_water *m = NULL;
  testing_expect(ctx, tutti_shallow_water_restore(ctx, path, &m), TUTTI_ESYSTEM, "No such file", "no file");
  testing_expect(ctx, tutti_shallow_water_restore(ctx, NULL, &m), TUTTI_EINVAL, "path is NULL", "NULL");
  testing_expect(ctx, tutti_shallow_water_restore(ctx, path, NULL), TUTTI_EINVAL, "model is NULL", "NULL");
  cr_assert(m == NULL);
  save_half();
  cr_assert(truncate(path, 3000) == 0);
  testing_expect(ctx, tutti_shallow_water_restore(ctx, path, &m), TUTTI_EINVAL, "cut off", "half a file");
  cr_assert(m == NULL);
  m = model_after(ctx, 1);
  testing_expect(ctx, tutti_shallow_water_save(m, NULL), TUTTI_EINVAL, "path is NULL", "NULL");
  char nowhere[sizeof path + 5];
  snprintf(nowhere, sizeof nowhere, "%s/none/state", folder);
  testing_expect(ctx, tutti_shallow_water_save(m, nowhere), TUTTI_ESYSTEM, "No such file", "no folder");
  tutti_shallow_water_destroy(m);
  tutti_close(ctx);
}
