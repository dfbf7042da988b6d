#define _GNU_SOURCE
#include "platform/pinning.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform/topology.h"

tutti_status tutti_pinning_open(tutti_ctx *ctx) {
  ctx->pins = tutti_allowed_processors(&ctx->pin_count);
  if (ctx->config.pinning == TUTTI_PIN_NONE) {
    free(ctx->pins); /* asked for all the same: the runtime's places are known from now on */
    ctx->pins = NULL;
  }
  return ctx->pins ? tutti_topology_order("", ctx->pins, ctx->pin_count, ctx->config.pinning) : TUTTI_OK;
}

void tutti_pinning_close(tutti_ctx *ctx) { free(ctx->pins); }

/* The system calls themselves: those of the C library want to know how long the kernel's mask is. */
static bool set_mask(const int *processor, int count) {
  enum { BITS = 8 * sizeof(unsigned long) };
  unsigned long mask[TUTTI_MASK_LONGS] = {0};
  size_t longs = 0;
  for (int i = 0; i < count; i++) {
    const size_t at = (size_t)processor[i] / BITS;
    if (at >= TUTTI_MASK_LONGS) return false;
    mask[at] |= 1UL << processor[i] % BITS;
    if (at >= longs) longs = at + 1;
  }
  return syscall(SYS_sched_setaffinity, 0, longs * sizeof *mask, mask) == 0;
}

void tutti_pin(const tutti_ctx *ctx, int worker, tutti_pinned *before) {
  before->changed = false;
  if (!ctx->pins) return;
  before->bytes = syscall(SYS_sched_getaffinity, 0, sizeof before->mask, before->mask);
  before->changed = set_mask(&ctx->pins[worker % ctx->pin_count], 1) && before->bytes > 0;
}

void tutti_unpin(const tutti_pinned *before) {
  if (before->changed) syscall(SYS_sched_setaffinity, 0, (size_t)before->bytes, before->mask);
}

/* The thread that forks it may be bound to one place by the OpenMP runtime. */
void tutti_pin_process(const tutti_ctx *ctx, int worker) {
  int count = 1;
  int *all = ctx->pins ? NULL : tutti_processors_beyond_place(&count);
  const int *processor = ctx->pins ? &ctx->pins[worker % ctx->pin_count] : all;
  if (processor) (void)set_mask(processor, count);
  free(all);
}
