/* Summaries, speedups and fits of a case, from its raw times. */
#include "analysis/case_analysis.h"

#include <math.h>
#include <stdlib.h>
#include <tutti/tutti.h>

#include "analysis/sampling.h"
#include "util/xalloc.h"

const char *rate_unit(const struct bench_work *work) { return work->bytes > 0 ? "B" : work->item; }

/* What rows are made of, besides the measurement itself. */
struct context {
  const struct case_results *results;
  size_t warmup;
  bool weak;
};

/* The share of the problem that a run on so many workers does. */
static double share_on(const struct context *c, int workers) {
  if (!c->weak) return 1;
  const struct bench_share share = {workers, c->results->parts};
  return (double)bench_share_of((uint64_t)c->results->work.items, share) / c->results->work.items;
}

/* How many times as fast as the reference, per unit of work; both are measured in the same rounds. */
static struct ratio ratio_to(const struct context *c, const struct measurement *reference,
                             const struct measurement *item) {
  if (!reference || reference->count <= c->warmup) return (struct ratio){NAN, NAN, NAN};
  const size_t n = (reference->count < item->count ? reference->count : item->count) - c->warmup;
  const double *theirs = reference->seconds + c->warmup, *ours = item->seconds + c->warmup;
  const double work = share_on(c, item->workers) / share_on(c, reference->workers);
  double bounds[2];
  median_ratio_interval(theirs, ours, n, bounds);
  return (struct ratio){work * summarize(theirs, n).median / summarize(ours, n).median, work * bounds[0],
                        work * bounds[1]};
}

/* NaN if any is. */
static double median_cpu(const struct measurement *item, size_t warmup) {
  for (size_t k = warmup; k < item->count; k++)
    if (isnan(item->cpu[k])) return NAN;
  return summarize(item->cpu + warmup, item->count - warmup).median;
}

static struct time_breakdown break_time_down(const struct context *c, const struct measurement *one_core,
                                             const struct measurement *item, double seconds) {
  const double cpu = median_cpu(item, c->warmup);
  const double all = item->workers * seconds;
  if (!one_core || one_core->count <= c->warmup || !isfinite(cpu))
    return (struct time_breakdown){NAN, NAN, NAN};
  const double work =
      share_on(c, item->workers) / share_on(c, one_core->workers) * median_cpu(one_core, c->warmup);
  if (isnan(work)) return (struct time_breakdown){NAN, NAN, NAN};
  /* one core's own time varies: neither part is less than nothing */
  const double busy = fmin(cpu, all), compute = fmin(work, busy);
  return (struct time_breakdown){compute / all, (all - busy) / all, (busy - compute) / all};
}

static struct analysis_row analyse_row(const struct context *c, const struct measurement *item) {
  struct analysis_row row = {0};
  if (item->count <= c->warmup) return row;
  const struct measurement *one_core = find_measurement(c->results, variant_one_core(item->variant), 0);
  const struct bench_work *work = &c->results->work;
  row.time = summarize(item->seconds + c->warmup, item->count - c->warmup);
  row.speedup = ratio_to(c, find_measurement(c->results, &variants[VARIANT_SERIAL], 0), item);
  row.gain = ratio_to(c, one_core, item);
  row.efficiency = row.gain.value / item->workers;
  row.karp_flatt = c->weak ? NAN : tutti_karp_flatt(row.gain.value, item->workers);
  row.rate = share_on(c, item->workers) * (work->bytes > 0 ? work->bytes : work->items) / row.time.median;
  row.flops = work->flops > 0 ? share_on(c, item->workers) * work->flops / row.time.median : NAN;
  row.breakdown = break_time_down(c, one_core, item, row.time.median);
  return row;
}

struct analysis analyse(const struct case_results *results, bool weak) {
  const struct context c = {results, sampling_warmup(results), weak};
  struct analysis analysis = {.results = results,
                              .warmup = c.warmup,
                              .reached = sampling_reached(results),
                              .rows = xcalloc(results->count, sizeof *analysis.rows)};
  for (size_t i = 0; i < results->count; i++) analysis.rows[i] = analyse_row(&c, &results->items[i]);
  for (int v = 0; v < VARIANT_COUNT; v++) {
    analysis.fits[v].variant = &variants[v];
    if (variants[v].parallel) analysis.fits[v] = fit_scaling(results, &variants[v], c.warmup, weak);
  }
  return analysis;
}

void analysis_free(struct analysis *analysis) {
  for (int v = 0; v < VARIANT_COUNT; v++) scaling_fit_free(&analysis->fits[v]);
  free(analysis->rows);
}

struct run_analysis analyse_run(const struct run *run) {
  struct run_analysis analysis = {run, xcalloc(run->count, sizeof *analysis.cases)};
  for (size_t i = 0; i < run->count; i++) analysis.cases[i] = analyse(&run->cases[i], run->options.weak);
  return analysis;
}

void run_analysis_free(struct run_analysis *analysis) {
  for (size_t i = 0; analysis->cases && i < analysis->run->count; i++) analysis_free(&analysis->cases[i]);
  free(analysis->cases);
}
