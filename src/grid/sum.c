/* The exact sum of a field: each chunk of rows has an accumulator, and what is in them is merged. */
#include "engine/collectives.h"
#include "grid/domain.h"
#include "reduce/exact_partial.h"
#include "reduce/exact_round.h"
#include "reduce/kernels.h"

typedef struct {
  const tutti_kernels *kernels;
  tutti_domain d;
  const double *field;
} sum_call;

static void init(void *acc, const void *args) {
  (void)args;
  exact_partial_init(acc);
}

static int add_rows(void *acc, size_t begin, size_t end, const void *args) {
  const sum_call *s = args;
  tutti_exact sum;
  tutti_exact_init(&sum);
  for (size_t i = begin; i < end; i++)
    s->kernels->reduce->sum(&sum, s->field + tutti_domain_at(&s->d, (ptrdiff_t)i), NULL, s->d.cols);
  exact_partial_put(acc, &sum);
  return 0;
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  exact_partial_merge(into, from);
}

tutti_status tutti_domain_sum(tutti_ctx *ctx, const tutti_domain *d, const double *field, double *sum) {
  enum { TERMS = 1 << 16 };
  const tutti_reduction op = {sizeof(exact_partial), TERMS / d->cols + 1, init, add_rows, merge};
  const sum_call call = {ctx->kernels, *d, field};
  const tutti_range read = {field, tutti_domain_numbers(d) * sizeof *field};
  exact_partial total;
  tutti_exact acc;
  const tutti_status status =
      tutti_reduce_partitioned(ctx, &op, d->count, (tutti_args){&call, sizeof call, {read}}, &total);
  if (status) return status;
  exact_partial_get(&total, &acc);
  *sum = tutti_exact_round(&acc);
  return TUTTI_OK;
}
