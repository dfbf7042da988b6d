/* tutti_sum: an exact accumulator a chunk, merged. */
#include <tutti/parallel.h>

#include "internal.h"

/* 131 072 doubles, 1 MiB: merging a chunk's accumulator costs a thousandth of adding its elements. */
enum { GRAIN = 1 << 17 };
#define MAX_TERMS (UINT64_C(1) << 45)

struct terms {
  const tutti_kernels *kernels;
  const double *x;
};

static void init(void *acc, const void *args) {
  (void)args;
  tutti_exact_init(acc);
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const struct terms *terms = args;
  terms->kernels->exact_add_array(acc, terms->x + begin, end - begin);
  return 0;
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  tutti_exact_merge(into, from);
}

tutti_status tutti_sum(tutti_ctx *ctx, const double *x, size_t n, double *result) {
  static const tutti_reduction sum = {sizeof(tutti_exact), GRAIN, init, chunk, merge};
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = tutti_check_array(ctx, "x", x, n, sizeof *x);
  if (status) return status;
  if (!result) return tutti_fail(ctx, TUTTI_EINVAL, "result is NULL");
  if (n > MAX_TERMS) return tutti_fail(ctx, TUTTI_EINVAL, "n = %zu is more than 2^45 terms", n);
  tutti_exact acc;
  status = tutti_reduce(ctx, &sum, n, &(struct terms){ctx->kernels, x}, &acc);
  if (!status) *result = tutti_exact_round(&acc);
  return status;
}
