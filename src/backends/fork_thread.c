#define _GNU_SOURCE
#include "backends/fork_thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

struct fork_thread {
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  tutti_status (*f)(void *args); /* what to run; NULL: nothing */
  void *args;
  tutti_status status;
  bool over;
  unsigned char *memory; /* a guard page and the thread's stack; then a guard page and the stack of forked
                            processes, of the same size */
  size_t bytes;
};

static void *keep(void *thread_) {
  fork_thread *k = thread_;
  pthread_mutex_lock(&k->lock);
  while (!k->over) {
    if (k->f) {
      k->status = k->f(k->args);
      k->f = NULL;
      pthread_cond_broadcast(&k->changed);
    }
    if (!k->over) pthread_cond_wait(&k->changed, &k->lock);
  }
  pthread_mutex_unlock(&k->lock);
  return NULL;
}

static size_t page(void) { return (size_t)sysconf(_SC_PAGESIZE); }

static void unmap(fork_thread *k) {
  if (k->memory) munmap(k->memory, k->bytes);
  k->memory = NULL;
}

/* Functions of the caller's run on both stacks, and may need as much as a process has (ulimit -s). Pages
 * are only taken when they are touched. */
static bool map(fork_thread *k) {
  enum { UNLIMITED = 64 << 20 };
  struct rlimit limit;
  const bool known = getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  const size_t stack = known ? (size_t)limit.rlim_cur / page() * page() : UNLIMITED;
  k->bytes = 2 * (page() + stack);
  void *memory = mmap(NULL, k->bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return false;
  k->memory = memory;
  return mprotect(k->memory, page(), PROT_NONE) == 0 &&
         mprotect(k->memory + k->bytes / 2, page(), PROT_NONE) == 0;
}

static int create(fork_thread *k) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  int error = !map(k) || pthread_attr_setstack(&attributes, k->memory + page(), k->bytes / 2 - page());
  if (!error) error = pthread_create(&k->thread, &attributes, keep, k);
  pthread_attr_destroy(&attributes);
  if (!error) return 0;
  unmap(k);
  return pthread_create(&k->thread, NULL, keep, k);
}

void *tutti_fork_thread_stack(const fork_thread *k, size_t *bytes) {
  const size_t before = k->bytes / 2 + page();
  *bytes = k->bytes - before;
  return k->memory ? k->memory + before : NULL;
}

fork_thread *tutti_fork_thread_open(void) {
  fork_thread *k = calloc(1, sizeof *k);
  if (!k) return NULL;
  sigset_t all, mask;
  sigfillset(&all);
  pthread_mutex_init(&k->lock, NULL);
  pthread_cond_init(&k->changed, NULL);
  pthread_sigmask(SIG_BLOCK, &all, &mask);
  const int error = create(k);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  if (!error) return k;
  free(k);
  return NULL;
}

void tutti_fork_thread_start(fork_thread *k, tutti_status (*f)(void *args), void *args) {
  pthread_mutex_lock(&k->lock);
  k->f = f;
  k->args = args;
  pthread_cond_broadcast(&k->changed);
  pthread_mutex_unlock(&k->lock);
}

tutti_status tutti_fork_thread_wait(fork_thread *k) {
  pthread_mutex_lock(&k->lock);
  while (k->f) pthread_cond_wait(&k->changed, &k->lock);
  const tutti_status status = k->status;
  pthread_mutex_unlock(&k->lock);
  return status;
}

tutti_status tutti_fork_thread_run(fork_thread *k, tutti_status (*f)(void *args), void *args) {
  tutti_fork_thread_start(k, f, args);
  return tutti_fork_thread_wait(k);
}

void tutti_fork_thread_close(fork_thread *k, bool mine) {
  if (!k) return;
  if (mine) {
    pthread_mutex_lock(&k->lock);
    k->over = true;
    pthread_cond_broadcast(&k->changed);
    pthread_mutex_unlock(&k->lock);
    pthread_join(k->thread, NULL);
    pthread_cond_destroy(&k->changed);
    pthread_mutex_destroy(&k->lock);
  }
  unmap(k);
  free(k);
}
