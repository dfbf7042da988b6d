/* Whether two sets of times differ, and what many such questions at once do to the answers. */
#ifndef BENCH_SIGNIFICANCE_H
#define BENCH_SIGNIFICANCE_H

#include <stddef.h>

/* The two-sided p-value of the rank test of Mann and Whitney (1947): how often times that are all from one
 * distribution, and independent, would lie at least as far apart in their ranks. Ties share their ranks.
 * Exact, over all ways to divide the times (Streitberg and Roehmel, 1986), up to about 40 times on either
 * side; then the normal approximation, with corrections for ties and continuity. n, m >= 1. */
double mann_whitney(const double *a, size_t n, const double *b, size_t m);

/* The smallest p-value that so many times without ties can have: 2 / C(n + m, n). */
double mann_whitney_least(size_t n, size_t m);

/* The fewest times on both sides with which the smallest p-value, multiplied by `comparisons`, is below
 * alpha.
 */
size_t mann_whitney_rounds(size_t comparisons, double alpha);

/* p-values adjusted for being many (Holm, 1979): those below alpha are false alarms, one or more of them,
 * with probability alpha at most, however the comparisons depend on each other. */
void holm(const double *p, size_t n, double *adjusted);

#endif
