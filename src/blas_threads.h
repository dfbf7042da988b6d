/* OpenBLAS on one thread: workers share the work already, and the result does not depend on how many there
 * are. */
#ifndef TUTTI_BLAS_THREADS_H
#define TUTTI_BLAS_THREADS_H

#include <cblas.h>
#include <omp.h>
#include <stdbool.h>

/* Threads of OpenBLAS's own, of the whole process: before and after what a call does. */
typedef struct {
  int threads; /* 0: it has none of its own */
} tutti_blas_process;

static inline tutti_blas_process tutti_blas_begin(void) {
  const bool own = openblas_get_parallel() == OPENBLAS_THREAD;
  const tutti_blas_process found = {own ? openblas_get_num_threads() : 0};
  if (own) openblas_set_num_threads(1);
  return found;
}
static inline void tutti_blas_end(tutti_blas_process found) {
  if (found.threads) openblas_set_num_threads(found.threads);
}

/* OpenMP's threads, where no team is around the calling thread: before and after its calls of BLAS. */
static inline int tutti_blas_alone(void) {
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  return threads;
}
static inline void tutti_blas_restore(int threads) { omp_set_num_threads(threads); }

#endif
