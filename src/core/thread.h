/* The calling thread: its name, and whether it runs a chunk, of which context. */
#ifndef TUTTI_CORE_THREAD_H
#define TUTTI_CORE_THREAD_H

#include <stdbool.h>
#include <tutti/context.h>

#include "core/tls.h"

/* True in a thread or process while it runs a chunk: calls made there are nested and run serially. */
extern _Thread_local bool tutti_in_worker TUTTI_QUICK_TLS;
/* The context whose chunk it is: what NULL stands for there. */
extern _Thread_local const tutti_ctx *tutti_worker_ctx TUTTI_QUICK_TLS;

/* Different in every thread of every process, and never NULL; not to be read from. */
const void *tutti_this_thread(void);

/* Whether it is of a thread of a process from which this one was forked: nobody here. */
bool tutti_left_behind(const void *thread);

#endif
