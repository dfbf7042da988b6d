/* tutti_ar1_ensemble */
#include <math.h>
#include <tutti/parallel.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "reduce/kernels.h"
#include "weather/ar1.h"
#include "weather/kernels.h"

/* A batch is the runs of which a chunk holds the values at a time: 8 KiB. */
enum { BLOCK = AR1_BLOCK, BATCH = 1024, MAX_GRAIN = 16384, STEPS_PER_CHUNK = 1 << 18 };

struct ensemble {
  const tutti_kernels *kernels;
  tutti_ar1 model;
  tutti_rng rng;
  double start, centre;
  size_t steps;
  double *final; /* or NULL */
  bool moments;
};

static void init(void *acc, const void *args) {
  (void)args;
  tutti_power_sums_init(acc);
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const struct ensemble *e = args;
  double buffer[BATCH];
  for (size_t run = begin; run < end; run += BATCH) {
    const size_t stop = end - run < BATCH ? end : run + BATCH;
    double *values = e->final ? e->final + run : buffer;
    e->kernels->weather->ar1_final(&e->model, e->rng, e->start, e->steps, run, stop, values);
    if (e->moments) e->kernels->reduce->power_sums(acc, e->centre, values, stop - run);
  }
  return 0;
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  tutti_power_sums_merge(into, from);
}

/* The longer runs are, the fewer make a chunk. */
size_t tutti_ar1_grain(size_t steps) {
  size_t runs = STEPS_PER_CHUNK / (steps ? steps : 1) / BLOCK * BLOCK;
  return runs < BLOCK ? BLOCK : runs > MAX_GRAIN ? MAX_GRAIN : runs;
}

/* The expected final value, mean + phi^steps (start - mean). Moments are taken about it, so that no digits
 * cancel. phi^steps by repeated squaring: the bits of pow() differ between machines. */
double tutti_ar1_expected(const tutti_ar1 *model, double start, size_t steps) {
  double power = 1, square = model->phi;
  for (; steps; steps >>= 1, square *= square)
    if (steps & 1) power *= square;
  const double centre = model->mean + power * (start - model->mean);
  return isfinite(centre) ? centre : model->mean;
}

tutti_status tutti_ar1_check(tutti_ctx *ctx, const tutti_ar1 *model, double start, size_t runs, size_t steps,
                             const double *final) {
  if (!model) return tutti_fail(ctx, TUTTI_EINVAL, "model is NULL");
  if (!isfinite(model->mean) || !isfinite(model->phi) || !isfinite(model->sd) || model->sd < 0)
    return tutti_fail(ctx, TUTTI_EINVAL,
                      "model {mean %.17g, phi %.17g, sd %.17g}: finite numbers and sd >= 0 are needed",
                      model->mean, model->phi, model->sd);
  if (!isfinite(start)) return tutti_fail(ctx, TUTTI_EINVAL, "start = %.17g is not finite", start);
  const size_t blocks = runs / BLOCK + (runs % BLOCK != 0);
  if (steps && blocks > (UINT64_C(1) << 60) / steps)
    return tutti_fail(ctx, TUTTI_EINVAL, "%zu runs of %zu steps need more than the 2^64 elements of a stream",
                      runs, steps);
  return final ? tutti_check_array(ctx, "final", final, runs, sizeof *final) : TUTTI_OK;
}

tutti_status tutti_ar1_ensemble(tutti_ctx *ctx, const tutti_ar1 *model, tutti_rng rng, double start,
                                size_t runs, size_t steps, double *final, tutti_moments_t *stats) {
  const tutti_reduction op = {sizeof(tutti_power_sums), tutti_ar1_grain(steps), init, chunk, merge};
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status && model && !final && !stats)
    status = tutti_fail(ctx, TUTTI_EINVAL, "final and stats are both NULL");
  if (!status) status = tutti_ar1_check(ctx, model, start, runs, steps, final);
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(
      ctx, .n = runs, .rng = rng,
      .parameters = {{model, sizeof *model},
                     {&start, sizeof start},
                     {(const uint64_t[]){steps, final != NULL, stats != NULL}, 3 * sizeof(uint64_t)}});
  const struct ensemble e = {
      ctx->kernels, *model, rng, start, tutti_ar1_expected(model, start, steps), steps, final, stats != NULL};
  const tutti_output outputs[] = {{final, final ? sizeof *final : 0}, {0}};
  tutti_power_sums sums;
  status = tutti_reduce_with_outputs(ctx, &op, runs, (tutti_args){&e, sizeof e, {{0}}}, &sums, outputs);
  if (!status && stats) *stats = tutti_power_sums_moments(&sums, e.centre);
  return status;
}
