/* The atmosphere's half step along x: each row goes through all three stages while it is in the cache. */
#include "grid/atmosphere_flux.h"
#include "grid/kernels.h"

enum { BLOCK = 64 /* faces whose fluxes are kept */, START = 8 /* where cell 0 is in a line */ };

/* A stage of a row: out = base + dt L(q). `q` has two ghost cells at each end. */
typedef struct {
  const double *q[ATM_FIELDS], *base[ATM_FIELDS];
  double *out[ATM_FIELDS];
  size_t nx;
  double dt, per_cell; /* dt / dx */
} stage;

typedef struct {
  double flux[ATM_FIELDS][BLOCK + TUTTI_GROUP];
} fluxes;

/* The fluxes through the W faces right of cells i, i + 1, ..., of which `lanes` are wanted, to slots at,
 * at + 1, ...; returns the first bad one of them, or `lanes`. */
VEC_INLINE size_t faces(const stage *g, const flux_row *h, ptrdiff_t i, size_t lanes, fluxes *to, size_t at) {
  vd v[ATM_FIELDS], d3[ATM_FIELDS], flux[ATM_FIELDS];
  for (int f = 0; f < ATM_FIELDS; f++) {
    const double *q = g->q[f] + i;
    const vd a = vd_load(q - 1), b = vd_load(q), c = vd_load(q + 1), d = vd_load(q + 2);
    v[f] = face_value(a, b, c, d);
    d3[f] = third_difference(a, b, c, d);
  }
  const vm good = flux_of(v, d3, h, ATM_RHO_U, flux);
  for (int f = 0; f < ATM_FIELDS; f++) vd_store(to->flux[f] + at, flux[f]);
  return first_bad(good, lanes);
}

/* n cells from i on, from the fluxes in slots 0 .. n. The last vector may end in the middle. */
VEC_INLINE void update(const stage *g, const fluxes *from, size_t i, size_t n, bool whole) {
  for (int f = 0; f < ATM_FIELDS; f++)
    for (size_t j = 0; j < n; j += W) {
      const vd in = vd_load(from->flux[f] + j), out = vd_load(from->flux[f] + j + 1);
      const vd q = vd_fma(vd_set1(g->per_cell), in - out, vd_load(g->base[f] + i + j));
      if (whole || n - j >= W) {
        vd_store(g->out[f] + i + j, q);
      } else {
        double rest[W];
        vd_store(rest, q);
        memcpy(g->out[f] + i + j, rest, (n - j) * sizeof *rest);
      }
    }
}

/* Returns the lowest bad cell of the row, or SIZE_MAX. whole: out has room for whole vectors. */
static size_t run_stage(const stage *g, const flux_row *h, bool whole) {
  fluxes f;
  size_t lowest = faces(g, h, -1, 1, &f, 0) ? SIZE_MAX : 0;
  for (size_t i = 0; i < g->nx; i += BLOCK) {
    const size_t n = g->nx - i < BLOCK ? g->nx - i : BLOCK;
    for (size_t j = 0; j < n; j += W) {
      const size_t lanes = n - j < W ? n - j : W, bad = faces(g, h, (ptrdiff_t)(i + j), lanes, &f, 1 + j);
      if (__builtin_expect(bad < lanes, 0)) {
        const size_t cell = i + j + bad + 1;
        if (cell < lowest) lowest = cell;
      }
    }
    update(g, &f, i, n, whole);
    for (int e = 0; e < ATM_FIELDS; e++) f.flux[e][0] = f.flux[e][n];
  }
  return lowest == g->nx ? lowest - 1 : lowest;
}

/* Sets the ghost cells of a row, and what vectors read behind them. */
static void set_ghosts(double *const q[ATM_FIELDS], size_t nx, double rho, double rho_theta,
                       const atmosphere_inflow *inflow) {
  for (int f = 0; f < ATM_FIELDS; f++) {
    double *row = q[f];
    row[-2] = row[(2 * nx - 2) % nx];
    row[-1] = row[nx - 1];
    row[nx] = row[0];
    row[nx + 1] = row[1 % nx];
    for (size_t i = nx + 2; i < nx + 2 + TUTTI_GROUP; i++) row[i] = 0;
  }
  if (inflow->theta <= 0) return;
  const double *rho_row = q[ATM_RHO];
  double *rho_u_row = q[ATM_RHO_U], *rho_theta_row = q[ATM_RHO_THETA];
  for (int i = -2; i < 0; i++) {
    const double density = rho_row[i] + rho;
    rho_u_row[i] = density * inflow->u;
    rho_theta_row[i] = density * inflow->theta - rho_theta;
  }
}

static size_t run_row(const atmosphere_sweep *s, double *work, size_t k) {
  const atmosphere_level *level = s->cell + k;
  const size_t at = tutti_atmosphere_at(s, k), line = tutti_atmosphere_line(s->nx);
  double *lines[2][ATM_FIELDS], *out[ATM_FIELDS];
  stage g = {.nx = s->nx};
  size_t lowest = SIZE_MAX;
  for (size_t f = 0; f < ATM_FIELDS; f++) {
    g.base[f] = s->in + f * s->field + at;
    out[f] = s->out + f * s->field + at;
    lines[0][f] = work + 2 * f * line + START;
    lines[1][f] = lines[0][f] + line;
    memcpy(lines[0][f], g.base[f], s->nx * sizeof *work);
  }
  for (int n = 0; n < 3; n++) {
    double *const *to = n == 2 ? out : lines[(n + 1) % 2];
    set_ghosts(lines[n % 2], s->nx, level->rho, level->rho_theta, s->inflow + k);
    memcpy(g.q, lines[n % 2], sizeof g.q);
    memcpy(g.out, to, sizeof g.out);
    g.dt = s->dt / (3 - n);
    g.per_cell = g.dt / s->spacing;
    const flux_row h = flux_row_of(level, viscosity_of(s, g.dt), s->max_speed);
    const size_t bad = n == 2 ? run_stage(&g, &h, false) : run_stage(&g, &h, true);
    if (bad < lowest) lowest = bad;
  }
  return lowest;
}

uint64_t TUTTI_KERNEL(atmosphere_x)(const atmosphere_sweep *s, double *work, size_t begin, size_t end) {
  uint64_t lowest = UINT64_MAX;
  for (size_t row = begin; row < end; row++) {
    const size_t k = s->first + row, bad = run_row(s, work, k);
    if (bad != SIZE_MAX && lowest == UINT64_MAX) lowest = (uint64_t)k * s->nx + bad;
  }
  return lowest;
}
