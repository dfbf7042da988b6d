/* OpenBLAS. It is loaded when a function first needs it, and runs on one thread while the library calls
 * it: workers already share the work, and the result does not depend on their number. */
#ifndef TUTTI_OPENBLAS_H
#define TUTTI_OPENBLAS_H

#include <omp.h>

#include "core/context.h"

/* Constants of CBLAS. */
enum { CblasRowMajor = 101, CblasColMajor = 102 };
enum { CblasNoTrans = 111, CblasTrans = 112 };
enum { CblasUpper = 121, CblasLower = 122 };
enum { CblasNonUnit = 131 };
enum { CblasLeft = 141, CblasRight = 142 };

/* The functions that the library uses, of CBLAS and LAPACK, which OpenBLAS contains: X(member, its name
 * there, type, arguments). A Fortran function gets the lengths of its text arguments at the end. */
#define TUTTI_OPENBLAS_LIST(X)                                                                               \
  X(dgemm, cblas_dgemm, void,                                                                                \
    (int order, int trans_a, int trans_b, int m, int n, int k, double alpha, const double *a, int lda,       \
     const double *b, int ldb, double beta, double *c, int ldc))                                             \
  X(dgemv, cblas_dgemv, void,                                                                                \
    (int order, int trans, int m, int n, double alpha, const double *a, int lda, const double *x, int incx,  \
     double beta, double *y, int incy))                                                                      \
  X(dsyrk, cblas_dsyrk, void,                                                                                \
    (int order, int uplo, int trans, int n, int k, double alpha, const double *a, int lda, double beta,      \
     double *c, int ldc))                                                                                    \
  X(dtrmm, cblas_dtrmm, void,                                                                                \
    (int order, int side, int uplo, int trans, int diag, int m, int n, double alpha, const double *a,        \
     int lda, double *b, int ldb))                                                                           \
  X(dpotrf, dpotrf_, void,                                                                                   \
    (const char *uplo, const int *n, double *a, const int *lda, int *info, size_t uplo_length))              \
  X(dpotrs, dpotrs_, void,                                                                                   \
    (const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b,            \
     const int *ldb, int *info, size_t uplo_length))                                                         \
  X(dgesvd, dgesvd_, void,                                                                                   \
    (const char *left, const char *right, const int *rows, const int *cols, double *a, const int *lda,       \
     double *s, double *u, const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork,      \
     int *info, size_t left_length, size_t right_length))                                                    \
  X(get_config, openblas_get_config, char *, (void))                                                         \
  X(get_parallel, openblas_get_parallel, int, (void))                                                        \
  X(get_num_threads, openblas_get_num_threads, int, (void))                                                  \
  X(set_num_threads, openblas_set_num_threads, void, (int threads))

typedef struct {
#define TUTTI_OPENBLAS_MEMBER(member, name, type, arguments) type(*member) arguments;
  TUTTI_OPENBLAS_LIST(TUTTI_OPENBLAS_MEMBER)
#undef TUTTI_OPENBLAS_MEMBER
} tutti_openblas;

/* The functions of OpenBLAS. Call them only between tutti_blas_begin and tutti_blas_end. */
extern tutti_openblas tutti_blas;

typedef struct {
  int callers; /* counted as callers at the same time */
  tutti_scope scope;
} tutti_blas_use;

/* A use of OpenBLAS. Declare it with {0}. It lasts from tutti_blas_begin until the variable goes out of
 * scope, in whatever way, or until tutti_blas_end.
 *
 * chunks: the number of chunks that call OpenBLAS; as many of them do so at the same time as the context
 * has workers in this process. TUTTI_EUNSUPPORTED: there is no OpenBLAS. TUTTI_ENOMEM: there is no memory
 * for its buffers, for which it would wait for ever.
 *
 * The number of OpenBLAS's own threads, if it has any, is one for the whole process: of several users at
 * the same time, the first sets it to 1 and the last restores it. */
#define TUTTI_BLAS __attribute__((cleanup(tutti_blas_end))) tutti_blas_use
tutti_status tutti_blas_begin(tutti_blas_use *use, tutti_ctx *ctx, size_t chunks);
void tutti_blas_end(tutti_blas_use *use);

/* Sets the number of OpenMP's threads to 1, around calls of BLAS from outside of a team, and restores it. */
static inline int tutti_blas_alone(void) {
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  return threads;
}
static inline void tutti_blas_restore(int threads) { omp_set_num_threads(threads); }

#endif
