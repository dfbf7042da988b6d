/* tutti_sum_i64 */
#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "reduce/kernels.h"

typedef struct {
  const tutti_kernels *kernels;
  const int64_t *x;
} integers_call;

static void init(void *acc, const void *args) {
  (void)args;
  *(__int128 *)acc = 0;
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const integers_call *call = args;
  call->kernels->reduce->sum_i64(acc, call->x + begin, end - begin);
  return 0;
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  *(__int128 *)into += *(const __int128 *)from;
}

tutti_status tutti_sum_i64(tutti_ctx *ctx, const int64_t *x, size_t n, int64_t *result) {
  static const tutti_reduction op = {sizeof(__int128), 1 << 16, init, chunk, merge};
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = tutti_check_array(ctx, "x", x, n, sizeof *x);
  if (status) return tutti_refuse(ctx, status);
  if (!result) return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "result is NULL"));
  TUTTI_NOTE_CALL(ctx, .n = 0);
  const integers_call call = {ctx->kernels, x};
  __int128 sum;
  status =
      tutti_reduce_partitioned(ctx, &op, n, (tutti_args){&call, sizeof call, {{x, n * sizeof *x}}}, &sum);
  if (status) return status;
  if (sum < INT64_MIN || sum > INT64_MAX)
    return tutti_fail(ctx, TUTTI_EOVERFLOW, "the sum, about %g, does not fit 64 bits", (double)sum);
  *result = (int64_t)sum;
  return TUTTI_OK;
}
