/* Blocks of memory with a header in front; the shared ones are on a list, so that the engine can tell whether
 * what a worker writes there is seen by the caller. */
#define _GNU_SOURCE
#include "memory.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backends/backend.h"

enum { HEADER = 64, SMALL = 1 << 20, LARGE = 1 << 22, PAGE = 4096 };

/* In front of the data, and where that is shared, shared with it: nothing here may be a process's own. */
typedef struct {
  size_t bytes; /* behind the header */
  bool mapped, shared;
} block;
_Static_assert(sizeof(block) <= HEADER, "the header keeps the alignment");

/* What this process knows of a shared block. */
typedef struct known {
  unsigned char *data;
  size_t bytes;
  uint64_t serial;
  pid_t owner; /* the process that made it */
  struct known *next;
} known;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static known *shared_blocks;
static uint64_t newest;

/* A child of fork has one thread: it must not wait for another that held the lock then. */
static void hold(void) { pthread_mutex_lock(&lock); }
static void let_go(void) { pthread_mutex_unlock(&lock); }
__attribute__((constructor)) static void survive_forks(void) { pthread_atfork(hold, let_go, let_go); }

static void *data_of(block *b) { return (unsigned char *)b + HEADER; }

static bool enlist(block *b) {
  known *k = malloc(sizeof *k);
  if (!k) return false;
  pthread_mutex_lock(&lock);
  *k = (known){data_of(b), b->bytes, ++newest, getpid(), shared_blocks};
  shared_blocks = k;
  pthread_mutex_unlock(&lock);
  return true;
}

/* Takes it off the list. Returns whether this process made it. */
static bool delist(block *b) {
  pthread_mutex_lock(&lock);
  known **at = &shared_blocks;
  while (*at && (*at)->data != data_of(b)) at = &(*at)->next;
  known *k = *at;
  if (k) *at = k->next;
  pthread_mutex_unlock(&lock);
  const bool mine = k && k->owner == getpid();
  free(k);
  return mine;
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
  *b = (block){bytes, mapped, shared};
  if (!shared || enlist(b)) return data_of(b);
  munmap(b, total);
  return NULL;
}

void tutti_memory_release(void *memory) {
  if (!memory) return;
  block *b = (block *)((unsigned char *)memory - HEADER);
  const size_t total = b->bytes + HEADER;
  if (!b->mapped) {
    free(b);
    return;
  }
  /* Workers that stand by have it mapped too: its pages go now, not when the last one ends. */
  if (b->shared && delist(b)) madvise(b, total, MADV_REMOVE);
  munmap(b, total);
}

uint64_t tutti_memory_serial(const void *memory, size_t bytes) {
  const uintptr_t begin = (uintptr_t)memory;
  uint64_t serial = 0;
  pthread_mutex_lock(&lock);
  for (const known *k = shared_blocks; k && !serial; k = k->next) {
    const uintptr_t data = (uintptr_t)k->data;
    if (begin >= data && begin - data <= k->bytes && bytes <= k->bytes - (begin - data)) serial = k->serial;
  }
  pthread_mutex_unlock(&lock);
  return serial;
}

uint64_t tutti_memory_newest(void) {
  pthread_mutex_lock(&lock);
  const uint64_t serial = newest;
  pthread_mutex_unlock(&lock);
  return serial;
}

/* -- NUMA: a page lies on the node of the worker that touches it first -- */

static int nodes;
static void count_nodes(void) {
  tutti_topology_t t;
  nodes = tutti_topology(&t) == TUTTI_OK ? t.nodes : 0;
}

static int touch(size_t begin, size_t end, void *pages) {
  for (size_t i = begin; i < end; i++) *((volatile unsigned char *)pages + i * PAGE) = 0;
  return 0;
}

/* Static shares, in the order of the addresses: those that a kernel's workers begin with. */
tutti_status tutti_first_touch(const tutti_ctx *ctx, void *memory, size_t bytes) {
  tutti_ctx quiet = tutti_ctx_within(ctx);
  if (quiet.config.backend == TUTTI_MPI) quiet.backend = &tutti_threads_ops;
  quiet.config.progress = NULL;
  quiet.config.schedule = TUTTI_STATIC;
  return tutti_for_own(&quiet, bytes / PAGE + (bytes % PAGE != 0), 64, touch, (tutti_args){.at = memory},
                       (const tutti_output[]){{0}});
}

void *tutti_alloc(tutti_ctx *ctx, size_t bytes) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  if (tutti_resolve(ctx, &ctx)) return NULL;
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  void *memory = tutti_memory_get(bytes, ctx->config.backend == TUTTI_PROCESSES);
  if (!memory)
    tutti_fail(ctx, TUTTI_ENOMEM, "%zu bytes cannot be allocated, %zu are available", bytes,
               tutti_available_memory());
  else if (bytes >= LARGE && !tutti_in_worker) {
    pthread_once(&once, count_nodes);
    if (nodes > 1) (void)tutti_first_touch(ctx, memory, bytes); /* where it fails, it lies where it will */
  }
  return memory;
}

void tutti_free(tutti_ctx *ctx, void *memory) {
  (void)ctx;
  tutti_memory_release(memory);
}
