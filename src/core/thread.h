/* The calling thread: whether it runs a chunk, of which context, and which call holds a context for it. */
#ifndef TUTTI_CORE_THREAD_H
#define TUTTI_CORE_THREAD_H

#include <stdbool.h>
#include <tutti/context.h>

#include "core/scope.h"
#include "core/tls.h"

/* True in a thread or process while it runs a chunk: calls made there are nested and run serially. */
extern _Thread_local bool tutti_in_worker TUTTI_QUICK_TLS;
/* The context whose chunk it is: what NULL stands for there. */
extern _Thread_local const tutti_ctx *tutti_worker_ctx TUTTI_QUICK_TLS;

/* Different in every thread of every process, and never NULL; not to be read from. */
const void *tutti_this_thread(void);

/* Whether it is of a thread of a process from which this one was forked: nobody here. */
bool tutti_left_behind(const void *thread);

/* A call, and what is to be as it was when it is left, by whatever way. */
typedef struct {
  tutti_ctx *claimed; /* is this thread's meanwhile; or NULL */
  const tutti_ctx *worker_ctx;
  bool in_worker;
  int cancel;
  tutti_scope scope;
} tutti_call;

/* Begin with {0}. Until it goes out of scope, or tutti_call_end, the context is this thread's, and
 * pthread_cancel waits. TUTTI_EBUSY: another thread has it. */
#define TUTTI_CALL __attribute__((cleanup(tutti_call_end))) tutti_call
tutti_status tutti_call_begin(tutti_call *call, tutti_ctx *ctx);
void tutti_call_end(tutti_call *call);

#endif
