/* A call holds its context for the calling thread until it ends. */
#ifndef TUTTI_CORE_CALL_H
#define TUTTI_CORE_CALL_H

#include <stdbool.h>
#include <tutti/context.h>

#include "core/scope.h"

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
