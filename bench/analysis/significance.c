/* The rank test of Mann and Whitney, and Holm's adjustment. */
#include "analysis/significance.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/sorted.h"
#include "util/xalloc.h"

/* ---- ranks ---- */

/* Twice the rank of each value, which is whole where ties share their ranks: 2, 4, ..., 2 n without ties.
 * *ties: the sum of t^3 - t over groups of t equal values. */
static size_t *double_ranks(const double *values, size_t n, double *ties) {
  size_t *ranks = xcalloc(n, sizeof *ranks);
  struct sorted *list = sort_values(values, n);
  *ties = 0;
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && list[end].value == list[i].value;) end++;
    const double t = (double)(end - i);
    for (size_t k = i; k < end; k++) ranks[list[k].place] = i + 1 + end;
    *ties += t * t * t - t;
  }
  free(list);
  return ranks;
}

/* ---- Mann and Whitney ---- */

/* The share of all ways to choose n of the `all` ranks whose sum is at least `distance` away from the mean
 * n (all + 1) of doubled ranks. ways[k][s]: how many choices of k ranks have sum s. */
static double share_as_far(const size_t *ranks, size_t n, size_t all, size_t distance) {
  const size_t mean = n * (all + 1), width = 2 * n * all + 1;
  double *ways = xcalloc((n + 1) * width, sizeof *ways), far = 0, total = 0;
  ways[0] = 1;
  for (size_t i = 0; i < all; i++)
    for (size_t k = i < n ? i + 1 : n; k-- > 0;)
      for (size_t s = 0; s + ranks[i] < width; s++)
        ways[(k + 1) * width + s + ranks[i]] += ways[k * width + s];
  for (size_t s = 0; s < width; s++) {
    const double here = ways[n * width + s];
    total += here;
    if ((s > mean ? s - mean : mean - s) >= distance) far += here;
  }
  free(ways);
  return far / total;
}

static double normal_approximation(double n, double m, double distance, double ties) {
  const double all = n + m, variance = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
  return variance > 0 ? fmin(1, erfc(fmax(0, distance - 0.5) / sqrt(2 * variance))) : 1;
}

double mann_whitney(const double *a, size_t n, const double *b, size_t m) {
  enum { EXACT_MOST = 3200 }; /* a few million additions */
  if (n > m) return mann_whitney(b, m, a, n);
  double *values = xcalloc(n + m, sizeof *values), ties;
  for (size_t i = 0; i < n + m; i++) values[i] = i < n ? a[i] : b[i - n];
  size_t *ranks = double_ranks(values, n + m, &ties), sum = 0;
  for (size_t i = 0; i < n; i++) sum += ranks[i];
  const size_t mean = n * (n + m + 1), distance = sum > mean ? sum - mean : mean - sum;
  const double p = n * (n + m) <= EXACT_MOST
                       ? share_as_far(ranks, n, n + m, distance)
                       : normal_approximation((double)n, (double)m, (double)distance / 2, ties);
  free(ranks);
  free(values);
  return p;
}

double mann_whitney_least(size_t n, size_t m) {
  double share = 2;
  for (size_t i = 1; i <= n; i++) share *= (double)i / (double)(m + i);
  return fmin(1, share);
}

size_t mann_whitney_rounds(size_t comparisons, double alpha) {
  size_t n = 1;
  while (mann_whitney_least(n, n) * (double)comparisons >= alpha) n++;
  return n;
}

/* ---- many comparisons ---- */

void holm(const double *p, size_t n, double *adjusted) {
  struct sorted *list = sort_values(p, n);
  double least = 0;
  for (size_t i = 0; i < n; i++) {
    least = fmax(least, fmin(1, (double)(n - i) * list[i].value));
    adjusted[list[i].place] = least;
  }
  free(list);
}
