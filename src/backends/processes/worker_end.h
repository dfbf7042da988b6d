/* Watches worker processes, ends them, and waits for their end. */
#ifndef TUTTI_PROCESSES_WORKER_END_H
#define TUTTI_PROCESSES_WORKER_END_H

#include "backends/processes/worker_pool.h"

enum { UNWATCHED = -2 /* in place of a pidfd: there is none */ };

/* A pidfd of the process, a descriptor that tells of its end. UNWATCHED: the system has none. -1 with
 * errno: no descriptor is free. */
int tutti_worker_watch(pid_t pid);

void tutti_worker_kill(const worker_pool *pool, int worker);

/* Whether the worker has ended (options 0: waits until it has). If so, the kernel forgets it, and so does the
 * pool. */
bool tutti_worker_has_ended(worker_pool *pool, int worker, siginfo_t *end, int options);

/* "was killed by signal 9 (SIGKILL)", for a detail. */
void tutti_worker_describe_end(const siginfo_t *end, char *text, size_t size);

#endif
