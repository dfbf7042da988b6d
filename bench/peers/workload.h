/* main() of the programs that do bench_amdahl's workloads the way somebody else does them.
 *
 * usage: PROGRAM WORKLOAD THREADS. It says in a line what it was made with. Then each line N of its input is
 * a run on N items, answered by a line: SECONDS ANSWER. Exit status 3: this program has no such workload.
 */
#ifndef BENCH_PEERS_WORKLOAD_H
#define BENCH_PEERS_WORKLOAD_H

#include <inttypes.h>
#include <string.h>

#include "common.h"

enum {
  WORKLOAD_ANSWER = 64,  /* characters */
  WORKLOAD_STEPS = 10,   /* of a run of ar1 */
  WORKLOAD_ALONE = 10,   /* one in so many units of dial is the caller's */
  WORKLOAD_TASK_MS = 50, /* a task of sleep waits */
};

/* The answer in words: one number or, for ar1, mean and variance. x: what sum adds up, otherwise NULL. */
typedef void (*workload_run)(const double *x, size_t n, char answer[WORKLOAD_ANSWER]);
typedef struct {
  const char *name;
  workload_run run;
} workload;

/* -- what a peer may need -- */

/* Element `index` of the numbers that `bench_amdahl dial` takes (seed 1, stream 2) in the order of
 * tutti/random.h: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, 2011). */
static inline uint64_t dial_unit(uint64_t index) {
  const uint64_t counter = index / 16 * 8 + index % 8;
  uint32_t x0 = (uint32_t)counter, x1 = (uint32_t)(counter >> 32), x2 = 2, x3 = 0, k0 = 1, k1 = 0;
  for (int round = 0; round < 10; round++) {
    const uint64_t p0 = UINT64_C(0xD2511F53) * x0, p1 = UINT64_C(0xCD9E8D57) * x2;
    x0 = (uint32_t)(p1 >> 32) ^ x1 ^ k0;
    x1 = (uint32_t)p1;
    x2 = (uint32_t)(p0 >> 32) ^ x3 ^ k1;
    x3 = (uint32_t)p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return index % 16 < 8 ? x0 | (uint64_t)x1 << 32 : x2 | (uint64_t)x3 << 32;
}

static inline uint64_t dial_units(uint64_t begin, uint64_t end) {
  uint64_t total = 0;
  for (uint64_t i = begin; i < end; i++) total += dial_unit(i);
  return total;
}

static inline double wait_and_double(size_t task) {
  nanosleep(&(struct timespec){.tv_nsec = WORKLOAD_TASK_MS * 1000000L}, NULL);
  return 2 * (double)task;
}

/* -- serving -- */

/* Fractional parts of multiples of the golden ratio (Weyl, 1916), 53 bits of them: uniform in [0, 1), and
 * their sum is known exactly from integers. They exist during a run only, so that programs which wait for
 * their turn hold no memory. */
static inline double *workload_data(size_t n) {
  double *x = peer_map(n ? n : 1);
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < n; i++) x[i] = (double)((uint64_t)i * 0x9E3779B97F4A7C15u >> 11) * 0x1p-53;
  return x;
}

static inline void workload_once(const workload *w, size_t n) {
  const int reads = strcmp(w->name, "sum") == 0;
  double *x = reads ? workload_data(n) : NULL;
  char answer[WORKLOAD_ANSWER] = "";
  const double begin = peer_now();
  w->run(x, n, answer);
  printf("%.9f %s\n", peer_now() - begin, answer);
  if (reads) munmap(x, (n ? n : 1) * sizeof *x);
}

/* workloads: ended by a NULL name */
static inline int workload_main(int argc, char **argv, const char *made_with, const workload *workloads) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s WORKLOAD THREADS\n", argv[0]);
    return 2;
  }
  while (workloads->name && strcmp(workloads->name, argv[1]) != 0) workloads++;
  if (!workloads->name) return 3;
  setvbuf(stdout, NULL, _IOLBF, 0);
  puts(made_with);
  char line[32];
  while (fgets(line, sizeof line, stdin)) workload_once(workloads, strtoull(line, NULL, 10));
  return 0;
}

#endif
