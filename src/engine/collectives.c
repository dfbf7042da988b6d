/* Ranks exchange counts, data and accumulators. */
#include "engine/collectives.h"

#include <stdlib.h>
#include <string.h>

#include "engine/agreement.h"
#include "memory/blocks.h"

bool tutti_ranks_any(tutti_ctx *ctx, bool so) {
  uint64_t none = !so;
  if (tutti_in_worker || tutti_ranks(ctx) == 1) return so;
  return tutti_ranks_compare(ctx, COLLECTIVE_ANY, NULL, 0, false) != TUTTI_OK ||
         ctx->transport.allreduce_min(ctx->transport.user, &none) != 0 || none == 0;
}

tutti_status tutti_ranks_share(tutti_ctx *ctx, void *data, size_t bytes) {
  const size_t ranks = (size_t)tutti_ranks(ctx);
  if (tutti_in_worker || ranks == 1) return TUTTI_OK;
  size_t *start = malloc((ranks + 1) * sizeof *start);
  tutti_status status = tutti_ranks_compare(ctx, COLLECTIVE_SHARE, NULL, bytes, !start);
  if (!status && start) {
    for (size_t r = 0; r <= ranks; r++) start[r] = r ? bytes : 0;
    const int error = ctx->transport.gather(ctx->transport.user, data, start);
    if (error) status = tutti_no_transport(ctx, "sharing", error);
  }
  free(start);
  return status;
}

tutti_status tutti_ranks_items(tutti_ctx *ctx, size_t n, size_t *before, size_t *all) {
  const size_t rank = (size_t)ctx->transport.rank, ranks = (size_t)tutti_ranks(ctx);
  *before = 0;
  *all = n;
  if (tutti_in_worker || ranks == 1) return TUTTI_OK;
  size_t *start = malloc((ranks + 1) * sizeof *start), *items = malloc(ranks * sizeof *items);
  tutti_status status = tutti_ranks_compare(ctx, COLLECTIVE_ITEMS, NULL, 0, !start || !items);
  if (!status && start && items) {
    for (size_t r = 0; r <= ranks; r++) start[r] = r * sizeof *items;
    items[rank] = n;
    const int error = ctx->transport.gather(ctx->transport.user, items, start);
    if (error) status = tutti_no_transport(ctx, "counting", error);
    *all = 0;
    for (size_t r = 0; r < ranks && !error; r++) {
      if (r < rank) *before += items[r];
      *all += items[r];
    }
  }
  free(items);
  free(start);
  return status;
}

tutti_status tutti_ranks_merge(tutti_ctx *ctx, const tutti_reduction *op, const void *args, void *acc,
                               bool before) {
  const size_t rank = (size_t)ctx->transport.rank, ranks = (size_t)ctx->transport.ranks, size = op->acc_size;
  const size_t space = (size + 63) / 64 * 64; /* accumulators are aligned */
  size_t *start = malloc((ranks + 1) * sizeof *start);
  unsigned char *all = tutti_memory_get((ranks + 1) * space, false);
  tutti_status status = tutti_ranks_compare(ctx, COLLECTIVE_MERGE, NULL, size, !start || !all);
  if (!status && start && all) {
    for (size_t r = 0; r <= ranks; r++) start[r] = r * space;
    memcpy(all + rank * space, acc, size);
    const int error = ctx->transport.gather(ctx->transport.user, all, start);
    if (error) status = tutti_no_transport(ctx, "merging", error);
  }
  if (!status && all) {
    unsigned char *merged = all + ranks * space;
    op->init(merged, args);
    for (size_t r = 0; r < (before ? rank : ranks); r++) op->merge(merged, all + r * space, args);
    memcpy(acc, merged, size);
  }
  free(start);
  tutti_memory_release(all);
  return status;
}
