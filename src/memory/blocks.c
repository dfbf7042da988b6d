/* Private blocks of memory, with a header in front, and shared ones (shared.c). */
#define _GNU_SOURCE
#include "memory/blocks.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "backends/backend.h"
#include "memory/shared.h"

enum { HEADER = 64, LARGE = 1 << 22, PAGE = 4096 };

/* In front of the data. */
typedef struct {
  size_t total; /* with the header */
  bool mapped;
} block;
_Static_assert(sizeof(block) <= HEADER, "the header keeps the alignment");

static block *map(size_t total) {
  void *memory = mmap(NULL, total, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  madvise(memory, total, MADV_HUGEPAGE); /* fewer faults; a kernel without it says no, and no harm is done */
  return memory;
}

void *tutti_memory_get(size_t bytes, bool shared) {
  if (bytes == 0 || bytes > SIZE_MAX - 2 * HEADER) return NULL;
  const size_t total = (bytes + HEADER + HEADER - 1) / HEADER * HEADER;
  const bool mapped = total >= TUTTI_UNCHECKED_MEMORY;
  if (mapped && total > tutti_available_memory()) return NULL;
  if (shared) return tutti_shared_get(bytes);
  block *b = mapped ? map(total) : aligned_alloc(HEADER, total);
  if (!b) return NULL;
  if (!mapped) memset(b, 0, total);
  *b = (block){total, mapped};
  return (unsigned char *)b + HEADER;
}

tutti_status tutti_memory_fits(tutti_ctx *ctx, size_t bytes, const char *what, const char *hint) {
  const size_t available = bytes < TUTTI_UNCHECKED_MEMORY ? SIZE_MAX : tutti_available_memory();
  return bytes <= available ? TUTTI_OK
                            : tutti_fail(ctx, TUTTI_ENOMEM, "%zu bytes %s do not fit in the %zu available%s",
                                         bytes, what, available, hint);
}

void tutti_memory_release(void *memory) {
  if (!memory || tutti_shared_release(memory)) return;
  block *b = (block *)((unsigned char *)memory - HEADER);
  if (b->mapped) munmap(b, b->total);
  else free(b);
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
  return tutti_for_internal(&quiet, bytes / PAGE + (bytes % PAGE != 0), 64, touch, (tutti_args){.at = memory},
                            (const tutti_output[]){{0}});
}

void *tutti_alloc(tutti_ctx *ctx, size_t bytes) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  if (tutti_resolve(ctx, &ctx)) return NULL;
  TUTTI_UNCANCELED cancel = tutti_hold_cancel();
  void *memory = tutti_memory_get(bytes, ctx->config.backend == TUTTI_PROCESSES);
  if (!memory) {
    const size_t available = tutti_available_memory();
    tutti_fail(ctx, TUTTI_ENOMEM, "%zu bytes cannot be allocated, %zu are available%s", bytes, available,
               bytes && bytes <= available
                   ? ", but the system has no mapping for them (ulimit, vm.max_map_count)"
                   : "");
  } else if (bytes >= LARGE && !tutti_in_worker) {
    pthread_once(&once, count_nodes);
    if (nodes > 1) (void)tutti_first_touch(ctx, memory, bytes); /* where it fails, it lies where it will */
  }
  return memory;
}

void tutti_free(tutti_ctx *ctx, void *memory) {
  (void)ctx;
  tutti_memory_release(memory);
}
