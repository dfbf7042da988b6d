/* The workloads in plain OpenMP: the loop one has, and a pragma before it. */
#include <math.h>
#include <omp.h>

#include "workload.h"

static void sum(const double *x, size_t n, char *answer) {
  double s = 0;
#pragma omp parallel for simd reduction(+ : s) schedule(static)
  for (size_t i = 0; i < n; i++) s += x[i];
  snprintf(answer, WORKLOAD_ANSWER, "%.17g", s);
}

static void pi(const double *unused, size_t n, char *answer) {
  (void)unused;
  uint64_t hits = 0;
#pragma omp parallel for reduction(+ : hits) schedule(static)
  for (size_t i = 0; i < n; i++) {
    const double x = peer_uniform(2 * i), y = peer_uniform(2 * i + 1);
    hits += x * x + y * y <= 1;
  }
  snprintf(answer, WORKLOAD_ANSWER, "%.17g", n ? 4 * (double)hits / (double)n : 0);
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

static void ar1(const double *unused, size_t n, char *answer) {
  (void)unused;
  double s = 0, squares = 0;
#pragma omp parallel for reduction(+ : s, squares) schedule(static)
  for (size_t run = 0; run < n; run++) {
    const double d = ar1_run(run) - 72;
    s += d;
    squares += d * d;
  }
  const double mean = n ? s / (double)n : 0;
  snprintf(answer, WORKLOAD_ANSWER, "%.17g %.17g", 72 + mean, n ? squares / (double)n - mean * mean : 0);
}

static void nap(const double *unused, size_t n, char *answer) {
  (void)unused;
  double s = 0;
#pragma omp parallel for reduction(+ : s) schedule(dynamic)
  for (size_t task = 0; task < n; task++) s += wait_and_double(task);
  snprintf(answer, WORKLOAD_ANSWER, "%.17g", s);
}

static void dial(const double *unused, size_t n, char *answer) {
  (void)unused;
  uint64_t s = dial_units(0, n / WORKLOAD_ALONE);
#pragma omp parallel for reduction(+ : s) schedule(static)
  for (uint64_t i = n / WORKLOAD_ALONE; i < n; i++) s += dial_unit(i);
  snprintf(answer, WORKLOAD_ANSWER, "%" PRIu64, s);
}

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

int main(int argc, char **argv) {
  static const workload workloads[] = {{"sum", sum},   {"pi", pi},     {"ar1", ar1},
                                       {"sleep", nap}, {"dial", dial}, {0}};
  if (argc > 2) omp_set_num_threads(atoi(argv[2]));
  char made_with[128];
  snprintf(made_with, sizeof made_with, "%s (OpenMP %d)", COMPILER, _OPENMP);
  return workload_main(argc, argv, made_with, workloads);
}
