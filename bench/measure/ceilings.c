/* The bandwidth of memory, and both ceilings on one core and on all. */
#include "measure/ceilings.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <tutti/tutti.h>
#include <unistd.h>

#include "util/bench_clock.h"
#include "util/xalloc.h"

/* Four times the last-level cache that the system tells of, which may be one of several: 256 to 512 MiB. */
static size_t array_bytes(void) {
  const size_t least = (size_t)256 << 20, most = (size_t)512 << 20;
  const long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
  const size_t wanted = cache > 0 ? 4 * (size_t)cache : least;
  return wanted < least ? least : wanted > most ? most : wanted;
}

/* 64 bytes: however wide the machine's vectors are, several of them are on their way at once. */
typedef uint64_t line __attribute__((vector_size(64)));

/* Reads streams x length lines, the streams side by side: more of them keep more of the memory's prefetchers
 * busy. streams divides LINES; a stream has a multiple of LINES / streams lines. */
enum { LINES = 8 }; /* on their way at once */
typedef uint64_t reader(const line *array, size_t length, size_t streams);

#define READER(name, target)                                                                                 \
  target static uint64_t name(const line *array, size_t length, size_t streams) {                            \
    const size_t each = LINES / streams;                                                                     \
    line sum[LINES] = {{0}};                                                                                 \
    const line *at[LINES];                                                                                   \
    for (size_t k = 0; k < LINES; k++) at[k] = array + k / each * length + k % each;                         \
    for (size_t i = 0; i < length; i += each)                                                                \
      for (size_t k = 0; k < LINES; k++) sum[k] ^= at[k][i];                                                 \
    for (size_t k = 1; k < LINES; k++) sum[0] ^= sum[k];                                                     \
    uint64_t all = 0;                                                                                        \
    for (size_t k = 0; k < sizeof(line) / sizeof all; k++) all ^= sum[0][k];                                 \
    return all;                                                                                              \
  }

READER(read_any, )
#if defined(__x86_64__)
READER(read_avx2, __attribute__((target("avx2"))))
READER(read_avx512, __attribute__((target("avx512f"))))
#endif

static reader *best_reader(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return read_avx512;
  if (__builtin_cpu_supports("avx2")) return read_avx2;
#endif
  return read_any;
}

/* Where the part of thread w begins: a multiple of LINES lines. */
static size_t part(size_t lines, int w, int workers) {
  return lines / LINES * (size_t)w / (size_t)workers * LINES;
}

/* Each thread a part of its own, in so many streams: 1, 2, 4 or 8. */
static uint64_t read_all(const line *array, size_t lines, int workers, size_t streams) {
  reader *const read = best_reader();
  uint64_t sum = 0;
#pragma omp parallel for schedule(static) num_threads(workers) reduction(^ : sum)
  for (int w = 0; w < workers; w++) {
    const size_t begin = part(lines, w, workers), end = part(lines, w + 1, workers);
    sum ^= read(array + begin, (end - begin) / streams, streams);
  }
  return sum;
}

/* By the threads that read it, so that it lies near them. */
static void touch_all(line *array, size_t lines, int workers) {
#pragma omp parallel for schedule(static) num_threads(workers)
  for (int w = 0; w < workers; w++) {
    const size_t begin = part(lines, w, workers), end = part(lines, w + 1, workers);
    memset(array + begin, w + 1, (end - begin) * sizeof *array);
  }
}

double ceiling_read_bandwidth(int workers) {
  enum { TIMES = 12 }; /* three with each number of streams */
  const size_t bytes = array_bytes();
  line *array = bytes <= tutti_available_memory() / 2 ? aligned_alloc(1 << 21, bytes >> 21 << 21) : NULL;
  if (!array) return NAN;
  madvise(array, bytes,
          MADV_HUGEPAGE); /* advice: without it, translating addresses takes a part of the time */
  const size_t lines = (bytes >> 21 << 21) / sizeof *array;
  touch_all(array, lines, workers);
  double best = 0;
  for (int i = 0; i < TIMES; i++) {
    const double begin = clock_seconds();
    const uint64_t sum = read_all(array, lines, workers, (size_t)1 << i % 4);
    __asm__ volatile("" : : "r"(sum)); /* so that the reads are not left out */
    best = fmax(best, (double)(lines * sizeof *array) / (clock_seconds() - begin));
  }
  free(array);
  return best;
}

static void add(struct ceiling *list, size_t *count, const char *what, const char *unit, tutti_isa isa,
                int workers, double rate) {
  struct ceiling *c = &list[*count];
  if (!isfinite(rate)) return;
  *c = (struct ceiling){.workers = workers, .rate = rate};
  snprintf(c->what, sizeof c->what, "%s", what);
  snprintf(c->unit, sizeof c->unit, "%s", unit);
  snprintf(c->isa, sizeof c->isa, "%s", tutti_isa_name(isa));
  ++*count;
}

struct ceiling *ceilings_measure(int cores, tutti_isa isa, size_t *count) {
  const int workers[] = {1, cores};
  struct ceiling *list = xcalloc(6, sizeof *list);
  *count = 0;
  for (int i = 0; i < (cores > 1 ? 2 : 1); i++) {
    add(list, count, "read bandwidth", "B/s", isa, workers[i], ceiling_read_bandwidth(workers[i]));
    add(list, count, "multiply-add", "flop/s", TUTTI_ISA_SCALAR, workers[i],
        ceiling_multiply_add(TUTTI_ISA_SCALAR, workers[i]));
    if (isa != TUTTI_ISA_SCALAR)
      add(list, count, "multiply-add", "flop/s", isa, workers[i], ceiling_multiply_add(isa, workers[i]));
  }
  return list;
}
