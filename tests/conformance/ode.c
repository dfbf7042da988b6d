/* Ensembles of differential equations: a member an item, its first state in x, its last in items. */
#include "entry.h"

#include <string.h>

/* A chunk holds as many batches of 8 as make 2^18 numbers over all steps. */
#define ENSEMBLE(dims, steps)                                                                                \
  .item = (dims) * sizeof(double), .chunk = 8 * ((1 << 18) / (8 * (dims) * (steps))), .most = 65,            \
  .slow = true, .reads = UNIT, .width = (dims)
enum { OSCILLATOR = 2, STEPS = 4000, VARIABLES = 40, FEWER_STEPS = 400 };

static double *start(const given *g, size_t dims, double *items) {
  if (items && g->x) memcpy(items, g->x, g->n * dims * sizeof *items);
  return g->x ? items : NULL;
}

/* x'' = -x */
static int oscillate(double t, const double *state, double *rate, size_t dims, const void *args) {
  (void)t, (void)dims;
  for (int j = 0; j < TUTTI_ODE_BATCH; j++) {
    rate[j] = state[TUTTI_ODE_BATCH + j];
    rate[TUTTI_ODE_BATCH + j] = -state[j];
  }
  return ((const given *)args)->fail;
}
static tutti_status integrate(tutti_ctx *ctx, const given *g, double *items) {
  const tutti_ode ode = {.rhs = oscillate, .args = g, .dims = OSCILLATOR, .dt = 0.01, .steps = STEPS};
  return tutti_ode_ensemble(ctx, &ode, g->n, start(g, OSCILLATOR, items), NULL);
}
ENTRY(advance, integrate(ctx, g, items), ENSEMBLE(OSCILLATOR, STEPS), .calls_back = true,
      .digest = 0xb0fcb7ae7c922d5d)

ENTRY(lorenz96_advance,
      tutti_lorenz96_run(ctx, 8, 0.01, FEWER_STEPS, VARIABLES, g->n, start(g, VARIABLES, items)),
      ENSEMBLE(VARIABLES, FEWER_STEPS), .digest = 0x028c3d952df5a81b)
ENTRY(lorenz63_advance, tutti_lorenz63_run(ctx, 10, 28, 8. / 3, 0.01, STEPS, g->n, start(g, 3, items)),
      ENSEMBLE(3, STEPS), .digest = 0xcc5a480214f741e6)
