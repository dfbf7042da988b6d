/* tutti_mc_run and tutti_mc_integrate: the stages of a problem, one after another. */
#include "montecarlo/problem.h"

#include <math.h>
#include <string.h>
#include <tutti/sobol.h>

#include "context/open.h"
#include "core/call.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "memory/blocks.h"

enum {
  STRATA = 16,
  REPLICATES = 16,
  MOST_DIMS = 8192,
  LITTLE = 1 << 20,     /* evaluations that take no noticeable time */
  FIRST_STAGE = 1 << 14 /* evaluations after which the error is first looked at; then twice as many, ... */
};
#define CHECKPOINT_SAMPLES (UINT64_C(1) << 26)
#define MOST_SAMPLES       (UINT64_C(1) << 45)

/* -- arguments -- */

static tutti_status check(tutti_ctx *ctx, const tutti_mc_problem *p, const tutti_estimate *result) {
  if (!p) return tutti_fail(ctx, TUTTI_EINVAL, "problem is NULL");
  if (!p->f) return tutti_fail(ctx, TUTTI_EINVAL, "f is NULL");
  if (!result) return tutti_fail(ctx, TUTTI_EINVAL, "result is NULL");
  if (p->sampling < TUTTI_MC_PLAIN || p->sampling > TUTTI_MC_SOBOL)
    return tutti_fail(ctx, TUTTI_EINVAL, "sampling = %d is none of tutti_mc_sampling", (int)p->sampling);
  const size_t most_dims = p->sampling == TUTTI_MC_SOBOL        ? TUTTI_SOBOL_DIMS
                           : p->sampling == TUTTI_MC_STRATIFIED ? MOST_DIMS / 2
                                                                : MOST_DIMS;
  if (p->dims == 0 || p->dims > most_dims)
    return tutti_fail(ctx, TUTTI_EINVAL, "dims = %zu is not in [1, %zu]", p->dims, most_dims);
  if (p->samples == 0 || p->samples > MOST_SAMPLES)
    return tutti_fail(ctx, TUTTI_EINVAL, "samples = %llu is not in [1, 2^45]",
                      (unsigned long long)p->samples);
  if (!(p->target_error >= 0))
    return tutti_fail(ctx, TUTTI_EINVAL, "target_error = %.17g is negative or no number", p->target_error);
  if (p->control && !isfinite(p->control_mean))
    return tutti_fail(ctx, TUTTI_EINVAL, "control_mean = %.17g is not finite", p->control_mean);
  return TUTTI_OK;
}

/* count / by, rounded up. */
static uint64_t share(uint64_t count, uint64_t by) { return count / by + (count % by != 0); }

/* The number of cells, strata^dims. Each cell gets a pair: where these are few, also if they are more than
 * the samples that were asked for. */
static tutti_status count_cells(mc_run *run) {
  const tutti_mc_problem *p = run->problem;
  const uint64_t most = share(p->samples, 2) > LITTLE / 2 ? share(p->samples, 2) : LITTLE / 2;
  run->cells = 1;
  for (size_t d = 0; d < p->dims; d++) {
    if (run->cells > most / run->strata)
      return tutti_fail(run->ctx, TUTTI_EINVAL,
                        "strata = %zu in dims = %zu make more than %llu cells, and each needs 2 samples",
                        run->strata, p->dims, (unsigned long long)most);
    run->cells *= run->strata;
  }
  return TUTTI_OK;
}

/* The smallest power of 2 that is at least x. */
static uint64_t power_of_2(uint64_t x) {
  uint64_t power = 1;
  while (power < x) power *= 2;
  return power;
}

/* The smallest count that is at least `observations` and fills cells, or a Sobol sequence, evenly. */
static uint64_t even_count(const mc_run *run, uint64_t observations) {
  if (run->problem->sampling == TUTTI_MC_SOBOL) return power_of_2(observations);
  return share(observations, run->cells) * run->cells;
}

static tutti_status plan(mc_run *run) {
  const tutti_mc_problem *p = run->problem;
  const bool sobol = p->sampling == TUTTI_MC_SOBOL, pairs = p->sampling == TUTTI_MC_STRATIFIED;
  run->strata = pairs ? (p->strata ? p->strata : STRATA) : 1;
  run->replicates = sobol ? (p->replicates ? p->replicates : REPLICATES) : 1;
  run->evaluations = pairs || p->sampling == TUTTI_MC_ANTITHETIC ? 2 : 1;
  run->cells = 1;
  const size_t fewest = p->control ? 3 : 2;
  if (sobol && (run->replicates < fewest || run->replicates > MC_MOST_REPLICATES))
    return tutti_fail(run->ctx, TUTTI_EINVAL, "replicates = %zu is not in [%zu, %d]", run->replicates, fewest,
                      MC_MOST_REPLICATES);
  const tutti_status status = pairs ? count_cells(run) : TUTTI_OK;
  if (status) return status;
  run->most = share(p->samples, (uint64_t)run->evaluations * run->replicates);
  if (run->most < fewest && !sobol) run->most = fewest;
  run->most = even_count(run, run->most);
  if (sobol && run->most > UINT64_C(1) << 32)
    return tutti_fail(run->ctx, TUTTI_EINVAL, "samples = %llu are more than 2^32 points a replicate",
                      (unsigned long long)p->samples);
  return TUTTI_OK;
}

/* -- progress of the whole, of which a reduction sees a part -- */

typedef struct {
  const mc_run *run;
  uint64_t begin, end; /* observations of this step; equal: they were not asked for */
} whole_progress;

static uint64_t samples_of(const mc_run *run, uint64_t observations) {
  return observations * run->evaluations;
}

static int report(void *user, size_t done, size_t total) {
  const whole_progress *w = user;
  const mc_run *run = w->run;
  (void)total;
  if (w->begin == w->end) return 0;
  const uint64_t before = w->begin * run->replicates + run->replicate * (w->end - w->begin);
  return run->ctx->settings.progress(run->ctx->settings.progress_user, (size_t)samples_of(run, before + done),
                                     (size_t)samples_of(run, run->most * run->replicates));
}

/* Makes the observations of every replicate up to number `next`. */
static tutti_status step(mc_run *run, whole_progress *whole, uint64_t next) {
  whole->begin = run->done;
  whole->end = next;
  const tutti_status status = tutti_mc_observe(run, next);
  if (status || !run->settings.progress || run->done == run->most) return status;
  /* The engine does not heed what the progress function returns at the end of a reduction. Here it counts:
   * there are more steps to come. */
  if (!tutti_ranks_any(run->ctx,
                       tutti_call_progress(run->ctx, &run->settings, (size_t)(next - whole->begin), 0)))
    return TUTTI_OK;
  return tutti_fail(run->ctx, TUTTI_ECANCELED, "canceled by the progress function after %llu of %llu samples",
                    (unsigned long long)samples_of(run, run->done * run->replicates),
                    (unsigned long long)samples_of(run, run->most * run->replicates));
}

/* -- stages -- */

/* With how many observations of a replicate the stage after `done` ends: a count that depends on the
 * problem alone. */
static uint64_t stage_end(const mc_run *run, uint64_t done) {
  const uint64_t unit = (uint64_t)run->evaluations * run->replicates * run->cells;
  uint64_t end = power_of_2(share(FIRST_STAGE, unit)) * run->cells;
  while (end <= done) end *= 2;
  return end < run->most ? end : run->most;
}

static bool is_stage_end(const mc_run *run) {
  return run->done > 0 && stage_end(run, run->done - 1) == run->done;
}

static bool reached(const mc_run *run, tutti_estimate *result) {
  if (!is_stage_end(run) && run->done < run->most) return false;
  *result = tutti_mc_estimate(run);
  const double target = run->problem->target_error;
  return run->done >= run->most || (target > 0 && result->std_error <= target && result->std_error > 0);
}

static tutti_status solve(mc_run *run, whole_progress *whole, tutti_estimate *result) {
  const char *path = run->problem->checkpoint;
  const uint64_t samples =
      run->problem->checkpoint_samples ? run->problem->checkpoint_samples : CHECKPOINT_SAMPLES;
  const uint64_t pause = share(samples, (uint64_t)run->evaluations * run->replicates);
  bool loaded = false;
  tutti_estimate e;
  tutti_status status = path ? tutti_mc_load(run, path, &loaded) : TUTTI_OK;
  if (!status && !loaded) status = tutti_mc_look_ahead(run);
  /* The checkpoint may be of a longer run, which was stopped anywhere. */
  if (run->done > run->most) run->most = even_count(run, run->done);
  while (!status && !reached(run, &e)) {
    const uint64_t end = stage_end(run, run->done);
    status = step(run, whole, path && end - run->done > pause ? run->done + pause : end);
    if (path && (!status || status == TUTTI_ECANCELED)) {
      const tutti_status saved = tutti_mc_save(run, path);
      if (!status) status = saved;
    }
  }
  if (!status) *result = e;
  return status;
}

static void ask(const mc_run *run) {
  const tutti_mc_problem *p = run->problem;
  const uint64_t counts[] = {
      p->dims,   (uint64_t)p->sampling, run->strata,          run->replicates, p->control, p->tag,
      run->most, p->checkpoint_samples, p->checkpoint != NULL};
  const double values[] = {p->target_error, p->control_mean};
  tutti_note_call(run->ctx,
                  &(tutti_noted_call){.function = "tutti_mc_run",
                                      .n = p->samples,
                                      .rng = run->rng,
                                      .parameters = {{counts, sizeof counts}, {values, sizeof values}}});
}

/* The run has claimed the context; calls within it report their progress as part of the whole. */
TUTTI_SCOPE_ON_STACK static tutti_status run_within(tutti_ctx *ctx, mc_run *run, tutti_estimate *result) {
  whole_progress whole = {run, 0, 0};
  run->settings = ctx->settings;
  run->settings.within = true;
  run->settings.progress = ctx->settings.progress && !tutti_in_worker ? report : NULL;
  run->settings.progress_user = &whole;
  TUTTI_CALL call = {0};
  const tutti_status status = tutti_call_begin(&call, ctx);
  if (status) return status;
  ask(run);
  return solve(run, &whole, result);
}

TUTTI_SCOPE_ON_STACK tutti_status tutti_mc_run(tutti_ctx *ctx, tutti_rng rng, const tutti_mc_problem *problem,
                                               tutti_estimate *result) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check(ctx, problem, result);
  if (status) return tutti_refuse(ctx, status);
  mc_run run = {.ctx = ctx, .rng = rng, .problem = problem};
  status = plan(&run);
  if (status) return tutti_refuse(ctx, status);
  run.sums = tutti_memory_get(tutti_bytes_of(2 * run.replicates, sizeof *run.sums), false);
  if (!run.sums) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu replicates", run.replicates);
  TUTTI_SCOPE sums = {0};
  tutti_scope_begin(&sums, tutti_memory_release, run.sums);
  for (size_t r = 0; r < run.replicates; r++)
    for (int k = 0; k < MC_SUMS; k++) tutti_exact_init(&run.sums[r].sum[k]);
  return run_within(ctx, &run, result);
}

tutti_status tutti_mc_integrate(tutti_ctx *ctx, tutti_rng rng, tutti_integrand f, const void *args,
                                size_t dims, uint64_t samples, tutti_estimate *result) {
  const tutti_mc_problem problem = {.f = f, .args = args, .dims = dims, .samples = samples};
  return tutti_mc_run(ctx, rng, &problem, result);
}
