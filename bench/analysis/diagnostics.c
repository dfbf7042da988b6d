/* Finds first runs that were slow, far outliers, and speedups above the number of workers. */
#include "analysis/diagnostics.h"

#include <math.h>

static void note_first_runs(const struct analysis *analysis, struct text_list *warnings) {
  const struct case_results *results = analysis->results;
  const struct measurement *slowest = NULL;
  double most = 2; /* times the median: less is common */
  for (size_t i = 0; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    const struct summary *time = &analysis->rows[i].time;
    if (!time->n || !(item->first > most * time->median) || item->first - time->median < 1e-3) continue;
    slowest = item;
    most = item->first / time->median;
  }
  if (slowest)
    text_list_add(
        warnings,
        "first runs were slow, that of %s on %d worker%s by %.1f times: they are not among the times",
        slowest->variant->name, slowest->workers, slowest->workers == 1 ? "" : "s", most);
}

/* Beyond three interquartile ranges from the quartiles, and not negligible. */
static size_t far_outliers(const struct measurement *item, size_t warmup, const struct summary *time) {
  const double range = fmax(3 * (time->q3 - time->q1), 0.05 * time->median);
  size_t count = 0;
  for (size_t k = warmup; k < item->count; k++)
    count += item->seconds[k] > time->q3 + range || item->seconds[k] < time->q1 - range;
  return count;
}

static void note_outliers(const struct analysis *analysis, struct text_list *warnings) {
  const struct case_results *results = analysis->results;
  size_t far = 0, all = 0;
  for (size_t i = 0; i < results->count; i++) {
    const struct summary *time = &analysis->rows[i].time;
    if (time->n < 6) continue;
    far += far_outliers(&results->items[i], analysis->warmup, time);
    all += time->n;
  }
  if (far > all / 20)
    text_list_add(warnings, "%zu of %zu times lie far from the rest: something disturbed them now and then",
                  far, all);
}

static void note_superlinear(const struct analysis *analysis, struct text_list *warnings) {
  const struct case_results *results = analysis->results;
  for (size_t i = 0; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    const struct ratio *gain = &analysis->rows[i].gain;
    if (item->workers == 1 || !(gain->low > item->workers)) continue;
    text_list_add(
        warnings,
        "%s on %d workers is %.2f times as fast as on one: superlinear, as where the problem fits into "
        "more cores' caches; otherwise one of the two is disturbed",
        item->variant->name, item->workers, gain->value);
    return;
  }
}

void diagnose_case(const struct analysis *analysis, bool weak, struct text_list *warnings) {
  if (analysis->results->failure) return;
  note_first_runs(analysis, warnings);
  note_outliers(analysis, warnings);
  if (!weak) note_superlinear(analysis, warnings);
}
