/* Plain loops: the loop one has, and a pragma before it, as one writes it who does not care about the last
 * digits. Compiled twice: with OpenMP, and with its `simd' alone as the program for one core. */
#include "peer_grid.h"

#include <float.h>
#include <math.h>
#ifdef _OPENMP
#include <omp.h>
#else
static int omp_get_thread_num(void) { return 0; }
static int omp_get_num_threads(void) { return 1; }
static void omp_set_num_threads(int threads) { (void)threads; }
#endif

static double sum(const peer_data *d) {
  const double *x = d->x;
  double s = 0;
#pragma omp parallel for simd reduction(+ : s) schedule(static)
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

/* What memory gives: each thread reads its part in four streams side by side, which keep more of the
 * prefetchers busy than one. It only combines bits. */
typedef uint64_t line __attribute__((vector_size(64), may_alias));

static double read_streams(const peer_data *d) {
  const line *x = (const line *)(const void *)d->x;
  uint64_t bits = 0;
#pragma omp parallel reduction(^ : bits)
  {
    const size_t t = (size_t)omp_get_thread_num(), team = (size_t)omp_get_num_threads();
    const size_t begin = d->n / 8 * t / team, length = (d->n / 8 * (t + 1) / team - begin) / 4;
    line s[4] = {{0}};
    for (size_t i = begin; i < begin + length; i++)
      for (size_t k = 0; k < 4; k++) s[k] ^= x[i + k * length];
    s[0] ^= s[1] ^ s[2] ^ s[3];
    for (int k = 0; k < 8; k++) bits ^= s[0][k];
  }
  return (double)bits;
}

/* Numbers by splitmix64, and from them normals in pairs (Box and Muller, 1958). */
static double uniform(const peer_data *d) {
  double *out = d->out;
#pragma omp parallel for simd schedule(static)
  for (size_t i = 0; i < d->n; i++) out[i] = peer_uniform(i);
  return out[0];
}

static double normal(const peer_data *d) {
  double *out = d->out;
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < d->n / 2; i++) {
    const double r = sqrt(-2 * log(peer_uniform(2 * i))), angle = 2 * M_PI * peer_uniform(2 * i + 1);
    out[2 * i] = r * cos(angle);
    out[2 * i + 1] = r * sin(angle);
  }
  return out[0];
}

/* Sums of the rows and of the columns of a matrix, on one core. */
static double sum_rows(const peer_data *d, size_t cols) {
  for (size_t r = 0; r < d->n / cols; r++) {
    double s = 0;
    for (size_t c = 0; c < cols; c++) s += d->x[r * cols + c];
    d->out[r] = s;
  }
  return d->out[0];
}

static double sum_cols(const peer_data *d, size_t cols) {
  memset(d->out, 0, cols * sizeof *d->out);
  for (size_t r = 0; r < d->n / cols; r++)
    for (size_t c = 0; c < cols; c++) d->out[c] += d->x[r * cols + c];
  return d->out[0];
}

PEER_MATRICES

/* The C library's powers, on one core; the exponent is that of the pressure of dry air. */
static double power(const peer_data *d) {
  double *out = d->out;
  for (size_t i = 0; i < d->n; i++) out[i] = pow(d->x[i], 1004. / 717);
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

/* ---- workloads ---- */

static double pi(const peer_data *d) {
  const size_t n = d->n;
  uint64_t hits = 0;
#pragma omp parallel for reduction(+ : hits) schedule(static)
  for (size_t i = 0; i < n; i++) {
    const double x = peer_uniform(2 * i), y = peer_uniform(2 * i + 1);
    hits += x * x + y * y <= 1;
  }
  return n ? 4 * (double)hits / (double)n : 0;
}

/* Two steps a time, since two normals come at once (Box and Muller, 1958). */
static double ar1_run(uint64_t run) {
  double t = 75;
  for (uint64_t step = 0; step < WORKLOAD_STEPS; step += 2) {
    const double u = peer_uniform(run * WORKLOAD_STEPS + step),
                 v = peer_uniform(run * WORKLOAD_STEPS + step + 1);
    const double r = 5 * sqrt(-2 * log(u)), angle = 2 * M_PI * v;
    t = (72 + t) / 2 + r * cos(angle);
    t = (72 + t) / 2 + r * sin(angle);
  }
  return t;
}

static double ar1(const peer_data *d) {
  const size_t n = d->n;
  double s = 0, squares = 0;
#pragma omp parallel for reduction(+ : s, squares) schedule(static)
  for (size_t run = 0; run < n; run++) {
    const double distance = ar1_run(run) - 72;
    s += distance;
    squares += distance * distance;
  }
  const double mean = n ? s / (double)n : 0;
  return ar1_answer(d, 72 + mean, n ? squares / (double)n - mean * mean : 0);
}

static double nap(const peer_data *d) {
  double s = 0;
#pragma omp parallel for reduction(+ : s) schedule(dynamic)
  for (size_t task = 0; task < d->n; task++) s += wait_and_double(task);
  return s;
}

static double dial(const peer_data *d) {
  const uint64_t n = d->n;
  uint64_t s = dial_units(0, n / WORKLOAD_ALONE);
#pragma omp parallel for reduction(+ : s) schedule(static)
  for (uint64_t i = n / WORKLOAD_ALONE; i < n; i++) s += dial_unit(i);
  return dial_answer(d, s);
}

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

int main(int argc, char **argv) {
  static const peer_entry kernels[] = {{"sum", sum, "x"},
                                       {"dot", dot, "xy"},
                                       {"asum", asum, "x"},
                                       {"minmax", minmax, "x"},
                                       {"cumsum", cumsum, "xo"},
                                       {"store", store, "o"},
                                       {"read", read_streams, "x"},
                                       {"uniform", uniform, "o"},
                                       {"normal", normal, "o"},
                                       {"lorenz96", lorenz96, "o"},
                                       {"shallow_water", peer_shallow_water, "s"},
                                       {"atmosphere", peer_atmosphere, "s"},
                                       {"triads", peer_triads, "s"},
                                       {"pow", power, "xo"},
                                       PEER_MATRIX_ENTRIES,
                                       {0}},
                          workloads[] = {{"sum", sum, ""},   {"pi", pi, ""},     {"ar1", ar1, ""},
                                         {"sleep", nap, ""}, {"dial", dial, ""}, {0}};
  char made_with[128];
#ifdef _OPENMP
  snprintf(made_with, sizeof made_with, "%s (OpenMP %d)", COMPILER, _OPENMP);
#else
  snprintf(made_with, sizeof made_with, "%s", COMPILER);
#endif
  omp_set_num_threads(peer_threads(argc, argv));
  return peer_main(argc, argv, &(peer_program){"plain", made_with, kernels, workloads});
}
