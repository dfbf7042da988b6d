/* Ranks that do not make the same call: all of them get TUTTI_EINVAL, which names the rank and what differs,
 * none waits for ever, and the next call they agree on works. */
#include "../support/ranks_of_threads.h"

#include <math.h>
#include <stdlib.h>

enum { N = 5000, MEMBERS = 32, VARIABLES = 8 };

static double given[N]; /* any numbers */
static _Thread_local double out[2 * N];
static _Thread_local uint64_t bits[2 * N];

static int nothing(size_t begin, size_t end, void *args) {
  (void)begin, (void)end, (void)args;
  return 0;
}
static int item(size_t i, const void *args, void *to) {
  (void)args;
  *(double *)to = (double)i;
  return 0;
}
static void init(void *acc, const void *args) { (void)args, *(double *)acc = 0; }
static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  (void)args, *(double *)acc += (double)(end - begin);
  return 0;
}
static void merge(void *into, const void *from, const void *args) {
  (void)args, *(double *)into += *(const double *)from;
}
static int integrand(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) f[p] = u[p * dims];
  return 0;
}

/* A call, as all ranks but one make it, or as that one does. */
typedef tutti_status (*call)(tutti_ctx *ctx, bool odd);

#define CALL(name, expression)                                                                               \
  static tutti_status name(tutti_ctx *ctx, bool odd) { return expression; }
#define RNG(odd_seed, odd_stream) ((tutti_rng){odd ? (odd_seed) : 3, odd ? (odd_stream) : 4})
static const tutti_output no_outputs[] = {{0}};

CALL(fill_seed, tutti_normal(ctx, RNG(8, 4), 5, out, N))
CALL(fill_stream, tutti_uniform(ctx, RNG(3, 9), 5, out, N))
CALL(fill_first, tutti_bits(ctx, RNG(3, 4), odd ? 6 : 5, bits, N))
CALL(fill_n, tutti_normal(ctx, RNG(3, 4), 5, out, odd ? N + 1 : N))
CALL(fill_none, tutti_normal(ctx, RNG(3, 4), 5, out, odd ? 0 : N))
CALL(fill_kind, odd ? tutti_uniform(ctx, RNG(3, 4), 5, out, N) : tutti_normal(ctx, RNG(3, 4), 5, out, N))
CALL(gamma_law, tutti_gamma(ctx, RNG(3, 4), 0, 2, odd ? 1 : 3, out, N))
CALL(poisson_mean, tutti_poisson(ctx, RNG(3, 4), 0, odd ? 7 : 8, bits, N))
CALL(bernoulli_p, tutti_bernoulli(ctx, RNG(3, 4), 0, odd ? 1 : 0, (uint8_t *)bits, N))
CALL(sobol_dims, tutti_sobol(ctx, NULL, 0, odd ? 3 : 2, out, N / 3))
CALL(permuted, tutti_permutation(ctx, RNG(1, 4), bits, N))
CALL(for_n, tutti_for(ctx, odd ? 11 : 10, 1, nothing, NULL, no_outputs))
CALL(for_none, tutti_for(ctx, odd ? 0 : 10, 1, nothing, NULL, no_outputs))
CALL(for_grain, tutti_for(ctx, N, odd ? 11 : 10, nothing, NULL, no_outputs))
CALL(for_outputs, tutti_for(ctx, N, 10, nothing, NULL, (const tutti_output[]){{out, odd ? 4 : 8}, {0}}))
CALL(map_n, tutti_map(ctx, odd ? N : 2 * N, item, NULL, out, sizeof *out))
CALL(sum_or_dot, odd ? tutti_dot(ctx, given, given, N, out) : tutti_sum(ctx, given, N, out))
CALL(sum_or_nrm2, odd ? tutti_nrm2(ctx, given, N, out) : tutti_asum(ctx, given, N, out))
CALL(sum_or_fill, odd ? tutti_sum(ctx, given, N, out) : tutti_normal(ctx, RNG(3, 4), 5, out, N))
CALL(cumsum_or_quantile,
     odd ? tutti_cumsum(ctx, given, N, out) : tutti_quantile(ctx, given, N, (const double[]){0.5}, 1, out))
CALL(bins, tutti_histogram(ctx, given, N, -1, 1, odd ? 7 : 8, bits))
CALL(range, tutti_histogram(ctx, given, N, odd ? -2 : -1, 1, 8, bits))
CALL(levels, tutti_quantile(ctx, given, N, odd ? (const double[]){0.5} : (const double[]){0.6}, 1, out))
CALL(no_levels, tutti_quantile(ctx, given, N, (const double[]){0.5}, odd ? 0 : 1, out))
CALL(rows, tutti_sum_rows(ctx, given, odd ? 40 : 50, 100, 100, out))
CALL(no_rows, tutti_sum_rows(ctx, given, odd ? 0 : 3, 1000, 1000, out))
CALL(columns, tutti_sum_cols(ctx, given, 50, odd ? 0 : 100, 100, out))
CALL(walks, tutti_mc_walk(ctx, RNG(3, 4), &(tutti_walk){.start = odd ? 5 : 4, .top = 10, .up = 0.5}, 1000,
                          &(tutti_walk_result){0}))
CALL(sweeps, tutti_mc_ising(ctx, RNG(3, 4),
                            &(tutti_ising){.size = 8, .temperature = 2, .sweeps = odd ? 3 : 4, .runs = 4},
                            &(tutti_ising_result){0}))
CALL(points, tutti_mc_pi(ctx, RNG(3, 4), odd ? 100001 : 100000, &(tutti_estimate){0}))
CALL(points_seed, tutti_mc_pi(ctx, RNG(5, 4), 100000, &(tutti_estimate){0}))
CALL(coin, tutti_mc_coin(ctx, RNG(3, 4), odd ? 1 : 0.25, 100000, &(tutti_estimate){0}))
CALL(samples,
     tutti_mc_integrate(ctx, RNG(3, 4), integrand, NULL, 2, odd ? 1 << 12 : 1 << 13, &(tutti_estimate){0}))
CALL(samples_seed, tutti_mc_integrate(ctx, RNG(7, 4), integrand, NULL, 2, 1 << 13, &(tutti_estimate){0}))
CALL(sampling, tutti_mc_run(ctx, RNG(3, 4),
                            &(tutti_mc_problem){.f = integrand,
                                                .dims = 2,
                                                .samples = 1 << 13,
                                                .sampling = odd ? TUTTI_MC_ANTITHETIC : TUTTI_MC_PLAIN},
                            &(tutti_estimate){0}))
CALL(ar1_phi,
     tutti_ar1_ensemble(ctx, &(tutti_ar1){72, odd ? 0.5 : 0.6, 5}, RNG(3, 4), 75, 100, 10, out, NULL))
CALL(ar1_steps,
     tutti_ar1_ensemble(ctx, &(tutti_ar1){72, 0.5, 5}, RNG(3, 4), 75, 100, odd ? 11 : 10, out, NULL))
CALL(lorenz, tutti_lorenz96_run(ctx, odd ? 7 : 8, 0.01, 5, VARIABLES, MEMBERS, out))
CALL(lorenz_steps, tutti_lorenz63_run(ctx, 10, 28, 2, 0.01, odd ? 5 : 6, MEMBERS, out))

static tutti_status second_call(tutti_ctx *ctx, bool odd) {
  const tutti_status status = tutti_normal(ctx, RNG(3, 4), 5, out, N);
  return status ? status : tutti_lognormal(ctx, RNG(3, 4), 5, 0, odd ? 2 : 1, out, N);
}

static tutti_status reduce_size(tutti_ctx *ctx, bool odd) {
  const tutti_reduction op = {odd ? 16 : sizeof(double), 10, init, chunk, merge};
  return tutti_reduce(ctx, &op, N, NULL, out);
}

static const struct {
  call make;
  const char *what, *says;
} cases[] = {
    {fill_seed, "a seed", "passed seed = 8, rank 0 seed = 3, to tutti_normal"},
    {fill_stream, "a stream", "passed stream = 9, rank 0 stream = 4, to tutti_uniform"},
    {fill_first, "a first element", "passed first = 6, rank 0 first = 5"},
    {fill_n, "a count", "passed n = 5001, rank 0 n = 5000"},
    {fill_none, "no count", "passed n = 0, rank 0 n = 5000"},
    {second_call, "the second call", "passed other parameters than rank 0, in tutti_lognormal"},
    {fill_kind, "a distribution", "called tutti_uniform, rank 0 tutti_normal"},
    {gamma_law, "a scale", "other parameters than rank 0, in tutti_gamma"},
    {poisson_mean, "a mean", "other parameters than rank 0, in tutti_poisson"},
    {bernoulli_p, "p", "other parameters than rank 0, in tutti_bernoulli"},
    {sobol_dims, "dims", "other parameters than rank 0, in tutti_sobol"},
    {permuted, "a permutation's seed", "passed seed = 1, rank 0 seed = 3"},
    {for_n, "n of tutti_for", "passed n = 11, rank 0 n = 10, to tutti_for"},
    {for_none, "no n of tutti_for", "passed n = 0, rank 0 n = 10, to tutti_for"},
    {for_grain, "a grain", "passed another grain"},
    {for_outputs, "an output", "passed outputs of other sizes"},
    {map_n, "n of tutti_map", "passed n = 5000, rank 0 n = 10000"},
    {reduce_size, "an accumulator", "passed an accumulator of another size"},
    {sum_or_dot, "sum or dot", "called tutti_dot_strided, rank 0 tutti_sum_strided"},
    {sum_or_nrm2, "asum or nrm2", "called tutti_nrm2_strided, rank 0 tutti_asum_strided"},
    {sum_or_fill, "parts or not", "called tutti_sum_strided, rank 0 tutti_normal"},
    {cumsum_or_quantile, "cumsum or quantile", "called tutti_cumsum, rank 0 tutti_quantile"},
    {bins, "bins", "other parameters than rank 0, in tutti_histogram"},
    {range, "a range", "other parameters than rank 0, in tutti_histogram"},
    {levels, "levels", "other parameters than rank 0, in tutti_quantile"},
    {no_levels, "no levels", "other parameters than rank 0, in tutti_quantile"},
    {rows, "rows", "passed n = 40, rank 0 n = 50, to tutti_sum_rows"},
    {no_rows, "no rows", "passed n = 0, rank 0 n = 3, to tutti_sum_rows"},
    {columns, "no columns", "other parameters than rank 0, in tutti_sum_cols"},
    {walks, "a walk", "other parameters than rank 0, in tutti_mc_walk"},
    {sweeps, "sweeps", "other parameters than rank 0, in tutti_mc_ising"},
    {points, "points", "passed n = 100001, rank 0 n = 100000, to tutti_mc_pi"},
    {points_seed, "the seed of points", "passed seed = 5, rank 0 seed = 3, to tutti_mc_pi"},
    {coin, "a coin", "other parameters than rank 0, in tutti_mc_coin"},
    {samples, "samples", "passed n = 4096, rank 0 n = 8192, to tutti_mc_run"},
    {samples_seed, "the seed of samples", "passed seed = 7, rank 0 seed = 3, to tutti_mc_run"},
    {sampling, "a way of sampling", "other parameters than rank 0, in tutti_mc_run"},
    {ar1_phi, "a model", "other parameters than rank 0, in tutti_ar1_ensemble"},
    {ar1_steps, "steps", "other parameters than rank 0, in tutti_ar1_ensemble"},
    {lorenz, "a forcing", "other parameters than rank 0, in tutti_lorenz96_run"},
    {lorenz_steps, "steps of an ODE", "other parameters than rank 0, in tutti_lorenz63_run"},
};

static size_t now;       /* of the cases */
static _Atomic int last; /* the rank that is odd */

static int differ(tutti_ctx *ctx, int rank, int ranks) {
  double sum;
  char says[160];
  (void)ranks;
  for (int i = 0; i < 2 * N; i++) out[i] = 0.25;
  snprintf(says, sizeof says, "ranks differ: rank %d ", last);
  const tutti_status status = cases[now].make(ctx, rank == last);
  const char *detail = tutti_error_detail(ctx);
  if (status != TUTTI_EINVAL || !strstr(detail, says) || !strstr(detail, cases[now].says)) {
    cr_log_error("%s: rank %d got %d, \"%s\"", cases[now].what, rank, (int)status, detail);
    return 1;
  }
  if (cases[now].make(ctx, false)) return 2; /* they are in step again */
  return tutti_sum(ctx, given, N, &sum) ? 3 : 0;
}

/* One that is odd among two and among five, in the middle and at the end. A rank that waits for ever is ended
 * by the time limit. */
Test(ranks_differ, and_all_of_them_are_told_in_what, .timeout = 120) {
  for (int i = 0; i < N; i++) given[i] = 1. / (i + 1);
  for (now = 0; now < sizeof cases / sizeof *cases; now++)
    for (int ranks = 2; ranks <= MOST_RANKS; ranks += 3)
      for (last = ranks / 2; last < ranks; last += ranks - 1 - ranks / 2 + (last == ranks - 1))
        for (int workers = 1; workers <= 3; workers += 2)
          for (int one_sided = 0; one_sided < 2; one_sided++)
            with_ranks(ranks, workers, one_sided, 0, differ);
}

/* -- arguments that one rank alone finds wrong -- */

CALL(no_samples, tutti_mc_pi(ctx, RNG(3, 4), odd ? 0 : 1000, &(tutti_estimate){0}))
CALL(no_array, tutti_normal(ctx, RNG(3, 4), 5, odd ? NULL : out, N))
CALL(no_body, tutti_for(ctx, N, 1, odd ? NULL : nothing, NULL, no_outputs))
CALL(outputs_lost, tutti_for(ctx, N, 1, nothing, NULL, odd ? NULL : no_outputs))
CALL(no_bins, tutti_histogram(ctx, given, N, -1, 1, odd ? 0 : 8, bits))
CALL(no_result, tutti_sum(ctx, given, N, odd ? NULL : out))
CALL(no_integrand,
     tutti_mc_integrate(ctx, RNG(3, 4), odd ? NULL : integrand, NULL, 2, 1 << 13, &(tutti_estimate){0}))
CALL(no_steps_back, tutti_lorenz96_run(ctx, 8, odd ? HUGE_VAL : 0.01, 5, VARIABLES, MEMBERS, out))
CALL(no_model,
     tutti_ar1_ensemble(ctx, odd ? NULL : &(tutti_ar1){72, 0.5, 5}, RNG(3, 4), 75, 100, 10, out, NULL))
CALL(no_level, tutti_quantile(ctx, given, N, odd ? (const double[]){2} : (const double[]){0.5}, 1, out))
CALL(no_factor,
     tutti_multinormal(ctx, RNG(3, 4), 0, NULL, (const double[]){1, 0, odd ? 2 : 0.5, 1}, 2, out, N / 2))
/* Of forecasts whose mean is no double. */
static tutti_status no_deviation(tutti_ctx *ctx, bool odd) {
  for (int i = 0; i < MEMBERS * VARIABLES; i++) out[i] = odd ? 1.5e308 : i % 7;
  return tutti_assimilate(ctx, RNG(3, 4), &(tutti_analysis){.filter = TUTTI_LETKF, .radius = 2},
                          &(tutti_observations){.value = (const double[]){1, 2}, .count = 2, .variance = 1},
                          VARIABLES, MEMBERS, out);
}

static const struct {
  call make;
  const char *says;    /* to the rank itself */
  tutti_status status; /* its own */
} refused[] = {{no_samples, "samples = 0 is out of range", TUTTI_EINVAL},
               {no_array, "out is NULL", TUTTI_EINVAL},
               {no_body, "body is NULL", TUTTI_EINVAL},
               {outputs_lost, "outputs = NULL", TUTTI_EUNSUPPORTED},
               {no_bins, "bins = 0", TUTTI_EINVAL},
               {no_result, "result is NULL", TUTTI_EINVAL},
               {no_integrand, "NULL", TUTTI_EINVAL},
               {no_steps_back, "dt = inf", TUTTI_EINVAL},
               {no_model, "model is NULL", TUTTI_EINVAL},
               {no_level, "probs[0] = 2", TUTTI_EINVAL},
               {no_factor, "not positive definite", TUTTI_EINVAL},
               {no_deviation, "deviation", TUTTI_EINVAL}};

static int refuse(tutti_ctx *ctx, int rank, int ranks) {
  double sum;
  char says[80];
  (void)ranks;
  for (int i = 0; i < 2 * N; i++) out[i] = 0.25;
  snprintf(says, sizeof says, "ranks differ: rank %d cannot do what was asked", last);
  const tutti_status own = refused[now].status;
  const tutti_status status = refused[now].make(ctx, rank == last);
  const char *detail = tutti_error_detail(ctx);
  if (status != (rank == last ? own : TUTTI_EINVAL) ||
      !strstr(detail, rank == last ? refused[now].says : says)) {
    cr_log_error("case %zu: rank %d got %d, \"%s\"", now, rank, (int)status, detail);
    return 1;
  }
  if (refused[now].make(ctx, true) != own) return 2; /* all of them */
  return refused[now].make(ctx, false) || tutti_sum(ctx, given, N, &sum) ? 3 : 0;
}

Test(ranks_differ, and_one_that_finds_its_arguments_wrong_says_so, .timeout = 120) {
  for (int i = 0; i < N; i++) given[i] = 1. / (i + 1);
  const size_t without = no_factor(NULL, false) == TUTTI_EUNSUPPORTED ? 2 : 0; /* OpenBLAS */
  for (now = 0; now < sizeof refused / sizeof *refused - without; now++)
    for (last = 0; last < 3; last++)
      for (int one_sided = 0; one_sided < 2; one_sided++) with_ranks(3, 2, one_sided, 0, refuse);
}

static int have_schedules(tutti_ctx *ctx, int rank, int ranks) {
  double sum;
  (void)rank, (void)ranks;
  if (tutti_for(ctx, N, 10, nothing, NULL, no_outputs) != TUTTI_EINVAL) return 1;
  if (!strstr(tutti_error_detail(ctx), "rank 2 has another schedule")) return 2;
  return tutti_sum(ctx, given, N, &sum) ? 3 : 0; /* of parts nobody hands out chunks */
}

Test(ranks_differ, in_their_schedules, .timeout = 60) {
  schedules_differ = true;
  with_ranks(3, 2, true, 0, have_schedules);
}

/* What each rank may choose: threads, and in parts of an array their length. */
static int choose(tutti_ctx *ctx, int rank, int ranks) {
  double sum;
  (void)ranks;
  return tutti_sum(ctx, given, (size_t)rank * 7, &sum) || tutti_cumsum(ctx, given, (size_t)(N - rank), out) ||
         tutti_for(ctx, N, 10, nothing, NULL, no_outputs);
}

Test(ranks_differ, where_they_may, .timeout = 60) { with_ranks(3, 2, true, 0, choose); }
