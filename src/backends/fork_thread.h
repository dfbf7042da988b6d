/* A thread of the library's own, which runs functions that the calling thread cannot run:
 *
 * - It forks workers that outlive a call. A worker asks Linux to kill it when its parent ends
 *   (PR_SET_PDEATHSIG); but Linux means by parent the thread that forked, not the process. So workers that
 *   are to stay need a parent thread that stays.
 * - It opens parallel regions of OpenMP, where fork has left the calling thread without its team. */
#ifndef TUTTI_BACKENDS_FORK_THREAD_H
#define TUTTI_BACKENDS_FORK_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <tutti/status.h>

typedef struct fork_thread fork_thread;

/* Starts the thread, with all signals blocked. NULL: no thread or no memory. */
fork_thread *tutti_fork_thread_open(void);

/* start: has f(args) run in the thread. wait: waits until it has returned; returns its status. run: both. */
void tutti_fork_thread_start(fork_thread *k, tutti_status (*f)(void *args), void *args);
tutti_status tutti_fork_thread_wait(fork_thread *k);
tutti_status tutti_fork_thread_run(fork_thread *k, tutti_status (*f)(void *args), void *args);

/* The stack for a process that is forked in the thread, and its size. NULL: there is none, and the process
 * stays on the thread's stack.
 *
 * It lies above what the C library takes for the thread's stack, as all older stacks do. That is how the C
 * library can tell that a jump to one of those leaves the process's work (contain.h). */
void *tutti_fork_thread_stack(const fork_thread *k, size_t *bytes);

/* Ends the thread. mine: it is a thread of this process, and not of one from which this one was forked.
 * NULL is ignored. */
void tutti_fork_thread_close(fork_thread *k, bool mine);

#endif
