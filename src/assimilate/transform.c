/* The ensemble transform, and the two filters that use it: for all variables, or for each by itself. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/parallel.h>

#include "assimilate/analysis.h"

#ifdef TUTTI_HAVE_OPENBLAS
#include "blas_threads.h"

/* Of LAPACK, which OpenBLAS contains. */
extern void dsyev_(const char *job, const char *uplo, const int *n, double *a, const int *lda, double *w,
                   double *work, const int *lwork, int *info, size_t job_length, size_t uplo_length);

size_t transform_space(size_t members, size_t observations) {
  return members * (observations + members + 4) + 2 * members;
}

/* With M = (N - 1) I + Y W Y' = V diag(e) V': the mean moves by the weights M^-1 Y W d, the deviations by the
 * root sqrt(N - 1) M^(-1/2) (Hunt et al., 2007, 2.3). */
bool transform_of(size_t members, size_t observations, const double *predicted, const double *innovation,
                  const double *weight, double *space, double *transform) {
  const int n = (int)members, p = (int)observations, work_size = 4 * n;
  double *scaled = space, *v = scaled + members * observations, *e = v + members * members,
         *shift = e + members;
  double *work = shift + members;
  int info = 0;
  for (size_t a = 0; a < members; a++) {
    shift[a] = 0;
    for (size_t k = 0; k < observations; k++) {
      scaled[a * observations + k] = predicted[a * observations + k] * sqrt(weight[k]);
      shift[a] += predicted[a * observations + k] * weight[k] * innovation[k];
    }
  }
  memset(v, 0, members * members * sizeof *v);
  for (size_t a = 0; a < members; a++) v[a * members + a] = (double)members - 1;
  if (observations) cblas_dsyrk(CblasColMajor, CblasLower, CblasTrans, n, p, 1, scaled, p, 1, v, n);
  dsyev_("V", "L", &n, v, &n, e, work, &work_size, &info, 1, 1);
  if (info) return false;
  /* row i of v is now eigenvector i; shift in their coordinates, and back */
  cblas_dgemv(CblasRowMajor, CblasNoTrans, n, n, 1, v, n, shift, 1, 0, work, 1);
  for (size_t i = 0; i < members; i++) work[i] /= e[i];
  cblas_dgemv(CblasRowMajor, CblasTrans, n, n, 1, v, n, work, 1, 0, shift, 1);
  for (size_t i = 0; i < members; i++)
    cblas_dscal(n, pow(((double)members - 1) / e[i], 0.25), v + i * members, 1);
  for (size_t a = 0; a < members; a++) memcpy(transform + a * members, shift, members * sizeof *shift);
  cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, n, n, 1, v, n, v, n, 1, transform, n);
  return true;
}

void apply_transform(const analysis *a, const double *transform) {
  const int n = (int)a->members, m = (int)a->variables;
  for (size_t i = 0; i < a->members; i++)
    memcpy(a->state + i * a->variables, a->mean, a->variables * sizeof *a->mean);
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, m, n, 1, transform, n, a->deviations, m, 1,
              a->state, m);
}

tutti_status analyse_etkf(analysis *a) {
  const size_t n = a->members, p = a->seen->count;
  double *transform = malloc((n * n + p + transform_space(n, p)) * sizeof *transform);
  if (!transform) return tutti_fail(a->ctx, TUTTI_ENOMEM, "no memory for %zu members", n);
  double *weight = transform + n * n;
  for (size_t k = 0; k < p; k++) weight[k] = 1 / a->seen->variance;
  const bool done = transform_of(n, p, a->predicted, a->innovation, weight, weight + p, transform);
  if (done) apply_transform(a, transform);
  free(transform);
  return done ? TUTTI_OK : tutti_fail(a->ctx, TUTTI_EINVAL, "the ensemble has no eigenvalues: is it finite?");
}

/* -- local -- */

/* Gaspari and Cohn (1999), (4.10); z = distance / c. */
static double gaspari_cohn(double z) {
  if (z <= 1) return (((-0.25 * z + 0.5) * z + 0.625) * z - 5. / 3) * z * z + 1;
  if (z < 2) return ((((z / 12 - 0.5) * z + 0.625) * z + 5. / 3) * z - 5) * z + 4 - 2 / (3 * z);
  return 0;
}

static size_t observed(const analysis *a, size_t k) { return a->seen->where ? a->seen->where[k] : k; }

typedef struct {
  analysis *a;
  double *columns; /* [variables x N]: the analysis, a row a variable */
} local_call;

/* Observations near a variable, gathered: predicted[N x near], innovation, weight. */
static size_t gather(const analysis *a, size_t variable, double *predicted, double *innovation,
                     double *weight, size_t *near) {
  size_t count = 0;
  for (size_t k = 0; k < a->seen->count; k++) {
    const size_t place = observed(a, k), apart = place > variable ? place - variable : variable - place;
    const size_t distance = apart < a->variables - apart ? apart : a->variables - apart;
    const double w = gaspari_cohn((double)distance / a->how->radius);
    if (w <= 0) continue;
    near[count] = k;
    innovation[count] = a->innovation[k];
    weight[count++] = w / a->seen->variance;
  }
  for (size_t i = 0; i < a->members; i++)
    for (size_t k = 0; k < count; k++) predicted[i * count + k] = a->predicted[i * a->seen->count + near[k]];
  return count;
}

static bool analyse_variable(const local_call *c, size_t variable, double *space, size_t *near) {
  const analysis *a = c->a;
  const size_t n = a->members, p = a->seen->count;
  double *predicted = space, *innovation = predicted + n * p, *weight = innovation + p,
         *transform = weight + p;
  const size_t count = gather(a, variable, predicted, innovation, weight, near);
  if (!transform_of(n, count, predicted, innovation, weight, transform + n * n, transform)) return false;
  for (size_t i = 0; i < n; i++) {
    double sum = a->mean[variable];
    for (size_t j = 0; j < n; j++) sum += transform[i * n + j] * a->deviations[j * a->variables + variable];
    c->columns[variable * n + i] = sum;
  }
  return true;
}

static int analyse_variables(size_t begin, size_t end, void *args) {
  const local_call *c = args;
  const size_t n = c->a->members, p = c->a->seen->count;
  double *space = malloc((n * p + 2 * p + n * n + transform_space(n, p)) * sizeof *space);
  size_t *near = malloc(p * sizeof *near);
  const int threads = tutti_blas_alone();
  bool good = space && near;
  for (size_t v = begin; v < end && good; v++) good = analyse_variable(c, v, space, near);
  tutti_blas_restore(threads);
  free(space);
  free(near);
  return !good;
}

/* Worker processes stay out of OpenBLAS: there the calling process does all of it. */
static tutti_status for_variables(tutti_ctx *ctx, size_t n, local_call *call) {
  if (ctx->config.backend == TUTTI_PROCESSES)
    return analyse_variables(0, n, call) ? tutti_fail(ctx, TUTTI_EUSER, "an analysis failed") : TUTTI_OK;
  return tutti_for(ctx, n, 4, analyse_variables, call, NULL);
}

tutti_status analyse_letkf(analysis *a) {
  local_call call = {a, calloc(a->variables * a->members, sizeof(double))};
  if (!call.columns) return tutti_fail(a->ctx, TUTTI_ENOMEM, "no memory for %zu members", a->members);
  const tutti_status status = for_variables(a->ctx, a->variables, &call);
  for (size_t i = 0; i < a->members && !status; i++)
    for (size_t v = 0; v < a->variables; v++)
      a->state[i * a->variables + v] = call.columns[v * a->members + i];
  free(call.columns);
  return status != TUTTI_EUSER ? status
                               : tutti_fail(a->ctx, TUTTI_EINVAL, "no analysis: is the ensemble finite?");
}
#endif
