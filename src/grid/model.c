/* What all models on a grid have in common: their context, their memory, the end of a step. */
#include "grid/model.h"

#include "context/open.h"
#include "memory/blocks.h"

tutti_status tutti_grid_resolve(tutti_ctx *ctx, tutti_ctx **resolved) {
  const tutti_status status = tutti_resolve(ctx, resolved);
  return !status && tutti_in_worker && tutti_ranks(*resolved) > 1
             ? tutti_fail(*resolved, TUTTI_EUNSUPPORTED, "a model over ranks within a chunk")
             : status;
}

tutti_status tutti_grid_memory(tutti_ctx *ctx, size_t bytes, size_t parts, const char *what, void **memory) {
  enum { LARGE = 1 << 22, PAGE = 4096 };
  const tutti_status status = tutti_memory_fits(ctx, bytes, what, "");
  if (status) return status;
  unsigned char *at = *memory = tutti_memory_get(bytes, ctx->config.backend == TUTTI_PROCESSES);
  if (!at) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory of %zu bytes %s", bytes, what);
  const size_t part = bytes / parts / PAGE * PAGE;
  for (size_t i = 0; i < parts && bytes >= LARGE && part > 0 && !tutti_in_worker; i++)
    (void)tutti_first_touch(ctx, at + i * part, part); /* a failure does no harm */
  return TUTTI_OK;
}

tutti_status tutti_grid_progress(tutti_ctx *ctx, size_t done, size_t total) {
  return tutti_domain_agree(ctx, tutti_domain_report(ctx, done, total));
}
