/* A thread that does what the calling one cannot. It forks: a process can ask to be killed when its parent
 * dies, but what it is told of is the end of the thread that forked it, and children that outlive a call need
 * one that does. And it opens OpenMP regions where the caller has lost its team. */
#ifndef TUTTI_BACKENDS_FORK_THREAD_H
#define TUTTI_BACKENDS_FORK_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <tutti/status.h>

typedef struct fork_thread fork_thread;

/* NULL: no thread or no memory. It takes no signals. */
fork_thread *tutti_fork_thread_open(void);

/* Has f(args) run there; waits until it has, for its status; both. */
void tutti_fork_thread_start(fork_thread *k, tutti_status (*f)(void *args), void *args);
tutti_status tutti_fork_thread_wait(fork_thread *k);
tutti_status tutti_fork_thread_run(fork_thread *k, tutti_status (*f)(void *args), void *args);

/* The stack for a process forked there; NULL: it goes on on the thread's. It lies above what the C library
 * takes for the thread's stack, as do all stacks that are older: that is how it can tell a jump out of the
 * process's work (contain.h) to one of them. */
void *tutti_fork_thread_stack(const fork_thread *k, size_t *bytes);

/* mine: the thread is this process's, not that of one it was forked from. NULL is ignored. */
void tutti_fork_thread_close(fork_thread *k, bool mine);

#endif
