/* Memory of tutti_alloc, and of the engine where workers share it. */
#ifndef TUTTI_MEMORY_H
#define TUTTI_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

/* Of less than this nobody asks whether it is there: that takes 0.1 ms. */
enum { TUTTI_UNCHECKED_MEMORY = 1 << 20 };

/* Zeroed, 64-byte aligned; shared: by forked workers too. NULL when bytes is 0, or more than is available. */
void *tutti_memory_get(size_t bytes, bool shared);
void tutti_memory_release(void *memory); /* NULL is ignored */

/* TUTTI_ENOMEM where so many bytes, which will be touched in pieces or by several, are more than is available
 * now; less than TUTTI_UNCHECKED_MEMORY always fits. The detail: "1048576 bytes `what` do not fit in the 5
 * available`hint`". Linux hands out more than it has, and kills who touches it. */
tutti_status tutti_memory_fits(tutti_ctx *ctx, size_t bytes, const char *what, const char *hint);

/* a + b, a * b; SIZE_MAX where that is more. */
static inline size_t tutti_bytes_and(size_t a, size_t b) { return b <= SIZE_MAX - a ? a + b : SIZE_MAX; }
static inline size_t tutti_bytes_of(size_t a, size_t b) {
  return b == 0 || a <= SIZE_MAX / b ? a * b : SIZE_MAX;
}

/* Mappings that workers share are numbered from 1 as they are made; blocks, small ones, may share one. That
 * of the block [memory, memory + bytes) lies in; 0: in none. */
uint64_t tutti_memory_serial(const void *memory, size_t bytes);

/* That of the last one made; 0: none was. */
uint64_t tutti_memory_newest(void);

#endif
