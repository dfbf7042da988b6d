/* Pins workers to processors, where a context asks for it. */
#ifndef TUTTI_PLATFORM_PINNING_H
#define TUTTI_PLATFORM_PINNING_H

#include <stdbool.h>

enum { TUTTI_MASK_LONGS = 1024 /* 65 536 processors, more than Linux knows of */ };

typedef struct {
  bool changed;
  /* The affinity mask that the thread had before: its first `bytes` bytes are set. */
  unsigned long mask[TUTTI_MASK_LONGS];
  long bytes;
} tutti_pinned;

/* pins[count]: processors in the order in which workers take them; NULL: workers are not pinned. */

/* Moves the calling thread to the processor of this worker, if there are pins; and back to where it was. */
void tutti_pin(const int *pins, int count, int worker, tutti_pinned *before);
void tutti_unpin(const tutti_pinned *before);

/* In a worker process: moves it to the processor of this worker, or, without pins, lets it run on all
 * processors of the process. For good. */
void tutti_pin_process(const int *pins, int count, int worker);

#endif
