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

/* Lorenz-96 as one writes it: a member after the other, Runge-Kutta steps of an array of variables. */
enum { VARIABLES = 40 };

static void rate(const double *x, double *k) {
  k[0] = (x[1] - x[VARIABLES - 2]) * x[VARIABLES - 1] - x[0] + 8;
  k[1] = (x[2] - x[VARIABLES - 1]) * x[0] - x[1] + 8;
  for (int i = 2; i < VARIABLES - 1; i++) k[i] = (x[i + 1] - x[i - 2]) * x[i - 1] - x[i] + 8;
  k[VARIABLES - 1] = (x[0] - x[VARIABLES - 3]) * x[VARIABLES - 2] - x[VARIABLES - 1] + 8;
}

static void runge_kutta(double *x, double h) {
  double k1[VARIABLES], k2[VARIABLES], k3[VARIABLES], k4[VARIABLES], y[VARIABLES];
  rate(x, k1);
  for (int i = 0; i < VARIABLES; i++) y[i] = x[i] + 0.5 * h * k1[i];
  rate(y, k2);
  for (int i = 0; i < VARIABLES; i++) y[i] = x[i] + 0.5 * h * k2[i];
  rate(y, k3);
  for (int i = 0; i < VARIABLES; i++) y[i] = x[i] + h * k3[i];
  rate(y, k4);
  for (int i = 0; i < VARIABLES; i++) x[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
}

static double lorenz96(const peer_data *d) {
  for (size_t member = 0; member < d->n / VARIABLES; member++)
    for (int step = 0; step < 100; step++) runge_kutta(d->out + member * VARIABLES, 0.01);
  return d->out[0];
}

int main(int argc, char **argv) {
  static const peer_entry entries[] = {{"sum", sum},     {"sum1", sum1},         {"dot", dot},
                                       {"asum", asum},   {"minmax", minmax},     {"cumsum", cumsum},
                                       {"store", store}, {"lorenz96", lorenz96}, {0}};
  if (argc > 3) omp_set_num_threads(atoi(argv[3]));
  return peer_main(argc, argv, "openmp", entries);
}
