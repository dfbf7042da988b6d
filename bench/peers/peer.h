/* main() of the programs that do an operation the way somebody else does it. Each has two uses:
 *
 *   PROGRAM OP N[,N...] THREADS RUNS  times a kernel, and prints a row for each N:
 *                                     PEER OP N THREADS SECONDS-A-CALL [SECONDS-A-CALL ...]
 *   PROGRAM WORKLOAD THREADS          says in a line what it was made with. Then each line N of its input is
 * a run of bench_amdahl's workload on N items, answered by a line: SECONDS ANSWER
 *
 * All peers get the same data. Exit status 3: this peer has no such operation.
 */
#ifndef BENCH_PEERS_PEER_H
#define BENCH_PEERS_PEER_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum {
  PEER_ANSWER = 64,      /* characters of an answer */
  WORKLOAD_STEPS = 10,   /* of a run of ar1 */
  WORKLOAD_ALONE = 10,   /* one in so many units of dial is the caller's */
  WORKLOAD_TASK_MS = 50, /* a task of sleep waits */
};

/* The operands: x and y of n doubles, out for n more; those an operation does not use are NULL. */
typedef struct {
  const double *x, *y;
  double *out;
  size_t n;
  char *answer; /* of a workload: where an answer goes that is not one double, which is what is returned */
} peer_data;

typedef double (*peer_op)(const peer_data *d);
typedef struct {
  const char *name;
  peer_op run;
  const char *takes; /* of a kernel: x, y, out by their first letters; w: an x of wide exponents;
                        s: the first call makes a state, and is not timed */
} peer_entry;

/* A peer: what it does, in lists that a NULL name ends. */
typedef struct {
  const char *name, *made_with;
  const peer_entry *kernels, *workloads;
} peer_program;

/* ---- clock and data ---- */

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

/* The same; `wide` scales them over +-300 binades. */
static inline double peer_value(uint64_t i, int wide) {
  union {
    uint64_t bits;
    double value;
  } scale = {.bits = (uint64_t)(1023 + (int)(peer_hash(i) % 601) - 300) << 52};
  return peer_uniform(i) * (wide ? scale.value : 1);
}

/* Fractional parts of multiples of the golden ratio (Weyl, 1916), 53 bits of them: uniform in [0, 1), and
 * their sum is known exactly from integers. */
static inline double peer_weyl(uint64_t i) { return (double)(i * 0x9E3779B97F4A7C15u >> 11) * 0x1p-53; }

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

/* Where operands lie: peer_tutti puts those of its processes into memory that they share. */
static double *(*peer_memory)(size_t n) = peer_map;

static inline double *peer_array(size_t n, uint64_t first, int wide) {
  double *x = peer_memory(n);
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < n; i++) x[i] = peer_value(first + i, wide);
  return x;
}

/* ---- what a workload may need ---- */

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

static inline double dial_answer(const peer_data *d, uint64_t checksum) {
  snprintf(d->answer, PEER_ANSWER, "%" PRIu64, checksum);
  return 0;
}

static inline double ar1_answer(const peer_data *d, double mean, double variance) {
  snprintf(d->answer, PEER_ANSWER, "%.17g %.17g", mean, variance);
  return 0;
}

static inline double wait_and_double(size_t task) {
  nanosleep(&(struct timespec){.tv_nsec = WORKLOAD_TASK_MS * 1000000L}, NULL);
  return 2 * (double)task;
}

/* ---- kernels ---- */

static volatile double peer_sink;

/* Seconds of a call. Short ones are repeated until a run takes some milliseconds, so that what the clock
 * takes does not count; *calls, at first 1, is how often. */
static inline double peer_time(peer_op run, const peer_data *d, size_t *calls) {
  for (;;) {
    const double begin = peer_now();
    for (size_t i = 0; i < *calls; i++) peer_sink = run(d);
    const double seconds = peer_now() - begin;
    if (seconds > 3e-3) return seconds / (double)*calls;
    *calls *= 2;
  }
}

/* The first run is to warm up, unless it is so long that this makes no difference. */
static inline void peer_row(peer_op run, const peer_data *d, int runs) {
  size_t calls = 1;
  const double first = peer_time(run, d, &calls);
  if (first > 0.2 && runs-- > 0) printf(" %.4e", first);
  for (; runs > 0; runs--) printf(" %.4e", peer_time(run, d, &calls));
}

static inline void peer_rows(const char *peer, const peer_entry *e, char **argv) {
  size_t most = 0, n;
  char *text;
  for (text = argv[2]; *text; text += *text == ',') {
    n = strtoull(text, &text, 10);
    most = n > most ? n : most;
  }
  const int wide = strchr(e->takes, 'w') != NULL;
  const double *x = wide || strchr(e->takes, 'x') ? peer_array(most, 0, wide) : NULL;
  const double *y = strchr(e->takes, 'y') ? peer_array(most, most, 0) : NULL;
  double *out = strchr(e->takes, 'o') ? peer_array(most, 0, 0) : NULL;
  for (text = argv[2]; *text; text += *text == ',') {
    n = strtoull(text, &text, 10);
    const peer_data d = {.x = x, .y = y, .out = out, .n = n};
    if (strchr(e->takes, 's')) peer_sink = e->run(&d);
    printf("%s %s %zu %s", peer, e->name, n, argv[3]);
    peer_row(e->run, &d, atoi(argv[4]));
    puts("");
  }
}

/* Kernels on matrices of so many columns: functions of sum_rows(d, cols) and sum_cols(d, cols), and their
 * entries. */
#define PEER_MATRIX(what, cols)                                                                              \
  static double what##_##cols(const peer_data *d) { return what(d, cols); }
#define PEER_MATRICES                                                                                        \
  PEER_MATRIX(sum_rows, 1)                                                                                   \
  PEER_MATRIX(sum_rows, 2)                                                                                   \
  PEER_MATRIX(sum_rows, 4)                                                                                   \
  PEER_MATRIX(sum_cols, 1000)                                                                                \
  PEER_MATRIX(sum_cols, 100000)
#define PEER_MATRIX_ENTRIES                                                                                  \
  {"sum_rows_1", sum_rows_1, "xo"}, {"sum_rows_2", sum_rows_2, "xo"}, {"sum_rows_4", sum_rows_4, "xo"},      \
      {"sum_cols_1000", sum_cols_1000, "xo"}, {                                                              \
    "sum_cols_100000", sum_cols_100000, "xo"                                                                 \
  }

/* ---- workloads ---- */

/* The data of sum exist during a run only, so that programs which wait for their turn hold no memory. */
static inline void peer_serve(const peer_entry *workload, size_t n) {
  const size_t some = n ? n : 1;
  double *x = strcmp(workload->name, "sum") == 0 ? peer_map(some) : NULL;
  char answer[PEER_ANSWER] = "";
  const peer_data d = {.x = x, .n = n, .answer = answer};
  if (x) {
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < n; i++) x[i] = peer_weyl(i);
  }
  const double begin = peer_now(), value = workload->run(&d), seconds = peer_now() - begin;
  if (!*answer) snprintf(answer, sizeof answer, "%.17g", value);
  printf("%.9f %s\n", seconds, answer);
  if (x) munmap(x, some * sizeof *x);
}

/* ---- main ---- */

/* As the command line has it, or 1. */
static inline int peer_threads(int argc, char **argv) {
  return argc == 5 ? atoi(argv[3]) : argc == 3 ? atoi(argv[2]) : 1;
}

static inline int peer_main(int argc, char **argv, const peer_program *program) {
  if (argc != 5 && argc != 3) {
    fprintf(stderr, "usage: %s OP N[,N...] THREADS RUNS, or %s WORKLOAD THREADS\n", argv[0], argv[0]);
    return 2;
  }
  const peer_entry *e = argc == 5 ? program->kernels : program->workloads;
  while (e->name && strcmp(e->name, argv[1]) != 0) e++;
  if (!e->name) return 3;
  if (argc == 5) peer_rows(program->name, e, argv);
  else {
    char line[32];
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts(program->made_with);
    while (fgets(line, sizeof line, stdin)) peer_serve(e, strtoull(line, NULL, 10));
  }
  return 0;
}

#endif
