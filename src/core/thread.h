/* The calling thread: whether it runs a chunk, of which context, and which call holds a context for it. */
#ifndef TUTTI_CORE_THREAD_H
#define TUTTI_CORE_THREAD_H

#include <stdbool.h>
#include <tutti/context.h>

#include "core/scope.h"
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

/* A call of the library. Its fields are what is restored when the call is left, in whatever way. */
typedef struct {
  tutti_ctx *claimed; /* the context that this thread has claimed; NULL: none */
  const tutti_ctx *worker_ctx;
  bool in_worker;
  int cancel;
  tutti_scope scope;
} tutti_call;

/* Declare it with {0}. From tutti_call_begin until the variable goes out of scope, or until
 * tutti_call_end, the context is claimed by this thread, and pthread_cancel is held off. TUTTI_EBUSY:
 * another thread has claimed the context. */
#define TUTTI_CALL __attribute__((cleanup(tutti_call_end))) tutti_call
tutti_status tutti_call_begin(tutti_call *call, tutti_ctx *ctx);
void tutti_call_end(tutti_call *call);

#endif
