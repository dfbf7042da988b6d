#include "measure/ceilings.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <tutti/tutti.h>
#include <unistd.h>

#include "measure/clock.h"
#include "memory.h"

/* Four times the last-level cache, of which little is left when the array is read again; 64 to 512 MiB. */
static size_t array_bytes(void) {
  const size_t least = (size_t)64 << 20, most = (size_t)512 << 20;
  const long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
  const size_t wanted = cache > 0 ? 4 * (size_t)cache : 4 * least;
  return wanted < least ? least : wanted > most ? most : wanted;
}

/* 64 bytes: however wide the machine's vectors are, several of them are on their way at once. */
typedef uint64_t line __attribute__((vector_size(64)));

static uint64_t read_all(const line *array, size_t lines, int workers) {
  uint64_t sum = 0;
#pragma omp parallel num_threads(workers) reduction(^ : sum)
  {
    line a = {0}, b = {0};
#pragma omp for schedule(static) nowait
    for (size_t i = 0; i < lines / 2; i++) {
      a ^= array[2 * i];
      b ^= array[2 * i + 1];
    }
    a ^= b;
    for (int i = 0; i < 8; i++) sum ^= a[i];
  }
  return sum;
}

/* By the threads that read it, so that it lies near them. */
static void touch_all(line *array, size_t lines, int workers) {
#pragma omp parallel for schedule(static) num_threads(workers)
  for (size_t i = 0; i < lines / 2; i++) memset(&array[2 * i], (int)(i & 0x7f), 2 * sizeof *array);
}

double ceiling_read_bandwidth(int workers) {
  enum { TIMES = 5 };
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
    const uint64_t sum = read_all(array, lines, workers);
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
