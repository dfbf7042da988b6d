/* The observations of a Monte Carlo problem: points, values, sums. */
#include <math.h>
#include <stdio.h>
#include <tutti/parallel.h>

#include "engine/job.h"
#include "montecarlo/problem.h"
#include "random/kernels.h"
#include "random/sobol_params.h"
#include "reduce/kernels.h"
#include "reduce/moments_exact.h"

/* The most coordinates (64 KiB) and points of a batch. */
enum { COORDINATES = 8192, POINTS = 1024, GRAIN = 4096 };
#define BELOW_1 (1 - 0x1p-53)

typedef struct {
  const mc_run *run;
  uint64_t first; /* number of the call's first observation */
  tutti_rng rng;  /* stream of the replicate */
  tutti_sobol_params sobol;
  bool centring; /* only f and c themselves are added up, to find the centres */
} observation;

typedef struct {
  double u[COORDINATES], raw[2 * POINTS], f[POINTS], c[POINTS], other_f[POINTS], other_c[POINTS];
} batch;

/* Evaluates f and c at some points. */
static int evaluate(const observation *o, batch *b, size_t points, double *f, double *c) {
  const tutti_mc_problem *p = o->run->problem;
  double *const raw = p->control ? b->raw : f;
  /* What f does not write shows as NaN. */
  for (size_t i = 0; i < (p->control ? 2 : 1) * points; i++) raw[i] = NAN;
  const int failure = p->f(b->u, p->dims, points, raw, p->args);
  for (size_t i = 0; p->control && i < points; i++) {
    f[i] = raw[2 * i];
    c[i] = raw[2 * i + 1];
  }
  return failure;
}

static void uniforms(const observation *o, batch *b, uint64_t point, size_t points) {
  const size_t dims = o->run->problem->dims;
  o->run->ctx->kernels->random->uniform(o->rng, point * dims, b->u, points * dims);
}

/* Moves points into their cells: points 2 j and 2 j + 1 into cell j mod cells. The digits of that number,
 * to the base `strata`, are the positions of the cell along the coordinates. */
static void stratify(const mc_run *run, batch *b, uint64_t pair, size_t points) {
  const size_t dims = run->problem->dims;
  const double strata = (double)run->strata;
  for (size_t i = 0; i < points; i++) {
    uint64_t cell = (pair + i / 2) % run->cells;
    for (size_t d = 0; d < dims; d++, cell /= run->strata) {
      double *u = &b->u[i * dims + d];
      *u = fmin(((double)(cell % run->strata) + *u) / strata, BELOW_1);
    }
  }
}

static void add(const observation *o, mc_sums *sums, const double *f, const double *c, size_t n) {
  const tutti_kernels *k = o->run->ctx->kernels;
  k->reduce->sum(&sums->sum[MC_F], f, NULL, n);
  if (c) k->reduce->sum(&sums->sum[MC_C], c, NULL, n);
}

/* Adds products of f and c, which are deviations already. */
static void add_products(const observation *o, mc_sums *sums, const double *f, const double *c, size_t n) {
  const tutti_kernels *k = o->run->ctx->kernels;
  k->reduce->dot(&sums->sum[MC_FF], f, f, n);
  if (!c) return;
  k->reduce->dot(&sums->sum[MC_FC], f, c, n);
  k->reduce->dot(&sums->sum[MC_CC], c, c, n);
}

static void add_centred(const observation *o, mc_sums *sums, batch *b, double *c, size_t n) {
  add(o, sums, b->f, c, n);
  if (o->centring || o->run->problem->sampling == TUTTI_MC_SOBOL) return;
  for (size_t i = 0; i < n; i++) b->f[i] -= o->run->centre[0];
  for (size_t i = 0; c && i < n; i++) c[i] -= o->run->centre[1];
  add_products(o, sums, b->f, c, n);
}

/* Makes observations i .. i + n - 1, each of which is one point. */
static int observe_points(const observation *o, mc_sums *sums, batch *b, uint64_t i, size_t n) {
  double *const c = o->run->problem->control ? b->c : NULL;
  if (o->run->problem->sampling == TUTTI_MC_SOBOL)
    o->run->ctx->kernels->random->sobol(&o->sobol, (uint32_t)i, n, b->u);
  else uniforms(o, b, i, n);
  const int failure = evaluate(o, b, n, b->f, c);
  if (!failure) add_centred(o, sums, b, c, n);
  return failure;
}

static int observe_mirrored(const observation *o, mc_sums *sums, batch *b, uint64_t i, size_t n) {
  double *const c = o->run->problem->control ? b->c : NULL;
  uniforms(o, b, i, n);
  int failure = evaluate(o, b, n, b->f, c);
  for (size_t k = 0; k < n * o->run->problem->dims; k++) b->u[k] = fmin(1 - b->u[k], BELOW_1);
  if (!failure) failure = evaluate(o, b, n, b->other_f, b->other_c);
  if (failure) return failure;
  for (size_t k = 0; k < n; k++) b->f[k] = 0.5 * b->f[k] + 0.5 * b->other_f[k];
  for (size_t k = 0; c && k < n; k++) c[k] = 0.5 * c[k] + 0.5 * b->other_c[k];
  add_centred(o, sums, b, c, n);
  return 0;
}

static int observe_pairs(const observation *o, mc_sums *sums, batch *b, uint64_t i, size_t n) {
  double *const c = o->run->problem->control ? b->c : NULL;
  uniforms(o, b, 2 * i, 2 * n);
  stratify(o->run, b, i, 2 * n);
  const int failure = evaluate(o, b, 2 * n, b->f, c);
  if (failure) return failure;
  add(o, sums, b->f, c, 2 * n);
  for (size_t k = 0; k < n; k++) b->other_f[k] = b->f[2 * k] - b->f[2 * k + 1];
  for (size_t k = 0; c && k < n; k++) b->other_c[k] = c[2 * k] - c[2 * k + 1];
  add_products(o, sums, b->other_f, c ? b->other_c : NULL, n);
  for (size_t k = 0; c && k < n; k++) b->other_f[k] -= o->run->slope * b->other_c[k];
  for (size_t k = 0; k < n; k++) b->other_f[k] *= b->other_f[k];
  o->run->ctx->kernels->reduce->dot(&sums->sum[MC_FOURTH], b->other_f, b->other_f, n);
  return 0;
}

/* Makes observations [begin, end) in batches. Non-zero: what the integrand returned. */
static int observe(const observation *o, mc_sums *sums, uint64_t begin, uint64_t end) {
  const mc_run *run = o->run;
  const tutti_mc_sampling sampling = run->problem->sampling;
  const size_t points = COORDINATES / run->problem->dims < POINTS ? COORDINATES / run->problem->dims : POINTS;
  const size_t most = sampling == TUTTI_MC_STRATIFIED ? points / 2 : points;
  int failure = 0;
  batch b;
  for (uint64_t i = begin; i < end && !failure; i += most) {
    const size_t n = end - i < most ? (size_t)(end - i) : most;
    failure = sampling == TUTTI_MC_STRATIFIED   ? observe_pairs(o, sums, &b, i, n)
              : sampling == TUTTI_MC_ANTITHETIC ? observe_mirrored(o, sums, &b, i, n)
                                                : observe_points(o, sums, &b, i, n);
  }
  return failure;
}

/* -- as a reduction -- */

static void init(void *acc, const void *args) {
  (void)args;
  for (int k = 0; k < MC_SUMS; k++) tutti_exact_init(&((mc_sums *)acc)->sum[k]);
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  for (int k = 0; k < MC_SUMS; k++)
    tutti_exact_merge(&((mc_sums *)into)->sum[k], &((const mc_sums *)from)->sum[k]);
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const observation *o = args;
  return observe(o, acc, o->first + begin, o->first + end);
}

static tutti_status observe_replicate(mc_run *run, size_t replicate, uint64_t next, bool centring,
                                      mc_sums *sums) {
  static const tutti_reduction op = {sizeof(mc_sums), GRAIN, init, chunk, merge};
  uint32_t seed[TUTTI_SOBOL_DIMS];
  observation o = {.run = run, .first = run->done, .rng = run->rng, .centring = centring};
  if (run->problem->sampling == TUTTI_MC_SOBOL) {
    o.rng = tutti_rng_split(run->rng, replicate);
    o.sobol = tutti_sobol_params_of(&o.rng, run->problem->dims, seed);
  }
  return tutti_reduce_job(
      run->ctx,
      &(tutti_job){
          .call = &op, .args = {.at = &o}, .outputs = (const tutti_output[]){{0}}, .settings = run->settings},
      (size_t)(next - run->done), sums);
}

tutti_status tutti_mc_observe(mc_run *run, uint64_t next) {
  mc_sums *const more = run->sums + run->replicates;
  tutti_status status = TUTTI_OK;
  for (size_t r = 0; r < run->replicates && !status; r++) {
    run->replicate = r;
    status = observe_replicate(run, r, next, false, &more[r]);
  }
  if (status == TUTTI_EUSER && run->done > 0) {
    char detail[TUTTI_DETAIL_SIZE];
    snprintf(detail, sizeof detail, "%s", tutti_error_detail(run->ctx));
    return tutti_fail(run->ctx, status, "%s of those after observation %llu", detail,
                      (unsigned long long)run->done);
  }
  if (status) return status; /* all replicates are added, or none: sums must match `done` */
  for (size_t r = 0; r < run->replicates; r++) merge(&run->sums[r], &more[r], NULL);
  run->done = next;
  return TUTTI_OK;
}

static double finite_or_0(double x) { return isfinite(x) ? x : 0; }

tutti_status tutti_mc_look_ahead(mc_run *run) {
  enum { FEW = 16 }; /* the same for any number of samples, so that a longer run has the same centre */
  mc_sums few;
  const tutti_mc_sampling sampling = run->problem->sampling;
  const bool pairs = sampling == TUTTI_MC_STRATIFIED;
  if (sampling == TUTTI_MC_SOBOL || (pairs && !run->problem->control)) return TUTTI_OK; /* needs none */
  const tutti_status status = observe_replicate(run, 0, FEW, true, &few);
  if (status) return status;
  if (pairs) {
    run->slope = finite_or_0(tutti_exact_ratio(&few.sum[MC_FC], &few.sum[MC_CC]));
    return TUTTI_OK;
  }
  for (int k = 0; k < 2; k++) run->centre[k] = finite_or_0(tutti_exact_round(&few.sum[k]) / FEW);
  return TUTTI_OK;
}
