/* tutti_multinormal: mean + L z. L is the Cholesky factor of the covariance, by LAPACK's dpotrf; the
 * product is made for blocks of vectors, by BLAS's dtrmm. */
#include <math.h>
#include <string.h>
#include <tutti/distributions.h>

#include "blas/openblas.h"
#include "context/open.h"
#include "engine/collectives.h"
#include "memory/blocks.h"
#include "random/fill.h"
#include "random/kernels.h"

enum { BLOCK = 4096 }; /* doubles, 32 KiB */

typedef struct {
  const double *mean, *factor; /* [dims], and [dims x dims], whose lower triangle is used */
  size_t dims, rows;           /* rows: vectors that are multiplied together */
} multinormal_params;

static void make_block(const tutti_variates *v, uint64_t block, double *out) {
  const multinormal_params *params = v->parameters;
  const size_t size = params->rows * params->dims;
  const int dims = (int)params->dims;
  v->kernels->random->normal(v->rng, block * size, out, size);
  tutti_blas.dtrmm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, (int)params->rows, dims,
                   1, params->factor, dims, out, dims);
  for (size_t i = 0; params->mean && i < size; i++) out[i] += params->mean[i % params->dims];
}

/* Whole blocks are made, wherever an array begins and however it is split: so the bits of a vector do not
 * depend on which others are multiplied together with it. */
static void make(const tutti_variates *v, uint64_t first, void *out, size_t n) {
  const multinormal_params *params = v->parameters;
  const size_t dims = params->dims;
  const int threads = tutti_blas_alone();
  double *to = out;
  for (size_t taken; n > 0; n -= taken, first += taken, to += taken * dims) {
    const size_t skip = (size_t)(first % params->rows);
    taken = n < params->rows - skip ? n : params->rows - skip;
    if (taken == params->rows) {
      make_block(v, first / params->rows, to);
    } else {
      double whole[BLOCK];
      make_block(v, first / params->rows, whole);
      memcpy(to, whole + skip * dims, taken * dims * sizeof *to);
    }
  }
  tutti_blas_restore(threads);
}

static tutti_status check(tutti_ctx *ctx, uint64_t first, const double *mean, const double *covariance,
                          size_t dims, size_t n) {
  if (dims == 0 || dims > 1 << 15)
    return tutti_fail(ctx, TUTTI_EINVAL, "dims = %zu is not in [1, 2^15]", dims);
  if (n > 0 && (first > UINT64_MAX / dims || n > UINT64_MAX / dims - first))
    return tutti_fail(ctx, TUTTI_EINVAL, "vectors %llu + %zu of %zu go beyond the 2^64 elements of a stream",
                      (unsigned long long)first, n, dims);
  if (!covariance) return tutti_fail(ctx, TUTTI_EINVAL, "covariance is NULL");
  for (size_t i = 0; i < dims; i++) {
    if (mean && !isfinite(mean[i]))
      return tutti_fail(ctx, TUTTI_EINVAL, "mean[%zu] = %.17g is not finite", i, mean[i]);
    for (size_t j = 0; j <= i; j++)
      if (!isfinite(covariance[i * dims + j]))
        return tutti_fail(ctx, TUTTI_EINVAL, "covariance[%zu][%zu] = %.17g is not finite", i, j,
                          covariance[i * dims + j]);
  }
  return TUTTI_OK;
}

/* The lower triangle of a matrix by rows is the upper one of a matrix by columns, which LAPACK expects. */
static tutti_status factorise(tutti_ctx *ctx, double *factor, size_t dims) {
  const int n = (int)dims, threads = tutti_blas_alone();
  int info;
  tutti_blas.dpotrf("U", &n, factor, &n, &info, 1);
  tutti_blas_restore(threads);
  if (info > 0)
    return tutti_fail(ctx, TUTTI_EINVAL,
                      "covariance is not positive definite: its leading minor of order %d is not", info);
  for (size_t i = 0; i < dims; i++) /* LAPACK ignores NaN and infinities; they reach the diagonal */
    if (!isfinite(factor[i * dims + i]))
      return tutti_fail(ctx, TUTTI_EINVAL, "the covariance's factor is no double in row %zu", i);
  return TUTTI_OK;
}

/* NOLINTBEGIN(readability-non-const-parameter): out is written, through a pointer to void */
TUTTI_SCOPE_ON_STACK tutti_status tutti_multinormal(tutti_ctx *ctx, tutti_rng rng, uint64_t first,
                                                    const double *mean, const double *covariance, size_t dims,
                                                    double *out, size_t n) {
  /* NOLINTEND(readability-non-const-parameter) */
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check(ctx, first, mean, covariance, dims, n);
  if (status) return tutti_refuse(ctx, status);
  double *factor = tutti_memory_get(dims * dims * sizeof *factor, false);
  if (!factor) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for a factor of %zu x %zu", dims, dims);
  memcpy(factor, covariance, dims * dims * sizeof *factor);
  const multinormal_params params = {mean, factor, dims, dims < BLOCK ? BLOCK / dims : 1};
  const size_t chunks = n / TUTTI_FILL_GRAIN + 1;
  tutti_variates v = {
      make,
      rng,
      first,
      out,
      dims * sizeof *out,
      &params,
      NULL,
      0,
      {{mean, mean ? dims * sizeof *mean : 0}, {covariance, dims * dims * sizeof *covariance}}};
  TUTTI_BLAS use = {0};
  status = tutti_refuse(ctx, tutti_blas_begin(&use, ctx, chunks));
  if (!status) status = tutti_refuse(ctx, factorise(ctx, factor, dims));
  if (!status) status = tutti_fill(ctx, &v, n);
  tutti_blas_end(&use);
  tutti_memory_release(factor);
  return status;
}
