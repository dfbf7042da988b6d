/* Marks of threads, and calls that claim a context. */
#include "core/thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "core/context.h"

_Thread_local bool tutti_in_worker;
_Thread_local const tutti_ctx *tutti_worker_ctx;

/* A thread's mark: the address of a thread-local variable times NAMES, plus how often its process was
 * forked (mod NAMES). */
enum { NAMES = 64 };
static uintptr_t forks;
static void count_fork(void) { forks++; }
__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(NULL, NULL, count_fork); }

const void *tutti_this_thread(void) {
  return (const void *)((uintptr_t)&tutti_in_worker * NAMES + forks % NAMES);
}
bool tutti_left_behind(const void *thread) { return (uintptr_t)thread % NAMES != forks % NAMES; }

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
