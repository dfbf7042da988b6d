/* Models on a grid: cells along x an item. The answer is a digest of all fields. */
#include "entry.h"

#include <stdlib.h>

enum { ROWS = 9 };

static tutti_status fold(tutti_atmosphere *m, tutti_atmosphere_field_t field, size_t n, uint64_t *hash) {
  unsigned char *values = malloc(ROWS * n * sizeof(double));
  if (!values) return TUTTI_ENOMEM;
  const tutti_status status = tutti_atmosphere_field(m, field, (double *)(void *)values);
  for (size_t i = 0; i < ROWS * n * sizeof(double) && !status; i++)
    *hash = (*hash ^ values[i]) * 0x100000001b3;
  free(values);
  return status;
}

/* A few steps of two bubbles; where the result is NULL, a refusal. */
static tutti_status blow(tutti_ctx *ctx, const given *g, uint64_t *result) {
  tutti_atmosphere *m;
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
  .result = sizeof(uint64_t), .chunk = 20, .least = 1, .slow = true, .one_call = true,                       \
  .digest = 0x5b7881c0a19d4b04

ENTRY(atmosphere_x, blow(ctx, g, result), ATMOSPHERE)
ENTRY(atmosphere_z, blow(ctx, g, result), ATMOSPHERE)
ENTRY(atmosphere_cells, blow(ctx, g, result), ATMOSPHERE)
