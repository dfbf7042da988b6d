/* Where workers run: each on a processor of its own, where a context asks for it. */
#ifndef TUTTI_PLATFORM_PINNING_H
#define TUTTI_PLATFORM_PINNING_H

#include <stdbool.h>

enum { TUTTI_MASK_LONGS = 1024 /* 65 536 processors, more than Linux knows of */ };

typedef struct {
  bool changed;
  unsigned long mask[TUTTI_MASK_LONGS]; /* what the thread had before; only what the system filled in */
  long bytes;
} tutti_pinned;

/* pins[count]: processors in the order in which workers take them; NULL: workers are not pinned. */

/* Moves the calling thread to the worker's processor, if there are pins, and back. */
void tutti_pin(const int *pins, int count, int worker, tutti_pinned *before);
void tutti_unpin(const tutti_pinned *before);

/* In a worker process: to the worker's processor, or else to all that the process has, for good. */
void tutti_pin_process(const int *pins, int count, int worker);

#endif
