#include "commands/compare/ratio_interval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/sampling.h"
#include "util/xalloc.h"

enum { DRAWS = 999 };

/* The median of n rounds of which round k came times_drawn[k] times; values: of every round, ascending. */
static double median_drawn(const struct sorted *values, size_t n, const size_t *times_drawn) {
  size_t i = 0, come = times_drawn[values[0].place];
  while (come <= (n - 1) / 2) come += times_drawn[values[++i].place];
  const double lower = values[i].value;
  while (come <= n / 2) come += times_drawn[values[++i].place];
  return (lower + values[i].value) / 2;
}

/* Which rounds are drawn depends on rng and n alone, and so is the same for all measurements of a case. */
static double *draw_medians(const struct times *times, tutti_rng rng) {
  const size_t n = times->n;
  double *medians = xcalloc(DRAWS, sizeof *medians);
  struct sorted *values = sort_values(times->seconds, n);
  size_t *times_drawn = xcalloc(n, sizeof *times_drawn);
  for (size_t draw = 0; draw < DRAWS; draw++) {
    memset(times_drawn, 0, n * sizeof *times_drawn);
    for (size_t k = 0; k < n; k++) times_drawn[tutti_bits_at(rng, draw * n + k) % n]++;
    medians[draw] = median_drawn(values, n, times_drawn);
  }
  free(times_drawn);
  free(values);
  return medians;
}

struct ratio ratio_of_medians(const struct pair *pair) {
  struct ratio ratio = {pair->new.median / pair->old.median, NAN, NAN};
  if (pair->old.n < INTERVAL_FEWEST || pair->new.n < INTERVAL_FEWEST) return ratio;
  double *old = draw_medians(&pair->old, (tutti_rng){pair->case_index, 0}),
         *new = draw_medians(&pair->new, (tutti_rng){pair->case_index, 1}), ratios[DRAWS];
  for (size_t draw = 0; draw < DRAWS; draw++) ratios[draw] = new[draw] / old[draw];
  struct sorted *ascending = sort_values(ratios, DRAWS);
  for (size_t draw = 0; draw < DRAWS; draw++) ratios[draw] = ascending[draw].value;
  ratio.low = quantile(ratios, DRAWS, 0.025);
  ratio.high = quantile(ratios, DRAWS, 0.975);
  free(ascending);
  free(old);
  free(new);
  return ratio;
}
