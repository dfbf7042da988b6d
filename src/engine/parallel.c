/* tutti_for, tutti_reduce, tutti_map, tutti_invoke: arguments in, jobs out. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "backends/backend.h"
#include "engine/job.h"
#include "memory/blocks.h"

tutti_status tutti_check_work_space(tutti_ctx *ctx, size_t n, size_t grain, size_t acc_size, size_t bytes,
                                    const char *what) {
  const tutti_job job = {.plan = tutti_plan_of(n, grain, acc_size)};
  const size_t workers = tutti_in_worker ? 1 : (size_t)tutti_backend_workers(ctx, &job);
  return tutti_memory_fits(ctx, tutti_bytes_of(workers, bytes), what, "");
}

static bool outputs_get_lost(const tutti_ctx *ctx) {
  return !tutti_in_worker && !ctx->backend->shares_memory;
}

static tutti_status check_outputs(tutti_ctx *ctx, const tutti_output *outputs, size_t n) {
  for (int i = 0; outputs && (outputs[i].base || outputs[i].item_size); i++) {
    if (outputs[i].item_size == 0) return tutti_fail(ctx, TUTTI_EINVAL, "outputs[%d].item_size is 0", i);
    tutti_status status =
        tutti_check_array(ctx, "an output's base", outputs[i].base, n, outputs[i].item_size);
    if (status) return status;
  }
  return TUTTI_OK;
}

/* -- for -- */

static int for_chunk(const tutti_job *job, size_t chunk, size_t begin, size_t end) {
  (void)chunk;
  return (*(const tutti_body *)job->call)(begin, end, (void *)(uintptr_t)job->args.at);
}

static tutti_status check_for(tutti_ctx *ctx, size_t n, const tutti_output *outputs) {
  if (!outputs && outputs_get_lost(ctx))
    return tutti_fail(
        ctx, TUTTI_EUNSUPPORTED, "outputs = NULL: what %s",
        ctx->config.backend == TUTTI_MPI
            ? "other ranks write would be lost; declare the arrays the body writes"
            : "worker processes write would be lost; declare the arrays the body writes ({{0}} if "
              "it is all memory of tutti_alloc)");
  return check_outputs(ctx, outputs, n);
}

tutti_status tutti_for(tutti_ctx *ctx, size_t n, size_t grain, tutti_body body, void *args,
                       const tutti_output *outputs) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  if (!body) return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "body is NULL"));
  status = check_for(ctx, n, outputs);
  if (status) return tutti_refuse(ctx, status);
  return tutti_execute(ctx, &(tutti_job){.plan = tutti_plan_of(n, grain, 0),
                                         .run = for_chunk,
                                         .call = &body,
                                         .call_size = sizeof body,
                                         .args = {.at = args},
                                         .outputs = outputs});
}

tutti_status tutti_for_internal(tutti_ctx *ctx, size_t n, size_t grain, tutti_body body, tutti_args args,
                                const tutti_output *outputs) {
  return tutti_execute(ctx, &(tutti_job){.plan = tutti_plan_of(n, grain, 0),
                                         .run = for_chunk,
                                         .call = &body,
                                         .call_size = sizeof body,
                                         .args = args,
                                         .outputs = outputs,
                                         .internal = true,
                                         .write_only = true});
}

/* -- map: item after item -- */

struct map_call {
  tutti_map_fn fn;
  unsigned char *out;
  size_t out_size;
};

static int map_chunk(const tutti_job *job, size_t chunk, size_t begin, size_t end) {
  const struct map_call *call = job->call;
  (void)chunk;
  for (size_t i = begin; i < end; i++) {
    int value = call->fn(i, job->args.at, call->out + i * call->out_size);
    if (value) return value;
  }
  return 0;
}

tutti_status tutti_map(tutti_ctx *ctx, size_t n, tutti_map_fn fn, const void *args, void *out,
                       size_t out_size) {
  const tutti_output outputs[] = {{out, out_size}, {0}};
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  if (!fn) return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "fn is NULL"));
  if (out_size == 0) return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "out_size is 0"));
  status = check_for(ctx, n, outputs);
  if (status) return tutti_refuse(ctx, status);
  const struct map_call call = {fn, out, out_size};
  return tutti_execute(ctx, &(tutti_job){.plan = tutti_plan_of(n, 1, 0),
                                         .run = map_chunk,
                                         .call = &call,
                                         .call_size = sizeof call,
                                         .args = {.at = args},
                                         .outputs = outputs});
}

/* -- invoke: a for over functions -- */

static int invoke_body(size_t begin, size_t end, void *args) {
  const tutti_task *tasks = args;
  for (size_t i = begin; i < end; i++) {
    int value = tasks[i].run(tasks[i].args);
    if (value) return value;
  }
  return 0;
}

tutti_status tutti_invoke(tutti_ctx *ctx, const tutti_task *tasks, size_t n) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = tutti_check_array(ctx, "tasks", tasks, n, sizeof *tasks);
  if (status) return status;
  for (size_t i = 0; i < n; i++)
    if (!tasks[i].run) return tutti_fail(ctx, TUTTI_EINVAL, "tasks[%zu].run is NULL", i);
  if (outputs_get_lost(ctx))
    return tutti_fail(ctx, TUTTI_EUNSUPPORTED, "what tasks write in worker processes would be lost");
  return tutti_for(ctx, n, 1, invoke_body, (void *)tasks, NULL);
}

/* -- reduce -- */

static int reduce_chunk(const tutti_job *job, size_t chunk, size_t begin, size_t end) {
  const tutti_reduction *op = job->call;
  void *acc = job->partials + chunk * job->partial_size;
  op->init(acc, job->args.at);
  return op->chunk(acc, begin, end, job->args.at);
}

/* Merges the partials in chunk order into a fresh accumulator, kept in the extra slot behind them. */
static void merge_partials(const tutti_job *job, void *acc) {
  const tutti_reduction *op = job->call;
  unsigned char *merged = job->partials + job->plan.count * job->partial_size;
  op->init(merged, job->args.at);
  for (size_t chunk = 0; chunk < job->plan.count; chunk++)
    op->merge(merged, job->partials + chunk * job->partial_size, job->args.at);
  memcpy(acc, merged, op->acc_size);
}

static tutti_status check_reduction(tutti_ctx *ctx, const tutti_reduction *op, const void *acc) {
  if (!op) return tutti_fail(ctx, TUTTI_EINVAL, "op is NULL");
  if (!op->init || !op->chunk || !op->merge)
    return tutti_fail(ctx, TUTTI_EINVAL, "op->%s is NULL",
                      !op->init    ? "init"
                      : !op->chunk ? "chunk"
                                   : "merge");
  if (!acc) return tutti_fail(ctx, TUTTI_EINVAL, "acc is NULL");
  if (op->acc_size == 0 || op->acc_size > SIZE_MAX / (2 * PLAN_MAX_CHUNKS))
    return tutti_fail(ctx, TUTTI_EINVAL, "op->acc_size = %zu is out of range", op->acc_size);
  return TUTTI_OK;
}

TUTTI_SCOPE_ON_STACK static tutti_status reduce(tutti_ctx *ctx, const tutti_job *what, size_t n, void *acc) {
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
  return reduce(ctx, &(tutti_job){.call = op, .args = args, .outputs = outputs, .internal = true}, n, acc);
}

tutti_status tutti_reduce_internal(tutti_ctx *ctx, const tutti_reduction *op, size_t n, tutti_args args,
                                   void *acc) {
  return tutti_reduce_with_outputs(ctx, op, n, args, acc, none);
}

tutti_status tutti_reduce_partitioned(tutti_ctx *ctx, const tutti_reduction *op, size_t n, tutti_args args,
                                      void *acc) {
  const tutti_status status = reduce(
      ctx, &(tutti_job){.call = op, .args = args, .outputs = none, .internal = true, .partitioned = true}, n,
      acc);
  const bool alone = tutti_in_worker || tutti_ranks(ctx) == 1;
  return status || alone ? status : tutti_ranks_merge(ctx, op, args.at, acc, false);
}

tutti_status tutti_reduce(tutti_ctx *ctx, const tutti_reduction *op, size_t n, const void *args, void *acc) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check_reduction(ctx, op, acc);
  if (status) return tutti_refuse(ctx, status);
  return reduce(ctx, &(tutti_job){.call = op, .args = {.at = args}, .outputs = none}, n, acc);
}
