#include "measure/analysis.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"

static double median_of(const struct measurement *item) {
  return item ? summarize(item->seconds, item->count).median : NAN;
}

const char *rate_unit(const struct bench_work *work) { return work->bytes > 0 ? "B" : work->item; }

static struct analysis_row analyse_row(const struct case_results *results, const struct measurement *item) {
  const struct variant *variant = item->config->variant;
  const double serial = median_of(find_measurement(results, &variants[VARIANT_SERIAL], 0));
  const double one_core = median_of(find_measurement(results, variant_one_core(variant), 0));
  const double work = results->work.bytes > 0 ? results->work.bytes : results->work.items;
  struct analysis_row row = {.time = summarize(item->seconds, item->count)};
  if (!row.time.n) return row;
  row.speedup = serial / row.time.median;
  row.gain = one_core / row.time.median;
  row.gain_low = one_core / row.time.high;
  row.gain_high = one_core / row.time.low;
  row.efficiency = row.gain / item->config->workers;
  row.karp_flatt = tutti_karp_flatt(row.gain, item->config->workers);
  row.rate = work / row.time.median;
  return row;
}

static struct family fit_family(const struct case_results *results, const struct variant *variant) {
  struct family family = {.variant = variant};
  double *workers = NULL, *seconds = NULL;
  size_t n = 0;
  for (size_t i = 0; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    if (item->config->variant != variant || !item->count) continue;
    family.worker_counts++;
    workers = xrealloc(workers, n + item->count, sizeof *workers);
    seconds = xrealloc(seconds, n + item->count, sizeof *seconds);
    for (size_t k = 0; k < item->count; k++) {
      workers[n] = item->config->workers;
      seconds[n++] = item->seconds[k];
    }
  }
  if (family.worker_counts >= 2)
    family.fitted = tutti_fit_amdahl(workers, seconds, n, &family.fit) == TUTTI_OK;
  if (family.fitted)
    family.gain_at_one = median_of(find_measurement(results, variant_one_core(variant), 0)) / family.fit.t1;
  free(workers);
  free(seconds);
  return family;
}

struct analysis analyse(const struct case_results *results) {
  struct analysis analysis = {.rows = xcalloc(results->count, sizeof *analysis.rows)};
  for (size_t i = 0; i < results->count; i++) analysis.rows[i] = analyse_row(results, &results->items[i]);
  for (int v = 0; v < VARIANT_COUNT; v++) {
    analysis.families[v].variant = &variants[v];
    if (variants[v].parallel) analysis.families[v] = fit_family(results, &variants[v]);
  }
  return analysis;
}

void analysis_free(struct analysis *analysis) { free(analysis->rows); }
