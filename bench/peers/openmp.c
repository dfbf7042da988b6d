/* Plain OpenMP: what one writes who does not care about the last digits. */
#include "peer.h"

#include <float.h>
#include <math.h>
#include <omp.h>

static double sum(const peer_data *d) {
  const double *x = d->x;
  double s = 0;
#pragma omp parallel for simd reduction(+ : s) schedule(static)
  for (size_t i = 0; i < d->n; i++) s += x[i];
  return s;
}

/* One core, no region. */
static double sum1(const peer_data *d) {
  const double *x = d->x;
  double s = 0;
#pragma omp simd reduction(+ : s)
  for (size_t i = 0; i < d->n; i++) s += x[i];
  return s;
}

static double dot(const peer_data *d) {
  const double *x = d->x, *y = d->y;
  double s = 0;
#pragma omp parallel for simd reduction(+ : s) schedule(static)
  for (size_t i = 0; i < d->n; i++) s += x[i] * y[i];
  return s;
}

static double asum(const peer_data *d) {
  const double *x = d->x;
  double s = 0;
#pragma omp parallel for simd reduction(+ : s) schedule(static)
  for (size_t i = 0; i < d->n; i++) s += fabs(x[i]);
  return s;
}

static double minmax(const peer_data *d) {
  const double *x = d->x;
  double low = DBL_MAX, high = -DBL_MAX;
#pragma omp parallel for simd reduction(min : low) reduction(max : high) schedule(static)
  for (size_t i = 0; i < d->n; i++) {
    low = x[i] < low ? x[i] : low;
    high = x[i] > high ? x[i] : high;
  }
  return low + high;
}

/* Two passes: totals of the threads' parts, then each part from its offset. */
static double cumsum(const peer_data *d) {
  const double *x = d->x;
  double *out = d->out, total[1024] = {0};
#pragma omp parallel
  {
    const size_t t = (size_t)omp_get_thread_num(), team = (size_t)omp_get_num_threads();
    const size_t begin = d->n * t / team, end = d->n * (t + 1) / team;
    double s = 0;
#pragma omp simd reduction(+ : s)
    for (size_t i = begin; i < end; i++) s += x[i];
    total[t] = s;
#pragma omp barrier
    s = 0;
    for (size_t k = 0; k < t; k++) s += total[k];
    for (size_t i = begin; i < end; i++) out[i] = s += x[i];
  }
  return out[d->n - 1];
}

/* What memory takes. */
static double store(const peer_data *d) {
  double *out = d->out;
#pragma omp parallel for simd schedule(static)
  for (size_t i = 0; i < d->n; i++) out[i] = 0.5;
  return out[0];
}

int main(int argc, char **argv) {
  static const peer_entry entries[] = {
      {"sum", sum},       {"sum1", sum1},     {"dot", dot},     {"asum", asum},
      {"minmax", minmax}, {"cumsum", cumsum}, {"store", store}, {0}};
  if (argc > 3) omp_set_num_threads(atoi(argv[3]));
  return peer_main(argc, argv, "openmp", entries);
}
