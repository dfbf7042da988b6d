/* Marks of threads. */
#include "core/thread.h"

#include <pthread.h>
#include <stdint.h>

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
