/* The workloads in tutti, as bench_amdahl runs them; dial's unit is the function that OpenMP's loop has, so
 * that the two differ in who shares the units out and in nothing else. */
#include <errno.h>
#include <omp.h>
#include <tutti/tutti.h>

#include "workload.h"

static tutti_ctx *ctx;

static void check(tutti_status status) {
  if (!status) return;
  fprintf(stderr, "tutti: %s: %s\n", tutti_strerror(status), tutti_error_detail(ctx));
  exit(1);
}

static void sum(const double *x, size_t n, char *answer) {
  double s = 0;
  check(tutti_sum(ctx, x, n, &s));
  snprintf(answer, WORKLOAD_ANSWER, "%.17g", s);
}

static void pi(const double *unused, size_t n, char *answer) {
  (void)unused;
  tutti_estimate e = {0};
  check(tutti_mc_pi(ctx, (tutti_rng){1, 0}, n, &e));
  snprintf(answer, WORKLOAD_ANSWER, "%.17g", e.mean);
}

static void ar1(const double *unused, size_t n, char *answer) {
  (void)unused;
  tutti_moments_t m = {0};
  check(
      tutti_ar1_ensemble(ctx, &(tutti_ar1){72, 0.5, 5}, (tutti_rng){1, 1}, 75, n, WORKLOAD_STEPS, NULL, &m));
  snprintf(answer, WORKLOAD_ANSWER, "%.17g %.17g", m.mean, m.variance);
}

static int nap_task(size_t index, const void *args, void *out) {
  (void)args;
  *(double *)out = wait_and_double(index);
  return 0;
}

static void nap(const double *unused, size_t n, char *answer) {
  (void)unused;
  double *doubled = calloc(n + 1, sizeof *doubled), s = 0;
  if (!doubled) exit(1);
  check(tutti_map(ctx, n, nap_task, NULL, doubled, sizeof *doubled));
  for (size_t task = 0; task < n; task++) s += doubled[task];
  free(doubled);
  snprintf(answer, WORKLOAD_ANSWER, "%.17g", s);
}

static void init(void *acc, const void *args) {
  (void)args;
  *(uint64_t *)acc = 0;
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const size_t alone = *(const size_t *)args;
  *(uint64_t *)acc += dial_units(alone + begin, alone + end);
  return 0;
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  *(uint64_t *)into += *(const uint64_t *)from;
}

static void dial(const double *unused, size_t n, char *answer) {
  static const tutti_reduction add = {sizeof(uint64_t), 0, init, chunk, merge};
  (void)unused;
  const size_t alone = n / WORKLOAD_ALONE;
  uint64_t s = 0;
  const uint64_t serial = dial_units(0, alone);
  check(tutti_reduce(ctx, &add, n - alone, &alone, &s));
  snprintf(answer, WORKLOAD_ANSWER, "%" PRIu64, serial + s);
}

/* The right answer of dial, from the library's own numbers. */
static void dial_truth(const double *unused, size_t n, char *answer) {
  (void)unused;
  uint64_t s = 0;
  for (size_t i = 0; i < n; i++) s += tutti_bits_at((tutti_rng){1, 2}, i);
  snprintf(answer, WORKLOAD_ANSWER, "%" PRIu64, s);
}

int main(int argc, char **argv) {
  static const workload workloads[] = {
      {"sum", sum}, {"pi", pi}, {"ar1", ar1}, {"sleep", nap}, {"dial", dial}, {"dial-truth", dial_truth},
      {0}};
  tutti_config config;
  tutti_config_default(&config);
  config.workers = argc > 2 ? atoi(argv[2]) : 1;
  if (argc > 2) omp_set_num_threads(atoi(argv[2]));
  check(tutti_open(&config, &ctx));
  char made_with[64];
  snprintf(made_with, sizeof made_with, "tutti %s", tutti_version());
  return workload_main(argc, argv, made_with, workloads);
}
