/* When a case has been measured often enough, and which rounds do not count. */
#include "analysis/sampling.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/statistics.h"
#include "util/xalloc.h"

static const double shortest = 1e-3; /* seconds of a measurement */

size_t sampling_batch(size_t runs, double seconds) {
  enum { MOST = 1000000, STEP = 10 };
  if (seconds >= shortest || runs >= MOST) return runs;
  const double enough = seconds > 0 ? ceil(1.2 * shortest / seconds * (double)runs) : INFINITY;
  return (size_t)fmin(fmin(enough, STEP * (double)runs),
                      MOST); /* in steps: the first run may have been slow */
}

/* Of each round: the mean logarithm of what its times are to the configurations' medians. */
static double *round_times(const struct case_results *results) {
  double *times = xcalloc(results->rounds, sizeof *times);
  size_t used = 0;
  for (size_t i = 0; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    if (item->count < results->rounds) continue;
    const double median = summarize(item->seconds, item->count).median;
    for (size_t k = 0; k < results->rounds; k++) times[k] += log(item->seconds[k] / median);
    used++;
  }
  for (size_t k = 0; k < results->rounds; k++) times[k] /= (double)(used ? used : 1);
  return times;
}

/* Whether the first k rounds are slower than the others by more than those differ. */
static bool stands_out(const double *times, size_t k, size_t n) {
  double slowest = -INFINITY, fastest = INFINITY, start = INFINITY;
  for (size_t i = 0; i < k; i++) start = fmin(start, times[i]);
  for (size_t i = k; i < n; i++) {
    slowest = fmax(slowest, times[i]);
    fastest = fmin(fastest, times[i]);
  }
  return start - slowest > slowest - fastest;
}

size_t sampling_warmup(const struct case_results *results) {
  enum { REST = 4 }; /* rounds that must be left, to know how much they differ */
  double *times = round_times(results);
  size_t warmup = 0;
  for (size_t k = 1; k <= results->rounds / 2 && k + REST <= results->rounds; k++)
    if (stands_out(times, k, results->rounds)) warmup = k;
  free(times);
  return warmup;
}

double sampling_reached(const struct case_results *results) {
  const size_t warmup = sampling_warmup(results);
  double widest = NAN;
  for (size_t i = 0; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    if (item->failure || item->count <= warmup) continue;
    const struct summary s = summarize(item->seconds + warmup, item->count - warmup);
    if (s.coverage < 0.95) return NAN;
    widest = fmax(widest, (s.high - s.low) / s.median);
  }
  return widest;
}

enum stop sampling_stop(const struct case_results *results, const struct run_options *options, double elapsed,
                        size_t rounds) {
  if (options->repetitions)
    return results->rounds >= (size_t)options->repetitions ? STOP_REPETITIONS : STOP_NOT;
  if (results->rounds >= SAMPLING_FEWEST && sampling_reached(results) <= options->precision)
    return STOP_PRECISION;
  /* whether another round would take too long */
  const double most = options->max_time * (results->rounds < INTERVAL_FEWEST ? 2 : 1);
  return elapsed * (1 + 1 / (double)rounds) > most ? STOP_MAX_TIME : STOP_NOT;
}
