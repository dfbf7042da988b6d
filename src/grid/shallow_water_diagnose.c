/* tutti_shallow_water_field, tutti_shallow_water_sums: what is computed from a state. */
#include "engine/collectives.h"
#include "grid/shallow_water_model.h"
#include "reduce/kernels.h"

/* Columns [begin, end) of a row, into out[0 ..]. */
typedef struct {
  ptrdiff_t row, begin, end;
} stretch;

/* The vorticity at the corner of points (i - 1, j - 1) .. (i, j), and there the mean pressure. */
static double vorticity(const tutti_shallow_water *m, const double *const *row, ptrdiff_t j, double *mean) {
  const double *p = row[0], *u = row[1], *v = row[2], *p_above = row[3], *v_above = row[4];
  const double sum = (p[j] + p_above[j - 1]) + (p_above[j] + p[j - 1]);
  *mean = 0.25 * sum;
  return (4 / m->grid.dx * (v[j] - v_above[j]) - 4 / m->grid.dy * (u[j] - u[j - 1])) / sum;
}

static void at_corners(const tutti_shallow_water *m, stretch s, bool enstrophy, double *out) {
  const double *row[] = {tutti_shallow_row(m, 0, s.row), tutti_shallow_row(m, 1, s.row),
                         tutti_shallow_row(m, 2, s.row), tutti_shallow_row(m, 0, s.row - 1),
                         tutti_shallow_row(m, 2, s.row - 1)};
  for (ptrdiff_t j = s.begin; j < s.end; j++) {
    double mean;
    const double z = vorticity(m, row, j, &mean);
    *out++ = enstrophy ? 0.5 * mean * (z * z) : z;
  }
}

static void energies(const tutti_shallow_water *m, stretch s, double *out) {
  const double *p = tutti_shallow_row(m, 0, s.row), *v = tutti_shallow_row(m, 2, s.row);
  const double *u = tutti_shallow_row(m, 1, s.row), *u_next = tutti_shallow_row(m, 1, s.row + 1);
  for (ptrdiff_t j = s.begin; j < s.end; j++) {
    const double squares = (u_next[j] * u_next[j] + u[j] * u[j]) + (v[j + 1] * v[j + 1] + v[j] * v[j]);
    *out++ = 0.5 * p[j] * (p[j] + 0.5 * squares);
  }
}

static void compute(const tutti_shallow_water *m, tutti_shallow_water_field_t field, stretch s, double *out) {
  if (field == TUTTI_SW_ENERGY) energies(m, s, out);
  else at_corners(m, s, field == TUTTI_SW_ENSTROPHY, out);
}

/* -- fields -- */

tutti_status tutti_shallow_water_field(tutti_shallow_water *model, tutti_shallow_water_field_t field,
                                       double *out) {
  tutti_ctx *ctx = NULL;
  tutti_status status = tutti_shallow_enter(model, &ctx);
  if (!status && !out) status = tutti_fail(ctx, TUTTI_EINVAL, "out is NULL");
  if (!status && ((int)field < TUTTI_SW_P || field > TUTTI_SW_ENERGY))
    status = tutti_fail(ctx, TUTTI_EINVAL, "field = %d is none of tutti_shallow_water_field_t", (int)field);
  if (status) return tutti_refuse(ctx, status);
  const uint64_t which = (uint64_t)field;
  TUTTI_NOTE_CALL(ctx, .n = model->grid.nx, .first = which);
  status = tutti_ranks_agree(ctx);
  if (status) return status;
  const tutti_domain *d = &model->domain;
  if (field <= TUTTI_SW_V)
    return tutti_domain_get(ctx, d, model->field[model->now][field] - tutti_domain_at(d, 0), out);
  status = tutti_shallow_edges(ctx, model);
  for (size_t i = 0; i < d->count && !status; i++)
    compute(model, field, (stretch){(ptrdiff_t)i, 0, (ptrdiff_t)d->cols}, out + (d->first + i) * d->cols);
  return status ? status : tutti_domain_share(ctx, d, out);
}

/* -- sums -- */

typedef struct {
  tutti_row_sums sums;
  const tutti_kernels *kernels;
  tutti_shallow_water model;
} sums_call;

enum { MASS, ENERGY, ENSTROPHY, SUMS };

static void add_row(const tutti_row_sums *sums, size_t row, tutti_exact *sum) {
  enum { PART = 512 };
  const sums_call *c = (const sums_call *)sums;
  const tutti_shallow_water *m = &c->model;
  const ptrdiff_t i = (ptrdiff_t)row;
  double values[PART];
  c->kernels->reduce->sum(&sum[MASS], tutti_shallow_row(m, 0, i), NULL, m->domain.cols);
  for (size_t j = 0; j < m->domain.cols; j += PART) {
    const size_t n = m->domain.cols - j < PART ? m->domain.cols - j : PART;
    const stretch part = {i, (ptrdiff_t)j, (ptrdiff_t)(j + n)};
    compute(m, TUTTI_SW_ENERGY, part, values);
    c->kernels->reduce->sum(&sum[ENERGY], values, NULL, n);
    compute(m, TUTTI_SW_ENSTROPHY, part, values);
    c->kernels->reduce->sum(&sum[ENSTROPHY], values, NULL, n);
  }
}

tutti_status tutti_shallow_water_sums(tutti_shallow_water *model, tutti_shallow_water_totals *totals) {
  tutti_ctx *ctx = NULL;
  double sums[SUMS];
  tutti_status status = tutti_shallow_enter(model, &ctx);
  if (!status && !totals) status = tutti_fail(ctx, TUTTI_EINVAL, "totals is NULL");
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = model->grid.nx);
  status = tutti_ranks_agree(ctx);
  if (!status) status = tutti_shallow_edges(ctx, model);
  if (status) return status;
  const sums_call call = {{add_row, SUMS}, ctx->kernels, *model};
  const tutti_args args = {&call, sizeof call, {{model->memory, model->bytes}}};
  status = tutti_domain_sums(ctx, &model->domain, args, sums);
  if (!status)
    *totals = (tutti_shallow_water_totals){.time = (double)model->steps * model->grid.dt,
                                           .mass = sums[MASS],
                                           .energy = sums[ENERGY],
                                           .enstrophy = sums[ENSTROPHY],
                                           .steps = model->steps};
  return status;
}
