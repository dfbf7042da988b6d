/* OpenBLAS on one thread: workers share the work already, and the result does not depend on how many there
 * are. */
#ifndef TUTTI_BLAS_THREADS_H
#define TUTTI_BLAS_THREADS_H

#include <cblas.h>
#include <omp.h>

/* Around calls of BLAS: the threads of OpenBLAS's own, if it has them, which are the whole process's. The
 * first of several calls at once sets their number to 1, the last restores it. */
void tutti_blas_begin(void);
void tutti_blas_end(void);

/* OpenMP's threads, where no team is around the calling thread: before and after its calls of BLAS. */
static inline int tutti_blas_alone(void) {
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  return threads;
}
static inline void tutti_blas_restore(int threads) { omp_set_num_threads(threads); }

#endif
