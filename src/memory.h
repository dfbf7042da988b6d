/* Memory of tutti_alloc, and of the engine where workers share it. */
#ifndef TUTTI_MEMORY_H
#define TUTTI_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed, 64-byte aligned; shared: by forked workers too. NULL when bytes is 0, or more than is available. */
void *tutti_memory_get(size_t bytes, bool shared);
void tutti_memory_release(void *memory); /* NULL is ignored */

/* Whether [memory, memory + bytes) lies within one block that workers share. */
bool tutti_memory_is_shared(const void *memory, size_t bytes);

#endif
