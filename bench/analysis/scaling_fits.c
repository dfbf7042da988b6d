/* Fits the laws of scaling to the throughputs of a variant. */
#include "analysis/scaling_fits.h"

#include <math.h>
#include <stdlib.h>

#include "util/xalloc.h"

/* The times that count, as bench/laws takes them: one array a configuration. */
struct times {
  struct law_rounds rounds;
  double *workers;
  const double **seconds;
};

static struct times collect(const struct case_results *results, const struct variant *variant, size_t warmup,
                            bool weak) {
  struct times t = {.workers = xcalloc(results->count, sizeof *t.workers),
                    .seconds = xcalloc(results->count, sizeof *t.seconds)}; /* NOLINT: of pointers */
  const struct measurement *one = find_measurement(results, variant_one_core(variant), 0);
  if (one && one->count > warmup) t.rounds.base = one->seconds + warmup;
  t.rounds.rounds = one && one->count > warmup ? one->count - warmup : 0;
  for (size_t i = 0; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    if (item->variant != variant || item->count <= warmup) continue;
    t.workers[t.rounds.configs] = item->workers;
    t.seconds[t.rounds.configs++] = item->seconds + warmup;
    if (item->count - warmup < t.rounds.rounds)
      t.rounds.rounds = item->count - warmup; /* it failed meanwhile */
  }
  t.rounds.workers = t.workers;
  t.rounds.seconds = t.seconds;
  t.rounds.grows = weak;
  return t;
}

static void fit_law(struct fitted_law *f, enum law_kind kind, const struct law_points *points,
                    const struct law_rounds *rounds) {
  f->law = law_fit(kind, points);
  if (f->law.fitted) {
    f->draws = law_bootstrap_rounds(kind, points, rounds);
    law_parameter_intervals(&f->draws, &f->law);
  }
  f->left_out_error = law_left_out_error(kind, points);
  law_statement(&f->law, points, f->statement, sizeof f->statement);
}

struct scaling_fit fit_scaling(const struct case_results *results, const struct variant *variant,
                               size_t warmup, bool weak) {
  struct scaling_fit fit = {.variant = variant, .chosen = LAW_KINDS};
  struct times t = collect(results, variant, warmup, weak);
  double errors[LAW_KINDS];
  double *gains = xcalloc(t.rounds.configs, sizeof *gains);
  fit.worker_counts = t.rounds.configs;
  fit.points = (struct law_points){.workers = t.workers, .throughput = gains};
  if (t.rounds.base && t.rounds.configs) {
    fit.points.n = t.rounds.configs;
    law_rounds_throughput(&t.rounds, gains);
    fit.points.noise = law_rounds_noise(&t.rounds);
  }
  for (enum law_kind k = 0; k < LAW_KINDS; k++) {
    struct fitted_law *f = &fit.laws[k];
    f->applies = law_grows(k) == weak;
    f->left_out_error = NAN;
    if (f->applies && fit.points.n) fit_law(f, k, &fit.points, &t.rounds);
    errors[k] = f->left_out_error;
  }
  fit.chosen = law_choose(errors);
  free(t.seconds);
  return fit;
}

void scaling_fit_free(struct scaling_fit *fit) {
  for (enum law_kind k = 0; k < LAW_KINDS; k++) law_bootstrap_free(&fit->laws[k].draws);
  free((double *)(uintptr_t)fit->points.workers);
  free((double *)(uintptr_t)fit->points.throughput);
}

const struct fitted_law *scaling_fit_law(const struct scaling_fit *fit) {
  if (!fit->worker_counts) return NULL;
  const enum law_kind usual = fit->laws[LAW_GUSTAFSON].applies ? LAW_GUSTAFSON : LAW_AMDAHL;
  const enum law_kind kind = fit->chosen == LAW_KINDS ? usual : fit->chosen;
  return fit->laws[kind].law.fitted ? &fit->laws[kind] : NULL;
}

/* The largest speedup, over one worker of the variant or over one core, on any number of workers; percentiles
 * of the draws, of which some may have no limit. */
static struct ratio limit_of(const struct fitted_law *f, bool over_one_worker) {
  double *inverse = xcalloc(f->draws.count, sizeof *inverse), bounds[2] = {NAN, NAN};
  for (size_t k = 0; k < f->draws.count; k++)
    inverse[k] = 1 / (f->draws.laws[k].limit * (over_one_worker ? 1 : f->draws.laws[k].one)); /* finite */
  if (f->draws.count) law_percentiles(inverse, f->draws.count, bounds);
  free(inverse);
  return (struct ratio){f->law.limit * (over_one_worker ? 1 : f->law.one), 1 / bounds[1], 1 / bounds[0]};
}

struct ratio fitted_limit(const struct fitted_law *fitted) {
  return limit_of(fitted, true);
}

struct ratio scaling_fit_gain(const struct scaling_fit *fit, double workers) {
  const struct fitted_law *f = scaling_fit_law(fit);
  double bounds[2];
  if (!f) return (struct ratio){NAN, NAN, NAN};
  if (isinf(workers)) return limit_of(f, false);
  law_interval(&f->draws, workers, bounds);
  return (struct ratio){law_predict(&f->law, workers), bounds[0], bounds[1]};
}
