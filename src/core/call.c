#include "core/call.h"

#include <stdatomic.h>

#include "core/context.h"

static bool take_ownership(tutti_ctx *ctx) {
  const void *owner = NULL;
  if (atomic_compare_exchange_strong(&ctx->owner, &owner, tutti_this_thread())) return true;
  return tutti_left_behind(owner) && atomic_compare_exchange_strong(&ctx->owner, &owner, tutti_this_thread());
}

static void end_call(void *call_) {
  const tutti_call *call = call_;
  tutti_in_worker = call->in_worker;
  tutti_worker_ctx = call->worker_ctx;
  if (call->claimed) atomic_store(&call->claimed->owner, NULL);
  tutti_let_cancel(&call->cancel);
}

/* Nested calls and calls on the default context claim nothing. */
tutti_status tutti_call_begin(tutti_call *call, tutti_ctx *ctx) {
  const bool owned = !tutti_in_worker && !ctx->shared;
  if (owned && !take_ownership(ctx))
    return tutti_fail(NULL, TUTTI_EBUSY, "another thread's call on this context has not ended");
  call->claimed = owned ? ctx : NULL;
  call->in_worker = tutti_in_worker;
  call->worker_ctx = tutti_worker_ctx;
  call->cancel = tutti_hold_cancel();
  tutti_scope_begin(&call->scope, end_call, call);
  return TUTTI_OK;
}

void tutti_call_end(tutti_call *call) { tutti_scope_end(&call->scope); }
