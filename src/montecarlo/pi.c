/* tutti_mc_pi */
#include <tutti/montecarlo.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "montecarlo/estimates.h"
#include "montecarlo/kernels.h"

/* 65 536 points, some tens of microseconds; a multiple of the stream's block. */
enum { GRAIN = 1 << 16 };

struct points {
  const tutti_kernels *kernels;
  tutti_rng rng;
};

static void init(void *acc, const void *args) {
  (void)args;
  *(uint64_t *)acc = 0;
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const struct points *points = args;
  *(uint64_t *)acc += points->kernels->montecarlo->pi_hits(points->rng, begin, end - begin);
  return 0;
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  *(uint64_t *)into += *(const uint64_t *)from;
}

tutti_status tutti_mc_pi(tutti_ctx *ctx, tutti_rng rng, uint64_t samples, tutti_estimate *result) {
  static const tutti_reduction count = {sizeof(uint64_t), GRAIN, init, chunk, merge};
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  if (!result) return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "result is NULL"));
  if (samples == 0 || samples > SIZE_MAX)
    return tutti_refuse(
        ctx, tutti_fail(ctx, TUTTI_EINVAL, "samples = %llu is out of range", (unsigned long long)samples));
  TUTTI_NOTE_CALL(ctx, .n = samples, .rng = rng);
  const struct points points = {ctx->kernels, rng};
  uint64_t hits;
  status =
      tutti_reduce_internal(ctx, &count, (size_t)samples, (tutti_args){&points, sizeof points, {{0}}}, &hits);
  if (status) return status;
  *result = tutti_mc_estimate_of_share(hits, samples, 4);
  return TUTTI_OK;
}
