/* tutti_cumsum, in two passes: the exact totals of the chunks; then the prefixes of every chunk, from its
 * exact start. */
#include <math.h>

#include "context/open.h"
#include "engine/backend.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "memory/blocks.h"
#include "reduce/exact_round.h"
#include "reduce/kernels.h"
#include "reduce/moments_exact.h"

typedef struct {
  const tutti_kernels *kernels;
  const double *x;
  double *out;
  const tutti_running *start; /* of each chunk */
} scan_call;

static int total_chunk(const tutti_job *job, size_t chunk, size_t begin, size_t end) {
  const scan_call *call = job->args.at;
  tutti_exact *acc = (tutti_exact *)(job->partials + chunk * job->partial_size);
  tutti_exact_init(acc);
  call->kernels->reduce->sum(acc, call->x + begin, NULL, end - begin);
  return 0;
}

/* The number of items -0 with which x begins: there prefixes are -0, but -0 added to a start of +0 is +0. */
static size_t negative_zeros(const double *x, size_t n) {
  size_t count = 0;
  while (count < n && x[count] == 0 && signbit(x[count])) count++;
  return count;
}

static int scan_chunk(const tutti_job *job, size_t chunk, size_t begin, size_t end) {
  const scan_call *call = job->args.at;
  tutti_running r = call->start[chunk];
  const bool nothing = r.high == 0 && signbit(r.high);
  const size_t zeros = nothing ? negative_zeros(call->x + begin, end - begin) : 0;
  call->kernels->reduce->scan(&r, call->x + begin, call->out + begin, end - begin);
  for (size_t i = begin; i < begin + zeros; i++) call->out[i] = -0.0;
  return 0;
}

/* Returns the leading 53 bits of a sum, times 2^shift, and subtracts them from it. */
static double take_leading(tutti_exact *sum, int shift) {
  const exact_number number = tutti_exact_leading(sum);
  if (number.leading == 0) return 0;
  const exact_rounded r = tutti_exact_round_to(&number, 53, -EXACT_BIAS);
  exact_add_shifted(sum, (uint64_t)r.mantissa, (unsigned)(r.exponent + EXACT_BIAS), !number.negative);
  return ldexp(number.negative ? -r.mantissa : r.mantissa, r.exponent + shift);
}

/* The start of a chunk: the sum of all items before it, as two doubles. -0: there are only items -0 before
 * it. */
static tutti_running running_of(const tutti_exact *before) {
  double special;
  if (tutti_exact_special_value(before, &special))
    return isfinite(special) ? (tutti_running){signbit(special) ? -0.0 : 0.0, 0, 1, 0}
                             : (tutti_running){0, 0, 1, special};
  tutti_exact rest = *before;
  const bool large = tutti_exact_leading(before).exponent >= 1000;
  tutti_running r = {.scale = large ? TUTTI_SCAN_SCALE : 1};
  r.high = take_leading(&rest, large ? ilogb(TUTTI_SCAN_SCALE) : 0);
  r.low = take_leading(&rest, large ? ilogb(TUTTI_SCAN_SCALE) : 0);
  return r;
}

static void init(void *acc, const void *args) {
  (void)args;
  tutti_exact_init(acc);
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  tutti_exact_merge(into, from);
}

/* Fills in the starts of the chunks. sum: of the items of ranks before this one; nothing: those have no
 * items. */
static void starts_of(tutti_running *start, const tutti_job *totals, tutti_exact *sum, bool nothing) {
  start[0] = nothing ? (tutti_running){-0.0, 0, 1, 0} : running_of(sum);
  for (size_t chunk = 1; chunk < totals->plan.count; chunk++) {
    tutti_exact_merge(sum, (const tutti_exact *)(totals->partials + (chunk - 1) * totals->partial_size));
    start[chunk] = running_of(sum);
  }
}

/* Finds the totals of the chunks, and the sum of all items of ranks before this one. */
static tutti_status find_totals(tutti_ctx *ctx, tutti_job *job, tutti_exact *sum) {
  static const tutti_reduction op = {sizeof(tutti_exact), 0, init, NULL, merge};
  const bool others = !tutti_in_worker && tutti_ranks(ctx) > 1;
  tutti_exact_init(sum);
  if (job->plan.count <= 1 && !others) return TUTTI_OK; /* a single chunk needs none */
  const tutti_status status = tutti_execute(ctx, job);
  if (status || !others) return status;
  for (size_t chunk = 0; chunk < job->plan.count; chunk++)
    tutti_exact_merge(sum, (const tutti_exact *)(job->partials + chunk * job->partial_size));
  return tutti_ranks_merge(ctx, &op, NULL, sum, true);
}

/* The first pass: the starts of the chunks. */
static tutti_status find_starts(tutti_ctx *ctx, const tutti_plan *plan, const scan_call *call,
                                tutti_running *start) {
  tutti_job job = {.plan = *plan,
                   .run = total_chunk,
                   .args = {call, sizeof *call, {{call->x, plan->n * sizeof *call->x}}},
                   .outputs = (const tutti_output[]){{0}},
                   .partial_size = sizeof(tutti_exact),
                   .acc_size = sizeof(tutti_exact),
                   .settings = ctx->settings,
                   .internal = true,
                   .partitioned = true};
  tutti_exact sum;
  size_t before, all;
  job.partials = tutti_memory_get((plan->count + 1) * job.partial_size, false);
  if (!job.partials) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu totals", plan->count);
  tutti_status status = tutti_ranks_items(ctx, plan->n, &before, &all);
  if (!status) status = find_totals(ctx, &job, &sum);
  if (!status) starts_of(start, &job, &sum, before == 0);
  tutti_memory_release(job.partials);
  return status;
}

tutti_status tutti_cumsum(tutti_ctx *ctx, const double *x, size_t n, double *out) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = tutti_check_terms(ctx, "x", x, n);
  if (!status) status = tutti_check_array(ctx, "out", out, n, sizeof *out);
  if (status || (n == 0 && tutti_ranks(ctx) == 1)) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = 0);
  const tutti_plan plan = tutti_plan_of(n, 1 << 16, sizeof(tutti_exact));
  tutti_running *start = tutti_memory_get((plan.count + 1) * sizeof *start, false);
  if (!start) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for the starts of %zu chunks", plan.count);
  const scan_call call = {ctx->kernels, x, out, start};
  status = find_starts(ctx, &plan, &call, start);
  if (!status) {
    const tutti_output outputs[] = {{out, sizeof *out}, {0}};
    status = tutti_execute(ctx, &(tutti_job){.plan = plan,
                                             .run = scan_chunk,
                                             .args = {.at = &call},
                                             .outputs = outputs,
                                             .settings = ctx->settings,
                                             .internal = true,
                                             .partitioned = true});
  }
  tutti_memory_release(start);
  return status;
}
