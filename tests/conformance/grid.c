/* Models on a grid: of shallow water a step is an item, of the atmosphere a cell along x. */
#include "entry.h"

#include <stdlib.h>

enum { NX = 130, NY = 41 };

/* Waves around a state whose amplitude is another for each g->first. */
static tutti_status flow(tutti_ctx *ctx, const given *g, double *result) {
  tutti_shallow_water_grid grid;
  tutti_shallow_water_grid_default(&grid);
  grid.nx = NX;
  grid.ny = NY;
  grid.amplitude = 1e6 + (double)(g->first % 1000) * 500;
  tutti_shallow_water *m = NULL;
  double *field = malloc(sizeof(double[3][NX * NY]));
  tutti_status status = tutti_shallow_water_create(ctx, &grid, &m);
  if (!status) status = tutti_shallow_water_step(m, g->n);
  for (int f = 0; f < 3 && !status; f++)
    status =
        tutti_shallow_water_field(m, (tutti_shallow_water_field_t)f, result ? field + f * NX * NY : NULL);
  for (int k = 0; k < 3 * NX * NY && !status; k++) result[k] = field[k];
  tutti_shallow_water_destroy(m);
  free(field);
  return status;
}
ENTRY(shallow_water, flow(ctx, g, result), .result = sizeof(double[3][NX * NY]), .chunk = 2, .most = 17,
      .slow = true, .digest = 0x9727deebb019c499)

enum { ROWS = 9 };

static tutti_status fold(tutti_atmosphere *m, tutti_atmosphere_field_t field, size_t n, uint64_t *hash) {
  double *values = malloc(ROWS * n * sizeof *values);
  if (!values) return TUTTI_ENOMEM;
  const tutti_status status = tutti_atmosphere_field(m, field, values);
  for (size_t i = 0; i < ROWS * n * sizeof *values && !status; i++)
    *hash = (*hash ^ ((unsigned char *)values)[i]) * 0x100000001b3;
  free(values);
  return status;
}

/* A few steps of two bubbles; where the result is NULL, a refusal. */
static tutti_status blow(tutti_ctx *ctx, const given *g, uint64_t *result) {
  tutti_atmosphere *m = NULL;
  uint64_t hash = 0xcbf29ce484222325;
  tutti_status status = tutti_atmosphere_create(ctx, TUTTI_COLLISION, g->n, ROWS, result ? &m : NULL);
  if (status) return status;
  status = tutti_atmosphere_run(m, 2.5 + (double)(g->first % 7));
  for (int f = 0; f <= TUTTI_ATM_PRESSURE && !status; f++)
    status = fold(m, (tutti_atmosphere_field_t)f, g->n, &hash);
  tutti_atmosphere_destroy(m);
  if (!status) *result = hash;
  return status;
}

#define ATMOSPHERE                                                                                           \
  .result = sizeof(uint64_t), .chunk = 1, .least = 1, .most = 43, .slow = true, .digest = 0x51cea317474144f5

ENTRY(atmosphere_x, blow(ctx, g, result), ATMOSPHERE)
ENTRY(atmosphere_z, blow(ctx, g, result), ATMOSPHERE)
ENTRY(atmosphere_cells, blow(ctx, g, result), ATMOSPHERE)
