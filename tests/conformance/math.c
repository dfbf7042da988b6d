/* Functions of every element of an array. */
#include "entry.h"

#include "core/context.h"
#include "math/kernels.h"

ENTRY(normal_icdf, tutti_normal_icdf_array(ctx, g->x, items, g->n), .item = sizeof(double), .chunk = 8192,
      .reads = UNIT, .digest = 0x18aa87553ea1647a)

/* -- by integrands of the library's own, a sample an item -- */

#define MEAN .result = sizeof(tutti_estimate), .chunk = 4096, .least = 1, .slow = true

static tutti_status price(tutti_ctx *ctx, const given *g, tutti_estimate *result) {
  const tutti_option o = {
      .kind = TUTTI_EUROPEAN, .spot = 100, .strike = 95, .rate = 0.05, .volatility = 0.3, .years = 1};
  tutti_mc_problem problem = {.samples = g->n};
  const tutti_status status = tutti_option_problem(&o, &problem);
  return status ? status : tutti_mc_run(ctx, (tutti_rng){g->first, 3}, &problem, result);
}
ENTRY(exp, price(ctx, g, result), MEAN, .digest = 0x25289f5136f33c2b)

static int first_coordinate(const double *x, size_t dims, size_t points, double *f, const void *args) {
  for (size_t p = 0; p < points; p++) f[p] = x[p * dims];
  return ((const given *)args)->fail;
}
static tutti_status integrate(tutti_ctx *ctx, const given *g, tutti_estimate *result) {
  const tutti_ball ball = {first_coordinate, g, 3, 1.5};
  tutti_mc_problem problem = {.samples = g->n};
  const tutti_status status = tutti_ball_problem(&ball, &problem);
  return status ? status : tutti_mc_run(ctx, (tutti_rng){g->first, 3}, &problem, result);
}
ENTRY(log, integrate(ctx, g, result), MEAN, .calls_back = true, .digest = 0x8f5599c73677e63e)

/* -- without a call of its own: the library's other kernels have it in line -- */

static tutti_status turn(tutti_ctx *ctx, const given *g, double *items) {
  ctx->kernels->math->sincos_turn(g->x, items, items + g->n, g->n);
  return TUTTI_OK;
}
ENTRY(sincos_turn, turn(ctx, g, items), .item = 2 * sizeof(double), .chunk = 1000, .reads = UNIT,
      .one_call = true, .digest = 0x9e8d591132ad575e)

static tutti_status raise(tutti_ctx *ctx, const given *g, double *items) {
  const double *x = g->x;
  for (size_t i = 0; i < g->n; i++) items[i] = 0.5 + x[i]; /* a power needs a positive number */
  ctx->kernels->math->pow(items, -2.625, items, g->n);
  return TUTTI_OK;
}
ENTRY(pow, raise(ctx, g, items), .item = sizeof(double), .chunk = 1000, .reads = UNIT, .one_call = true,
      .digest = 0xf1f18f44d75e968f)
