/* tutti_shallow_water_step */
#include <math.h>

#include "engine/collectives.h"
#include "grid/kernels.h"
#include "grid/model.h"
#include "grid/shallow_water_model.h"

/* -- two steps or one -- */

typedef struct {
  shallow_call call;
  int (*run)(const shallow_call *call, size_t begin, size_t end);
} sweep_args;

static int body(size_t begin, size_t end, void *args) {
  const sweep_args *s = args;
  return s->run(&s->call, begin, end);
}

static shallow_step step_of(const tutti_shallow_water_grid *g, bool first) {
  const double t = first ? g->dt : 2 * g->dt;
  return (shallow_step){t / (4 * g->dx), t / g->dx, t / g->dy, first ? 0 : g->filter};
}

/* Rows at the edges of chunks are computed twice: so chunks are large; but not of so few points that waking a
 * worker takes longer. */
static size_t grain_of(const tutti_ctx *ctx, const tutti_domain *d) {
  enum { LEAST = 1 << 11 };
  const size_t share = tutti_domain_share_of(ctx, d->count), least = LEAST / d->cols + 1;
  return share > least ? share : least;
}

/* Makes steps from the state into the other one. *broken: on some rank a number is not sound; that is no
 * failure, and the status is TUTTI_OK. */
static tutti_status advance(tutti_ctx *ctx, const tutti_shallow_water *m, int steps, bool *broken) {
  const tutti_domain *d = &m->domain;
  sweep_args args = {.call = {.stride = d->stride,
                              .cols = d->cols,
                              .wrap = d->owners == 1 ? d->rows : 0,
                              .ratio = m->grid.dx / m->grid.dy,
                              .steps = steps,
                              .step = {step_of(&m->grid, m->steps == 0), step_of(&m->grid, false)}},
                     .run = ctx->kernels->grid->shallow_water};
  double *whole[SHALLOW_FIELDS];
  for (int f = 0; f < SHALLOW_FIELDS; f++) {
    args.call.from[f] = m->field[m->now][f];
    args.call.to[f] = m->field[!m->now][f];
    whole[f] = m->field[m->now][f] - tutti_domain_at(d, 0);
  }
  const tutti_sweep sweep = {.body = body,
                             .args = {&args, sizeof args, {{m->memory, m->bytes}}},
                             .outputs = (const tutti_output[]){{0}},
                             .internal = true};
  const size_t grain = grain_of(ctx, d);
  const tutti_status own = d->owners == 1 ? tutti_domain_run(ctx, &sweep, 0, d->count, grain)
                                          : tutti_domain_step(ctx, d, &sweep, grain, whole, SHALLOW_FIELDS);
  const tutti_status all = tutti_domain_agree(ctx, own);
  *broken = all && !tutti_ranks_any(ctx, own && own != TUTTI_EUSER);
  return *broken ? TUTTI_OK : all;
}

/* -- where the numbers are not sound -- */

typedef struct {
  uint64_t point; /* i ny + j; UINT64_MAX: none */
  uint64_t field;
  double value;
} unsound;

static void no_unsound(void *acc, const void *args) {
  (void)args;
  *(unsound *)acc = (unsound){.point = UINT64_MAX};
}
static void lower_unsound(void *into, const void *from, const void *args) {
  (void)args;
  if (((const unsound *)from)->point < ((unsound *)into)->point) *(unsound *)into = *(const unsound *)from;
}

/* The first in the state that a failed step has left. Rows behind the one that is found may not have been
 * computed. */
static unsound find(const tutti_shallow_water *m) {
  const tutti_domain *d = &m->domain;
  for (size_t i = 0; i < d->count; i++)
    for (size_t j = 0; j < d->cols; j++)
      for (uint64_t f = 0; f < SHALLOW_BEFORE; f++) {
        const double x = m->field[!m->now][f][i * d->stride + j];
        if (!isfinite(x) || (f == 0 && x <= 0)) return (unsound){(d->first + i) * d->cols + j, f, x};
      }
  return (unsound){.point = UINT64_MAX};
}

static tutti_status report(tutti_ctx *ctx, const tutti_shallow_water *m) {
  static const tutti_reduction lowest = {sizeof(unsound), 1, no_unsound, NULL, lower_unsound};
  unsound u = find(m);
  tutti_status status = TUTTI_OK;
  if (tutti_ranks(ctx) > 1) status = tutti_ranks_merge(ctx, &lowest, NULL, &u, false);
  if (status) return status;
  return tutti_fail(ctx, TUTTI_EOVERFLOW, "%c(%zu, %zu) = %.17g after step %zu, at %.17g s: %s",
                    "puv"[u.field], (size_t)u.point / m->grid.ny, (size_t)u.point % m->grid.ny, u.value,
                    m->steps + 1, (double)(m->steps + 1) * m->grid.dt,
                    u.field == 0 && u.value <= 0 ? "not positive" : "not finite");
}

/* -- the public function -- */

/* In pairs. Where a pair fails its steps are made one by one: the first may be good, and of the second one is
 * to know where it failed. */
tutti_status tutti_shallow_water_step(tutti_shallow_water *model, size_t steps) {
  tutti_ctx *ctx = NULL;
  tutti_status status = tutti_shallow_enter(model, &ctx);
  if (status) return tutti_refuse(ctx, status);
  const uint64_t before = model->steps;
  TUTTI_NOTE_CALL(ctx, .n = steps, .first = before);
  status = tutti_ranks_agree(ctx);
  for (size_t done = 0, most = 2; done < steps && !status;) {
    const size_t n = steps - done < most ? 1 : most;
    bool broken;
    status = advance(ctx, model, (int)n, &broken);
    if (broken && n == 1) return report(ctx, model);
    if (broken) most = 1;
    if (status || broken) continue;
    model->now = !model->now;
    model->steps += n;
    done += n;
    status = tutti_grid_progress(ctx, done, steps);
  }
  return status;
}
