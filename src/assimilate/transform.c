/* The ensemble transform, and the two filters that use it: TUTTI_ETKF for all variables together,
 * TUTTI_LETKF for each by itself. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "assimilate/analysis.h"
#include "blas/openblas.h"
#include "engine/job.h"
#include "memory/blocks.h"

static size_t work_space(size_t members, size_t observations) { return 5 * (members + observations); }

size_t tutti_transform_space(size_t members, size_t observations) {
  const size_t least = members < observations ? members : observations;
  return (members + least) * observations + 2 * least * members + 2 * least + members +
         work_space(members, observations);
}

/* Sets singular values to 0 that are 0 but for rounding. They occur where observed deviations are
 * dependent: because they add up to 0, or because a variable is observed twice. Where observations are
 * precise they would have as much effect as real ones. */
static void drop_noise(size_t members, size_t observations, size_t least, double *s) {
  const double noise = DBL_EPSILON * (double)(members > observations ? members : observations) * s[0];
  for (size_t i = 0; i < least; i++)
    if (s[i] <= noise) s[i] = 0;
}

bool tutti_decompose(size_t members, size_t observations, const double *predicted, const double *weight,
                     double *space, decomposition *d) {
  const size_t least = members < observations ? members : observations;
  const int n = (int)members, p = (int)observations, k = (int)least;
  const int work_size = (int)work_space(members, observations);
  int info = 0;
  double *scaled = space; /* [p x N] by columns */
  d->least = least;
  d->u = scaled + members * observations;
  d->v = d->u + observations * least;
  d->s = d->v + least * members;
  d->rest = d->s + least;
  for (size_t a = 0; a < members; a++)
    for (size_t j = 0; j < observations; j++)
      scaled[a * observations + j] = predicted[a * observations + j] * sqrt(weight[j]);
  tutti_blas.dgesvd("S", "S", &p, &n, scaled, &p, d->s, d->u, &p, d->v, &k, d->rest, &work_size, &info, 1, 1);
  if (!info) drop_noise(members, observations, least, d->s);
  return !info;
}

/* The ensemble transform (Hunt et al., 2007, 2.3). With Y W^(1/2) = V diag(s) U^T, the matrix M = (N - 1)
 * I + Y W Y^T has the eigenvalues e = N - 1 + s^2 for the vectors of V, and N - 1 for all others. With d
 * the innovation,
 *
 *     the mean moves by the weights   M^-1 Y W d             = V diag(s / e) U^T W^(1/2) d,
 *     the deviations by the root      sqrt(N - 1) M^(-1/2)   = I + V diag(sqrt((N - 1) / e) - 1) V^T.
 *
 * M itself is not formed: where observations are precise, rounding would leave only its largest
 * eigenvalues right. */
bool tutti_transform_of(size_t members, size_t observations, const double *predicted,
                        const double *innovation, const double *weight, double *space, double *transform) {
  const int n = (int)members;
  decomposition d;
  memset(transform, 0, members * members * sizeof *transform);
  for (size_t a = 0; a < members; a++) transform[a * members + a] = 1;
  if (observations == 0) return true;
  if (!tutti_decompose(members, observations, predicted, weight, space, &d)) return false;
  const size_t least = d.least;
  const int k = (int)least;
  double *bent = d.rest, *share = bent + least * members, *shift = share + least;
  for (size_t i = 0; i < least; i++) {
    share[i] = 0;
    for (size_t j = 0; j < observations; j++)
      share[i] += d.u[i * observations + j] * (sqrt(weight[j]) * innovation[j]);
    share[i] *= damped(d.s[i], members);
    const double rest = ((double)members - 1) / d.s[i];
    const double root = d.s[i] > 0 ? sqrt(rest / (d.s[i] + rest)) : 1;
    for (size_t a = 0; a < members; a++) bent[a * least + i] = (root - 1) * d.v[a * least + i];
  }
  tutti_blas.dgemv(CblasColMajor, CblasTrans, k, n, 1, d.v, k, share, 1, 0, shift, 1);
  tutti_blas.dgemm(CblasColMajor, CblasTrans, CblasNoTrans, n, n, k, 1, bent, k, d.v, k, 1, transform, n);
  for (size_t a = 0; a < members; a++)
    for (size_t b = 0; b < members; b++) transform[a * members + b] += shift[b];
  return true;
}

void tutti_apply_transform(const analysis *a, const double *transform) {
  const int n = (int)a->members, m = (int)a->variables;
  for (size_t i = 0; i < a->members; i++)
    memcpy(a->state + i * a->variables, a->mean, a->variables * sizeof *a->mean);
  tutti_blas.dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, m, n, 1, transform, n, a->deviations, m, 1,
                   a->state, m);
}

tutti_status tutti_analyse_etkf(analysis *a) {
  const size_t n = a->members, p = a->seen->count;
  double *transform = tutti_memory_get((n * n + p + tutti_transform_space(n, p)) * sizeof *transform, false);
  if (!transform) return tutti_fail(a->ctx, TUTTI_ENOMEM, "no memory for %zu members", n);
  double *weight = transform + n * n;
  for (size_t k = 0; k < p; k++) weight[k] = 1 / a->seen->variance;
  const bool done = tutti_transform_of(n, p, a->predicted, a->innovation, weight, weight + p, transform);
  if (done) tutti_apply_transform(a, transform);
  tutti_memory_release(transform);
  return done ? TUTTI_OK : tutti_fail(a->ctx, TUTTI_EINVAL, "no singular values were found");
}

/* -- local -- */

/* The function (4.10) of Gaspari and Cohn (1999), z = distance / c. */
static double gaspari_cohn(double z) {
  if (z <= 1) return (((-0.25 * z + 0.5) * z + 0.625) * z - 5. / 3) * z * z + 1;
  if (z < 2) return ((((z / 12 - 0.5) * z + 0.625) * z + 5. / 3) * z - 5) * z + 4 - 2 / (3 * z);
  return 0;
}

static size_t observed(const analysis *a, size_t k) { return a->seen->where ? a->seen->where[k] : k; }

typedef struct {
  analysis *a;
  double *columns; /* [variables x N]: the analysis, one row for each variable */
} local_call;

/* Collects the observations near a variable: predicted[N x near], innovation, weight. Returns how many
 * there are. */
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
  if (!tutti_transform_of(n, count, predicted, innovation, weight, transform + n * n, transform))
    return false;
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
  double *space = malloc((n * p + 2 * p + n * n + tutti_transform_space(n, p)) * sizeof *space);
  size_t *near = malloc(p * sizeof *near);
  const int threads = tutti_blas_alone();
  int failure = space && near ? 0 : TUTTI_NO_MEMORY;
  for (size_t v = begin; v < end && !failure; v++) failure = !analyse_variable(c, v, space, near);
  tutti_blas_restore(threads);
  free(space);
  free(near);
  return failure;
}

/* Runs the variables. With worker processes the calling process does all of it: OpenBLAS is not used in
 * workers. */
static tutti_status for_variables(tutti_ctx *ctx, size_t n, local_call *call) {
  if (ctx->config.backend != TUTTI_PROCESSES)
    return tutti_for_internal(
        ctx, n, LOCAL_GRAIN, analyse_variables, (tutti_args){.at = call},
        (const tutti_output[]){{call->columns, call->a->members * sizeof(double)}, {0}});
  const int failure = analyse_variables(0, n, call);
  return failure == TUTTI_NO_MEMORY
             ? tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu members", call->a->members)
         : failure ? TUTTI_EUSER
                   : TUTTI_OK;
}

tutti_status tutti_analyse_letkf(analysis *a) {
  const size_t n = a->members, p = a->seen->count;
  const size_t space = (n * p + 2 * p + n * n + tutti_transform_space(n, p)) * sizeof(double);
  const size_t shared_out = a->ctx->config.backend == TUTTI_PROCESSES ? 1 : a->variables;
  tutti_status status =
      tutti_check_work_space(a->ctx, shared_out, LOCAL_GRAIN, 0, space, "for the workers' transforms");
  if (status) return status;
  local_call call = {a, tutti_memory_get(a->variables * n * sizeof(double), false)};
  if (!call.columns) return tutti_fail(a->ctx, TUTTI_ENOMEM, "no memory for %zu members", a->members);
  status = for_variables(a->ctx, a->variables, &call);
  for (size_t i = 0; i < a->members && !status; i++)
    for (size_t v = 0; v < a->variables; v++)
      a->state[i * a->variables + v] = call.columns[v * a->members + i];
  tutti_memory_release(call.columns);
  return status != TUTTI_EUSER ? status : tutti_fail(a->ctx, TUTTI_EINVAL, "no singular values were found");
}
