/* Shallow water on a doubly periodic grid: steps of a model that memory bounds. Each run starts from the
 * initial state. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/grid.h>

#include "cases/case.h"
#include "util/xalloc.h"

/* FLOPS of a point and step, as the scheme is written down. BYTES of a point and two steps, which the library
 * makes in one pass: it reads pressure and two velocities of two times, and writes as many. */
enum { FLOPS = 65, BYTES = 2 * 6 * sizeof(double) };

struct water {
  tutti_shallow_water_grid grid;
  size_t steps;
  tutti_shallow_water *model; /* of the last run; NULL: none yet */
  double *field;              /* [nx ny] */
};

struct answer {
  uint64_t hash; /* of all points of pressure and velocities */
  double pressure;
};

static const struct bench_param params[] = {
    {"points-x", "rows of points of shallow_water", BENCH_COUNT, {2048}, {1}, {1000000000}},
    {"points-y", "points of a row of shallow_water", BENCH_COUNT, {2048}, {1}, {1000000000}},
    {"water-steps", "steps of shallow_water", BENCH_COUNT, {20}, {1}, {1000000000}},
    {0},
};

/* A share of the grid is some of its rows, one at least. */
static tutti_shallow_water_grid part_of(const struct water *w, struct bench_share share) {
  tutti_shallow_water_grid grid = w->grid;
  const size_t rows = (size_t)bench_share_of(grid.nx, share);
  grid.nx = rows > 0 ? rows : 1;
  return grid;
}

static bool setup(struct bench_setup *setup) {
  struct water *w = xcalloc(1, sizeof *w);
  tutti_shallow_water_grid_default(&w->grid);
  w->grid.nx = (size_t)setup->params[0].count;
  w->grid.ny = (size_t)setup->params[1].count;
  w->steps = (size_t)setup->params[2].count;
  const double points = (double)w->grid.nx * (double)w->grid.ny, updates = points * (double)w->steps;
  /* two states of six fields, and a field of the answer; each rank has the answer and its rows */
  const double bytes = points * sizeof(double) * (12 + setup->ranks);
  const bool fits = bytes <= (double)tutti_available_memory() / 2;
  if (fits) w->field = malloc(w->grid.nx * w->grid.ny * sizeof *w->field);
  if (!w->field) {
    snprintf(setup->error, sizeof setup->error,
             "%zu x %zu points take %.3g GB, more than half of the memory available", w->grid.nx, w->grid.ny,
             bytes / 1e9);
    free(w);
    return false;
  }
  setup->state = w;
  setup->work = (struct bench_work){
      .items = updates, .item = "points", .bytes = updates * BYTES / 2, .flops = updates * FLOPS};
  snprintf(setup->size, sizeof setup->size, "shallow water, %zu x %zu points, %zu steps", w->grid.nx,
           w->grid.ny, w->steps);
  return true;
}

static tutti_status begin(tutti_ctx *ctx, void *state, struct bench_share share) {
  struct water *w = state;
  const tutti_shallow_water_grid grid = part_of(w, share);
  tutti_shallow_water_destroy(w->model);
  w->model = NULL;
  return tutti_shallow_water_create(ctx, &grid, &w->model);
}

static tutti_status run(tutti_ctx *ctx, void *state, struct bench_share share, struct bench_result *result) {
  struct water *w = state;
  (void)ctx, (void)share, (void)result;
  return tutti_shallow_water_step(w->model, w->steps);
}

static tutti_status end(tutti_ctx *ctx, void *state, struct bench_share share, struct bench_result *result) {
  static const tutti_shallow_water_field_t fields[] = {TUTTI_SW_P, TUTTI_SW_U, TUTTI_SW_V};
  struct water *w = state;
  struct answer answer = {0, 0};
  const size_t n = part_of(w, share).nx * w->grid.ny;
  tutti_status status = TUTTI_OK;
  (void)ctx;
  for (int f = 0; f < 3 && status == TUTTI_OK; f++) {
    status = tutti_shallow_water_field(w->model, fields[f], w->field);
    answer.hash = bench_hash(answer.hash, w->field, n);
    for (size_t k = 0; f == 0 && k < n; k++) answer.pressure += w->field[k] / (double)n;
  }
  if (status == TUTTI_OK) bench_result_set(result, &answer, sizeof answer);
  return status;
}

static void describe(const struct bench_result *result, char *text, size_t size) {
  struct answer answer;
  memcpy(&answer, result->bytes, sizeof answer);
  snprintf(text, size, "mean pressure %.6f, checksum %016llx", answer.pressure,
           (unsigned long long)answer.hash);
}

static void teardown(void *state) {
  struct water *w = state;
  tutti_shallow_water_destroy(w->model);
  free(w->field);
  free(w);
}

const struct bench_case case_shallow_water = {
    .name = "shallow_water",
    .description = "steps of a shallow water model: neighbours on a grid, memory bandwidth",
    .no_chunks = "a step needs the one before it",
    .params = params,
    .setup = setup,
    .begin = begin,
    .run = run,
    .end = end,
    .describe = describe,
    .teardown = teardown,
};
