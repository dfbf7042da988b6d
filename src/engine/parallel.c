/* Jobs of the library's own functions, and what all reductions share. */
#include <stdint.h>
#include <string.h>

#include "engine/backend.h"
#include "engine/collectives.h"
#include "memory/blocks.h"

tutti_status tutti_check_work_space(tutti_ctx *ctx, size_t n, size_t grain, size_t acc_size, size_t bytes,
                                    const char *what) {
  const tutti_job job = {.plan = tutti_plan_of(n, grain, acc_size)};
  const size_t workers = tutti_in_worker ? 1 : (size_t)tutti_backend_workers(ctx, &job);
  return tutti_memory_fits(ctx, tutti_bytes_of(workers, bytes), what, "");
}

/* -- for -- */

int tutti_for_chunk(const tutti_job *job, size_t chunk, size_t begin, size_t end) {
  (void)chunk;
  return (*(const tutti_body *)job->call)(begin, end, (void *)(uintptr_t)job->args.at);
}

tutti_status tutti_for_internal(tutti_ctx *ctx, size_t n, size_t grain, tutti_body body, tutti_args args,
                                const tutti_output *outputs) {
  return tutti_execute(ctx, &(tutti_job){.plan = tutti_plan_of(n, grain, 0),
                                         .run = tutti_for_chunk,
                                         .call = &body,
                                         .call_size = sizeof body,
                                         .args = args,
                                         .outputs = outputs,
                                         .settings = ctx->settings,
                                         .internal = true,
                                         .write_only = true});
}

/* -- reduce -- */

static int reduce_chunk(const tutti_job *job, size_t chunk, size_t begin, size_t end) {
  const tutti_reduction *op = job->call;
  void *acc = job->partials + chunk * job->partial_size;
  op->init(acc, job->args.at);
  return op->chunk(acc, begin, end, job->args.at);
}

/* Merges the partials in chunk order into a new accumulator, which lies in one more slot behind them. */
static void merge_partials(const tutti_job *job, void *acc) {
  const tutti_reduction *op = job->call;
  unsigned char *merged = job->partials + job->plan.count * job->partial_size;
  op->init(merged, job->args.at);
  for (size_t chunk = 0; chunk < job->plan.count; chunk++)
    op->merge(merged, job->partials + chunk * job->partial_size, job->args.at);
  memcpy(acc, merged, op->acc_size);
}

TUTTI_SCOPE_ON_STACK tutti_status tutti_reduce_job(tutti_ctx *ctx, const tutti_job *what, size_t n,
                                                   void *acc) {
  enum { ALIGNMENT = 64 };
  tutti_job job = *what;
  const tutti_reduction *op = job.call;
  job.plan = tutti_plan_of(n, op->grain, op->acc_size);
  job.run = reduce_chunk;
  job.call_size = sizeof *op;
  job.acc_size = op->acc_size;
  job.partial_size = (op->acc_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  const size_t bytes = (job.plan.count + 1) * job.partial_size;
  job.partials = tutti_memory_get(bytes, false);
  if (!job.partials)
    return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu accumulators of %zu bytes", job.plan.count + 1,
                      op->acc_size);
  TUTTI_SCOPE partials = {0};
  tutti_scope_begin(&partials, tutti_memory_release, job.partials);
  const tutti_status status = tutti_execute(ctx, &job);
  if (!status) merge_partials(&job, acc);
  return status;
}

static const tutti_output none[] = {{0}};

tutti_status tutti_reduce_with_outputs(tutti_ctx *ctx, const tutti_reduction *op, size_t n, tutti_args args,
                                       void *acc, const tutti_output *outputs) {
  return tutti_reduce_job(
      ctx,
      &(tutti_job){.call = op, .args = args, .outputs = outputs, .settings = ctx->settings, .internal = true},
      n, acc);
}

tutti_status tutti_reduce_internal(tutti_ctx *ctx, const tutti_reduction *op, size_t n, tutti_args args,
                                   void *acc) {
  return tutti_reduce_with_outputs(ctx, op, n, args, acc, none);
}

tutti_status tutti_reduce_partitioned(tutti_ctx *ctx, const tutti_reduction *op, size_t n, tutti_args args,
                                      void *acc) {
  const tutti_status status = tutti_reduce_job(ctx,
                                               &(tutti_job){.call = op,
                                                            .args = args,
                                                            .outputs = none,
                                                            .settings = ctx->settings,
                                                            .internal = true,
                                                            .partitioned = true},
                                               n, acc);
  const bool alone = tutti_in_worker || tutti_ranks(ctx) == 1;
  return status || alone ? status : tutti_ranks_merge(ctx, op, args.at, acc, false);
}
