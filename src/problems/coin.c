/* tutti_mc_coin */
#include <tutti/problems.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "montecarlo/estimates.h"
#include "random/kernels.h"

typedef struct {
  const tutti_kernels *kernels;
  tutti_rng rng;
  uint64_t threshold;
} coin;

static void init(void *acc, const void *args) {
  (void)args;
  *(uint64_t *)acc = 0;
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  enum { PIECE = 4096 };
  const coin *c = args;
  uint8_t head[PIECE];
  for (size_t some; begin < end; begin += some) {
    some = end - begin < PIECE ? end - begin : PIECE;
    c->kernels->random->bernoulli(c->rng, begin, c->threshold, head, some);
    uint64_t heads = 0;
    for (size_t i = 0; i < some; i++) heads += head[i];
    *(uint64_t *)acc += heads;
  }
  return 0;
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  *(uint64_t *)into += *(const uint64_t *)from;
}

tutti_status tutti_mc_coin(tutti_ctx *ctx, tutti_rng rng, double p, uint64_t tosses, tutti_estimate *result) {
  static const tutti_reduction count = {sizeof(uint64_t), 1 << 16, init, chunk, merge};
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  if (!result) return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "result is NULL"));
  if (!(p >= 0 && p <= 1))
    return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "p = %.17g is not in [0, 1]", p));
  if (tosses == 0 || tosses > UINT64_C(1) << 62)
    return tutti_refuse(
        ctx, tutti_fail(ctx, TUTTI_EINVAL, "tosses = %llu is not in [1, 2^62]", (unsigned long long)tosses));
  TUTTI_NOTE_CALL(ctx, .n = tosses, .rng = rng, .parameters = {{&p, sizeof p}});
  uint64_t heads = tosses; /* for p = 1, whose threshold does not fit 64 bits */
  const coin c = {ctx->kernels, rng, p < 1 ? (uint64_t)(p * 0x1p64) : 0};
  if (p < 1)
    status = tutti_reduce_internal(ctx, &count, (size_t)tosses, (tutti_args){&c, sizeof c, {{0}}}, &heads);
  else status = tutti_ranks_agree(ctx);
  if (!status) *result = tutti_mc_estimate_of_share(heads, tosses, 1);
  return status;
}
