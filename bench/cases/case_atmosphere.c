/* A dry atmosphere, the rising thermal: steps of a model that arithmetic bounds. Each run starts from the
 * initial state. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/grid.h>

#include "cases/case.h"
#include "util/xalloc.h"

/* BYTES of a cell and step: each of the two directions reads and writes four numbers once, as the library
 * does, which makes the three stages of a line in cache.
 *
 * FLOPS of a cell and step: three stages in each direction. A stage has an interface a cell: 36 operations
 * for values and third differences of four numbers (5 and 4 each), 5 for density, velocities and potential
 * temperature (a division is one), 3 for the pressure (a power is one), 5 for fluxes and 8 for their
 * viscosity; then 16 for tendencies and updates (2 and 2 each): 73. Upwards 3 more: the pressure of the
 * background, and gravity. */
enum { BYTES = 2 * 2 * 4 * sizeof(double), FLOPS = 3 * 73 + 3 * 76 };

struct air {
  size_t nx, nz, steps;
  double until;            /* s: where the last run ends */
  tutti_atmosphere *model; /* of the last run; NULL: none yet */
  double *field;           /* [nz nx] */
};

struct answer {
  uint64_t hash; /* of all cells of all fields */
  double time, mass;
};

static const struct bench_param params[] = {
    {"cells-x", "cells of a row of atmosphere", BENCH_COUNT, {800}, {1}, {1000000000}},
    {"cells-z", "rows of cells of atmosphere", BENCH_COUNT, {400}, {1}, {1000000000}},
    {"air-steps", "steps of atmosphere", BENCH_COUNT, {10}, {1}, {1000000000}},
    {0},
};

/* A share of the grid is some of its rows, one at least. */
static size_t rows_of(const struct air *a, struct bench_share share) {
  const size_t rows = (size_t)bench_share_of(a->nz, share);
  return rows > 0 ? rows : 1;
}

static bool setup(struct bench_setup *setup) {
  struct air *a = xcalloc(1, sizeof *a);
  a->nx = (size_t)setup->params[0].count;
  a->nz = (size_t)setup->params[1].count;
  a->steps = (size_t)setup->params[2].count;
  const double cells = (double)a->nx * (double)a->nz, updates = cells * (double)a->steps;
  /* 100 bytes a cell of the model, and a field of the answer, which each rank has */
  const double bytes = cells * (100 + (double)sizeof(double) * setup->ranks);
  const bool fits = bytes <= (double)tutti_available_memory() / 2;
  if (fits) a->field = malloc(a->nx * a->nz * sizeof *a->field);
  if (!a->field) {
    snprintf(setup->error, sizeof setup->error,
             "%zu x %zu cells take %.3g GB, more than half of the memory available", a->nx, a->nz,
             bytes / 1e9);
    free(a);
    return false;
  }
  setup->state = a;
  setup->work = (struct bench_work){
      .items = updates, .item = "cells", .bytes = updates * BYTES, .flops = updates * FLOPS};
  snprintf(setup->size, sizeof setup->size, "dry atmosphere, %zu x %zu cells, %zu steps", a->nx, a->nz,
           a->steps);
  return true;
}

/* The last of the steps is half as long as the others, so that no rounding adds one. */
static tutti_status begin(tutti_ctx *ctx, void *state, struct bench_share share) {
  struct air *a = state;
  const size_t nz = rows_of(a, share);
  const double spacing = fmin(20000 / (double)a->nx, 10000 / (double)nz), step = spacing / 450 * 1.5;
  a->until = ((double)a->steps - 0.5) * step;
  tutti_atmosphere_destroy(a->model);
  a->model = NULL;
  return tutti_atmosphere_create(ctx, TUTTI_THERMAL, a->nx, nz, &a->model);
}

static tutti_status run(tutti_ctx *ctx, void *state, struct bench_share share, struct bench_result *result) {
  struct air *a = state;
  (void)ctx, (void)share, (void)result;
  return tutti_atmosphere_run(a->model, a->until);
}

static tutti_status end(tutti_ctx *ctx, void *state, struct bench_share share, struct bench_result *result) {
  static const tutti_atmosphere_field_t fields[] = {TUTTI_ATM_DENSITY, TUTTI_ATM_U, TUTTI_ATM_W,
                                                    TUTTI_ATM_THETA};
  struct air *a = state;
  tutti_atmosphere_state s;
  tutti_status status = tutti_atmosphere_get(a->model, &s);
  struct answer answer = {0, s.time, s.mass};
  (void)ctx;
  for (int f = 0; f < 4 && status == TUTTI_OK; f++) {
    status = tutti_atmosphere_field(a->model, fields[f], a->field);
    answer.hash = bench_hash(answer.hash, a->field, a->nx * rows_of(a, share));
  }
  if (status == TUTTI_OK) bench_result_set(result, &answer, sizeof answer);
  return status;
}

static void describe(const struct bench_result *result, char *text, size_t size) {
  struct answer answer;
  memcpy(&answer, result->bytes, sizeof answer);
  snprintf(text, size, "mass %.10g kg/m after %.3f s, checksum %016llx", answer.mass, answer.time,
           (unsigned long long)answer.hash);
}

static void teardown(void *state) {
  struct air *a = state;
  tutti_atmosphere_destroy(a->model);
  free(a->field);
  free(a);
}

const struct bench_case case_atmosphere = {
    .name = "atmosphere",
    .description = "steps of a dry atmosphere: neighbours on a grid, arithmetic and powers",
    .no_chunks = "a step needs the one before it",
    .params = params,
    .setup = setup,
    .begin = begin,
    .run = run,
    .end = end,
    .describe = describe,
    .teardown = teardown,
};
