/* An analysis while it is made. Matrices are stored by rows. N = members, p = observations. */
#ifndef TUTTI_ASSIMILATE_ANALYSIS_H
#define TUTTI_ASSIMILATE_ANALYSIS_H

#include <tutti/assimilate.h>

#include "core/context.h"

enum { LOCAL_GRAIN = 4 }; /* variables that a chunk of the local filter has at least */

typedef struct {
  tutti_ctx *ctx;
  tutti_rng rng;
  const tutti_analysis *how;
  const tutti_observations *seen;
  size_t variables, members;
  double *mean;       /* [variables]: mean of the forecast */
  double *deviations; /* [N x variables]: forecast - mean */
  double *predicted;  /* [N x p]: deviations of the observed variables */
  double *innovation; /* [p]: observed - mean predicted */
  double *state;      /* [N x variables]: the analysis */
} analysis;

/* The singular value decomposition of the predicted deviations Y[N x p] with weights W,
 *
 *     Y W^(1/2) = V diag(s) U^T.
 *
 * Singular values that are not 0 only because of rounding are set to 0. */
typedef struct {
  size_t least;  /* the number of singular values, min(N, p) */
  double *u, *v; /* by columns: U[p x least], V^T[least x N] */
  double *s;     /* [least], descending */
  double *rest;  /* what is left of the work space */
} decomposition;

/* Decomposes, in the work space of tutti_transform_of. false: the singular values could not be found. */
bool tutti_decompose(size_t members, size_t observations, const double *predicted, const double *weight,
                     double *space, decomposition *d);

/* s / (N - 1 + s^2), also where s^2 overflows. */
static inline double damped(double s, size_t members) {
  return s > 0 ? 1 / (s + ((double)members - 1) / s) : 0;
}

/* The work space of tutti_transform_of for N members and p observations, in doubles. */
size_t tutti_transform_space(size_t members, size_t observations);

/* Writes transform[N x N], the weights of the deviations in the analysis:
 *
 *     member a of the analysis = mean + sum over b of transform[a][b] (deviation of member b).
 *
 * predicted[N x p], innovation[p]; weight[p] = 1 / variance, or less where an observation is far away.
 * false: the singular values could not be found. */
bool tutti_transform_of(size_t members, size_t observations, const double *predicted,
                        const double *innovation, const double *weight, double *space, double *transform);

/* The filters: each makes a->state from the other fields. */
tutti_status tutti_analyse_enkf(analysis *a);
tutti_status tutti_analyse_etkf(analysis *a);
tutti_status tutti_analyse_letkf(analysis *a);

/* a->state = mean + transform deviations. */
void tutti_apply_transform(const analysis *a, const double *transform);

#endif
