/* Steps of the shallow water model. With tdt the length of a step, at point (i, j):
 *
 *     cu = 1/2 (p(i,j) + p(i-1,j)) u(i,j)          mass fluxes
 *     cv = 1/2 (p(i,j) + p(i,j-1)) v(i,j)
 *     z  = (4/dx (v(i,j) - v(i-1,j)) - 4/dy (u(i,j) - u(i,j-1))) / sum,
 *          sum = p(i,j) + p(i-1,j-1) + p(i-1,j) + p(i,j-1)
 *     h  = p(i,j) + 1/4 (u(i+1,j)^2 + u(i,j)^2 + v(i,j+1)^2 + v(i,j)^2)
 *
 *     unew = uold + tdt/8 (z(i,j+1) + z(i,j)) (cv(i,j+1) + cv(i,j) + cv(i-1,j+1) + cv(i-1,j))
 *                 - tdt/dx (h(i,j) - h(i-1,j))
 *     vnew = vold - tdt/8 (z(i+1,j) + z(i,j)) (cu(i+1,j) + cu(i,j) + cu(i+1,j-1) + cu(i,j-1))
 *                 - tdt/dy (h(i,j) - h(i,j-1))
 *     pnew = pold - tdt/dx (cu(i+1,j) - cu(i,j)) - tdt/dy (cv(i,j+1) - cv(i,j))
 *
 * The sums are bracketed such that mirroring the grid in x or y, or exchanging x and y, exchanges operands of
 * a + b, and flips signs: so what is symmetric stays so, bit by bit.
 *
 * The memory's bandwidth is the bound. So nothing but the state is read and written: cu, cv, z and h are kept
 * for two rows only, in a buffer. And two steps are made in one sweep: the second follows a row behind the
 * first, whose rows are in the buffer too. A band of BAND columns at a time keeps it in the caches. What
 * bands and chunks need of their neighbours they compute again. */
#include "grid/kernels.h"
#include "isa/vec.h"

enum {
  PART = 64,
  BAND = 512,
  MARGIN = 2 * TUTTI_GROUP, /* columns beside a band, on each side */
  PITCH = BAND + 2 * MARGIN + TUTTI_GROUP
};

/* Buffers of a row, by column of the band. cu and cv are twice the mass fluxes. */
typedef struct {
  _Alignas(64) double cu[PITCH], z[PITCH], cv[PITCH], h[PITCH];
} fluxes;

/* The fluxes of two rows, which take turns: cu and z of rows i and i + 1, cv and h of rows i - 1 and i. */
typedef struct {
  fluxes row[2];
} window;

/* What is known of a row, at column 0 of the band. */
typedef struct {
  const double *field[SHALLOW_FIELDS];
} row_in;
typedef struct {
  double *field[SHALLOW_FIELDS];
} row_out;

/* Columns [begin, end): multiples of W. */
typedef struct {
  ptrdiff_t begin, end;
} columns;

/* cu and z of row i + 1, cv and h of row i. */
static void prepare(const shallow_call *call, fluxes *fresh, const row_in *here, const row_in *next,
                    columns c) {
  const double *p0 = here->field[0], *u0 = here->field[1], *v0 = here->field[2];
  const double *p1 = next->field[0], *u1 = next->field[1], *v1 = next->field[2];
  double *cu = fresh->cu + MARGIN, *z = fresh->z + MARGIN, *cv = fresh->cv + MARGIN, *h = fresh->h + MARGIN;
  const vd minus_ratio = vd_set1(-call->ratio), quarter = vd_set1(0.25);
  for (ptrdiff_t j = c.begin; j < c.end; j += W) {
    const vd p = vd_load(p0 + j), p_left = vd_load(p0 + j - 1);
    const vd p_next = vd_load(p1 + j), p_next_left = vd_load(p1 + j - 1);
    const vd u = vd_load(u0 + j), u_next = vd_load(u1 + j), u_next_left = vd_load(u1 + j - 1);
    const vd v = vd_load(v0 + j), v_right = vd_load(v0 + j + 1), v_next = vd_load(v1 + j);
    const vd curl = vd_fma(minus_ratio, u_next - u_next_left, v_next - v);
    vd_store(cu + j, (p_next + p) * u_next);
    vd_store(z + j, curl / ((p_next + p_left) + (p_next_left + p)));
    vd_store(cv + j, (p + p_left) * v);
    vd_store(h + j, vd_fma(quarter, (u_next * u_next + u * u) + (v_right * v_right + v * v), p));
  }
}

/* x + filter (fresh - 2 x + before) */
VEC_INLINE vd filtered(vd filter, vd fresh, vd x, vd before) {
  return vd_fma(filter, vd_fma(vd_set1(-2), x, fresh + before), x);
}

/* Keeps track of the least p, and of 0 times every number: which is NaN if one is not finite. */
typedef struct {
  vd least, nothing;
} health;

/* The new p, u, v and the filtered ones of row i. a: cu and z of row i, cv and h of row i - 1; b: those one
 * row further. */
static void advance(double ratio_, const shallow_step *s, const fluxes *a, const fluxes *b, const row_in *now,
                    const double *const *before, const row_out *out, columns c, health *seen) {
  const double *cu_a = a->cu + MARGIN, *z_a = a->z + MARGIN, *cv_a = a->cv + MARGIN, *h_a = a->h + MARGIN;
  const double *cu_b = b->cu + MARGIN, *z_b = b->z + MARGIN, *cv_b = b->cv + MARGIN, *h_b = b->h + MARGIN;
  const vd t = vd_set1(s->turn), minus_t = vd_set1(-s->turn), filter = vd_set1(s->filter), zero = vd_set1(0);
  const vd minus_dx = vd_set1(-s->by_dx), minus_dy = vd_set1(-s->by_dy);
  const vd minus_half = vd_set1(-0.5 * s->by_dx), ratio = vd_set1(ratio_);
  /* The compiler cannot know that what is stored does not change these pointers. */
  const double *p_now = now->field[0], *u_now = now->field[1], *v_now = now->field[2];
  const double *p_before = before[0], *u_before = before[1], *v_before = before[2];
  double *p_out = out->field[0], *u_out = out->field[1], *v_out = out->field[2];
  double *p_kept = out->field[3], *u_kept = out->field[4], *v_kept = out->field[5];
  vd least = seen->least, nothing = seen->nothing;
  for (ptrdiff_t j = c.begin; j < c.end; j += W) {
    const vd z = vd_load(z_a + j), cu0 = vd_load(cu_a + j), cu1 = vd_load(cu_b + j), h = vd_load(h_b + j);
    const vd cv0 = vd_load(cv_b + j), cv1 = vd_load(cv_b + j + 1);
    const vd cv = (cv1 + cv0) + (vd_load(cv_a + j + 1) + vd_load(cv_a + j));
    const vd cu = (cu1 + cu0) + (vd_load(cu_b + j - 1) + vd_load(cu_a + j - 1));
    const vd zu = t * (vd_load(z_a + j + 1) + z), zv = minus_t * (vd_load(z_b + j) + z);
    const vd p_old = vd_load(p_before + j), u_old = vd_load(u_before + j), v_old = vd_load(v_before + j);
    const vd p = vd_load(p_now + j), u = vd_load(u_now + j), v = vd_load(v_now + j);
    const vd p_new = vd_fma(minus_half, vd_fma(ratio, cv1 - cv0, cu1 - cu0), p_old);
    const vd u_new = vd_fma(minus_dx, h - vd_load(h_a + j), vd_fma(zu, cv, u_old));
    const vd v_new = vd_fma(minus_dy, h - vd_load(h_b + j - 1), vd_fma(zv, cu, v_old));
    vd_store(p_out + j, p_new);
    vd_store(u_out + j, u_new);
    vd_store(v_out + j, v_new);
    vd_store(p_kept + j, filtered(filter, p_new, p, p_old));
    vd_store(u_kept + j, filtered(filter, u_new, u, u_old));
    vd_store(v_kept + j, filtered(filter, v_new, v, v_old));
    least = vd_min(p_new, least);
    nothing = vd_fma(u_new, zero, vd_fma(v_new, zero, vd_fma(p_new, zero, nothing)));
  }
  *seen = (health){least, nothing};
}

/* A row of a step: prepares columns `wide`, and advances columns `c`, which may be none. Part by part, so
 * that what was prepared is in the first cache when it is needed; one vector ahead, for the right neighbours.
 */
static void sweep_row(const shallow_call *call, const shallow_step *s, const fluxes *a, fluxes *b,
                      const row_in *here, const row_in *next, const double *const *before, const row_out *out,
                      columns wide, columns c, health *seen) {
  ptrdiff_t ready = wide.begin;
  for (ptrdiff_t j = c.begin; j < c.end; j += PART) {
    const ptrdiff_t end = c.end - j < PART ? c.end : j + PART, ahead = end == c.end ? wide.end : end + W;
    prepare(call, b, here, next, (columns){ready, ahead});
    advance(call->ratio, s, a, b, here, before, out, (columns){j, end}, seen);
    ready = ahead;
  }
  prepare(call, b, here, next, (columns){ready, wide.end});
}

/* -- rows of the grid -- */

static ptrdiff_t wrapped(const shallow_call *call, ptrdiff_t row) {
  const ptrdiff_t rows = (ptrdiff_t)call->wrap;
  if (rows == 0 || (row >= 0 && row < rows)) return row;
  return (row % rows + rows) % rows;
}

static row_in row_from(const shallow_call *call, ptrdiff_t row, size_t column) {
  row_in r;
  const ptrdiff_t at = wrapped(call, row) * (ptrdiff_t)call->stride + (ptrdiff_t)column;
  for (int f = 0; f < SHALLOW_FIELDS; f++) r.field[f] = call->from[f] + at;
  return r;
}

static row_out row_to(const shallow_call *call, size_t row, size_t column) {
  row_out r;
  for (int f = 0; f < SHALLOW_FIELDS; f++) r.field[f] = call->to[f] + row * call->stride + column;
  return r;
}

/* Fills the halo columns: also where a grid has fewer columns than a halo, since they are filled in order. */
static void fill_halo(const shallow_call *call, size_t row) {
  for (int f = 0; f < SHALLOW_FIELDS; f++) {
    double *first = call->to[f] + row * call->stride, *end = first + call->cols;
    for (ptrdiff_t j = 0; j < SHALLOW_HALO_COLS; j++) end[j] = first[j];
    for (ptrdiff_t j = 1; j <= SHALLOW_HALO_COLS; j++) first[-j] = end[-j];
  }
}

/* -- sweeps over the rows of a band -- */

static void one_step(const shallow_call *call, size_t begin, size_t end, size_t column, ptrdiff_t cols,
                     health *seen) {
  window w;
  row_in here = row_from(call, (ptrdiff_t)begin - 1, column), next = row_from(call, (ptrdiff_t)begin, column);
  const columns all = {0, cols}, around = {-W, cols + W};
  prepare(call, &w.row[(begin + 1) & 1], &here, &next, around);
  for (size_t i = begin; i < end; i++) {
    here = next;
    next = row_from(call, (ptrdiff_t)i + 1, column);
    const row_out out = row_to(call, i, column);
    sweep_row(call, &call->step[0], &w.row[(i + 1) & 1], &w.row[i & 1], &here, &next,
              here.field + SHALLOW_BEFORE, &out, around, all, seen);
  }
}

/* Rows between the steps. */
typedef struct {
  _Alignas(64) double field[SHALLOW_FIELDS][PITCH];
} between;

static row_out between_out(between *b) {
  row_out r;
  for (int f = 0; f < SHALLOW_FIELDS; f++) r.field[f] = b->field[f] + MARGIN;
  return r;
}
static row_in between_in(const between *b) {
  row_in r;
  for (int f = 0; f < SHALLOW_FIELDS; f++) r.field[f] = b->field[f] + MARGIN;
  return r;
}

/* Row r of the first step, then row r - 1 of the second. */
static void two_steps(const shallow_call *call, size_t begin, size_t end, size_t column, ptrdiff_t cols,
                      health *seen) {
  window first, second;
  between ring[2];
  const ptrdiff_t from = (ptrdiff_t)begin - 1, to = (ptrdiff_t)end;
  const columns all = {0, cols}, around = {-W, cols + W}, further = {-2 * W, cols + 2 * W};
  row_in here = row_from(call, from - 1, column), next = row_from(call, from, column);
  prepare(call, &first.row[(from + 1) & 1], &here, &next, further);
  for (ptrdiff_t r = from; r <= to; r++) {
    here = next;
    next = row_from(call, r + 1, column);
    const row_out middle = between_out(&ring[r & 1]);
    sweep_row(call, &call->step[0], &first.row[(r + 1) & 1], &first.row[r & 1], &here, &next,
              here.field + SHALLOW_BEFORE, &middle, further, around, seen);
    if (r == from) continue;
    const row_in above = between_in(&ring[(r + 1) & 1]), below = between_in(&ring[r & 1]);
    const columns none = {0, 0};
    const bool starts = r == from + 1; /* only prepares */
    const row_out out = starts ? middle : row_to(call, (size_t)r - 1, column);
    sweep_row(call, &call->step[1], &second.row[r & 1], &second.row[(r + 1) & 1], &above, &below,
              above.field + SHALLOW_BEFORE, &out, around, starts ? none : all, seen);
  }
}

int TUTTI_KERNEL(shallow_water)(const shallow_call *call, size_t begin, size_t end) {
  health seen = {vd_set1(1), vd_set1(0)};
  for (size_t column = 0; column < call->cols; column += BAND) {
    const size_t cols = call->cols - column < BAND ? call->cols - column : BAND;
    const ptrdiff_t whole = (ptrdiff_t)((cols + W - 1) / W * W);
    (call->steps == 1 ? one_step : two_steps)(call, begin, end, column, whole, &seen);
  }
  for (size_t i = begin; i < end; i++) fill_halo(call, i);
  return vm_any(vd_unordered(seen.nothing, seen.nothing)) || vm_any(vd_less(seen.least, vd_set1(0x1p-1074)));
}
