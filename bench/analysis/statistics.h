/* Statistics of a few repeated times. */
#ifndef BENCH_STATISTICS_H
#define BENCH_STATISTICS_H

#include <stddef.h>

/* For qsort and bsearch of doubles. */
int ascending_doubles(const void *a, const void *b);

/* The p-quantile (0 <= p <= 1) of n >= 1 ascending values, linear between order statistics: Hyndman and Fan's
 * type 7, that of R and NumPy. */
double quantile(const double *sorted, size_t n, double p);

/* low .. high holds the true median with probability `coverage`, whatever the distribution: values k and
 * n + 1 - k of the ascending n, with the largest k for which the coverage 1 - 2 P(Binomial(n, 1/2) < k) is at
 * least 95 %. Below six values none is: then minimum and maximum, and their coverage. */
struct summary {
  size_t n;
  double min, q1, median, q3, max;
  double low, high, coverage;
};

/* n = 0 gives a summary of n = 0. values stays as it is. */
struct summary summarize(const double *values, size_t n);

#endif
