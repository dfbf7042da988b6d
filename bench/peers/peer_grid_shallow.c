/* Shallow water by Sadourny's scheme of 1975, the benchmark "swim": three sweeps over the grid a step, of
 * fluxes, of new values, and of the filter. A field has a row and a column more than the grid has points,
 * which are copies of those at the other end. */
#include "peer_grid.h"

#include <math.h>

typedef struct {
  size_t n, width; /* points on a side; numbers a row */
  double *p, *u, *v, *pnew, *unew, *vnew, *pold, *uold, *vold, *cu, *cv, *z, *h;
  size_t steps; /* done */
} swim;

static const double SPACING = 1e5, STEP = 90, FILTER = 0.001, AMPLITUDE = 1e6;

/* Row i and column j that the sweep has left out: of fields that begin at row or column 1, those are 0. */
static void wrap(const swim *s, double *x, size_t row, size_t col) {
  const size_t n = s->n, w = s->width, i = row ? 0 : n, j = col ? 0 : n;
  for (size_t k = row; k < n + row; k++) x[k * w + j] = x[k * w + n - j];
  memcpy(x + i * w, x + (n - i) * w, w * sizeof *x);
}

static void wrap_state(const swim *s, double *p, double *u, double *v) {
  wrap(s, p, 0, 0);
  wrap(s, u, 1, 0);
  wrap(s, v, 0, 1);
}

static double stream_function(size_t i, size_t j, double angle) {
  return AMPLITUDE * sin(((double)i + 0.5) * angle) * sin(((double)j + 0.5) * angle);
}

static void start(swim *s, size_t n) {
  double **const fields[] = {&s->p,    &s->u,    &s->v,  &s->pnew, &s->unew, &s->vnew, &s->pold,
                             &s->uold, &s->vold, &s->cu, &s->cv,   &s->z,    &s->h};
  const size_t w = n + 1;
  *s = (swim){.n = n, .width = w};
  for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
    double *x = *fields[f] = peer_memory(w * w);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < w; i++) memset(x + i * w, 0, w * sizeof *x);
  }
  const double angle = 2 * M_PI / (double)n, length = (double)n * SPACING,
               pcf = M_PI * M_PI * AMPLITUDE * AMPLITUDE / (length * length);
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      const double corner = stream_function(i + 1, j + 1, angle);
      s->p[i * w + j] = pcf * (cos(2 * (double)i * angle) + cos(2 * (double)j * angle)) + 50000;
      s->u[(i + 1) * w + j] = -(corner - stream_function(i + 1, j, angle)) / SPACING;
      s->v[i * w + j + 1] = (corner - stream_function(i, j + 1, angle)) / SPACING;
    }
  wrap_state(s, s->p, s->u, s->v);
  memcpy(s->pold, s->p, w * w * sizeof *s->p);
  memcpy(s->uold, s->u, w * w * sizeof *s->u);
  memcpy(s->vold, s->v, w * w * sizeof *s->v);
}

static void fluxes(const swim *s) {
  const size_t n = s->n, w = s->width;
  const double *p = s->p, *u = s->u, *v = s->v, fsdx = 4 / SPACING, fsdy = 4 / SPACING;
  double *cu = s->cu, *cv = s->cv, *z = s->z, *h = s->h;
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < n; i++)
#pragma omp simd
    for (size_t j = 0; j < n; j++) {
      const size_t at = i * w + j, below = at + w;
      cu[below] = 0.5 * (p[below] + p[at]) * u[below];
      cv[at + 1] = 0.5 * (p[at + 1] + p[at]) * v[at + 1];
      z[below + 1] = (fsdx * (v[below + 1] - v[at + 1]) - fsdy * (u[below + 1] - u[below])) /
                     (p[at] + p[below] + p[below + 1] + p[at + 1]);
      h[at] = p[at] + 0.25 * (u[below] * u[below] + u[at] * u[at] + v[at + 1] * v[at + 1] + v[at] * v[at]);
    }
  wrap(s, s->cu, 1, 0);
  wrap(s, s->cv, 0, 1);
  wrap(s, s->z, 1, 1);
  wrap(s, s->h, 0, 0);
}

static void new_values(const swim *s, double tdt) {
  const size_t n = s->n, w = s->width;
  const double *cu = s->cu, *cv = s->cv, *z = s->z, *h = s->h, tdts8 = tdt / 8, tdtsdx = tdt / SPACING,
               tdtsdy = tdt / SPACING;
  const double *pold = s->pold, *uold = s->uold, *vold = s->vold;
  double *pnew = s->pnew, *unew = s->unew, *vnew = s->vnew;
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < n; i++)
#pragma omp simd
    for (size_t j = 0; j < n; j++) {
      const size_t at = i * w + j, below = at + w;
      unew[below] = uold[below] +
                    tdts8 * (z[below + 1] + z[below]) * (cv[below + 1] + cv[at + 1] + cv[at] + cv[below]) -
                    tdtsdx * (h[below] - h[at]);
      vnew[at + 1] = vold[at + 1] -
                     tdts8 * (z[below + 1] + z[at + 1]) * (cu[below + 1] + cu[at + 1] + cu[at] + cu[below]) -
                     tdtsdy * (h[at + 1] - h[at]);
      pnew[at] = pold[at] - tdtsdx * (cu[below] - cu[at]) - tdtsdy * (cv[at + 1] - cv[at]);
    }
  wrap_state(s, s->pnew, s->unew, s->vnew);
}

static void swap(double **a, double **b) {
  double *c = *a;
  *a = *b;
  *b = c;
}

/* After the first step the old values are those from which it began. */
static void filter(swim *s) {
  const size_t w = s->width;
  const double *p = s->p, *u = s->u, *v = s->v, *pnew = s->pnew, *unew = s->unew, *vnew = s->vnew,
               alpha = s->steps > 0 ? FILTER : 0;
  double *pold = s->pold, *uold = s->uold, *vold = s->vold;
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < w; i++)
#pragma omp simd
    for (size_t at = i * w; at < (i + 1) * w; at++) {
      pold[at] = p[at] + alpha * (pnew[at] - 2 * p[at] + pold[at]);
      uold[at] = u[at] + alpha * (unew[at] - 2 * u[at] + uold[at]);
      vold[at] = v[at] + alpha * (vnew[at] - 2 * v[at] + vold[at]);
    }
  swap(&s->p, &s->pnew);
  swap(&s->u, &s->unew);
  swap(&s->v, &s->vnew);
  s->steps++;
}

static void step(swim *s) {
  fluxes(s);
  new_values(s, s->steps > 0 ? 2 * STEP : STEP);
  filter(s);
}

double peer_shallow_water(const peer_data *d) {
  static swim s;
  if (!s.n) start(&s, shallow_side(d->n));
  for (int k = 0; k < SHALLOW_STEPS; k++) step(&s);
  return s.p[0];
}

double peer_triads(const peer_data *d) {
  static double *a, *b, *c;
  enum { ROOM = 4 }; /* three arrays of 4 n: 12 fields of n, one fewer than above */
  const size_t n = ROOM * d->n;
  if (!a) {
    a = peer_array(n, 0, 0);
    b = peer_array(n, n, 0);
    c = peer_array(n, 2 * n, 0);
  }
  for (int k = 0; k < SHALLOW_STEPS * 232 / (ROOM * 24); k++) {
    double *to = a;
    const double *from = b, *with = c;
#pragma omp parallel for simd schedule(static)
    for (size_t i = 0; i < n; i++) to[i] = from[i] + 3 * with[i];
  }
  return a[0];
}
