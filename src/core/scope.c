#include "core/scope.h"

#include <stddef.h>

/* Part of glibc's binary interface, but in none of its headers. */
extern void _pthread_cleanup_push(struct _pthread_cleanup_buffer *, void (*)(void *), void *)
    __attribute__((weak));
extern void _pthread_cleanup_pop(struct _pthread_cleanup_buffer *, int) __attribute__((weak));

static void run(void *scope_) {
  tutti_scope *scope = scope_;
  void (*const f)(void *) = scope->f;
  scope->f = NULL;
  if (f) f(scope->args);
}

void tutti_scope_begin(tutti_scope *scope, void (*f)(void *args), void *args) {
  scope->f = f;
  scope->args = args;
  if (_pthread_cleanup_push) _pthread_cleanup_push(&scope->jump, run, scope);
}

void tutti_scope_forget(tutti_scope *scope) {
  if (scope->f && _pthread_cleanup_pop) _pthread_cleanup_pop(&scope->jump, 0);
  scope->f = NULL;
}

void tutti_scope_end(tutti_scope *scope) {
  tutti_scope ended = *scope;
  tutti_scope_forget(scope);
  run(&ended);
}

int tutti_hold_cancel(void) {
  int before;
  return pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before) ? PTHREAD_CANCEL_ENABLE : before;
}

void tutti_let_cancel(const int *before) { (void)pthread_setcancelstate(*before, NULL); }
