/* What has to be done when a stretch of code ends, however it is left.
 *
 * Functions of the host's run within the library's, and may leave it by more than a return: by an exception
 * of C++ (the library is compiled with -fexceptions, so that the attribute `cleanup` holds then), by longjmp
 * or by pthread_exit (the C library calls what _pthread_cleanup_push was given; other C libraries than glibc
 * do not).
 */
#ifndef TUTTI_SCOPE_H
#define TUTTI_SCOPE_H

#include <pthread.h>

typedef struct {
  void (*f)(void *args); /* NULL: nothing is to be done */
  void *args;
  struct _pthread_cleanup_buffer jump;
} tutti_scope;

/* Begin with {0}. f(args) is run once: when the variable goes out of scope, or when it is jumped over. */
#define TUTTI_SCOPE __attribute__((cleanup(tutti_scope_end))) tutti_scope
void tutti_scope_begin(tutti_scope *scope, void (*f)(void *args), void *args);
void tutti_scope_end(tutti_scope *scope);

/* The C library compares addresses to find out what is jumped over; AddressSanitizer would move the variable
 * off the stack of a function. */
#define TUTTI_SCOPE_ON_STACK __attribute__((no_sanitize("address")))

/* There is nothing to be done any more. */
void tutti_scope_forget(tutti_scope *scope);

/* pthread_cancel waits for the end of the scope. */
#define TUTTI_UNCANCELED __attribute__((cleanup(tutti_let_cancel), unused)) const int
int tutti_hold_cancel(void);
void tutti_let_cancel(const int *before);

#endif
