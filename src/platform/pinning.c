#define _GNU_SOURCE
#include "platform/pinning.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform/topology.h"

/* The system calls themselves: the C library's functions must be told how long the kernel's mask is. */
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

void tutti_pin(const int *pins, int count, int worker, tutti_pinned *before) {
  before->changed = false;
  if (!pins) return;
  before->bytes = syscall(SYS_sched_getaffinity, 0, sizeof before->mask, before->mask);
  before->changed = set_mask(&pins[worker % count], 1) && before->bytes > 0;
}

void tutti_unpin(const tutti_pinned *before) {
  if (before->changed) syscall(SYS_sched_setaffinity, 0, (size_t)before->bytes, before->mask);
}

/* Without pins: the thread that forked this process may be bound to one place by the OpenMP runtime, which
 * must not hold for the process. */
void tutti_pin_process(const int *pins, int count, int worker) {
  int width = 1;
  int *all = pins ? NULL : tutti_processors_beyond_place(&width);
  const int *processor = pins ? &pins[worker % count] : all;
  if (processor) (void)set_mask(processor, width);
  free(all);
}
