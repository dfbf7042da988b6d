/* tutti_assimilate: deviations, one of the filters, inflation and rotation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "assimilate/analysis.h"
#include "blas/openblas.h"
#include "context/open.h"
#include "core/call.h"
#include "engine/collectives.h"
#include "memory/blocks.h"
#include "random/kernels.h"

enum { MOST_MEMBERS = 1024, MOST_OBSERVATIONS = 4096 };

static tutti_status check_observations(tutti_ctx *ctx, const tutti_observations *seen, size_t variables) {
  if (!seen || !seen->value) return tutti_fail(ctx, TUTTI_EINVAL, "%s is NULL", seen ? "value" : "seen");
  if (seen->count == 0 || seen->count > MOST_OBSERVATIONS)
    return tutti_fail(ctx, TUTTI_EINVAL, "count = %zu is not in [1, %d]", seen->count, MOST_OBSERVATIONS);
  if (!(seen->variance > 0) || isinf(seen->variance))
    return tutti_fail(ctx, TUTTI_EINVAL, "variance = %.17g is not positive and finite", seen->variance);
  for (size_t k = 0; k < seen->count; k++) {
    const size_t place = seen->where ? seen->where[k] : k;
    if (place >= variables)
      return tutti_fail(ctx, TUTTI_EINVAL, "observation %zu is of variable %zu of %zu", k, place, variables);
    if (!isfinite(seen->value[k]))
      return tutti_fail(ctx, TUTTI_EINVAL, "value[%zu] = %.17g", k, seen->value[k]);
  }
  return TUTTI_OK;
}

static tutti_status check(tutti_ctx *ctx, const tutti_analysis *how, const tutti_observations *seen,
                          size_t variables, size_t members, const double *state) {
  if (!how) return tutti_fail(ctx, TUTTI_EINVAL, "how is NULL");
  if (how->filter < TUTTI_ENKF || how->filter > TUTTI_LETKF)
    return tutti_fail(ctx, TUTTI_EINVAL, "filter = %d is none of tutti_filter", (int)how->filter);
  if (!(how->inflation >= 0) || isinf(how->inflation))
    return tutti_fail(ctx, TUTTI_EINVAL, "inflation = %.17g is not in [0, infinity)", how->inflation);
  if (how->filter == TUTTI_LETKF && !(how->radius > 0))
    return tutti_fail(ctx, TUTTI_EINVAL, "radius = %.17g is not positive", how->radius);
  if (members < 2 || members > MOST_MEMBERS)
    return tutti_fail(ctx, TUTTI_EINVAL, "members = %zu is not in [2, %d]", members, MOST_MEMBERS);
  if (variables == 0 || variables > INT32_MAX / MOST_MEMBERS)
    return tutti_fail(ctx, TUTTI_EINVAL, "variables = %zu is not in [1, %d]", variables,
                      INT32_MAX / MOST_MEMBERS);
  if (!state) return tutti_fail(ctx, TUTTI_EINVAL, "state is NULL");
  for (size_t i = 0; i < members * variables; i++)
    if (!isfinite(state[i]))
      return tutti_fail(ctx, TUTTI_EINVAL, "state: variable %zu of member %zu is %.17g", i % variables,
                        i / variables, state[i]);
  return check_observations(ctx, seen, variables);
}

/* Subtracts from x[rows x cols] the mean of its rows, which goes to mean[cols]. */
static void centre(double *x, size_t rows, size_t cols, double *mean) {
  for (size_t c = 0; c < cols; c++) {
    mean[c] = 0;
    for (size_t r = 0; r < rows; r++) mean[c] += x[r * cols + c];
    mean[c] /= (double)rows;
    for (size_t r = 0; r < rows; r++) x[r * cols + c] -= mean[c];
  }
}

static void predict(analysis *a) {
  const size_t p = a->seen->count;
  memcpy(a->deviations, a->state, a->members * a->variables * sizeof *a->state);
  centre(a->deviations, a->members, a->variables, a->mean);
  for (size_t k = 0; k < p; k++) {
    const size_t place = a->seen->where ? a->seen->where[k] : k;
    a->innovation[k] = a->seen->value[k] - a->mean[place];
    for (size_t i = 0; i < a->members; i++) a->predicted[i * p + k] = a->deviations[i * a->variables + place];
  }
}

/* -- stochastic -- */

/* missing[N x p] = (perturbed observations - predicted ones) of each member, in standard deviations of an
 * observation. */
static void perturb(const analysis *a, double *missing, double *mean) {
  const size_t n = a->members, p = a->seen->count;
  const double scale = sqrt(a->seen->variance);
  a->ctx->kernels->random->normal(a->rng, 0, missing, n * p);
  centre(missing, n, p, mean);
  for (size_t i = 0; i < n * p; i++) missing[i] += (a->innovation[i % p] - a->predicted[i]) / scale;
}

/* The stochastic filter. With deviations D[N x variables], observed deviations Y[N x p] and the error
 * covariance R of the observations, the gain is
 *
 *     K = D^T Y (Y^T Y + (N - 1) R)^-1.
 *
 * By the singular values of Y R^(-1/2) = V diag(s) U^T it is
 *
 *     K = D^T V diag(s / (N - 1 + s^2)) U^T R^(-1/2).
 *
 * Member a moves by K (its perturbed observations - its predicted ones): a sum of all deviations with
 * weights. The matrix in brackets is not formed: where observations are precise, rounding would leave only
 * its largest eigenvalues right (Evensen, 2004, 3, also uses singular values). */
tutti_status tutti_analyse_enkf(analysis *a) {
  const size_t n = a->members, p = a->seen->count;
  const int in = (int)n, ip = (int)p;
  double *missing =
      tutti_memory_get((n * p + 2 * n * n + p + tutti_transform_space(n, p)) * sizeof *missing, false);
  if (!missing) return tutti_fail(a->ctx, TUTTI_ENOMEM, "no memory for %zu observations", p);
  double *share = missing + n * p, *part = share + n * n, *weight = part + n * n;
  decomposition d;
  perturb(a, missing, weight);
  for (size_t k = 0; k < p; k++) weight[k] = 1 / a->seen->variance;
  const bool done = tutti_decompose(n, p, a->predicted, weight, weight + p, &d);
  if (done) {
    const int k = (int)d.least;
    tutti_blas.dgemm(CblasColMajor, CblasTrans, CblasNoTrans, k, in, ip, 1, d.u, ip, missing, ip, 0, part, k);
    for (size_t i = 0; i < n * d.least; i++) part[i] *= damped(d.s[i % d.least], n);
    for (size_t i = 0; i < n; i++) share[i * n + i] = 1;
    tutti_blas.dgemm(CblasColMajor, CblasTrans, CblasNoTrans, in, in, k, 1, d.v, k, part, k, 1, share, in);
    tutti_apply_transform(a, share);
  }
  tutti_memory_release(missing);
  return done ? TUTTI_OK : tutti_fail(a->ctx, TUTTI_EINVAL, "no singular values were found");
}

/* -- inflation and rotation -- */

/* Makes q[N x N], an orthonormal basis whose first vector is (1, ..., 1) / sqrt(N), and whose others are
 * random (Gram and Schmidt's method, each vector twice). */
static void random_basis(const analysis *a, uint64_t first, double *q) {
  const size_t n = a->members;
  a->ctx->kernels->random->normal(tutti_rng_split(a->rng, 1), first, q, n * n);
  for (size_t i = 0; i < n; i++) q[i] = 1 / sqrt((double)n);
  for (size_t r = 1; r < n; r++) {
    double *v = q + r * n, square = 0;
    for (size_t k = 0; k < 2 * r; k++) {
      const double *u = q + k % r * n;
      double dot = 0;
      for (size_t i = 0; i < n; i++) dot += u[i] * v[i];
      for (size_t i = 0; i < n; i++) v[i] -= dot * u[i];
    }
    for (size_t i = 0; i < n; i++) square += v[i] * v[i];
    for (size_t i = 0; i < n; i++) v[i] /= sqrt(square);
  }
}

/* The rotation takes one random basis to another. The vector (1, ..., 1) stays the same, and with it the
 * mean. */
static tutti_status rotate(analysis *a) {
  const size_t n = a->members, whole = (n * n + 15) / 16 * 16;
  const int in = (int)n;
  double *from = malloc(3 * n * n * sizeof *from);
  if (!from) return tutti_fail(a->ctx, TUTTI_ENOMEM, "no memory for %zu members", n);
  double *to = from + n * n, *rotation = to + n * n;
  random_basis(a, 0, from);
  random_basis(a, whole, to);
  tutti_blas.dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, in, in, in, 1, from, in, to, in, 0, rotation, in);
  tutti_apply_transform(a, rotation);
  free(from);
  return TUTTI_OK;
}

static tutti_status finish(analysis *a) {
  const double inflation = a->how->inflation > 0 ? a->how->inflation : 1;
  if (inflation == 1 && !a->how->rotation) return TUTTI_OK;
  memcpy(a->deviations, a->state, a->members * a->variables * sizeof *a->state);
  centre(a->deviations, a->members, a->variables, a->mean);
  for (size_t i = 0; i < a->members * a->variables; i++) a->deviations[i] *= inflation;
  if (a->how->rotation) return rotate(a);
  for (size_t i = 0; i < a->members * a->variables; i++)
    a->state[i] = a->mean[i % a->variables] + a->deviations[i];
  return TUTTI_OK;
}

/* Checks for numbers that overflowed on the way: those near the largest double do. */
static tutti_status check_finite(const analysis *a, const double *x, const char *what) {
  for (size_t i = 0; i < a->members * a->variables; i++)
    if (!isfinite(x[i]))
      return tutti_fail(a->ctx, TUTTI_EINVAL, "state: the %s of variable %zu is too large for a double", what,
                        i % a->variables);
  return TUTTI_OK;
}

TUTTI_SCOPE_ON_STACK static tutti_status analyse(analysis *a) {
  static tutti_status (*const filters[])(analysis *) = {[TUTTI_ENKF] = tutti_analyse_enkf,
                                                        [TUTTI_ETKF] = tutti_analyse_etkf,
                                                        [TUTTI_LETKF] = tutti_analyse_letkf};
  const size_t chunks = a->how->filter == TUTTI_LETKF ? a->variables / LOCAL_GRAIN + 1 : 1;
  TUTTI_BLAS use = {0};
  tutti_status status = tutti_blas_begin(&use, a->ctx, chunks);
  const bool meets = a->how->filter == TUTTI_LETKF; /* other ranks begin its chunks, and must be told */
  if (status) return meets ? tutti_refuse(a->ctx, status) : status;
  const int threads = tutti_blas_alone();
  predict(a);
  status = check_finite(a, a->deviations, "deviation");
  if (meets) status = tutti_refuse(a->ctx, status);
  /* within the filter's own parallel region OpenMP has all its threads */
  tutti_blas_restore(threads);
  if (a->how->filter != TUTTI_LETKF) tutti_blas_alone();
  if (!status) status = filters[a->how->filter](a);
  tutti_blas_alone();
  if (!status) status = finish(a);
  if (!status) status = check_finite(a, a->state, "analysis");
  tutti_blas_restore(threads);
  return status;
}

tutti_status tutti_assimilate(tutti_ctx *ctx, tutti_rng rng, const tutti_analysis *how,
                              const tutti_observations *seen, size_t variables, size_t members,
                              double *state) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check(ctx, how, seen, variables, members, state);
  if (status) return tutti_refuse(ctx, status);
  const double values[] = {how->inflation, how->radius, seen->variance};
  const uint64_t counts[] = {(uint64_t)how->filter, how->rotation, variables, seen->count,
                             seen->where != NULL};
  TUTTI_NOTE_CALL(ctx, .n = members, .rng = rng,
                  .parameters = {{values, sizeof values},
                                 {counts, sizeof counts},
                                 {seen->value, seen->count * sizeof *seen->value},
                                 {seen->where, seen->count * sizeof *seen->where}});
  status = tutti_ranks_agree(ctx);
  if (status) return status;
  const size_t size = members * variables, p = seen->count;
  double *memory = tutti_memory_get((2 * size + variables + members * p + p) * sizeof *memory, false);
  if (!memory) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu members", members);
  double *deviations = memory + size, *mean = deviations + size, *predicted = mean + variables;
  analysis a = {
      ctx, rng, how, seen, variables, members, mean, deviations, predicted, predicted + members * p, memory};
  memcpy(memory, state, size * sizeof *state);
  TUTTI_CALL call = {0}; /* the local filter's call of the engine claims the context itself */
  if (how->filter != TUTTI_LETKF) status = tutti_call_begin(&call, ctx);
  if (!status) status = analyse(&a);
  if (!status) memcpy(state, memory, size * sizeof *state);
  tutti_memory_release(memory);
  return status;
}
