/* An analysis while it is made. Matrices are row by row, N = members, p = observations. */
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
  double *mean;       /* [variables], of the forecast */
  double *deviations; /* [N x variables] from it */
  double *predicted;  /* [N x p]: deviations of what is observed */
  double *innovation; /* [p]: observed - mean predicted */
  double *state;      /* [N x variables]: the analysis */
} analysis;

/* The predicted deviations Y, with weights W: Y W^(1/2) = V diag(s) U', by singular values; those that are 0
 * but for rounding are 0. */
typedef struct {
  size_t least;  /* min(N, p) values */
  double *u, *v; /* column by column: [p x least], [least x N] */
  double *s;     /* [least], descending */
  double *rest;  /* of the space */
} decomposition;

/* In the space of transform_of; false: they could not be found. */
bool decompose(size_t members, size_t observations, const double *predicted, const double *weight,
               double *space, decomposition *d);

/* s / (N - 1 + s^2), where s^2 may overflow. */
static inline double damped(double s, size_t members) {
  return s > 0 ? 1 / (s + ((double)members - 1) / s) : 0;
}

/* Space for `transform_of` with N members and p observations, in doubles. */
size_t transform_space(size_t members, size_t observations);

/* transform[N x N]: row a holds the weights of the deviations in analysis member a (which is mean + sum_b
 * transform[a][b] deviation_b). predicted[N x p], innovation[p], weight[p] = 1 / variance or less. false: the
 * singular values could not be found. */
bool transform_of(size_t members, size_t observations, const double *predicted, const double *innovation,
                  const double *weight, double *space, double *transform);

/* a->state from the rest. */
tutti_status analyse_enkf(analysis *a);
tutti_status analyse_etkf(analysis *a);
tutti_status analyse_letkf(analysis *a);

/* state = mean + transform deviations. */
void apply_transform(const analysis *a, const double *transform);

#endif
