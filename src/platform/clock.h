#ifndef TUTTI_BACKENDS_CLOCK_H
#define TUTTI_BACKENDS_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Of a clock that all processes share and nobody sets. */
static inline uint64_t tutti_now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

#endif
