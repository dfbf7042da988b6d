/* A call holds its context for the calling thread until it ends. */
#ifndef TUTTI_CORE_CALL_H
#define TUTTI_CORE_CALL_H

#include <stdbool.h>
#include <tutti/context.h>

#include "core/scope.h"

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
