/* What all peers have in common: the clock, the data. */
#ifndef BENCH_PEERS_COMMON_H
#define BENCH_PEERS_COMMON_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

static inline double peer_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* 64 bits that look random, made of an index: splitmix64 (Steele, Lea and Flood, 2014). */
static inline uint64_t peer_hash(uint64_t i) {
  uint64_t z = (i + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/* In (0, 1), full mantissas. */
static inline double peer_uniform(uint64_t i) { return ((double)(peer_hash(i) >> 11) + 0.5) * 0x1p-53; }

/* Memory for n doubles, in huge pages where the system has them. */
static inline double *peer_map(size_t n) {
  double *x = mmap(NULL, n * sizeof *x, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (x == MAP_FAILED) {
    perror("mmap");
    exit(1);
  }
  madvise(x, n * sizeof *x, MADV_HUGEPAGE);
  return x;
}

#endif
