/* Models on a grid: a step an item. */
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
