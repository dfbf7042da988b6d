#include "measure/analysis.h"

#include <math.h>
#include <stdlib.h>
#include <tutti/random.h>

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

/* Measurements of one variant on different numbers of workers. */
struct series {
  size_t count;
  const struct measurement **items;
};

/* Amdahl's law through the medians, which a disturbed round does not move. draw > 0: medians of rounds drawn
 * with replacement, the draw'th time. */
static bool fit_medians(const struct series *series, uint64_t draw, tutti_amdahl_fit *fit) {
  double *workers = xcalloc(series->count, sizeof *workers),
         *medians = xcalloc(series->count, sizeof *medians);
  for (size_t i = 0; i < series->count; i++) {
    const struct measurement *item = series->items[i];
    double *seconds = xcalloc(item->count, sizeof *seconds);
    for (size_t k = 0; k < item->count; k++)
      seconds[k] = item->seconds[draw ? tutti_bits_at((tutti_rng){draw, i}, k) % item->count : k];
    workers[i] = item->config->workers;
    medians[i] = summarize(seconds, item->count).median;
    free(seconds);
  }
  const bool fitted = tutti_fit_amdahl(workers, medians, series->count, fit) == TUTTI_OK;
  free(workers);
  free(medians);
  return fitted;
}

/* The serial fraction's by the bootstrap (Efron, 1979): how much it varies between draws. */
static double standard_error(const struct series *series) {
  enum { DRAWS = 200, FEWEST_ROUNDS = 3 };
  double sum = 0, squares = 0;
  for (size_t i = 0; i < series->count; i++)
    if (series->items[i]->count < FEWEST_ROUNDS) return NAN;
  for (uint64_t draw = 1; draw <= DRAWS; draw++) {
    tutti_amdahl_fit fit;
    if (!fit_medians(series, draw, &fit)) return NAN;
    sum += fit.serial_fraction;
    squares += fit.serial_fraction * fit.serial_fraction;
  }
  return sqrt(fmax(squares - sum * (sum / DRAWS), 0) / (DRAWS - 1));
}

static struct family fit_family(const struct case_results *results, const struct variant *variant) {
  struct family family = {.variant = variant};
  struct series series = {0, xcalloc(results->count, sizeof *series.items)}; /* NOLINT: of pointers */
  for (size_t i = 0; i < results->count; i++)
    if (results->items[i].config->variant == variant && results->items[i].count)
      series.items[series.count++] = &results->items[i];
  family.worker_counts = series.count;
  family.fitted = series.count >= 2 && fit_medians(&series, 0, &family.fit);
  if (family.fitted) {
    family.fit.serial_fraction_se = standard_error(&series);
    family.gain_at_one = median_of(find_measurement(results, variant_one_core(variant), 0)) / family.fit.t1;
  }
  free(series.items);
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
