#include "commands/compare/correlation.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/sampling.h"
#include "util/xalloc.h"

double neighbours_correlate(const struct case_results *results, bool *clear) {
  enum { FEWEST = 10 };
  const size_t warmup = sampling_warmup(results), n = results->rounds - warmup;
  double *rounds = xcalloc(n, sizeof *rounds), mean = 0, squares = 0, products = 0;
  for (size_t i = 0; i < results->count; i++)
    for (size_t k = 0; k < n && results->items[i].count == results->rounds; k++)
      rounds[k] += log(results->items[i].seconds[warmup + k]);
  for (size_t k = 0; k < n; k++) mean += rounds[k] / (double)n;
  for (size_t k = 0; k < n; k++) {
    squares += (rounds[k] - mean) * (rounds[k] - mean);
    products += k ? (rounds[k] - mean) * (rounds[k - 1] - mean) : 0;
  }
  free(rounds);
  const double correlation = n >= FEWEST && squares > 0 ? products / squares : NAN;
  *clear = correlation * sqrt((double)n) > 2.5;
  return correlation;
}
