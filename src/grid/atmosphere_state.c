/* tutti_atmosphere_get, tutti_atmosphere_field: a model's state in numbers for people. */
#include <stdlib.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "grid/atmosphere_model.h"
#include "grid/kernels.h"
#include "reduce/exact_partial.h"
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

static void init(void *acc, const void *args) {
  (void)args;
  for (int i = 0; i < SUMS; i++) exact_partial_init((exact_partial *)acc + i);
}
static void merge(void *into, const void *from, const void *args) {
  (void)args;
  for (int i = 0; i < SUMS; i++)
    exact_partial_merge((exact_partial *)into + i, (const exact_partial *)from + i);
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const view *v = args;
  tutti_exact sum[SUMS];
  double *energy = malloc(v->nx * sizeof *energy);
  if (!energy) return TUTTI_NO_MEMORY;
  for (int i = 0; i < SUMS; i++) tutti_exact_init(&sum[i]);
  for (size_t row = begin; row < end; row++) {
    const atmosphere_row r = row_at(v, row);
    v->kernels->reduce->sum(&sum[MASS], r.q, NULL, v->nx); /* rho', and that of the background, exactly */
    tutti_exact_add_product(&sum[MASS], r.level->rho, (double)v->nx);
    for (int i = REFERENCE_ENERGY; i < SUMS; i++) {
      const bool reference = i == REFERENCE_ENERGY;
      v->kernels->grid->atmosphere_cells(&r, reference ? ATM_REFERENCE_ENERGY : ATM_TOTAL_ENERGY, energy);
      v->kernels->reduce->sum(&sum[i], energy, NULL, v->nx);
    }
  }
  for (int i = 0; i < SUMS; i++) exact_partial_put((exact_partial *)acc + i, &sum[i]);
  free(energy);
  return 0;
}

/* Without reports of progress, which are for steps. */
static tutti_status add_up(const tutti_atmosphere *m, const view *v, exact_partial sums[SUMS]) {
  static const tutti_reduction op = {SUMS * sizeof(exact_partial), ROWS, init, chunk, merge};
  static const tutti_output none[] = {{0}};
  tutti_job job = {.call = &op,
                   .args = {v, sizeof *v, {{m->block, m->bytes}}},
                   .outputs = none,
                   .settings = m->ctx->settings,
                   .internal = true,
                   .partitioned = true};
  job.settings.progress = NULL;
  const tutti_status status = tutti_reduce_job(m->ctx, &job, m->domain.count, sums);
  return status || tutti_ranks(m->ctx) == 1 ? status : tutti_ranks_merge(m->ctx, &op, v, sums, false);
}

tutti_status tutti_atmosphere_get(tutti_atmosphere *m, tutti_atmosphere_state *state) {
  tutti_ctx *ctx;
  exact_partial sums[SUMS];
  double value[SUMS];
  tutti_status status = tutti_atmosphere_resolve(m ? m->ctx : NULL, &ctx);
  if (!status && !m) status = tutti_fail(ctx, TUTTI_EINVAL, "model is NULL");
  if (!status && !state) status = tutti_fail(ctx, TUTTI_EINVAL, "state is NULL");
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .parameters = {{&m->time, sizeof m->time}});
  const view v = view_of(m);
  status = add_up(m, &v, sums);
  for (int i = 0; i < SUMS && !status; i++) {
    tutti_exact sum;
    exact_partial_get(&sums[i], &sum);
    value[i] = tutti_exact_round(&sum) * (m->dx * m->dz);
  }
  if (!status)
    *state = (tutti_atmosphere_state){m->time, value[MASS], value[REFERENCE_ENERGY], value[TOTAL_ENERGY],
                                      m->steps};
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
  tutti_status status = tutti_atmosphere_resolve(m ? m->ctx : NULL, &ctx);
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
