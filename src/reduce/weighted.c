/* tutti_weighted_sum, tutti_weighted_mean */
#include "context/open.h"
#include "engine/collectives.h"
#include "reduce/moments_exact.h"

static tutti_status check(tutti_ctx *ctx, const double *x, const double *w, size_t n, const double *result) {
  tutti_status status = tutti_check_terms(ctx, "x", x, n);
  if (!status) status = tutti_check_terms(ctx, "w", w, n);
  if (!status && !result) status = tutti_fail(ctx, TUTTI_EINVAL, "result is NULL");
  return status;
}

tutti_status tutti_weighted_sum(tutti_ctx *ctx, const double *x, const double *w, size_t n, double *result) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check(ctx, x, w, n, result);
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = 0);
  tutti_exact sum;
  if (!status) status = tutti_exact_reduce(ctx, x, w, n, &sum);
  if (!status) *result = tutti_exact_round(&sum);
  return status;
}

tutti_status tutti_weighted_mean(tutti_ctx *ctx, const double *x, const double *w, size_t n, double *result) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check(ctx, x, w, n, result);
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = 0);
  tutti_exact sum, weights;
  if (!status) status = tutti_exact_reduce(ctx, x, w, n, &sum);
  if (!status) status = tutti_exact_reduce(ctx, w, NULL, n, &weights);
  if (!status) *result = tutti_exact_ratio(&sum, &weights);
  return status;
}
