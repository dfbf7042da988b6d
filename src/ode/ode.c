/* tutti_ode_ensemble, tutti_lorenz96_run, tutti_lorenz63_run */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "ode/batch.h"
#include "ode/kernels.h"

enum { LANES = TUTTI_ODE_BATCH, WORK_PER_CHUNK = 1 << 18, MOST_DIMS = 1 << 20 };

typedef struct {
  const tutti_ode *ode;
  ode_advance advance;
  double *state; /* states of all members */
} ensemble;

/* Work space of a chunk: arrays of a batch, a member's state, what is kept of eight members. */
typedef struct {
  ode_batch batch;
  double *row;
  unsigned char *out;
  void *memory;
} workspace;

static size_t array_size(const tutti_ode *ode) { return LANES * ode->dims * sizeof(double); }
static size_t row_size(const tutti_ode *ode) { return (ode->dims * sizeof(double) + 63) / 64 * 64; }
static size_t workspace_size(const tutti_ode *ode) {
  return 5 * array_size(ode) + row_size(ode) + (LANES * ode->out_size + 63) / 64 * 64;
}

static bool open_workspace(const ensemble *e, workspace *w) {
  const tutti_ode *ode = e->ode;
  const size_t array = array_size(ode), row = row_size(ode);
  unsigned char *at = w->memory = aligned_alloc(64, workspace_size(ode));
  if (!at) return false;
  w->batch = (ode_batch){ode->rhs,
                         ode->args,
                         ode->dims,
                         ode->start,
                         ode->dt,
                         (double *)(void *)at,
                         (double *)(void *)(at + array),
                         (double *)(void *)(at + 2 * array),
                         (double *)(void *)(at + 3 * array),
                         (double *)(void *)(at + 4 * array)};
  w->row = (double *)(void *)(at + 5 * array);
  w->out = at + 5 * array + row;
  return true;
}

/* Copies members first .. first + n - 1 into a batch, side by side, and back. Unused lanes are copies of
 * the first member. */
static void gather(const ensemble *e, workspace *w, size_t first, size_t n) {
  const size_t dims = e->ode->dims;
  for (size_t lane = 0; lane < LANES; lane++)
    for (size_t k = 0; k < dims; k++)
      w->batch.state[LANES * k + lane] = e->state[(first + (lane < n ? lane : 0)) * dims + k];
}

static void scatter(const ensemble *e, const workspace *w, size_t first, size_t n) {
  const size_t dims = e->ode->dims;
  for (size_t lane = 0; lane < n; lane++)
    for (size_t k = 0; k < dims; k++) e->state[(first + lane) * dims + k] = w->batch.state[LANES * k + lane];
}

static void observe(const ensemble *e, workspace *w, size_t first, size_t n, size_t step) {
  const tutti_ode *ode = e->ode;
  for (size_t lane = 0; lane < n; lane++) {
    for (size_t k = 0; k < ode->dims; k++) w->row[k] = w->batch.state[LANES * k + lane];
    ode->observe(first + lane, step, ode->start + (double)step * ode->dt, w->row,
                 ode->out_size ? w->out + lane * ode->out_size : NULL, ode->args);
  }
}

static int run_batch(const ensemble *e, workspace *w, size_t first, size_t n) {
  const tutti_ode *ode = e->ode;
  const size_t every = ode->every && ode->observe ? ode->every : ode->steps;
  gather(e, w, first, n);
  if (ode->out_size) memset(w->out, 0, LANES * ode->out_size);
  if (ode->observe && ode->every) observe(e, w, first, n, 0);
  for (size_t step = 0; step < ode->steps;) {
    const size_t some = ode->steps - step < every ? ode->steps - step : every;
    const int failure = e->advance(&w->batch, step, some);
    if (failure) return failure;
    step += some;
    if (ode->observe && (ode->every ? some == every : true)) observe(e, w, first, n, step);
  }
  if (ode->observe && !ode->every && !ode->steps) observe(e, w, first, n, 0);
  scatter(e, w, first, n);
  return 0;
}

/* -- as a reduction -- */

static void init(void *acc, const void *args) {
  const tutti_ode *ode = ((const ensemble *)args)->ode;
  if (ode->acc_size) ode->init(acc, ode->args);
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const ensemble *e = args;
  const tutti_ode *ode = e->ode;
  workspace w;
  int failure = 0;
  if (!open_workspace(e, &w)) return TUTTI_NO_MEMORY;
  for (size_t first = begin, n; first < end && !failure; first += n) {
    n = end - first < LANES ? end - first : LANES;
    failure = run_batch(e, &w, first, n);
    for (size_t lane = 0; lane < n && ode->acc_size && !failure; lane++)
      ode->add(acc, first + lane, w.out + lane * ode->out_size, ode->args);
  }
  free(w.memory);
  return failure;
}

static void merge(void *into, const void *from, const void *args) {
  const tutti_ode *ode = ((const ensemble *)args)->ode;
  if (ode->acc_size) ode->merge(into, from, ode->args);
}

static tutti_status run(tutti_ctx *ctx, const ensemble *e, size_t members, void *acc) {
  const tutti_ode *ode = e->ode;
  const double work = (double)ode->dims * (double)(ode->steps ? ode->steps : 1) * LANES;
  const size_t batches = work < WORK_PER_CHUNK ? (size_t)(WORK_PER_CHUNK / work) : 1;
  const tutti_reduction op = {ode->acc_size ? ode->acc_size : 1, LANES * batches, init, chunk, merge};
  const tutti_output outputs[] = {{e->state, ode->dims * sizeof(double)}, {0}};
  unsigned char nothing;
  const tutti_status status = tutti_check_work_space(ctx, members, op.grain, op.acc_size, workspace_size(ode),
                                                     "for the workers' batches of eight members");
  if (status) return status;
  return tutti_reduce_with_outputs(ctx, &op, members, (tutti_args){.at = e}, ode->acc_size ? acc : &nothing,
                                   outputs);
}

/* Notes the call for ranks. States are not compared. parameters: how many numbers there are at ode->args. */
static void ask(tutti_ctx *ctx, const char *function, const tutti_ode *ode, size_t members,
                size_t parameters) {
  const uint64_t counts[] = {ode->dims, ode->steps, ode->out_size, ode->acc_size};
  const double values[] = {ode->start, ode->dt};
  tutti_note_call(ctx, &(tutti_noted_call){.function = function,
                                           .n = members,
                                           .parameters = {{counts, sizeof counts},
                                                          {values, sizeof values},
                                                          {ode->args, parameters * sizeof(double)}}});
}

/* -- arguments -- */

static tutti_status check_state(tutti_ctx *ctx, const tutti_ode *ode, size_t members, const double *state) {
  if (!isfinite(ode->dt)) return tutti_fail(ctx, TUTTI_EINVAL, "dt = %.17g is not finite", ode->dt);
  return tutti_check_array(ctx, "state", state, members, ode->dims * sizeof *state);
}

static tutti_status check(tutti_ctx *ctx, const tutti_ode *ode, size_t members, const double *state,
                          const void *acc) {
  if (!ode) return tutti_fail(ctx, TUTTI_EINVAL, "ode is NULL");
  if (!ode->rhs) return tutti_fail(ctx, TUTTI_EINVAL, "rhs is NULL");
  if (ode->dims == 0 || ode->dims > MOST_DIMS)
    return tutti_fail(ctx, TUTTI_EINVAL, "dims = %zu is not in [1, %d]", ode->dims, MOST_DIMS);
  if (!isfinite(ode->start)) return tutti_fail(ctx, TUTTI_EINVAL, "start = %.17g is not finite", ode->start);
  if (ode->out_size > 1 << 26)
    return tutti_fail(ctx, TUTTI_EINVAL, "out_size = %zu is above 2^26", ode->out_size);
  if (ode->acc_size > 1 << 30)
    return tutti_fail(ctx, TUTTI_EINVAL, "acc_size = %zu is above 2^30", ode->acc_size);
  if (!ode->acc_size && (acc || ode->init || ode->add || ode->merge))
    return tutti_fail(ctx, TUTTI_EINVAL, "acc_size = 0, but %s is not NULL",
                      acc         ? "acc"
                      : ode->init ? "init"
                      : ode->add  ? "add"
                                  : "merge");
  if (ode->acc_size && (!acc || !ode->init || !ode->add || !ode->merge))
    return tutti_fail(ctx, TUTTI_EINVAL, "acc_size = %zu, but %s is NULL", ode->acc_size,
                      !acc         ? "acc"
                      : !ode->init ? "init"
                      : !ode->add  ? "add"
                                   : "merge");
  return check_state(ctx, ode, members, state);
}

tutti_status tutti_ode_ensemble(tutti_ctx *ctx, const tutti_ode *ode, size_t members, double *state,
                                void *acc) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check(ctx, ode, members, state, acc);
  if (status) return tutti_refuse(ctx, status);
  ask(ctx, __func__, ode, members, 0);
  const ensemble e = {ode, ctx->kernels->ode->advance, state};
  return run(ctx, &e, members, acc);
}

static tutti_status run_own(tutti_ctx *ctx, ode_advance advance, const tutti_ode *ode, size_t members,
                            double *state) {
  const tutti_status status = check_state(ctx, ode, members, state);
  const ensemble e = {ode, advance, state};
  return status ? tutti_refuse(ctx, status) : run(ctx, &e, members, NULL);
}

tutti_status tutti_lorenz96_run(tutti_ctx *ctx, double forcing, double dt, size_t steps, size_t variables,
                                size_t members, double *state) {
  const tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  if (variables < 4 || variables > MOST_DIMS)
    return tutti_refuse(
        ctx, tutti_fail(ctx, TUTTI_EINVAL, "variables = %zu is not in [4, %d]", variables, MOST_DIMS));
  if (!isfinite(forcing))
    return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "forcing = %.17g is not finite", forcing));
  const tutti_ode ode = {.args = &forcing, .dims = variables, .dt = dt, .steps = steps};
  ask(ctx, __func__, &ode, members, 1);
  return run_own(ctx, ctx->kernels->ode->lorenz96_advance, &ode, members, state);
}

tutti_status tutti_lorenz63_run(tutti_ctx *ctx, double sigma, double rho, double beta, double dt,
                                size_t steps, size_t members, double *state) {
  const tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  if (!isfinite(sigma) || !isfinite(rho) || !isfinite(beta))
    return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL,
                                        "sigma = %.17g, rho = %.17g, beta = %.17g: finite numbers are needed",
                                        sigma, rho, beta));
  const double parameters[] = {sigma, rho, beta};
  const tutti_ode ode = {.args = parameters, .dims = 3, .dt = dt, .steps = steps};
  ask(ctx, __func__, &ode, members, 3);
  return run_own(ctx, ctx->kernels->ode->lorenz63_advance, &ode, members, state);
}
