/* Memory that forked processes share. Its contents are shared; the records of which blocks are used are
 * each process's own. */
#ifndef TUTTI_SHARED_H
#define TUTTI_SHARED_H

#include <stdbool.h>
#include <stddef.h>

/* Allocates shared memory, zeroed and aligned to 64 bytes; bytes > 0. NULL: the system refuses. */
void *tutti_shared_get(size_t bytes);

/* Releases shared memory. false: it is no such memory, and nothing is done. */
bool tutti_shared_release(void *memory);

#endif
