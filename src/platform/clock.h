#ifndef TUTTI_BACKENDS_CLOCK_H
#define TUTTI_BACKENDS_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Nanoseconds of a clock that is the same in all processes and is never set back or forward. */
static inline uint64_t tutti_now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

#endif
