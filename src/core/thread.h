/* The calling thread: its name, and whether it runs a chunk, of which context. */
#ifndef TUTTI_CORE_THREAD_H
#define TUTTI_CORE_THREAD_H

#include <stdbool.h>
#include <tutti/context.h>

#include "core/tls.h"

/* True in a thread or process while it runs a chunk: calls made there are nested and run serially. */
extern _Thread_local bool tutti_in_worker TUTTI_QUICK_TLS;
/* The context of that chunk: NULL as an argument stands for it. */
extern _Thread_local const tutti_ctx *tutti_worker_ctx TUTTI_QUICK_TLS;

/* A mark of the calling thread: different in every thread of every process, and never NULL. It is only
 * compared, never read from. */
const void *tutti_this_thread(void);

/* Whether the mark is of a thread that this process does not have: of a process from which it was forked. */
bool tutti_left_behind(const void *thread);

#endif
