/* The atmosphere's half step along z, for a strip of columns: the three stages follow each other up the
 * strip, two rows apart, so that each row is read and written once, and what lies between stays in the cache.
 */
#include "grid/atmosphere_flux.h"
#include "grid/kernels.h"

enum { WIDTH = 128, STAGES = 3, SLOTS = 8, GHOSTS = 2 };
/* From a field of a strip to the next. With 128 rows would lie 4 KiB apart, and compete for the same lines of
 * the cache. */
enum { PITCH = WIDTH + TUTTI_GROUP };

typedef double strip_row[ATM_FIELDS][PITCH];

/* The last few rows of a state, and the ghost rows below and above the grid, which have slots of their own.
 * Row k needs rows k - 2 to k + 2; the first stage's rows are needed until the last stage has used them. */
typedef strip_row strip_rows[SLOTS + 2 * GHOSTS];

typedef struct {
  const atmosphere_sweep *s;
  size_t column, n, lanes; /* columns [column, column + n), in whole vectors: lanes */
  ptrdiff_t nz;
  strip_rows state[STAGES]; /* what each stage computes its forces from; the first is also its base */
  strip_row flux[STAGES];   /* through the face below the row that comes next */
  double push[WIDTH];
  uint64_t lowest; /* bad cell */
} strip;
_Static_assert(sizeof(strip) <= ATM_STRIP, "a strip does not fit into the work space");

static double *row_of(strip *p, int stage, ptrdiff_t k) {
  const ptrdiff_t slot = k < 0 ? SLOTS + GHOSTS + k : k >= p->nz ? SLOTS + GHOSTS + k - p->nz : k % SLOTS;
  return p->state[stage][slot][0];
}

/* No flow through the walls: rho w = 0 beyond them. rho u keeps its velocity in the background. */
static void set_ghost(strip *p, int stage, ptrdiff_t ghost, ptrdiff_t nearest) {
  const double ratio = p->s->cell[ghost].rho / p->s->cell[nearest].rho;
  const double *from = row_of(p, stage, nearest);
  double *to = row_of(p, stage, ghost);
  for (size_t i = 0; i < p->lanes; i++) {
    to[ATM_RHO * PITCH + i] = from[ATM_RHO * PITCH + i];
    to[ATM_RHO_U * PITCH + i] = from[ATM_RHO_U * PITCH + i] * ratio;
    to[ATM_RHO_W * PITCH + i] = 0;
    to[ATM_RHO_THETA * PITCH + i] = from[ATM_RHO_THETA * PITCH + i];
  }
}
static void set_ghosts(strip *p, int stage, ptrdiff_t k) {
  for (ptrdiff_t i = 0; i < GHOSTS && k == 0; i++) set_ghost(p, stage, -1 - i, k);
  for (ptrdiff_t i = 0; i < GHOSTS && k == p->nz - 1; i++) set_ghost(p, stage, p->nz + i, k);
}

/* Has the memory bring n columns of a row while others are computed. */
static void fetch(const double *row, size_t field, size_t n) {
  for (size_t f = 0; f < ATM_FIELDS; f++)
    for (size_t i = 0; i < n; i += 8) __builtin_prefetch(row + f * field + i);
}

static void load(strip *p, ptrdiff_t k) {
  const double *in = p->s->in + tutti_atmosphere_at(p->s, (size_t)k) + p->column;
  double *row = row_of(p, 0, k);
  for (size_t f = 0; f < ATM_FIELDS; f++) memcpy(row + f * PITCH, in + f * p->s->field, p->n * sizeof *in);
  fetch(in + p->s->stride, p->s->field, p->n);
  fetch(p->s->out + (in - p->s->in), p->s->field, p->n);
  set_ghosts(p, 0, k);
}

/* The forcing of row k; zeros where there is none, since sums are to be the same however columns are cut. */
static void load_push(strip *p, size_t k) {
  const atmosphere_sweep *s = p->s;
  const bool inside = k - s->push_row < s->push_rows;
  for (size_t i = 0; i < p->lanes; i++) {
    const size_t j = p->column + i - s->push_column;
    p->push[i] = inside && j < s->push_columns ? s->push[(k - s->push_row) * s->push_columns + j] : 0;
  }
}

/* The fluxes at columns i .. of the face between rows b and c, and which are good. */
VEC_INLINE vm face(const double *a, const double *b, const double *c, const double *d, const flux_row *h,
                   bool wall, size_t i, vd flux[ATM_FIELDS]) {
  vd v[ATM_FIELDS], d3[ATM_FIELDS];
  for (int f = 0; f < ATM_FIELDS; f++) {
    const size_t at = (size_t)f * PITCH + i;
    const vd below = vd_load(b + at), above = vd_load(c + at);
    v[f] = face_value(vd_load(a + at), below, above, vd_load(d + at));
    d3[f] = third_difference(vd_load(a + at), below, above, vd_load(d + at));
  }
  if (wall) v[ATM_RHO_W] = d3[ATM_RHO] = vd_set1(0);
  return flux_of(v, d3, h, ATM_RHO_W, flux);
}

static void note(strip *p, vm good, size_t i, ptrdiff_t k) {
  const size_t lanes = p->n > i ? p->n - i : 0, most = lanes < W ? lanes : W, bad = first_bad(good, most);
  const uint64_t cell = (uint64_t)(k < p->nz ? k : p->nz - 1) * p->s->nx + p->column + i + bad;
  if (bad < most && cell < p->lowest) p->lowest = cell;
}

/* The face below the first row of a stage. */
static void start(strip *p, int stage, ptrdiff_t k, const flux_row *h) {
  const double *a = row_of(p, stage, k - 2), *b = row_of(p, stage, k - 1), *c = row_of(p, stage, k);
  const double *d = row_of(p, stage, k + 1);
  for (size_t i = 0; i < p->lanes; i += W) {
    vd flux[ATM_FIELDS];
    const vm good = face(a, b, c, d, h, k == 0, i, flux);
    for (int f = 0; f < ATM_FIELDS; f++) vd_store(p->flux[stage][f] + i, flux[f]);
    note(p, good, i, k);
  }
}

/* Row k of a stage, from the flux through the face below it, which was kept, and that through the one above.
 * to: field f at to + f field. */
VEC_INLINE void climb(strip *p, int stage, ptrdiff_t k, double dt, const flux_row *h, bool wall, double *to,
                      size_t field) {
  const double *a = row_of(p, stage, k - 1), *b = row_of(p, stage, k), *c = row_of(p, stage, k + 1);
  const double *d = row_of(p, stage, k + 2), *base = row_of(p, 0, k);
  const vd per_cell = vd_set1(dt / p->s->spacing), g = vd_set1(-ATM_G), time = vd_set1(dt);
  for (size_t i = 0; i < p->lanes; i += W) {
    vd flux[ATM_FIELDS];
    const vm good = face(a, b, c, d, h, wall, i, flux);
    if (__builtin_expect(first_bad(good, W) < W, 0)) note(p, good, i, k + 1);
    for (int f = 0; f < ATM_FIELDS; f++) {
      const vd below = vd_load(p->flux[stage][f] + i);
      vd q = vd_load(base + f * PITCH + i);
      if (f == ATM_RHO_W) q = vd_fma(time, vd_fma(g, vd_load(b + i), vd_load(p->push + i)), q);
      vd_store(to + (size_t)f * field + i, vd_fma(per_cell, below - flux[f], q));
      vd_store(p->flux[stage][f] + i, flux[f]);
    }
  }
}

static void advance(strip *p, int stage, ptrdiff_t k, bool first) {
  const atmosphere_sweep *s = p->s;
  const double dt = s->dt / (STAGES - stage), viscosity = viscosity_of(s, dt);
  const flux_row h = flux_row_of(s->face + k + 1, viscosity, s->max_speed);
  strip_row whole; /* the last stage writes whole vectors to where the strip ends with one */
  double *out = s->out + tutti_atmosphere_at(s, (size_t)k) + p->column;
  const bool direct = stage == STAGES - 1 && p->lanes == p->n;
  double *to = stage < STAGES - 1 ? row_of(p, stage + 1, k) : direct ? out : whole[0];
  if (first) {
    const flux_row below = flux_row_of(s->face + k, viscosity, s->max_speed);
    start(p, stage, k, &below);
  }
  load_push(p, (size_t)k);
  if (k + 1 == p->nz) climb(p, stage, k, dt, &h, true, to, direct ? s->field : PITCH);
  else climb(p, stage, k, dt, &h, false, to, direct ? s->field : PITCH);
  if (stage < STAGES - 1) set_ghosts(p, stage + 1, k);
  else if (!direct)
    for (size_t f = 0; f < ATM_FIELDS; f++) memcpy(out + f * s->field, whole[f], p->n * sizeof *out);
}

/* Rows [row_begin, row_end) of a strip. A stage computes two rows more at either end than the next one,
 * unless there is a wall. */
static uint64_t run_strip(const atmosphere_sweep *s, strip *p, size_t column, size_t n) {
  p->s = s;
  p->column = column;
  p->n = n;
  p->lanes = (n + W - 1) / W * W;
  p->nz = (ptrdiff_t)s->nz;
  p->lowest = UINT64_MAX;
  if (n < p->lanes)
    memset(p->state[0], 0, sizeof p->state[0]); /* the lanes that are no columns are at rest */
  ptrdiff_t begin[STAGES + 1], end[STAGES + 1]; /* of a stage; before the first one: of the rows read */
  for (int i = STAGES, more = 0; i >= 0; i--, more += 2) {
    begin[i] = (ptrdiff_t)s->row_begin - more < 0 ? 0 : (ptrdiff_t)s->row_begin - more;
    end[i] = (ptrdiff_t)s->row_end + more > p->nz ? p->nz : (ptrdiff_t)s->row_end + more;
  }
  for (ptrdiff_t k = begin[1], next = begin[0]; k < end[STAGES] + 2 * (STAGES - 1); k++) {
    while (next < end[0] && next <= k + 2) load(p, next++);
    for (int stage = 0; stage < STAGES; stage++) {
      const ptrdiff_t row = k - 2 * stage;
      if (row >= begin[stage + 1] && row < end[stage + 1]) advance(p, stage, row, row == begin[stage + 1]);
    }
  }
  return p->lowest;
}

uint64_t TUTTI_KERNEL(atmosphere_z)(const atmosphere_sweep *s, void *work, size_t begin, size_t end) {
  const size_t last = end * TUTTI_GROUP < s->nx ? end * TUTTI_GROUP : s->nx;
  uint64_t lowest = UINT64_MAX;
  for (size_t column = begin * TUTTI_GROUP; column < last; column += WIDTH) {
    const size_t n = last - column < WIDTH ? last - column : WIDTH;
    const uint64_t bad = run_strip(s, work, column, n);
    if (bad < lowest) lowest = bad;
  }
  return lowest;
}
