/* Memory of tutti_alloc, and of the engine where workers share it. */
#ifndef TUTTI_MEMORY_H
#define TUTTI_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

/* Zeroed, 64-byte aligned; shared: by forked workers too. NULL when bytes is 0, or more than is available. */
void *tutti_memory_get(size_t bytes, bool shared);
void tutti_memory_release(void *memory); /* NULL is ignored */

/* Mappings that workers share are numbered from 1 as they are made; blocks, small ones, may share one. That
 * of the block [memory, memory + bytes) lies in; 0: in none. */
uint64_t tutti_memory_serial(const void *memory, size_t bytes);

/* That of the last one made; 0: none was. */
uint64_t tutti_memory_newest(void);

/* Has the context's workers touch the pages of fresh memory, each those of its share. */
tutti_status tutti_first_touch(const tutti_ctx *ctx, void *memory, size_t bytes);

#endif
