/* tutti_for, tutti_reduce, tutti_map, tutti_invoke: check arguments and make jobs of them. */
#include <stdint.h>

#include "context/open.h"
#include "engine/backend.h"
#include "engine/collectives.h"

static bool outputs_get_lost(const tutti_ctx *ctx) {
  return !tutti_in_worker && !ctx->settings.backend->shares_memory;
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
                                         .run = tutti_for_chunk,
                                         .call = &body,
                                         .call_size = sizeof body,
                                         .args = {.at = args},
                                         .outputs = outputs,
                                         .settings = ctx->settings});
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
                                         .outputs = outputs,
                                         .settings = ctx->settings});
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

tutti_status tutti_reduce(tutti_ctx *ctx, const tutti_reduction *op, size_t n, const void *args, void *acc) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check_reduction(ctx, op, acc);
  if (status) return tutti_refuse(ctx, status);
  static const tutti_output none[] = {{0}};
  return tutti_reduce_job(
      ctx, &(tutti_job){.call = op, .args = {.at = args}, .outputs = none, .settings = ctx->settings}, n,
      acc);
}
