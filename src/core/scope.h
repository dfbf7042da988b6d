/* Clean-up that is run when a block is left, in whatever way.
 *
 * Functions of the program's run within the library's, and may leave them in other ways than by returning:
 *
 * - by an exception of C++: the library is compiled with -fexceptions, so that the attribute `cleanup` is
 *   honoured;
 * - by longjmp or pthread_exit: the C library runs what was given to _pthread_cleanup_push. (glibc does;
 *   other C libraries do not.) */
#ifndef TUTTI_SCOPE_H
#define TUTTI_SCOPE_H

#include <pthread.h>

typedef struct {
  void (*f)(void *args); /* NULL: nothing is to be done */
  void *args;
  struct _pthread_cleanup_buffer jump;
} tutti_scope;

/* A clean-up. Declare it with {0}. After tutti_scope_begin, f(args) is run once: when the variable goes
 * out of scope, or when a jump leaves its block. */
#define TUTTI_SCOPE __attribute__((cleanup(tutti_scope_end))) tutti_scope
void tutti_scope_begin(tutti_scope *scope, void (*f)(void *args), void *args);
void tutti_scope_end(tutti_scope *scope);

/* For functions that have such a variable. To find out which blocks a jump leaves, the C library compares
 * the addresses of their variables with the stack pointer. AddressSanitizer would keep the variable
 * elsewhere. */
#define TUTTI_SCOPE_ON_STACK __attribute__((no_sanitize("address")))

/* Forgets the clean-up: f is not run. */
void tutti_scope_forget(tutti_scope *scope);

/* Holds pthread_cancel off until the end of the block: `TUTTI_UNCANCELED before = tutti_hold_cancel();` */
#define TUTTI_UNCANCELED __attribute__((cleanup(tutti_let_cancel), unused)) const int
int tutti_hold_cancel(void);
void tutti_let_cancel(const int *before);

#endif
