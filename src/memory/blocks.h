/* Allocates memory, private or shared with forked workers: that of tutti_alloc, and the engine's own. */
#ifndef TUTTI_MEMORY_H
#define TUTTI_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

/* Smaller allocations are not compared with the available memory: to ask for that takes 0.1 ms. */
enum { TUTTI_UNCHECKED_MEMORY = 1 << 20 };

/* Allocates memory, zeroed and aligned to 64 bytes. shared: workers that are forked later share it. NULL
 * when bytes is 0 or more than is available, or when the system refuses. */
void *tutti_memory_get(size_t bytes, bool shared);
void tutti_memory_release(void *memory); /* NULL is ignored */

/* Checks that so many bytes are available, for memory that is touched bit by bit or by several processes.
 * Linux maps more memory than it has, and kills a process that touches what it does not have. Less than
 * TUTTI_UNCHECKED_MEMORY always passes. TUTTI_ENOMEM: it is not available; the detail is
 *
 *     "1048576 bytes `what` do not fit in the 5 available`hint`". */
tutti_status tutti_memory_fits(tutti_ctx *ctx, size_t bytes, const char *what, const char *hint);

/* a + b and a * b; SIZE_MAX where the result does not fit. */
static inline size_t tutti_bytes_and(size_t a, size_t b) { return b <= SIZE_MAX - a ? a + b : SIZE_MAX; }
static inline size_t tutti_bytes_of(size_t a, size_t b) {
  return b == 0 || a <= SIZE_MAX / b ? a * b : SIZE_MAX;
}

/* Shared mappings have serial numbers 1, 2, ... in the order in which they are made. Small blocks may lie
 * in one mapping. Returns the number of the mapping of the block that contains [memory, memory + bytes);
 * 0: no shared block does. */
uint64_t tutti_memory_serial(const void *memory, size_t bytes);

/* The number of the newest shared mapping; 0: there has been none. */
uint64_t tutti_memory_newest(void);

#endif
