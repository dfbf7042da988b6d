/* tutti_atmosphere_get, tutti_atmosphere_field: a model's state in numbers for people. */
#include "engine/collectives.h"
#include "grid/atmosphere_model.h"
#include "grid/kernels.h"
#include "grid/model.h"
#include "reduce/kernels.h"

enum { ROWS = 16 /* a chunk */ };

/* What the workers get. */
typedef struct {
  const tutti_kernels *kernels;
  const double *state;
  const atmosphere_level *cell;
  size_t field, stride, halo, nx, first;
  double dz;
  double *out; /* of a field: local row 0 */
  atmosphere_quantity which;
} view;

static view view_of(const tutti_atmosphere *m) {
  const tutti_domain *d = &m->domain;
  return (view){.kernels = m->ctx->kernels,
                .state = m->state[ATM_NOW],
                .cell = m->cell,
                .field = m->field,
                .stride = d->stride,
                .halo = d->halo_rows,
                .nx = d->cols,
                .first = d->first,
                .dz = m->dz};
}

static atmosphere_row row_at(const view *v, size_t row) {
  const size_t k = v->first + row;
  return (atmosphere_row){v->state + (v->halo + row) * v->stride, v->field, v->nx, v->cell + k,
                          ((double)k + 0.5) * v->dz};
}

/* -- sums -- */

enum { MASS, REFERENCE_ENERGY, TOTAL_ENERGY, SUMS };

typedef struct {
  tutti_row_sums sums;
  view view;
} sums_call;

static void add_row(const tutti_row_sums *sums, size_t row, tutti_exact *sum) {
  enum { PART = 512 };
  const view *v = &((const sums_call *)sums)->view;
  atmosphere_row r = row_at(v, row);
  double energy[PART];
  v->kernels->reduce->sum(&sum[MASS], r.q, NULL, v->nx); /* rho', and that of the background, exactly */
  tutti_exact_add_product(&sum[MASS], r.level->rho, (double)v->nx);
  for (size_t i = 0; i < v->nx; i += PART, r.q += PART) {
    r.nx = v->nx - i < PART ? v->nx - i : PART;
    v->kernels->grid->atmosphere_cells(&r, ATM_REFERENCE_ENERGY, energy);
    v->kernels->reduce->sum(&sum[REFERENCE_ENERGY], energy, NULL, r.nx);
    v->kernels->grid->atmosphere_cells(&r, ATM_TOTAL_ENERGY, energy);
    v->kernels->reduce->sum(&sum[TOTAL_ENERGY], energy, NULL, r.nx);
  }
}

tutti_status tutti_atmosphere_get(tutti_atmosphere *m, tutti_atmosphere_state *state) {
  tutti_ctx *ctx;
  double value[SUMS];
  tutti_status status = tutti_grid_resolve(m ? m->ctx : NULL, &ctx);
  if (!status && !m) status = tutti_fail(ctx, TUTTI_EINVAL, "model is NULL");
  if (!status && !state) status = tutti_fail(ctx, TUTTI_EINVAL, "state is NULL");
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .parameters = {{&m->time, sizeof m->time}});
  const sums_call call = {{add_row, SUMS}, view_of(m)};
  const double area = m->dx * m->dz;
  status =
      tutti_domain_sums(ctx, &m->domain, (tutti_args){&call, sizeof call, {{m->block, m->bytes}}}, value);
  if (!status)
    *state = (tutti_atmosphere_state){m->time, value[MASS] * area, value[REFERENCE_ENERGY] * area,
                                      value[TOTAL_ENERGY] * area, m->steps};
  return status;
}

/* -- fields -- */

static int rows_of_field(size_t begin, size_t end, void *args) {
  const view *v = args;
  for (size_t row = begin; row < end; row++) {
    const atmosphere_row r = row_at(v, row);
    v->kernels->grid->atmosphere_cells(&r, v->which, v->out + row * v->nx);
  }
  return 0;
}

tutti_status tutti_atmosphere_field(tutti_atmosphere *m, tutti_atmosphere_field_t field, double *out) {
  tutti_ctx *ctx;
  tutti_status status = tutti_grid_resolve(m ? m->ctx : NULL, &ctx);
  if (!status && !m) status = tutti_fail(ctx, TUTTI_EINVAL, "model is NULL");
  if (!status && !out) status = tutti_fail(ctx, TUTTI_EINVAL, "out is NULL");
  if (!status && (unsigned)field > TUTTI_ATM_PRESSURE_PERTURBATION)
    status = tutti_fail(ctx, TUTTI_EINVAL, "field = %d is not one of the fields", (int)field);
  if (status) return tutti_refuse(ctx, status);
  const tutti_domain *d = &m->domain;
  const int which = (int)field;
  TUTTI_NOTE_CALL(ctx, .parameters = {{&which, sizeof which}, {&m->time, sizeof m->time}});
  status = tutti_ranks_agree(ctx);
  view v = view_of(m);
  v.which = (atmosphere_quantity)which;
  v.out = out + d->first * d->cols;
  const tutti_output outputs[] = {{v.out, d->cols * sizeof *out}, {0}};
  const tutti_sweep sweep = {rows_of_field, {&v, sizeof v, {{m->block, m->bytes}}}, outputs, true};
  if (!status) status = tutti_domain_agree(ctx, tutti_domain_run(ctx, &sweep, 0, d->count, ROWS));
  return status ? status : tutti_domain_share(ctx, d, out);
}
