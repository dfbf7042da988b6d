/* Private blocks of memory, with a header in front; shared blocks are those of shared.c. */
#define _GNU_SOURCE
#include "memory/blocks.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/error.h"
#include "memory/shared.h"

enum { HEADER = 64, LARGE = 1 << 22, PAGE = 4096 };

/* The header in front of the data. */
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
