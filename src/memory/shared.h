/* Memory that forked processes share: blocks of mappings, about which each process keeps its own books. */
#ifndef TUTTI_SHARED_H
#define TUTTI_SHARED_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed, 64-byte aligned; bytes > 0. NULL: the system refuses. */
void *tutti_shared_get(size_t bytes);

/* false: it is no such memory. */
bool tutti_shared_release(void *memory);

#endif
