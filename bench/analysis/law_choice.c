/* How well a law does: against the noise of the points, and at points it has not seen. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/scaling_law.h"
#include "analysis/statistics.h"
#include "util/xalloc.h"

size_t law_worker_counts(const struct law_points *points, double *distinct) {
  double *sorted = xcalloc(points->n, sizeof *sorted);
  size_t count = 0;
  if (points->n) memcpy(sorted, points->workers, points->n * sizeof *sorted);
  qsort(sorted, points->n, sizeof *sorted, ascending_doubles);
  for (size_t i = 0; i < points->n; i++) {
    if (i && sorted[i] == sorted[i - 1]) continue;
    if (distinct) distinct[count] = sorted[i];
    count++;
  }
  free(sorted);
  return count;
}

/* ---- noise ---- */

/* The points of each worker count: how many, and the sum of some value over them. */
struct groups {
  size_t count;
  double *workers, *points, *sum; /* [count] */
};

static struct groups group(const struct law_points *p, const double *values) {
  struct groups g = {0, xcalloc(p->n, sizeof(double)), xcalloc(p->n, sizeof(double)),
                     xcalloc(p->n, sizeof(double))};
  g.count = law_worker_counts(p, g.workers);
  for (size_t i = 0; i < p->n; i++) {
    const double *at = bsearch(&p->workers[i], g.workers, g.count, sizeof *g.workers, ascending_doubles);
    g.points[at - g.workers]++;
    g.sum[at - g.workers] += values[i];
  }
  return g;
}

static void groups_free(struct groups *g) {
  free(g->workers);
  free(g->points);
  free(g->sum);
}

double law_repeat_noise(const struct law_points *points) {
  struct groups g = group(points, points->throughput);
  double sum = 0;
  for (size_t i = 0; i < points->n; i++) {
    const double *at = bsearch(&points->workers[i], g.workers, g.count, sizeof *g.workers, ascending_doubles);
    const double mean = g.sum[at - g.workers] / g.points[at - g.workers];
    sum += (points->throughput[i] / mean - 1) * (points->throughput[i] / mean - 1);
  }
  const double freedom = (double)(points->n - g.count);
  groups_free(&g);
  return freedom > 0 ? sqrt(sum / freedom) : 0;
}

/* ---- the statement ---- */

static void refusal(const struct law *law, const struct law_points *points, char *text, size_t size) {
  const size_t counts = law_worker_counts(points, NULL);
  static const char *const riddles[LAW_KINDS] = {
      "a serial part from a slow machine", "a serial part from an overhead: it takes 3",
      "contention from coherency: it takes 3", "contention from coherency: it takes 3",
      "a serial part from a slow machine"};
  bool one = false;
  for (size_t i = 0; i < points->n; i++) one = one || points->workers[i] == 1;
  if (law->kind == LAW_USL_NORMALISED && counts >= 3 && !one)
    snprintf(text, size, "no measurement at 1 worker to divide by");
  else
    snprintf(text, size, "%zu worker count%s cannot tell %s", counts, counts == 1 ? "" : "s",
             riddles[law->kind]);
}

/* The mean residual of each worker count: the largest one, and the root mean square per degree of freedom
 * that a law of as many parameters leaves, in units of one point (the lack of fit of a regression). */
static void misfit(const struct law *law, const struct law_points *p, double *worst, double *deviation) {
  double *residuals = xcalloc(p->n, sizeof *residuals), sum = 0;
  for (size_t i = 0; i < p->n; i++) residuals[i] = p->throughput[i] / law_predict(law, p->workers[i]) - 1;
  struct groups g = group(p, residuals);
  const double freedom = (double)g.count - (double)law->count - (law->kind == LAW_USL_NORMALISED);
  *worst = 0;
  for (size_t k = 0; k < g.count; k++) {
    const double mean = g.sum[k] / g.points[k];
    *worst = fmax(*worst, fabs(mean));
    sum += g.points[k] * mean * mean;
  }
  *deviation = freedom > 0 ? sqrt(sum / freedom) : NAN;
  groups_free(&g);
  free(residuals);
}

void law_statement(const struct law *law, const struct law_points *points, char *text, size_t size) {
  /* a variance of four times the noise's is beyond 95 % of what chance does, for all but the fewest points */
  const double factor = 2, rounding = 1e-9;
  double worst, deviation;
  if (!law->fitted) {
    refusal(law, points, text, size);
    return;
  }
  misfit(law, points, &worst, &deviation);
  if (isnan(deviation))
    snprintf(text, size, "as many parameters as worker counts: nothing is left to tell how well it fits");
  else if (worst < rounding && points->noise < rounding) snprintf(text, size, "fits exactly");
  else if (!(points->noise > 0))
    snprintf(text, size, "misses by up to %.2g %%; the noise of the points is unknown", 100 * worst);
  else if (deviation > factor * points->noise)
    snprintf(text, size, "misses by up to %.2g %%, more than the %.2g %% noise: the law does not hold here",
             100 * worst, 100 * points->noise);
  else
    snprintf(text, size, "fits within the noise: misses by up to %.2g %%, where the noise is %.2g %%",
             100 * worst, 100 * points->noise);
}

/* ---- points it has not seen ---- */

enum { FOLDS = 64 };

double law_left_out_error(enum law_kind kind, const struct law_points *points) {
  double *distinct = xcalloc(points->n, sizeof *distinct), *workers = xcalloc(points->n, sizeof *workers),
         *throughput = xcalloc(points->n, sizeof *throughput), sum = 0;
  size_t *fold = xcalloc(points->n, sizeof *fold);
  const size_t counts = law_worker_counts(points, distinct);
  for (size_t i = 0; i < points->n; i++) {
    const double *at = bsearch(&points->workers[i], distinct, counts, sizeof *distinct, ascending_doubles);
    fold[i] = (size_t)(at - distinct) % FOLDS;
  }
  for (size_t f = 0; f < FOLDS && f < counts; f++) {
    struct law_points rest = {0, workers, throughput, 0};
    for (size_t i = 0; i < points->n; i++) {
      if (fold[i] == f) continue;
      workers[rest.n] = points->workers[i];
      throughput[rest.n++] = points->throughput[i];
    }
    const struct law law = law_fit(kind, &rest);
    for (size_t i = 0; i < points->n; i++) {
      if (fold[i] != f) continue;
      const double error =
          law.fitted ? law_predict(&law, points->workers[i]) / points->throughput[i] - 1 : NAN;
      sum += error * error;
    }
  }
  free(distinct);
  free(workers);
  free(throughput);
  free(fold);
  return points->n ? sqrt(sum / (double)points->n) : NAN;
}

enum law_kind law_choose(const double errors[LAW_KINDS]) {
  const double rounding = 1e-9;
  enum law_kind best = LAW_KINDS;
  for (int k = 0; k < LAW_KINDS; k++)
    if (!isnan(errors[k]) && (best == LAW_KINDS || errors[k] < errors[best] * (1 - rounding) - rounding))
      best = (enum law_kind)k;
  return best;
}
