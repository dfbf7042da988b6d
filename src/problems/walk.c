/* tutti_mc_walk */
#include <math.h>
#include <tutti/problems.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "montecarlo/estimates.h"
#include "random/kernels.h"

typedef struct {
  const tutti_kernels *kernels;
  tutti_rng rng;
  uint64_t start, top, threshold;
} gamble;

/* Sums over walks: how many ended at 0, their steps, and the squares of their steps. */
typedef struct {
  uint64_t ruined;
  unsigned __int128 steps, squares;
} counters;

static void init(void *acc, const void *args) {
  (void)args;
  *(counters *)acc = (counters){0};
}

static void walk(const gamble *g, tutti_rng rng, counters *sum) {
  enum { FEW = 64, MANY = 512 }; /* elements that are drawn at first, and then at a time */
  uint64_t bits[MANY], at = g->start, steps = 0;
  for (size_t some = FEW; at > 0 && at < g->top; some = MANY) {
    g->kernels->random->bits(rng, steps, bits, some);
    for (size_t i = 0; i < some && at > 0 && at < g->top; i++, steps++)
      at = bits[i] < g->threshold ? at + 1 : at - 1;
  }
  sum->ruined += at == 0;
  sum->steps += steps;
  sum->squares += (unsigned __int128)steps * steps;
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const gamble *g = args;
  for (size_t w = begin; w < end; w++) walk(g, tutti_rng_split(g->rng, w), acc);
  return 0;
}

static void merge(void *into, const void *from, const void *args) {
  counters *sum = into;
  const counters *more = from;
  (void)args;
  *sum = (counters){sum->ruined + more->ruined, sum->steps + more->steps, sum->squares + more->squares};
}

/* The sum of (steps - mean)^2. It is computed exactly about the integer q next to the mean, and then
 * corrected for mean - q = r / walks; the correction is at most half of it. The result is below 2^127: so
 * it is right although intermediate results overflow. */
static double squares_about_mean(const counters *sum, uint64_t walks) {
  const unsigned __int128 q = (sum->steps + walks / 2) / walks;
  const double r = (double)(__int128)(sum->steps - q * walks);
  return (double)(sum->squares - 2 * q * sum->steps + q * q * walks) - r * r / (double)walks;
}

static tutti_status check(tutti_ctx *ctx, const tutti_walk *w, uint64_t walks, const void *result) {
  if (!w) return tutti_fail(ctx, TUTTI_EINVAL, "walk is NULL");
  if (!result) return tutti_fail(ctx, TUTTI_EINVAL, "result is NULL");
  if (w->top == 0 || w->top > 1 << 16)
    return tutti_fail(ctx, TUTTI_EINVAL, "top = %llu is not in [1, 65536]", (unsigned long long)w->top);
  if (w->start > w->top)
    return tutti_fail(ctx, TUTTI_EINVAL, "start = %llu is above top = %llu", (unsigned long long)w->start,
                      (unsigned long long)w->top);
  if (!(w->up > 0 && w->up < 1)) return tutti_fail(ctx, TUTTI_EINVAL, "up = %.17g is not in (0, 1)", w->up);
  if (walks < 2 || walks > UINT64_C(1) << 40)
    return tutti_fail(ctx, TUTTI_EINVAL, "walks = %llu is not in [2, 2^40]", (unsigned long long)walks);
  return TUTTI_OK;
}

tutti_status tutti_mc_walk(tutti_ctx *ctx, tutti_rng rng, const tutti_walk *walk, uint64_t walks,
                           tutti_walk_result *result) {
  static const tutti_reduction op = {sizeof(counters), 64, init, chunk, merge};
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check(ctx, walk, walks, result);
  if (status) return tutti_refuse(ctx, status);
  const gamble g = {ctx->kernels, rng, walk->start, walk->top, (uint64_t)(walk->up * 0x1p64)};
  TUTTI_NOTE_CALL(ctx, .n = walks, .rng = rng,
                  .parameters = {{(const double[]){(double)walk->start, (double)walk->top, walk->up},
                                  3 * sizeof(double)}});
  counters sum;
  status = tutti_reduce_internal(ctx, &op, (size_t)walks, (tutti_args){&g, sizeof g, {{0}}}, &sum);
  if (status) return status;
  const double n = (double)walks, mean = tutti_mc_ratio((__int128)sum.steps, walks);
  result->ruin = tutti_mc_estimate_of_share(sum.ruined, walks, 1);
  result->steps =
      tutti_mc_estimate_of(walks, mean, sqrt(squares_about_mean(&sum, walks) / (n - 1) / n), n - 1);
  return TUTTI_OK;
}
