/* Distributions whose variates a kernel makes from elements of the stream. */
#include <math.h>
#include <string.h>
#include <tutti/distributions.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "random/fill.h"
#include "random/kernels.h"

typedef struct {
  int64_t low;
  uint64_t range; /* 0: 2^64 */
} integers_params;

static void make_integers(const tutti_variates *v, uint64_t first, void *out, size_t n) {
  const integers_params *params = v->parameters;
  v->kernels->random->integers(v->rng, first, params->range, params->low, out, n);
}

tutti_status tutti_integers(tutti_ctx *ctx, tutti_rng rng, uint64_t first, int64_t low, int64_t high,
                            int64_t *out, size_t n) {
  const integers_params params = {low, (uint64_t)high - (uint64_t)low + 1};
  const tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  if (low > high)
    return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "low = %lld is above high = %lld", (long long)low,
                                        (long long)high));
  return tutti_fill(
      ctx,
      &(tutti_variates){make_integers, rng, first, out, sizeof *out, &params, NULL, sizeof params, {{0}}}, n);
}

static void make_bernoulli(const tutti_variates *v, uint64_t first, void *out, size_t n) {
  v->kernels->random->bernoulli(v->rng, first, *(const uint64_t *)v->parameters, out, n);
}

/* For p = 1: p 2^64 does not fit 64 bits. Every variate is 1. */
static void make_ones(const tutti_variates *v, uint64_t first, void *out, size_t n) {
  (void)v;
  (void)first;
  memset(out, 1, n);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): out is written, through a pointer to void */
tutti_status tutti_bernoulli(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double p, uint8_t *out,
                             size_t n) {
  const tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  if (!(p >= 0 && p <= 1))
    return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "p = %.17g is not in [0, 1]", p));
  const uint64_t threshold = p < 1 ? (uint64_t)(p * 0x1p64) : UINT64_MAX;
  tutti_variates v = {p < 1 ? make_bernoulli : make_ones,
                      rng,
                      first,
                      out,
                      sizeof *out,
                      &threshold,
                      NULL,
                      sizeof threshold,
                      {{0}}};
  return tutti_fill(ctx, &v, n);
}

static void make_lognormal(const tutti_variates *v, uint64_t first, void *out, size_t n) {
  const double *params = v->parameters;
  v->kernels->random->lognormal(v->rng, first, params[0], params[1], out, n);
}

tutti_status tutti_lognormal(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double mu, double sigma,
                             double *out, size_t n) {
  const double params[] = {mu, sigma};
  const tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  if (!isfinite(mu)) return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "mu = %.17g is not finite", mu));
  if (!(sigma >= 0) || isinf(sigma))
    return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "sigma = %.17g is not in [0, infinity)", sigma));
  return tutti_fill(
      ctx,
      &(tutti_variates){make_lognormal, rng, first, out, sizeof *out, params, NULL, sizeof params, {{0}}}, n);
}

static void make_gamma(const tutti_variates *v, uint64_t first, void *out, size_t n) {
  v->kernels->random->gamma(v->rng, first, v->parameters, out, n);
}

tutti_status tutti_gamma(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double shape, double scale,
                         double *out, size_t n) {
  const tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  if (!(shape > 0) || isinf(shape))
    return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "shape = %.17g is not in (0, infinity)", shape));
  if (!(scale > 0) || isinf(scale))
    return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "scale = %.17g is not in (0, infinity)", scale));
  const double raised = shape < 1 ? shape + 1 : shape, d = raised - 1.0 / 3;
  const tutti_gamma_params params = {d, 1 / (3 * sqrt(d)), scale, shape < 1 ? 1 / shape : 0};
  return tutti_fill(
      ctx, &(tutti_variates){make_gamma, rng, first, out, sizeof *out, &params, NULL, sizeof params, {{0}}},
      n);
}
