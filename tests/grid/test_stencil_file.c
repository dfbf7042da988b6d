/* A stencil's grid as a file: it goes on as if it had not stopped; what does not fit leaves it as it is. */
#include "any_stencil.h"
#include "restart.h"

enum { ROWS = 9, COLS = 7, POINTS = ROWS * COLS, HALF = 3, STEPS = 8 };

static const any_grid about = {ROWS, COLS, 2, MIRRORED, WRAPPED, 5};

static tutti_stencil *model_of(tutti_ctx *ctx, size_t cols, bool set) {
  tutti_stencil_grid grid = any_stencil(&about);
  tutti_stencil *m = NULL;
  double values[ROWS * (COLS + 1)];
  grid.cols = cols;
  for (size_t k = 0; k < ROWS * cols; k++) values[k] = (double)(k * k % 997);
  testing_expect(ctx, tutti_stencil_create(ctx, &grid, &m), TUTTI_OK, "", "create");
  for (size_t f = 0; f < ANY_FIELDS && set; f++)
    testing_expect(ctx, tutti_stencil_set(m, f, values), TUTTI_OK, "", "set");
  return m;
}

static void state_of(tutti_stencil *m, double *state) {
  for (size_t f = 0; f < ANY_FIELDS; f++)
    cr_assert(tutti_stencil_field(m, f, state + f * POINTS) == TUTTI_OK);
}

Test(stencil_file, goes_on_as_if_it_had_not_stopped, .init = enter, .fini = leave) {
  double whole[ANY_FIELDS * POINTS], state[ANY_FIELDS * POINTS];
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  tutti_stencil *m = model_of(ctx, COLS, true);
  testing_expect(ctx, tutti_stencil_step(m, HALF), TUTTI_OK, "", "step");
  testing_expect(ctx, tutti_stencil_save(m, path), TUTTI_OK, "", "save");
  testing_expect(ctx, tutti_stencil_step(m, STEPS - HALF), TUTTI_OK, "", "step");
  state_of(m, whole);
  tutti_stencil_destroy(m);
  tutti_close(ctx);
  for (CONTEXTS c = {.schedules = BY_STATIC, .workers = {1, 3}}; contexts_next(&c);) {
    tutti_stencil *again = model_of(c.ctx, COLS, false);
    testing_expect(c.ctx, tutti_stencil_load(again, path), TUTTI_OK, "", c.name);
    testing_expect(c.ctx, tutti_stencil_step(again, STEPS - HALF), TUTTI_OK, "", c.name);
    state_of(again, state);
    cr_assert(memcmp(state, whole, sizeof whole) == 0, "%s", c.name);
    tutti_stencil_destroy(again);
  }
}

Test(stencil_file, what_does_not_fit_changes_nothing, .init = enter, .fini = leave) {
  double before[ANY_FIELDS * POINTS], after[ANY_FIELDS * POINTS];
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  tutti_stencil *m = model_of(ctx, COLS, true), *other = model_of(ctx, COLS + 1, true);
  testing_expect(ctx, tutti_stencil_step(m, 1), TUTTI_OK, "", "step");
  state_of(m, before);
  testing_expect(ctx, tutti_stencil_save(other, path), TUTTI_OK, "", "save");
  testing_expect(ctx, tutti_stencil_load(m, path), TUTTI_EINVAL, "9 x 8 points, not 9 x 7", "another grid");
  testing_expect(ctx, tutti_stencil_save(m, path), TUTTI_OK, "", "save");
  cr_assert(truncate(path, 500) == 0);
  testing_expect(ctx, tutti_stencil_load(m, path), TUTTI_EINVAL, "cut off", "half a file");
  testing_expect(ctx, tutti_stencil_load(m, NULL), TUTTI_EINVAL, "path is NULL", "NULL");
  testing_expect(ctx, tutti_stencil_save(m, NULL), TUTTI_EINVAL, "path is NULL", "NULL");
  state_of(m, after);
  cr_assert(memcmp(before, after, sizeof before) == 0);
  tutti_stencil_destroy(m);
  tutti_stencil_destroy(other);
  tutti_close(ctx);
}
