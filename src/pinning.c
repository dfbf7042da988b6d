#define _GNU_SOURCE
#include "pinning.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "topology.h"

tutti_status tutti_pinning_open(tutti_ctx *ctx) {
  if (ctx->config.pinning == TUTTI_PIN_NONE) return TUTTI_OK;
  ctx->pins = tutti_allowed_processors(&ctx->pin_count);
  return ctx->pins ? tutti_topology_order("", ctx->pins, ctx->pin_count, ctx->config.pinning) : TUTTI_OK;
}

void tutti_pinning_close(tutti_ctx *ctx) { free(ctx->pins); }

/* The system calls themselves: those of the C library want to know how long the kernel's mask is. */
void tutti_pin(const tutti_ctx *ctx, int worker, tutti_pinned *before) {
  enum { BITS = 8 * sizeof(unsigned long) };
  unsigned long mask[TUTTI_MASK_LONGS];
  if (before) before->changed = false;
  if (!ctx->pins) return;
  const int cpu = ctx->pins[worker % ctx->pin_count];
  const size_t longs = (size_t)cpu / BITS + 1;
  if (longs > TUTTI_MASK_LONGS) return;
  memset(mask, 0, longs * sizeof *mask);
  mask[longs - 1] = 1UL << cpu % BITS;
  if (before) before->bytes = syscall(SYS_sched_getaffinity, 0, sizeof before->mask, before->mask);
  const long error = syscall(SYS_sched_setaffinity, 0, longs * sizeof *mask, mask);
  if (before) before->changed = error == 0 && before->bytes > 0;
}

void tutti_unpin(const tutti_pinned *before) {
  if (before->changed) syscall(SYS_sched_setaffinity, 0, (size_t)before->bytes, before->mask);
}
