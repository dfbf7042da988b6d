/* Run by mpirun: every rank compares what it gets over all of them with what it gets alone, bit by bit.
 * Prints one line a difference; the exit status of a rank is how many there were.
 *   ranks; ranks die; ranks mc CHECKPOINT RESULT [die] */
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/mpi.h>
#include <tutti/tutti.h>
#include <unistd.h>

#include "../grid/any_stencil.h"

enum { N = 100003 };
static int rank, ranks, differences;

static void expect(int good, const char *what) {
  if (good) return;
  differences++;
  printf("rank %d of %d: %s: %s\n", rank, ranks, what, tutti_error_detail(NULL));
}

static int square(size_t index, const void *args, void *out) {
  (void)args;
  *(double *)out = (double)index * (double)index;
  return 0;
}

static int fail_at(size_t begin, size_t end, void *args) {
  const size_t at = *(const size_t *)args;
  return begin <= at && at < end ? 3 : 0;
}

static void shared_out(tutti_ctx *ctx, double *x, double *y) {
  static const tutti_ar1 weather = {72, 0.5, 5};
  tutti_moments_t all, alone;
  tutti_estimate pi, pi_alone;
  size_t at = 77777;
  expect(tutti_uniform(ctx, (tutti_rng){1, 2}, 3, x, N) == 0 &&
             tutti_uniform(NULL, (tutti_rng){1, 2}, 3, y, N) == 0 && memcmp(x, y, N * sizeof *x) == 0,
         "tutti_uniform");
  expect(tutti_map(ctx, N, square, NULL, x, sizeof *x) == 0 && x[N - 1] == (N - 1.) * (N - 1.) && x[7] == 49,
         "tutti_map");
  expect(tutti_ar1_ensemble(ctx, &weather, (tutti_rng){4, 5}, 75, N, 20, NULL, &all) == 0 &&
             tutti_ar1_ensemble(NULL, &weather, (tutti_rng){4, 5}, 75, N, 20, NULL, &alone) == 0 &&
             memcmp(&all, &alone, sizeof all) == 0,
         "tutti_ar1_ensemble");
  expect(tutti_mc_pi(ctx, (tutti_rng){6, 7}, 10000000, &pi) == 0 &&
             tutti_mc_pi(NULL, (tutti_rng){6, 7}, 10000000, &pi_alone) == 0 &&
             memcmp(&pi, &pi_alone, sizeof pi) == 0,
         "tutti_mc_pi");
  expect(tutti_for(ctx, N, 1, fail_at, &at, (tutti_output[]){{0}}) == TUTTI_EUSER &&
             strstr(tutti_error_detail(ctx), "returned 3 for items [") != NULL,
         "a failure");
}

/* Rows of a grid that is periodic, thick and thin, and that has edges, against plain loops. */
static void on_grids(tutti_ctx *ctx) {
  static const any_grid grids[] = {
      {40, 3000, 3, WRAPPED, PLACED, 0}, {7, 50, 2, ODD, WRAPPED, 0}, {2, 9, 2, WRAPPED, FLAT, 0}};
  for (int i = 0; i < 3; i++) {
    const int wrong = any_differs(ctx, &grids[i], 5);
    if (wrong) printf("rank %d of %d: grid %d: %d: %s\n", rank, ranks, i, wrong, tutti_error_detail(ctx));
    differences += wrong != 0;
  }
}

static void in_parts(tutti_ctx *ctx, double *x) {
  const size_t begin = (size_t)N * (size_t)rank / (size_t)ranks,
               end = (size_t)N * ((size_t)rank + 1) / (size_t)ranks;
  double all[3], alone[3];
  expect(tutti_normal(NULL, (tutti_rng){8, 9}, 0, x, N) == 0, "tutti_normal");
  for (int i = 0; i < N; i += 2) x[i] *= 1e200;
  for (int i = 0; i + 2 < N; i += 4) x[i + 2] = -x[i];
  expect(tutti_sum(ctx, x + begin, end - begin, &all[0]) == 0 &&
             tutti_nrm2(ctx, x + begin, end - begin, &all[1]) == 0 &&
             tutti_dot(ctx, x + begin, x + begin, end - begin, &all[2]) == 0 &&
             tutti_sum(NULL, x, N, &alone[0]) == 0 && tutti_nrm2(NULL, x, N, &alone[1]) == 0 &&
             tutti_dot(NULL, x, x, N, &alone[2]) == 0 && memcmp(all, alone, sizeof all) == 0,
         "sums of parts");
}

static size_t cut(int r) { return r == ranks ? N : (size_t)N * (size_t)r / (size_t)ranks / 512 * 512; }
static bool near(double a, double b, double bound) { return fabs(a - b) <= bound * fabs(b); }

/* Of parts of any length, also none: what one context finds of the whole. Moments have its bits where parts
 * are cut at multiples of 512, prefix sums where nothing large cancels; otherwise they are as close. */
static void statistics_of_parts(tutti_ctx *ctx, double *x, double *y) {
  enum { BINS = 37, PROBS = 5 };
  const double probs[PROBS] = {0, 0.1, 0.5, 0.77, 1};
  for (int round = 0; round < 3; round++) {
    size_t begin = cut(rank), end = cut(rank + 1);
    if (round == 1) begin = rank == ranks - 1 ? 0 : N, end = N; /* all in the last one */
    if (round == 2 && ranks > 1 && rank == 0) end = 3;          /* next to nothing in the first */
    if (round == 2 && rank == 1) begin = 3;
    const size_t n = end - begin;
    double quantiles[2][PROBS], weighted[2];
    uint64_t counts[2][BINS];
    tutti_minmax_t ends[2];
    tutti_moments_t moments[2];
    expect(tutti_normal(NULL, (tutti_rng){10, 11}, 0, x, N) == 0, "tutti_normal");
    for (int i = 0; i < N; i += 1000) x[i] = 3.5; /* ties */
    x[0] = -0.0;
    if (round == 2) x[77] = 1e100, x[N - 5] = -1e100;
    expect(tutti_minmax(ctx, x + begin, n, &ends[0]) == 0 && tutti_minmax(NULL, x, N, &ends[1]) == 0 &&
               memcmp(&ends[0], &ends[1], sizeof *ends) == 0,
           "tutti_minmax of parts");
    expect(tutti_moments(ctx, x + begin, n, &moments[0]) == 0 &&
               tutti_moments(NULL, x, N, &moments[1]) == 0 &&
               (round == 2 ? moments[0].mean == moments[1].mean &&
                                 near(moments[0].variance, moments[1].variance, 4 * 0x1p-52) &&
                                 near(moments[0].kurtosis, moments[1].kurtosis, 8 * 0x1p-52)
                           : memcmp(&moments[0], &moments[1], sizeof *moments) == 0),
           "tutti_moments of parts");
    expect(tutti_histogram(ctx, x + begin, n, -3, 3, BINS, counts[0]) == 0 &&
               tutti_histogram(NULL, x, N, -3, 3, BINS, counts[1]) == 0 &&
               memcmp(counts[0], counts[1], sizeof *counts) == 0,
           "tutti_histogram of parts");
    expect(tutti_quantile(ctx, x + begin, n, probs, PROBS, quantiles[0]) == 0 &&
               tutti_quantile(NULL, x, N, probs, PROBS, quantiles[1]) == 0 &&
               memcmp(quantiles[0], quantiles[1], sizeof *quantiles) == 0,
           "tutti_quantile of parts");
    expect(tutti_weighted_mean(ctx, x + begin, x + begin, n, &weighted[0]) == 0 &&
               tutti_weighted_mean(NULL, x, x, N, &weighted[1]) == 0 &&
               memcmp(&weighted[0], &weighted[1], 8) == 0,
           "tutti_weighted_mean of parts");
    double *whole = malloc(N * sizeof *whole);
    bool same = whole && tutti_cumsum(ctx, x + begin, n, y) == 0 && tutti_cumsum(NULL, x, N, whole) == 0;
    for (size_t i = 0; i < n && same; i++)
      same = y[i] == whole[begin + i] ||
             (round == 2 && fabs(y[i] - whole[begin + i]) < 0x1p-52 * fabs(y[i]) + 0x1p-98 * 1e100);
    expect(same, "tutti_cumsum of parts");
    free(whole);
  }
  tutti_minmax_t none;
  expect(tutti_minmax(ctx, x, 0, &none) == TUTTI_EINVAL && strstr(tutti_error_detail(ctx), "n = 0") != NULL,
         "nothing in any rank");
}

/* The last rank makes another call than the others: all are told so, and none waits for ever. */
static void differing(tutti_ctx *ctx, double *x, double *y) {
  const bool odd = rank == ranks - 1;
  char says[80];
  tutti_estimate pi;
  tutti_status status[5];
  const char *const what[] = {"passed seed = 9, rank 0 seed = 1", "passed n = 50000, rank 0 n = 100003",
                              "called tutti_dot_strided, rank 0 tutti_sum_strided",
                              "passed n = 1001, rank 0 n = 1000, to tutti_mc_pi",
                              "passed n = 0, rank 0 n = 7"};
  snprintf(says, sizeof says, "rank %d ", ranks - 1);
  for (int i = 0; i < 5; i++) {
    if (i == 0) status[i] = tutti_uniform(ctx, (tutti_rng){odd ? 9 : 1, 2}, 3, x, N);
    if (i == 1) status[i] = tutti_map(ctx, odd ? 50000 : N, square, NULL, x, sizeof *x);
    if (i == 2) status[i] = odd ? tutti_dot(ctx, y, y, 10, x) : tutti_sum(ctx, y, 10, x);
    if (i == 3) status[i] = tutti_mc_pi(ctx, (tutti_rng){1, 2}, odd ? 1001 : 1000, &pi);
    if (i == 4) status[i] = tutti_for(ctx, odd ? 0 : 7, 1, fail_at, &(size_t){100}, (tutti_output[]){{0}});
    if (ranks == 1) continue;
    expect(status[i] == TUTTI_EINVAL && strstr(tutti_error_detail(ctx), says) != NULL &&
               strstr(tutti_error_detail(ctx), what[i]) != NULL,
           what[i]);
  }
}

/* A long run with a checkpoint. In one that shall die, the last rank is killed once the file is there. */
typedef struct {
  const char *path;
  bool deadly;
} long_run;

static int integrand(const double *u, size_t dims, size_t points, double *f, const void *args) {
  const long_run *run = args;
  if (run->deadly && rank == ranks - 1 && access(run->path, F_OK) == 0) raise(SIGKILL);
  for (size_t p = 0; p < points; p++) f[p] = sqrt(u[p * dims] * u[p * dims] + u[p * dims + 1]);
  return 0;
}

/* Writes the bits of the mean into a file; the checkpoint is of rank 0. */
static int run_long(tutti_ctx *ctx, char **argv) {
  const long_run run = {argv[2], argv[4] != NULL};
  char own[512];
  snprintf(own, sizeof own, "%s%s", argv[2], rank ? ".nobody" : "");
  const tutti_mc_problem problem = {.f = integrand,
                                    .args = &run,
                                    .dims = 2,
                                    .samples = 3000000,
                                    .checkpoint = own,
                                    .checkpoint_samples = 1 << 18};
  tutti_estimate e;
  if (tutti_mc_run(ctx, (tutti_rng){12, 13}, &problem, &e)) {
    printf("rank %d: %s\n", rank, tutti_error_detail(ctx));
    return 1;
  }
  FILE *file = rank == 0 ? fopen(argv[3], "w") : NULL;
  if (file) fprintf(file, "%a %a\n", e.mean, e.std_error);
  return file && fclose(file);
}

/* Rank 1 is gone in the middle of a call: MPI ends the others. */
static int die(size_t begin, size_t end, void *args) {
  (void)begin, (void)end, (void)args;
  if (rank == 1) raise(SIGKILL);
  return 0;
}

int main(int argc, char **argv) {
  const int deadly = argc > 1 && strcmp(argv[1], "die") == 0;
  int level;
  tutti_ctx *ctx;
  tutti_config config;
  expect(tutti_open_mpi(MPI_COMM_WORLD, NULL, &ctx) == TUTTI_EINVAL &&
             strstr(tutti_error_detail(NULL), "MPI is not initialised") != NULL,
         "before MPI_Init");
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  if (argc > 3) {
    if (tutti_open_mpi(MPI_COMM_WORLD, NULL, &ctx)) return 1;
    const int failed = run_long(ctx, argv);
    tutti_close(ctx);
    MPI_Finalize();
    return failed;
  }
  double *x = malloc(N * sizeof *x), *y = malloc(N * sizeof *y);
  for (int workers = 1; workers <= 2; workers++) {
    tutti_config_default(&config);
    config.workers = workers;
    if (deadly) config.schedule = TUTTI_STATIC; /* so that rank 1 has chunks to die in */
    if (tutti_open_mpi(MPI_COMM_WORLD, &config, &ctx)) {
      expect(0, "tutti_open_mpi");
      break;
    }
    if (deadly) tutti_for(ctx, 100, 1, die, NULL, (tutti_output[]){{0}});
    expect(tutti_rank(ctx) == rank && tutti_ranks(ctx) == ranks && tutti_workers(ctx) == workers,
           "who is who");
    shared_out(ctx, x, y);
    differing(ctx, x, y);
    in_parts(ctx, x);
    on_grids(ctx);
    statistics_of_parts(ctx, x, y);
    tutti_close(ctx);
  }
  free(x);
  free(y);
  int all = 0;
  MPI_Allreduce(&differences, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  MPI_Finalize();
  return all > 0;
}
