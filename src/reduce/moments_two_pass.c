/* tutti_moments, in two passes: the exact sum; then sums of powers about the rounded mean. */
#include <math.h>
#include <stdlib.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "reduce/kernels.h"
#include "reduce/moments_exact.h"

typedef struct {
  const tutti_kernels *kernels;
  const double *x;
  double centre, scale;
} central_call;

static void init(void *acc, const void *args) {
  (void)args;
  tutti_central_sums *s = acc;
  for (int k = 0; k < 3; k++) tutti_exact_init(&s->sum[k]);
  s->largest = 0;
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const central_call *c = args;
  c->kernels->reduce->central_sums(acc, c->centre, c->scale, c->x + begin, end - begin);
  return 0;
}

static void merge(void *into_, const void *from_, const void *args) {
  (void)args;
  tutti_central_sums *into = into_;
  const tutti_central_sums *from = from_;
  for (int k = 0; k < 3; k++) tutti_exact_merge(&into->sum[k], &from->sum[k]);
  if (from->largest > into->largest) into->largest = from->largest;
}

/* The second pass. It is made with scale 1. Where the largest deviation shows that fourth powers overflow,
 * or all underflow, it is made again with a scale that brings deviations near 1. */
static tutti_status central_sums(tutti_ctx *ctx, const double *x, size_t n, double centre,
                                 tutti_central_sums *sums, int *exponent) {
  static const tutti_reduction op = {sizeof(tutti_central_sums), 1 << 16, init, chunk, merge};
  enum { SAFE = 200, MOST = 1000 }; /* with deviations up to 2^200, 2^45 fourth powers do not overflow */
  *exponent = 0;
  central_call call = {ctx->kernels, x, centre, 1};
  const tutti_args args = {&call, sizeof call, {{x, n * sizeof *x}}};
  tutti_status status = tutti_reduce_partitioned(ctx, &op, n, args, sums);
  if (status || sums->largest == 0) return status;
  const int e = isfinite(sums->largest) ? ilogb(sums->largest) : MOST;
  if (abs(e) <= SAFE) return TUTTI_OK;
  *exponent = e > MOST ? MOST : e < -MOST ? -MOST : e;
  call.scale = ldexp(1, -*exponent);
  return tutti_reduce_partitioned(ctx, &op, n, args, sums);
}

/* (exact mean - rounded mean) 2^shift. */
static double mean_beyond(tutti_exact sum, double centre, size_t n, int shift) {
  tutti_exact_add_product(&sum, -(double)n, centre);
  return tutti_exact_mean(&sum, n, shift);
}

tutti_status tutti_moments(tutti_ctx *ctx, const double *x, size_t n, tutti_moments_t *result) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = tutti_check_terms(ctx, "x", x, n);
  if (status) return tutti_refuse(ctx, status);
  if (!result) return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "result is NULL"));
  TUTTI_NOTE_CALL(ctx, .n = 0);
  tutti_exact sum;
  size_t before, all;
  status = tutti_ranks_items(ctx, n, &before, &all);
  if (!status) status = tutti_exact_reduce(ctx, x, NULL, n, &sum);
  if (status) return status;
  const double nan = (double)NAN;
  tutti_moments_t m = {all, all ? tutti_exact_mean(&sum, all, 0) : nan, nan, nan, nan};
  if (isfinite(m.mean)) {
    tutti_central_sums sums;
    int exponent;
    status = central_sums(ctx, x, n, m.mean, &sums, &exponent);
    if (status) return status;
    double raw[4] = {mean_beyond(sum, m.mean, all, -exponent)};
    for (int k = 0; k < 3; k++) raw[k + 1] = tutti_exact_round(&sums.sum[k]) / (double)all;
    tutti_moments_from_raw(&m, raw);
    m.variance = ldexp(m.variance, 2 * exponent);
  }
  *result = m;
  return TUTTI_OK;
}
