/* tutti_alloc, tutti_free. */
#include <pthread.h>
#include <stdint.h>

#include "backends/registry.h"
#include "context/open.h"
#include "memory/blocks.h"

enum { LARGE = 1 << 22, PAGE = 4096 };

/* -- NUMA: a page lies on the node of the worker that touches it first -- */

static int nodes;
static void count_nodes(void) {
  tutti_topology_t t;
  nodes = tutti_topology(&t) == TUTTI_OK ? t.nodes : 0;
}

static int touch(size_t begin, size_t end, void *pages) {
  for (size_t i = begin; i < end; i++) *((volatile unsigned char *)pages + i * PAGE) = 0;
  return 0;
}

/* In equal shares by address: workers of a kernel begin with the same shares. The context is not claimed:
 * tutti_alloc is no call that others must wait for. */
tutti_status tutti_first_touch(tutti_ctx *ctx, void *memory, size_t bytes) {
  const tutti_settings quiet = {.backend = ctx->config.backend == TUTTI_MPI ? &tutti_threads_ops
                                                                            : ctx->settings.backend,
                                .schedule = TUTTI_STATIC,
                                .within = true};
  const size_t pages = bytes / PAGE + (bytes % PAGE != 0);
  const tutti_body body = touch;
  return tutti_execute(ctx, &(tutti_job){.plan = tutti_plan_of(pages, 64, 0),
                                         .run = tutti_for_chunk,
                                         .call = &body,
                                         .call_size = sizeof body,
                                         .args = {.at = memory},
                                         .outputs = (const tutti_output[]){{0}},
                                         .settings = quiet,
                                         .internal = true,
                                         .write_only = true});
}

void *tutti_alloc(tutti_ctx *ctx, size_t bytes) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  if (tutti_resolve(ctx, &ctx)) return NULL;
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  void *memory = tutti_memory_get(bytes, ctx->config.backend == TUTTI_PROCESSES);
  if (!memory) {
    const size_t available = tutti_available_memory();
    tutti_fail(ctx, TUTTI_ENOMEM, "%zu bytes cannot be allocated, %zu are available%s", bytes, available,
               bytes && bytes <= available
                   ? ", but the system has no mapping for them (ulimit, vm.max_map_count)"
                   : "");
  } else if (bytes >= LARGE && !tutti_in_worker) {
    pthread_once(&once, count_nodes);
    if (nodes > 1) (void)tutti_first_touch(ctx, memory, bytes); /* a failure does no harm */
  }
  return memory;
}

void tutti_free(tutti_ctx *ctx, void *memory) {
  (void)ctx;
  tutti_memory_release(memory);
}
