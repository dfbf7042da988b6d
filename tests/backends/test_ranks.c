/* Contexts over ranks: threads of this process play them. Whatever the ranks, the bits are those of one. */
#include "../support/ranks_of_threads.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "../support/data.h"

enum { N = 30011 };

/* -- what is shared out -- */

static double expected_fill[N], expected_final[N], expected_prefixes[N];
static tutti_estimate expected_pi;
static tutti_moments_t expected_moments;

static int twice(size_t begin, size_t end, void *args) {
  for (size_t i = begin; i < end; i++) ((double *)args)[i] = 2. * (double)i;
  return 0;
}

static void first(void *acc, const void *args) { (void)args, *(double *)acc = 1; }
static int add_rounded(void *acc, size_t begin, size_t end, const void *args) {
  (void)args;
  for (size_t i = begin; i < end; i++) *(double *)acc += 1. / (double)(i + 1);
  return 0;
}
static void join(void *into, const void *from, const void *args) { /* neither commutes nor associates */
  (void)args;
  *(double *)into = *(double *)into * 0.999 + *(const double *)from;
}
static const tutti_reduction odd = {sizeof(double), 7, first, add_rounded, join};

static int share_out(tutti_ctx *ctx, int rank, int ranks) {
  static const tutti_ar1 model = {72, 0.5, 5};
  (void)rank, (void)ranks;
  double *x = malloc(N * sizeof *x), sum, expected;
  tutti_estimate pi;
  tutti_moments_t m;
  int bad = 0;
  if (tutti_for(ctx, N, 11, twice, x, (tutti_output[]){{x, sizeof *x}, {0}})) bad |= 1;
  for (int i = 0; i < N; i++) bad |= x[i] != 2. * i;
  if (tutti_normal(ctx, (tutti_rng){3, 4}, 5, x, N) || memcmp(x, expected_fill, sizeof expected_fill) != 0)
    bad |= 2;
  if (tutti_ar1_ensemble(ctx, &model, (tutti_rng){1, 2}, 75, N, 10, x, &m) ||
      memcmp(x, expected_final, sizeof expected_final) != 0 || memcmp(&m, &expected_moments, sizeof m) != 0)
    bad |= 4;
  if (tutti_mc_pi(ctx, (tutti_rng){5, 6}, 1000000, &pi) || memcmp(&pi, &expected_pi, sizeof pi) != 0)
    bad |= 8;
  if (tutti_reduce(ctx, &odd, N, NULL, &sum) || tutti_reduce(NULL, &odd, N, NULL, &expected) ||
      sum != expected)
    bad |= 16;
  free(x);
  return bad;
}

Test(ranks, share_out_chunks, .timeout = 120) {
  static const tutti_ar1 model = {72, 0.5, 5};
  cr_assert(tutti_normal(NULL, (tutti_rng){3, 4}, 5, expected_fill, N) == TUTTI_OK);
  cr_assert(tutti_ar1_ensemble(NULL, &model, (tutti_rng){1, 2}, 75, N, 10, expected_final,
                               &expected_moments) == TUTTI_OK);
  cr_assert(tutti_mc_pi(NULL, (tutti_rng){5, 6}, 1000000, &expected_pi) == TUTTI_OK);
  everywhere(share_out);
}

/* The first chunk waits until all others are done, which is when other ranks take those of its rank's share.
 */
static _Atomic int chunks_done;
enum { CHUNKS = 100 };

static int wait_for_the_others(size_t begin, size_t end, void *args) {
  ((double *)args)[begin] = (double)end;
  while (begin == 0 && chunks_done < CHUNKS - 1) sched_yield();
  chunks_done++;
  return 0;
}

static int help_out(tutti_ctx *ctx, int rank, int ranks) {
  double x[CHUNKS];
  (void)rank, (void)ranks;
  for (int call = 0; call < 3; call++) { /* the counter is used again */
    memset(x, 0, sizeof x);
    if (tutti_for(ctx, CHUNKS, 1, wait_for_the_others, x, (tutti_output[]){{x, sizeof *x}, {0}})) return 1;
    for (int i = 0; i < CHUNKS; i++)
      if (x[i] != i + 1) return 2;
    if (tutti_rank(ctx) == 0) chunks_done = 0;
    if (tutti_for(ctx, 1, 1, twice, x, (tutti_output[]){{x, sizeof *x}, {0}}))
      return 3; /* all wait for that */
  }
  return 0;
}

Test(ranks, take_over_the_chunks_of_one_that_is_late, .timeout = 60) {
  for (int ranks = 2; ranks <= MOST_RANKS; ranks++)
    for (int workers = 1; workers <= 3; workers++)
      if ((ranks + workers) % 3 == TUTTI_DYNAMIC) with_ranks(ranks, workers, true, 0, help_out);
}

/* -- arrays in parts, and arrays that all ranks have -- */

/* Where a rank's part begins: moments have the same bits where that is a multiple of 512. */
static size_t cut(int rank, int ranks) {
  return rank == ranks ? N : (size_t)N * (size_t)rank / (size_t)ranks / 512 * 512;
}

/* What a context makes of them, into `into`, so that contexts can be compared byte by byte. */
typedef struct {
  double low, high, moments[2], quantile[3], column[100], row[300];
  size_t ends[2];
  uint64_t count[50], permutation[1000], poisson[1000];
  double state[80];
} findings;

static int find_all(tutti_ctx *ctx, int rank, int ranks, findings *f) {
  const size_t begin = cut(rank, ranks), n = cut(rank + 1, ranks) - begin;
  const double *part = expected_fill + begin;
  static _Thread_local double prefixes[N];
  static const double levels[3] = {0.01, 0.5, 0.9};
  tutti_minmax_t m;
  tutti_moments_t moments;
  memset(f, 0, sizeof *f);
  if (tutti_minmax(ctx, part, n, &m)) return 1;
  f->low = m.min, f->high = m.max, f->ends[0] = m.argmin, f->ends[1] = m.argmax;
  if (tutti_moments(ctx, part, n, &moments)) return 2;
  memcpy(f->moments, &moments.mean, sizeof(double));
  f->moments[1] = moments.variance;
  if (tutti_quantile(ctx, part, n, levels, 3, f->quantile)) return 3;
  if (tutti_histogram(ctx, part, n, -3, 3, 50, f->count)) return 4;
  if (tutti_cumsum(ctx, part, n, prefixes) ||
      memcmp(prefixes, expected_prefixes + begin, n * sizeof *prefixes) != 0)
    return 8;
  if (tutti_sum_cols(ctx, expected_fill, 300, 100, 100, f->column) ||
      tutti_sum_rows(ctx, expected_fill, 300, 100, 100, f->row))
    return 5;
  if (tutti_permutation(ctx, (tutti_rng){1, 1}, f->permutation, 1000) ||
      tutti_poisson(ctx, (tutti_rng){1, 2}, 0, 7, f->poisson, 1000))
    return 6;
  for (int i = 0; i < 80; i++) f->state[i] = expected_fill[i];
  if (tutti_lorenz96_run(ctx, 8, 0.01, 10, 8, 10, f->state)) return 7;
  return 0;
}

static findings alone;

static int find_the_same(tutti_ctx *ctx, int rank, int ranks) {
  findings f;
  const int failed = find_all(ctx, rank, ranks, &f);
  return failed ? failed : memcmp(&f, &alone, sizeof f) != 0 ? -5 : 0;
}

Test(ranks, find_the_same_in_parts_and_in_arrays_all_have, .timeout = 120) {
  cr_assert(tutti_normal(NULL, (tutti_rng){3, 4}, 5, expected_fill, N) == TUTTI_OK);
  cr_assert(tutti_cumsum(NULL, expected_fill, N, expected_prefixes) == TUTTI_OK);
  cr_assert(find_all(NULL, 0, 1, &alone) == 0, "%s", tutti_error_detail(NULL));
  everywhere(find_the_same);
}

/* -- sums of parts -- */

static double whole[N], other[N];
static double expected[4];

/* Parts of very different lengths, some empty. */
static int sum_parts(tutti_ctx *ctx, int rank, int ranks) {
  int bad = 0;
  for (int cut = 0; cut < 3; cut++) {
    size_t begin = 0, end = N;
    if (cut == 0) begin = (size_t)(N * rank / ranks), end = (size_t)(N * (rank + 1) / ranks);
    if (cut == 1) begin = rank == 0 ? 0 : 3, end = rank == 0 ? 3 : rank == ranks - 1 ? N : 3;
    if (cut == 2) begin = rank == ranks - 1 ? 0 : N, end = N;
    if (cut == 1 && ranks == 1) end = N;
    double r[4];
    if (tutti_sum(ctx, whole + begin, end - begin, &r[0]) ||
        tutti_asum(ctx, whole + begin, end - begin, &r[1]) ||
        tutti_nrm2(ctx, whole + begin, end - begin, &r[2]) ||
        tutti_dot(ctx, whole + begin, other + begin, end - begin, &r[3]))
      return -3;
    for (int k = 0; k < 4; k++) bad |= (memcmp(&r[k], &expected[k], sizeof *r) != 0) << (4 * cut + k);
    int64_t integers[3] = {rank, 2, INT64_MAX / 8}, total, all = 0;
    for (int k = 0; k < ranks; k++) all += k + 2 + INT64_MAX / 8;
    if (tutti_sum_i64(ctx, integers, 3, &total) || total != all) bad |= 1 << 20;
  }
  return bad;
}

Test(ranks, add_up_parts_exactly, .timeout = 120) {
  uint64_t state = 9;
  for (int i = 0; i < N; i++) {
    whole[i] = data_scaled(&state, -300, 300);
    other[i] = data_scaled(&state, -20, 20);
  }
  for (int i = 0; i + 1 < N; i += 2) whole[i + 1] = i % 3 ? -whole[i] : whole[i + 1];
  cr_assert(tutti_sum(NULL, whole, N, &expected[0]) == TUTTI_OK &&
            tutti_asum(NULL, whole, N, &expected[1]) == TUTTI_OK &&
            tutti_nrm2(NULL, whole, N, &expected[2]) == TUTTI_OK &&
            tutti_dot(NULL, whole, other, N, &expected[3]) == TUTTI_OK);
  everywhere(sum_parts);
}

/* -- failures -- */

static int fail_at_20000(size_t begin, size_t end, void *args) {
  (void)args;
  return begin <= 20000 && 20000 < end ? 5 : begin <= 25000 && 25000 < end ? 6 : 0;
}

static int fail_everywhere(tutti_ctx *ctx, int rank, int ranks) {
  (void)rank, (void)ranks;
  const tutti_status status = tutti_for(ctx, N, 10, fail_at_20000, NULL, (tutti_output[]){{0}});
  if (status != TUTTI_EUSER || !strstr(tutti_error_detail(ctx), "returned 5 for items [20000, 20010)"))
    return 1;
  return tutti_for(ctx, N, 10, twice, NULL, NULL) == TUTTI_EUNSUPPORTED ? 0 : 2;
}

Test(ranks, a_failure_is_everybodys) { everywhere(fail_everywhere); }

/* The other ranks' chunks wait until rank 1 has canceled: it has to, however slow it is. */
static int wait_for_rank_1(size_t begin, size_t end, void *args) {
  const player *p = args;
  (void)begin, (void)end;
  while (p->rank != 1 && canceled_call < p->call) sched_yield();
  return 0;
}

static int coordinate(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) f[p] = u[p * dims];
  return 0;
}

static int be_canceled(tutti_ctx *ctx, int rank, int ranks) {
  tutti_estimate e;
  player p = {.rank = rank, .ranks = ranks};
  for (p.call = 1; p.call <= 2; p.call++) {
    this_player->call = p.call;
    if (tutti_for(ctx, 400, 1, wait_for_rank_1, &p, (tutti_output[]){{0}}) != TUTTI_ECANCELED) return 1;
  }
  return tutti_mc_integrate(ctx, (tutti_rng){1, 1}, coordinate, NULL, 1, 2000000, &e) == TUTTI_ECANCELED ? 0
                                                                                                         : 2;
}

/* One worker a rank, which asks the progress function after every chunk. */
Test(ranks, are_canceled_together, .timeout = 60) {
  canceling = true;
  for (int ranks = 2; ranks <= MOST_RANKS; ranks++)
    for (int one_sided = 0; one_sided < 2; one_sided++) {
      canceled_call = 0;
      with_ranks(ranks, 1, one_sided, 0, be_canceled);
    }
}

static int meet_a_broken_transport(tutti_ctx *ctx, int rank, int ranks) {
  (void)rank, (void)ranks;
  double x[100];
  const tutti_status status = tutti_uniform(ctx, (tutti_rng){1, 1}, 0, x, 100);
  return status == TUTTI_ESYSTEM &&
                 strstr(tutti_error_detail(ctx), "gathering by the transport failed with 42")
             ? 0
             : 1;
}

Test(ranks, a_transport_that_fails) { with_ranks(3, 1, false, 42, meet_a_broken_transport); }

Test(ranks, bad_arguments) {
  tutti_ctx *ctx;
  tutti_transport t = {.ranks = 1, .gather = gather, .allreduce_min = allreduce_min};
  testing_expect(NULL, tutti_open_ranks(NULL, NULL, &ctx), TUTTI_EINVAL, "transport is NULL", "");
  testing_expect(NULL, tutti_open_ranks(&t, NULL, NULL), TUTTI_EINVAL, "ctx is NULL", "");
  t.rank = 1;
  testing_expect(NULL, tutti_open_ranks(&t, NULL, &ctx), TUTTI_EINVAL, "rank = 1 of ranks = 1", "");
  t.rank = 0, t.allreduce_min = NULL;
  testing_expect(NULL, tutti_open_ranks(&t, NULL, &ctx), TUTTI_EINVAL, "transport->allreduce_min is NULL",
                 "");
  cr_assert(tutti_rank(NULL) == 0 && tutti_ranks(NULL) == 1);
}
