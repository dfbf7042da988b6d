/* The initial state of the benchmark "swim" (Swarztrauber, 1984). With sines and cosines of whole turns
 * of our own it has the same bits everywhere. */
#include <math.h>
#include <stdlib.h>

#include "grid/shallow_water_model.h"
#include "math/kernels.h"

/* sin(2 pi (k + 1/2) / n) and cos(2 pi 2 k / n), k = 0 .. n - 1 */
typedef struct {
  double *sine, *cosine;
} waves;

static void fill_waves(const tutti_kernels *kernels, waves w, double *unused, size_t n) {
  for (size_t k = 0; k < n; k++) w.sine[k] = ((double)k + 0.5) / (double)n;
  for (size_t k = 0; k < n; k++) w.cosine[k] = (double)(2 * k % n) / (double)n;
  kernels->math->sincos_turn(w.sine, w.sine, unused, n);
  kernels->math->sincos_turn(w.cosine, unused, w.cosine, n);
}

/* A row of p, u and v, with psi(i, j) = amplitude sine(i) sine(j). */
static void fill_row(const tutti_shallow_water *m, waves x, waves y, size_t local) {
  const tutti_shallow_water_grid *g = &m->grid;
  const size_t i = m->domain.first + local, at = local * m->domain.stride;
  double *const *field = m->field[m->now];
  const double pi = 0x1.921fb54442d18p+1, root = pi * g->amplitude / ((double)g->ny * g->dx);
  const double here = g->amplitude * x.sine[i], next = g->amplitude * x.sine[(i + 1) % g->nx];
  for (size_t j = 0; j < g->ny; j++) {
    const double right = y.sine[j + 1 < g->ny ? j + 1 : 0];
    field[0][at + j] = root * root * (x.cosine[i] + y.cosine[j]) + 50000;
    field[1][at + j] = (here * y.sine[j] - here * right) / g->dy;
    field[2][at + j] = (next * y.sine[j] - here * y.sine[j]) / g->dx;
  }
}

/* The least pressure is at a point where both cosines are least: on whichever rank that is. */
static tutti_status check_pressure(tutti_ctx *ctx, const tutti_shallow_water_grid *g, waves x, waves y) {
  const double pi = 0x1.921fb54442d18p+1, root = pi * g->amplitude / ((double)g->ny * g->dx);
  size_t i = 0, j = 0;
  for (size_t k = 1; k < g->nx; k++)
    if (x.cosine[k] < x.cosine[i]) i = k;
  for (size_t k = 1; k < g->ny; k++)
    if (y.cosine[k] < y.cosine[j]) j = k;
  const double least = root * root * (x.cosine[i] + y.cosine[j]) + 50000;
  return isfinite(root * root) && least > 0
             ? TUTTI_OK
             : tutti_fail(ctx, TUTTI_EINVAL,
                          "amplitude = %.17g: p(%zu, %zu) = %.17g is not finite and positive", g->amplitude,
                          i, j, least);
}

tutti_status tutti_shallow_fill(tutti_ctx *ctx, tutti_shallow_water *m) {
  const size_t nx = m->grid.nx, ny = m->grid.ny, most = nx > ny ? nx : ny;
  double *room = malloc((2 * nx + 2 * ny + most) * sizeof *room);
  if (!room) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for the initial state");
  const waves x = {room, room + nx}, y = {room + 2 * nx, room + 2 * nx + ny};
  fill_waves(ctx->kernels, x, room + 2 * nx + 2 * ny, nx);
  fill_waves(ctx->kernels, y, room + 2 * nx + 2 * ny, ny);
  const tutti_status status = check_pressure(ctx, &m->grid, x, y);
  for (size_t i = 0; i < m->domain.count && !status; i++) fill_row(m, x, y, i);
  free(room);
  if (!status) tutti_shallow_begin(m);
  return status;
}
