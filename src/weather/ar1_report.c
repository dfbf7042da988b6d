/* tutti_ar1_simulate: an ensemble, of which every step is counted. */
#include <math.h>
#include <string.h>
#include <tutti/parallel.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "memory/blocks.h"
#include "reduce/kernels.h"
#include "reduce/moments.h"
#include "weather/ar1.h"
#include "weather/kernels.h"

enum { BLOCK = AR1_BLOCK, PIECE = 32, BINS = 2048, LEVELS = 5 };
#define REACH 8.0 /* the grid reaches so many standard deviations to either side */

/* The grid of a step: bin k holds values from low + k width on. width 0: all values are low. */
typedef struct {
  double low, width;
} grid;

typedef struct {
  const tutti_kernels *kernels;
  const tutti_ar1 *model;
  const tutti_ar1_report *report;
  tutti_rng rng;
  double start, centre;
  size_t steps;
  const grid *grids; /* [steps], or NULL without a fan */
  double *final;     /* or NULL */
} simulation;

/* An accumulator: power sums of the final values; two counts for each step; and last the bins of the fan,
 * so that without a fan little memory is used. */
typedef struct {
  tutti_power_sums sums;
  uint64_t above[]; /* [steps]; then first_above [steps + 1]; then uint32_t bins [steps x BINS] */
} counters;

static uint64_t *first_of(counters *t, size_t steps) { return t->above + steps; }
static uint32_t *bins_of(counters *t, size_t steps) { return (uint32_t *)(t->above + 2 * steps + 1); }
static size_t counters_size(size_t steps, bool fan) {
  return sizeof(counters) + (2 * steps + 1) * sizeof(uint64_t) + (fan ? steps * BINS * sizeof(uint32_t) : 0);
}

static void init(void *acc, const void *args) {
  const simulation *s = args;
  memset(acc, 0, counters_size(s->steps, s->grids != NULL));
  tutti_power_sums_init(&((counters *)acc)->sums);
}

static void merge(void *into, const void *from, const void *args) {
  const simulation *s = args;
  counters *sum = into, *more = (counters *)(uintptr_t)from;
  tutti_power_sums_merge(&sum->sums, &more->sums);
  for (size_t i = 0; i < 2 * s->steps + 1; i++) sum->above[i] += more->above[i];
  for (size_t i = 0; s->grids && i < s->steps * BINS; i++)
    bins_of(sum, s->steps)[i] += bins_of(more, s->steps)[i];
}

/* -- a block of 16 runs -- */

typedef struct {
  tutti_ar1 model;
  uint64_t first; /* number of the normal variates of its first step */
  double deviation[BLOCK];
  double path[PIECE * BLOCK];
} block;

static void begin_block(const simulation *s, size_t run, block *b) {
  size_t index = run / BLOCK;
  b->model = *s->model;
  if (s->report->antithetic) {
    if (index % 2) b->model.sd = -b->model.sd;
    index /= 2;
  }
  b->first = BLOCK * ((uint64_t)index * s->steps);
  for (int j = 0; j < BLOCK; j++) b->deviation[j] = s->start - s->model->mean;
}

/* Computes the values of the next steps of a block into b->path; returns how many steps. */
static size_t advance(const simulation *s, block *b, size_t step) {
  const size_t some = s->steps - step < PIECE ? s->steps - step : PIECE;
  s->kernels->weather->ar1_path(&b->model, s->rng, b->first + BLOCK * step, some, b->deviation, b->path);
  return some;
}

static void count_values(const simulation *s, counters *t, size_t step, const double *values, size_t n) {
  const grid g = s->grids[step];
  uint32_t *bins = bins_of(t, s->steps) + step * BINS;
  const double scale = g.width > 0 ? 1 / g.width : 0;
  for (size_t j = 0; j < n; j++) {
    const double place = fmin(fmax((values[j] - g.low) * scale, 0), BINS - 1);
    bins[(size_t)place]++;
  }
}

static void count_above(const simulation *s, counters *t, size_t step, const double *values, size_t n,
                        uint32_t *been_above) {
  for (size_t j = 0; j < n; j++) {
    if (!(values[j] > s->report->threshold)) continue;
    t->above[step]++;
    if (!(*been_above >> j & 1)) first_of(t, s->steps)[step]++;
    *been_above |= UINT32_C(1) << j;
  }
}

static void run_block(const simulation *s, counters *t, size_t run, size_t n, double *final) {
  block b;
  uint32_t been_above = 0;
  begin_block(s, run, &b);
  for (size_t j = 0; j < n; j++) final[j] = s->start;
  for (size_t step = 0, some; step < s->steps; step += some) {
    some = advance(s, &b, step);
    for (size_t i = 0; i < some; i++) {
      if (s->grids) count_values(s, t, step + i, b.path + BLOCK * i, n);
      count_above(s, t, step + i, b.path + BLOCK * i, n, &been_above);
    }
    memcpy(final, b.path + BLOCK * (some - 1), n * sizeof *final);
  }
  first_of(t, s->steps)[s->steps] += n - (size_t)__builtin_popcount(been_above);
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const simulation *s = args;
  double values[BLOCK];
  for (size_t run = begin, n; run < end; run += n) {
    n = end - run < BLOCK ? end - run : BLOCK;
    double *final = s->final ? s->final + run : values;
    run_block(s, acc, run, n, final);
    s->kernels->reduce->power_sums(&((counters *)acc)->sums, s->centre, final, n);
  }
  return 0;
}

/* -- trajectories -- */

/* Computes the runs of blocks [begin, end) once more. Only the first `trajectories` of all are stored. */
static int trace(size_t begin, size_t end, void *args) {
  const simulation *s = args;
  const size_t wanted = s->report->trajectories;
  for (size_t run = begin, n; run < end; run += n) {
    n = BLOCK - run % BLOCK < end - run ? BLOCK - run % BLOCK : end - run;
    block b;
    begin_block(s, run, &b);
    for (size_t step = 0, some; step < s->steps; step += some) {
      some = advance(s, &b, step);
      for (size_t j = 0; j < n && run + j < wanted; j++)
        for (size_t i = 0; i < some; i++)
          s->report->trajectory[(run + j) * s->steps + step + i] = b.path[BLOCK * i + run % BLOCK + j];
    }
  }
  return 0;
}

/* -- what the counts say -- */

static void fill_grids(const simulation *s, grid *grids) {
  double mean = s->start - s->model->mean, variance = 0; /* variance of a model with sd = 1 */
  for (size_t t = 0; t < s->steps; t++) {
    mean *= s->model->phi;
    variance = s->model->phi * s->model->phi * variance + 1;
    const double sd = s->model->sd * sqrt(variance);
    grids[t] = (grid){s->model->mean + mean - REACH * sd, 2 * REACH / BINS * sd};
  }
}

/* The quantiles of a step: where the cumulative count, linear within a bin, reaches p n. */
static void read_fan(const grid *g, const uint32_t *bins, size_t runs, double *quantile) {
  static const double levels[LEVELS] = {0.05, 0.25, 0.5, 0.75, 0.95};
  uint64_t below = 0;
  size_t k = 0;
  for (int i = 0; i < LEVELS; i++) {
    const double wanted = levels[i] * (double)runs;
    while (k < BINS - 1 && (double)(below + bins[k]) < wanted) below += bins[k++];
    const double within = bins[k] ? (wanted - (double)below) / bins[k] : 0;
    quantile[i] = runs ? g->low + ((double)k + within) * g->width : NAN;
  }
}

static void read_report(const simulation *s, counters *t, size_t runs) {
  const tutti_ar1_report *r = s->report;
  for (size_t i = 0; i < s->steps; i++) {
    if (r->exceedance) r->exceedance[i] = (double)t->above[i] / (double)runs;
    if (r->fan) read_fan(&s->grids[i], bins_of(t, s->steps) + i * BINS, runs, r->fan + LEVELS * i);
  }
  if (r->first_above) memcpy(r->first_above, first_of(t, s->steps), (s->steps + 1) * sizeof(uint64_t));
}

static tutti_status simulate(tutti_ctx *ctx, const simulation *s, size_t runs, counters *t) {
  const tutti_reduction op = {counters_size(s->steps, s->grids != NULL), tutti_ar1_grain(s->steps), init,
                              chunk, merge};
  const tutti_output outputs[] = {{s->final, s->final ? sizeof *s->final : 0}, {0}};
  tutti_status status = tutti_reduce_with_outputs(ctx, &op, runs, (tutti_args){.at = s}, t, outputs);
  if (status || !s->report->trajectory || !s->steps) return status;
  return tutti_for(ctx, s->report->trajectories, BLOCK, trace, (void *)(uintptr_t)s,
                   (const tutti_output[]){{s->report->trajectory, s->steps * sizeof(double)}, {0}});
}

static tutti_status check(tutti_ctx *ctx, const tutti_ar1_report *r, size_t runs, size_t steps) {
  if (isnan(r->threshold))
    return tutti_fail(ctx, TUTTI_EINVAL, "threshold = %.17g is no number", r->threshold);
  if (r->trajectories > runs)
    return tutti_fail(ctx, TUTTI_EINVAL, "trajectories = %zu of runs = %zu", r->trajectories, runs);
  if (r->trajectories && !r->trajectory) return tutti_fail(ctx, TUTTI_EINVAL, "trajectory is NULL");
  if (r->fan && runs > UINT32_MAX)
    return tutti_fail(ctx, TUTTI_EINVAL, "runs = %zu are more than 2^32 - 1, the most for a fan", runs);
  if (steps > SIZE_MAX / 4 / BINS / sizeof(uint32_t))
    return tutti_fail(ctx, TUTTI_EINVAL, "steps = %zu: too many for any memory", steps);
  return TUTTI_OK;
}

tutti_status tutti_ar1_simulate(tutti_ctx *ctx, const tutti_ar1 *model, tutti_rng rng, double start,
                                size_t runs, size_t steps, const tutti_ar1_report *report, double *final,
                                tutti_moments_t *stats) {
  static const tutti_ar1_report nothing = {0};
  if (!report || memcmp(report, &nothing, sizeof nothing) == 0)
    return tutti_ar1_ensemble(ctx, model, rng, start, runs, steps, final, stats);
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = tutti_ar1_check(ctx, model, start, runs, steps, final);
  if (!status) status = check(ctx, report, runs, steps);
  if (status) return tutti_refuse(ctx, status);
  const uint64_t wanted[] = {steps,
                             report->antithetic,
                             report->exceedance != NULL,
                             report->first_above != NULL,
                             report->fan != NULL,
                             report->trajectory ? report->trajectories : 0,
                             final != NULL};
  TUTTI_NOTE_CALL(ctx, .n = runs, .rng = rng,
                  .parameters = {{model, sizeof *model},
                                 {(const double[]){start, report->threshold}, 2 * sizeof(double)},
                                 {wanted, sizeof wanted}});
  simulation s = {ctx->kernels, model, report, rng, start, tutti_ar1_expected(model, start, steps),
                  steps,        NULL,  final};
  grid *grids = report->fan && steps ? tutti_memory_get(tutti_bytes_of(steps, sizeof *grids), false) : NULL;
  counters *t = tutti_memory_get(counters_size(steps, report->fan != NULL), false);
  if (!t || (report->fan && steps && !grids)) {
    status = tutti_fail(ctx, TUTTI_ENOMEM, "no memory for steps = %zu", steps);
  } else {
    if (grids) fill_grids(&s, grids);
    s.grids = grids;
    status = simulate(ctx, &s, runs, t);
  }
  if (!status) {
    read_report(&s, t, runs);
    if (stats) *stats = tutti_power_sums_moments(&t->sums, s.centre);
  }
  tutti_memory_release(grids);
  tutti_memory_release(t);
  return status;
}
