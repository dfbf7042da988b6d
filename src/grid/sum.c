/* Exact sums over a grid: each chunk of rows has accumulators, and what is in them is merged. */
#include "engine/collectives.h"
#include "grid/domain.h"
#include "reduce/exact_partial.h"
#include "reduce/exact_round.h"
#include "reduce/kernels.h"

static void init(void *acc, const void *args) {
  const tutti_row_sums *s = args;
  for (int i = 0; i < s->count; i++) exact_partial_init((exact_partial *)acc + i);
}

static int add_rows(void *acc, size_t begin, size_t end, const void *args) {
  const tutti_row_sums *s = args;
  tutti_exact sum[TUTTI_ROW_SUMS];
  for (int i = 0; i < s->count; i++) tutti_exact_init(&sum[i]);
  for (size_t row = begin; row < end; row++) s->add(s, row, sum);
  for (int i = 0; i < s->count; i++) exact_partial_put((exact_partial *)acc + i, &sum[i]);
  return 0;
}

static void merge(void *into, const void *from, const void *args) {
  const tutti_row_sums *s = args;
  for (int i = 0; i < s->count; i++)
    exact_partial_merge((exact_partial *)into + i, (const exact_partial *)from + i);
}

/* Without reports of progress, which are for steps. */
tutti_status tutti_domain_sums(tutti_ctx *ctx, const tutti_domain *d, tutti_args args, double *sums) {
  enum { TERMS = 1 << 15 };
  static const tutti_output none[] = {{0}};
  const tutti_row_sums *s = args.at;
  const tutti_reduction op = {(size_t)s->count * sizeof(exact_partial), TERMS / d->cols + 1, init, add_rows,
                              merge};
  exact_partial total[TUTTI_ROW_SUMS];
  tutti_job job = {.call = &op,
                   .args = args,
                   .outputs = none,
                   .settings = ctx->settings,
                   .internal = true,
                   .partitioned = true};
  job.settings.progress = NULL;
  tutti_status status = tutti_reduce_job(ctx, &job, d->count, total);
  if (!status && !tutti_in_worker && tutti_ranks(ctx) > 1)
    status = tutti_ranks_merge(ctx, &op, args.at, total, false);
  for (int i = 0; i < s->count && !status; i++) {
    tutti_exact sum;
    exact_partial_get(&total[i], &sum);
    sums[i] = tutti_exact_round(&sum);
  }
  return status;
}

typedef struct {
  tutti_row_sums sums;
  const tutti_kernels *kernels;
  tutti_domain d;
  const double *field;
} field_sum;

static void add_row(const tutti_row_sums *sums, size_t row, tutti_exact *sum) {
  const field_sum *f = (const field_sum *)sums;
  f->kernels->reduce->sum(sum, f->field + tutti_domain_at(&f->d, (ptrdiff_t)row), NULL, f->d.cols);
}

tutti_status tutti_domain_sum(tutti_ctx *ctx, const tutti_domain *d, const double *field, double *sum) {
  const field_sum call = {{add_row, 1}, ctx->kernels, *d, field};
  const tutti_range read = {field, tutti_domain_numbers(d) * sizeof *field};
  return tutti_domain_sums(ctx, d, (tutti_args){&call, sizeof call, {read}}, sum);
}
