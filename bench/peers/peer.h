/* main() of the small programs that do one operation the way somebody else does it, and print one row:
 *
 *   PEER OP N THREADS SECONDS-A-CALL [SECONDS-A-CALL ...]
 *
 * usage: PEER OP N THREADS RUNS. All peers get the same data. Exit status 3: this peer has no such operation.
 */
#ifndef BENCH_PEERS_PEER_H
#define BENCH_PEERS_PEER_H

#include <string.h>

#include "common.h"

/* The operands: x and y of n doubles, out for n more; those an operation does not use are NULL. */
typedef struct {
  const double *x, *y;
  double *out;
  size_t n;
} peer_data;

typedef double (*peer_op)(const peer_data *d);
typedef struct {
  const char *name;
  peer_op run;
} peer_entry;

static inline int peer_is_any(const char *name, const char *const *names) {
  while (*names && strcmp(name, *names) != 0) names++;
  return *names != NULL;
}

/* Full mantissas in (0, 1); `wide` scales them over +-300 binades. */
static inline double peer_value(uint64_t i, int wide) {
  union {
    uint64_t bits;
    double value;
  } scale = {.bits = (uint64_t)(1023 + (int)(peer_hash(i) % 601) - 300) << 52};
  return peer_uniform(i) * (wide ? scale.value : 1);
}

static double *peer_array(size_t n, uint64_t first, int wide) {
  double *x = peer_map(n);
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < n; i++) x[i] = peer_value(first + i, wide);
  return x;
}

static volatile double peer_sink;

/* Short calls are repeated until a run takes two milliseconds. */
static double peer_time(peer_op run, const peer_data *d) {
  static size_t calls = 1;
  for (;;) {
    const double begin = peer_now();
    for (size_t i = 0; i < calls; i++) peer_sink = run(d);
    const double seconds = peer_now() - begin;
    if (seconds > 2e-3) return seconds / (double)calls;
    calls *= 2;
  }
}

static inline int peer_main(int argc, char **argv, const char *peer, const peer_entry *entries) {
  if (argc != 5) {
    fprintf(stderr, "usage: %s OP N THREADS RUNS\n", argv[0]);
    return 2;
  }
  const size_t n = strtoull(argv[2], NULL, 10);
  const int wide = strcmp(argv[1], "widesum") == 0, two = strcmp(argv[1], "dot") == 0;
  for (const peer_entry *e = entries; e->name; e++) {
    if (strcmp(e->name, wide ? "sum" : argv[1]) != 0) continue;
    static const char *const writing[] = {"cumsum", "uniform", "normal", "store", "lorenz96", NULL};
    static const char *const making[] = {"uniform", "normal", "store", "pi", "ar1", "lorenz96", NULL};
    const int makes = peer_is_any(argv[1], making), writes = peer_is_any(argv[1], writing);
    const peer_data d = {makes ? NULL : peer_array(n, 0, wide), two ? peer_array(n, n, 0) : NULL,
                         writes ? peer_array(n, 0, 0) : NULL, n};
    peer_time(e->run, &d);
    printf("%s %s %zu %s", peer, argv[1], n, argv[3]);
    for (int run = atoi(argv[4]); run > 0; run--) printf(" %.4e", peer_time(e->run, &d));
    puts("");
    return 0;
  }
  return 3;
}

#endif
