#include "backends/keeper.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

struct keeper {
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  tutti_status (*f)(void *args); /* NULL: nothing is asked for */
  void *args;
  tutti_status status;
  bool over;
};

static void *keep(void *keeper_) {
  keeper *k = keeper_;
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

/* With the stack that a process has, for it is that of the processes it forks; pages are taken when touched.
 */
static int create(keeper *k) {
  enum { UNLIMITED = 64 << 20 };
  struct rlimit limit;
  pthread_attr_t attributes;
  const bool known = getrlimit(RLIMIT_STACK, &limit) == 0;
  pthread_attr_init(&attributes);
  int error = pthread_attr_setstacksize(
      &attributes, known && limit.rlim_cur != RLIM_INFINITY ? (size_t)limit.rlim_cur : UNLIMITED);
  if (!error) error = pthread_create(&k->thread, &attributes, keep, k);
  pthread_attr_destroy(&attributes);
  return error ? pthread_create(&k->thread, NULL, keep, k) : 0;
}

keeper *tutti_keeper_open(void) {
  keeper *k = calloc(1, sizeof *k);
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

void tutti_keeper_ask(keeper *k, tutti_status (*f)(void *args), void *args) {
  pthread_mutex_lock(&k->lock);
  k->f = f;
  k->args = args;
  pthread_cond_broadcast(&k->changed);
  pthread_mutex_unlock(&k->lock);
}

tutti_status tutti_keeper_wait(keeper *k) {
  pthread_mutex_lock(&k->lock);
  while (k->f) pthread_cond_wait(&k->changed, &k->lock);
  const tutti_status status = k->status;
  pthread_mutex_unlock(&k->lock);
  return status;
}

tutti_status tutti_keeper_run(keeper *k, tutti_status (*f)(void *args), void *args) {
  tutti_keeper_ask(k, f, args);
  return tutti_keeper_wait(k);
}

void tutti_keeper_close(keeper *k, bool mine) {
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
  free(k);
}
