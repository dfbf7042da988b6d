/* tutti_shallow_water_field, tutti_shallow_water_sums: what is computed from a state. */
#include <math.h>
#include <string.h>

#include "engine/collectives.h"
#include "grid/shallow_water_model.h"
#include "memory/blocks.h"
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
  tutti_exact mass, energy, enstrophy;
} sums;

typedef struct {
  tutti_shallow_water model;
  const tutti_kernels *kernels;
} sums_call;

static void init(void *acc, const void *args) {
  sums *s = acc;
  (void)args;
  tutti_exact_init(&s->mass);
  tutti_exact_init(&s->energy);
  tutti_exact_init(&s->enstrophy);
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  enum { PART = 512 };
  const sums_call *c = args;
  const tutti_shallow_water *m = &c->model;
  double values[PART];
  sums *s = acc;
  for (size_t i = begin; i < end; i++)
    for (size_t j = 0; j < m->domain.cols; j += PART) {
      const size_t n = m->domain.cols - j < PART ? m->domain.cols - j : PART;
      const stretch part = {(ptrdiff_t)i, (ptrdiff_t)j, (ptrdiff_t)(j + n)};
      c->kernels->reduce->sum(&s->mass, tutti_shallow_row(m, 0, (ptrdiff_t)i) + j, NULL, n);
      compute(m, TUTTI_SW_ENERGY, part, values);
      c->kernels->reduce->sum(&s->energy, values, NULL, n);
      compute(m, TUTTI_SW_ENSTROPHY, part, values);
      c->kernels->reduce->sum(&s->enstrophy, values, NULL, n);
    }
  return 0;
}

static void merge(void *into_, const void *from_, const void *args) {
  sums *into = into_;
  const sums *from = from_;
  (void)args;
  tutti_exact_merge(&into->mass, &from->mass);
  tutti_exact_merge(&into->energy, &from->energy);
  tutti_exact_merge(&into->enstrophy, &from->enstrophy);
}

tutti_status tutti_shallow_water_sums(tutti_shallow_water *model, tutti_shallow_water_totals *totals) {
  enum { POINTS = 1 << 15 /* of a chunk, at least */ };
  tutti_ctx *ctx = NULL;
  tutti_status status = tutti_shallow_enter(model, &ctx);
  if (!status && !totals) status = tutti_fail(ctx, TUTTI_EINVAL, "totals is NULL");
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = model->grid.nx);
  status = tutti_ranks_agree(ctx);
  if (!status) status = tutti_shallow_edges(ctx, model);
  if (status) return status;
  const sums_call call = {*model, ctx->kernels};
  const tutti_reduction op = {sizeof(sums), POINTS / model->grid.ny + 1, init, chunk, merge};
  sums s;
  status = tutti_reduce_partitioned(ctx, &op, model->domain.count,
                                    (tutti_args){&call, sizeof call, {{model->memory, model->bytes}}}, &s);
  if (status) return status;
  *totals = (tutti_shallow_water_totals){.time = (double)model->steps * model->grid.dt,
                                         .mass = tutti_exact_round(&s.mass),
                                         .energy = tutti_exact_round(&s.energy),
                                         .enstrophy = tutti_exact_round(&s.enstrophy),
                                         .steps = model->steps};
  return TUTTI_OK;
}
