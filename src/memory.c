/* Blocks of memory with a header in front; the shared ones are on a list, so that the engine can tell whether
 * what a worker writes there is seen by the caller. */
#define _GNU_SOURCE
#include "memory.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "internal.h"

enum { HEADER = 64, SMALL = 1 << 20 };

typedef struct block {
  size_t bytes; /* behind the header */
  bool mapped, shared;
  struct block *next, *previous; /* shared blocks */
} block;
_Static_assert(sizeof(block) <= HEADER, "the header keeps the alignment");

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static block *shared_blocks;

/* A child of fork has one thread: it must not wait for another that held the lock then. */
static void hold(void) { pthread_mutex_lock(&lock); }
static void let_go(void) { pthread_mutex_unlock(&lock); }
__attribute__((constructor)) static void survive_forks(void) { pthread_atfork(hold, let_go, let_go); }

static void *data_of(block *b) { return (unsigned char *)b + HEADER; }

static void enlist(block *b) {
  pthread_mutex_lock(&lock);
  b->next = shared_blocks;
  b->previous = NULL;
  if (shared_blocks) shared_blocks->previous = b;
  shared_blocks = b;
  pthread_mutex_unlock(&lock);
}

static void delist(block *b) {
  pthread_mutex_lock(&lock);
  if (b->previous) b->previous->next = b->next;
  else shared_blocks = b->next;
  if (b->next) b->next->previous = b->previous;
  pthread_mutex_unlock(&lock);
}

static block *map(size_t total, bool shared) {
  void *memory =
      mmap(NULL, total, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | (shared ? MAP_SHARED : MAP_PRIVATE), -1, 0);
  if (memory == MAP_FAILED) return NULL;
  madvise(memory, total, MADV_HUGEPAGE); /* fewer faults; a kernel without it says no, and no harm is done */
  return memory;
}

void *tutti_memory_get(size_t bytes, bool shared) {
  if (bytes == 0 || bytes > SIZE_MAX - 2 * HEADER) return NULL;
  const size_t total = (bytes + HEADER + HEADER - 1) / HEADER * HEADER;
  const bool mapped = shared || total >= SMALL;
  if (total >= SMALL && total > tutti_available_memory()) return NULL;
  block *b = mapped ? map(total, shared) : aligned_alloc(HEADER, total);
  if (!b) return NULL;
  if (!mapped) memset(b, 0, total);
  b->bytes = bytes;
  b->mapped = mapped;
  b->shared = shared;
  if (shared) enlist(b);
  return data_of(b);
}

void tutti_memory_release(void *memory) {
  if (!memory) return;
  block *b = (block *)((unsigned char *)memory - HEADER);
  if (b->shared) delist(b);
  if (b->mapped) munmap(b, b->bytes + HEADER);
  else free(b);
}

bool tutti_memory_is_shared(const void *memory, size_t bytes) {
  const uintptr_t begin = (uintptr_t)memory;
  bool found = false;
  pthread_mutex_lock(&lock);
  for (block *b = shared_blocks; b && !found; b = b->next) {
    const uintptr_t data = (uintptr_t)data_of(b);
    found = begin >= data && begin - data <= b->bytes && bytes <= b->bytes - (begin - data);
  }
  pthread_mutex_unlock(&lock);
  return found;
}

void *tutti_alloc(tutti_ctx *ctx, size_t bytes) {
  if (tutti_resolve(ctx, &ctx)) return NULL;
  void *memory = tutti_memory_get(bytes, ctx->config.backend == TUTTI_PROCESSES);
  if (!memory)
    tutti_fail(ctx, TUTTI_ENOMEM, "%zu bytes cannot be allocated, %zu are available", bytes,
               tutti_available_memory());
  return memory;
}

void tutti_free(tutti_ctx *ctx, void *memory) {
  (void)ctx;
  tutti_memory_release(memory);
}
