/* Quantiles, and the interval of a median by order statistics. */
#include "analysis/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

double quantile(const double *sorted, size_t n, double p) {
  const double position = p * (double)(n - 1);
  const size_t below = (size_t)position;
  if (below + 1 >= n) return sorted[n - 1];
  const double weight = position - (double)below;
  return sorted[below] + weight * (sorted[below + 1] - sorted[below]);
}

int ascending_doubles(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The largest k with enough coverage, at least 1; *coverage is what it covers. In logarithms, since the first
 * terms of many values are smaller than any double. */
static size_t median_rank(size_t n, double *coverage) {
  double log_term = -(double)n * log(2); /* of P(B = k - 1), B ~ Binomial(n, 1/2) */
  double below = exp(log_term);          /* P(B < k) */
  size_t k = 1;
  for (;; k++) {
    *coverage = 1 - 2 * below;
    log_term += log((double)(n - k + 1) / (double)k);
    const double next = below + exp(log_term);
    if (2 * (k + 1) > n || 1 - 2 * next < 0.95) return k;
    below = next;
  }
}

struct summary summarize(const double *values, size_t n) {
  if (!n) return (struct summary){0};
  double *sorted = xcalloc(n, sizeof *sorted);
  memcpy(sorted, values, n * sizeof *sorted);
  qsort(sorted, n, sizeof *sorted, ascending_doubles);
  struct summary s = {
      .n = n,
      .min = sorted[0],
      .q1 = quantile(sorted, n, 0.25),
      .median = quantile(sorted, n, 0.5),
      .q3 = quantile(sorted, n, 0.75),
      .max = sorted[n - 1],
  };
  const size_t k = median_rank(n, &s.coverage);
  s.low = sorted[k - 1];
  s.high = sorted[n - k];
  free(sorted);
  return s;
}
