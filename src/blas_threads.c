/* The number of OpenBLAS's own threads while the library calls it. */
#include "blas_threads.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int users, found;

void tutti_blas_begin(void) {
  if (openblas_get_parallel() != OPENBLAS_THREAD) return;
  pthread_mutex_lock(&lock);
  if (users++ == 0) {
    found = openblas_get_num_threads();
    openblas_set_num_threads(1);
  }
  pthread_mutex_unlock(&lock);
}

void tutti_blas_end(void) {
  if (openblas_get_parallel() != OPENBLAS_THREAD) return;
  pthread_mutex_lock(&lock);
  if (--users == 0) openblas_set_num_threads(found);
  pthread_mutex_unlock(&lock);
}
