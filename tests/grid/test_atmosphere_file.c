/* An atmosphere that goes on from a file gives the bits of one that was not stopped. */
#include "../support/ranks_of_threads.h"
#include "restart.h"

enum { NX = 37, NZ = 21, CELLS = NX * NZ, FIELDS = 4, STEPS = 12 };

/* The time after so many steps, which are those of 10 km in 21 cells at 450 m/s, added up as the model does:
 * so none of them is shortened. */
static double time_after(int steps) {
  double time = 0;
  for (int i = 0; i < steps; i++) time += 10000.0 / NZ / 450 * 1.5;
  return time;
}

/* The wind comes in from the left, and there is something in every field. */
static tutti_atmosphere *model_after(tutti_ctx *ctx, int steps) {
  tutti_atmosphere *m = NULL;
  testing_expect(ctx, tutti_atmosphere_create(ctx, TUTTI_INJECTION, NX, NZ, &m), TUTTI_OK, "", "create");
  testing_expect(ctx, tutti_atmosphere_run(m, time_after(steps)), TUTTI_OK, "", "run");
  return m;
}

static tutti_status state_of(tutti_atmosphere *m, double *state) {
  tutti_status status = TUTTI_OK;
  for (int f = 0; f < FIELDS && !status; f++)
    status = tutti_atmosphere_field(m, (tutti_atmosphere_field_t)f, state + f * CELLS);
  return status;
}

/* Of a run without a stop. */
static double whole[FIELDS * CELLS];
static void run_whole(void) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  tutti_atmosphere *m = model_after(ctx, STEPS);
  cr_assert(state_of(m, whole) == TUTTI_OK);
  tutti_atmosphere_destroy(m);
  tutti_close(ctx);
}

/* Goes on from the file to the end. 0: the bits are those of a run without a stop. */
static int go_on(tutti_ctx *ctx) {
  static _Thread_local double state[FIELDS * CELLS];
  tutti_atmosphere *m = NULL;
  if (tutti_atmosphere_restore(ctx, path, NULL, &m)) return 1;
  if (tutti_atmosphere_run(m, time_after(STEPS)) || state_of(m, state)) return 2;
  tutti_atmosphere_destroy(m);
  return memcmp(state, whole, sizeof whole) ? 3 : 0;
}

/* After an odd number of steps: the next one begins along z. */
static void save_half(void) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_THREADS, 2);
  tutti_atmosphere *m = model_after(ctx, 5);
  testing_expect(ctx, tutti_atmosphere_save(m, path), TUTTI_OK, "", "save");
  tutti_atmosphere_destroy(m);
  tutti_close(ctx);
}

Test(atmosphere_file, goes_on_in_every_context, .init = enter, .fini = leave) {
  run_whole();
  save_half();
  for (CONTEXTS c = {.every_isa = true, .schedules = BY_STATIC, .workers = {1, 3}}; contexts_next(&c);) {
    const int failed = go_on(c.ctx);
    cr_assert(failed == 0, "%s: %d: %s", c.name, failed, tutti_error_detail(c.ctx));
  }
}

static int save_by_ranks(tutti_ctx *ctx, int rank, int ranks) {
  tutti_atmosphere *m = NULL;
  (void)rank, (void)ranks;
  if (tutti_atmosphere_create(ctx, TUTTI_INJECTION, NX, NZ, &m)) return 1;
  tutti_status status = tutti_atmosphere_run(m, time_after(5));
  if (!status) status = tutti_atmosphere_save(m, path);
  tutti_atmosphere_destroy(m);
  return status ? 2 : 0;
}

static int play(tutti_ctx *ctx, int rank, int ranks) {
  (void)rank, (void)ranks;
  return go_on(ctx);
}

Test(atmosphere_file, goes_on_over_another_number_of_ranks, .init = enter, .fini = leave) {
  run_whole();
  with_ranks(3, 1, false, 0, save_by_ranks);
  for (int ranks = 1; ranks <= 4; ranks++) with_ranks(ranks, 2, false, 0, play);
}

/* Saves after each step. */
static bool save_each_step(tutti_ctx *ctx) {
  tutti_atmosphere *m = model_after(ctx, 0);
  for (int step = 1; step < STEPS; step++)
    if (tutti_atmosphere_save(m, path) || tutti_atmosphere_run(m, time_after(step))) return false;
  tutti_atmosphere_destroy(m);
  return true;
}

Test(atmosphere_file, goes_on_after_kill_9, .init = enter, .fini = leave) {
  run_whole();
  expect_restart_after_kill_9(save_each_step, go_on);
}

static double warm(double z, const void *args) {
  (void)z;
  return *(const double *)args;
}

/* An atmosphere of one's own needs its setup again, and takes no other. */
Test(atmosphere_file, needs_the_setup_it_was_made_with, .init = enter, .fini = leave) {
  double theta = 310, other = 311;
  tutti_atmosphere_setup setup = {
      .nx = 8, .nz = 8, .width = 8000, .height = 8000, .theta = warm, .args = &theta};
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  tutti_atmosphere *m = NULL, *again = NULL;
  testing_expect(ctx, tutti_atmosphere_create_from(ctx, &setup, &m), TUTTI_OK, "", "create");
  testing_expect(ctx, tutti_atmosphere_save(m, path), TUTTI_OK, "", "save");
  testing_expect(ctx, tutti_atmosphere_restore(ctx, path, NULL, &again), TUTTI_EINVAL, "setup is needed",
                 "none");
  setup.args = &other;
  testing_expect(ctx, tutti_atmosphere_restore(ctx, path, &setup, &again), TUTTI_EINVAL, "background",
                 "another");
  setup.args = &theta;
  setup.width = 9000;
  testing_expect(ctx, tutti_atmosphere_restore(ctx, path, &setup, &again), TUTTI_EINVAL, "9000",
                 "another width");
  setup.width = 8000;
  setup.nx = 9;
  testing_expect(ctx, tutti_atmosphere_restore(ctx, path, &setup, &again), TUTTI_EINVAL,
                 "8 x 8 cells, not 9 x 8", "another grid");
  setup.nx = 8;
  cr_assert(again == NULL);
  testing_expect(ctx, tutti_atmosphere_restore(ctx, path, &setup, &again), TUTTI_OK, "", "the same");
  testing_expect(ctx, tutti_atmosphere_restore(ctx, NULL, &setup, &again), TUTTI_EINVAL, "path is NULL",
                 "NULL");
  testing_expect(ctx, tutti_atmosphere_restore(ctx, path, &setup, NULL), TUTTI_EINVAL, "model is NULL",
                 "NULL");
  testing_expect(ctx, tutti_atmosphere_save(m, NULL), TUTTI_EINVAL, "path is NULL", "NULL");
  tutti_atmosphere_destroy(again);
  tutti_atmosphere_destroy(m);
  tutti_close(ctx);
}
