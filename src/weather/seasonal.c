/* Harmonics of the year, fitted by Newton's method. */
#include "weather/seasonal.h"

#include <math.h>
#include <string.h>

#include "math/kernels.h"
#include "math/matrix.h"

void tutti_seasonal_fill(seasonal_basis basis) {
  for (int d = 0; d < DAILY_SEASONS; d++) {
    basis[d][0] = 1;
    for (int k = 1; k <= TUTTI_MOST_HARMONICS; k++) {
      const double turn = (double)(k * d % DAILY_SEASONS) / DAILY_SEASONS;
      TUTTI_KERNEL(sincos_turn)(&turn, &basis[d][2 * k], &basis[d][2 * k - 1], 1);
    }
  }
}

double tutti_seasonal_at(const seasonal_basis basis, int day, const double *c) {
  double sum = 0;
  for (int k = 0; k < SEASONAL_TERMS; k++) sum += basis[day][k] * c[k];
  return sum;
}

enum { MOST_COEFFICIENTS = 2 * SEASONAL_TERMS };

typedef struct {
  const double (*basis)[SEASONAL_TERMS];
  const seasonal_sample *sample;
  seasonal_likelihood law;
  const void *args;
  int terms, kinds;
  seasonal_prior prior;
} problem;

/* The precision of the prior of coefficient j of kind 0. */
static double precision(const problem *p, int j) { return j ? p->prior.harmonics : p->prior.first; }

static int kind_of(const problem *p, size_t i) { return p->sample->kind ? p->sample->kind[i] : 0; }

static seasonal_term term_of(const problem *p, size_t i, double c[][SEASONAL_TERMS]) {
  return p->law(p->sample, i, tutti_seasonal_at(p->basis, p->sample->day[i], c[kind_of(p, i)]), p->args);
}

static double likelihood(const problem *p, double c[][SEASONAL_TERMS]) {
  double sum = 0;
  for (int j = 0; j < p->terms; j++) {
    const double apart = p->kinds > 1 ? c[1][j] - c[0][j] : 0;
    sum -= 0.5 * (precision(p, j) * c[0][j] * c[0][j] + p->prior.apart * apart * apart);
  }
  for (size_t i = 0; i < p->sample->n; i++) sum += term_of(p, i, c).likelihood;
  return sum;
}

/* Adds the priors to the slope and to the information, whose lower triangle is filled. */
static void add_prior(const problem *p, double c[][SEASONAL_TERMS], double *slope, double *information) {
  const int terms = p->terms, n = p->kinds * terms;
  for (int j = 0; j < terms; j++) {
    slope[j] -= precision(p, j) * c[0][j];
    information[j * n + j] += precision(p, j);
    if (p->kinds == 1) continue;
    const double pull = p->prior.apart * (c[1][j] - c[0][j]);
    const int k = terms + j;
    slope[j] += pull;
    slope[k] -= pull;
    information[j * n + j] += p->prior.apart;
    information[k * n + k] += p->prior.apart;
    information[k * n + j] -= p->prior.apart;
  }
}

/* Newton's step from c. *rise: twice what the step adds to the log-likelihood, if that is a parabola.
 * False: the information is not positive definite. */
static bool whole_step(const problem *p, double c[][SEASONAL_TERMS], double *step, double *rise) {
  double information[MOST_COEFFICIENTS * MOST_COEFFICIENTS] = {0}, slope[MOST_COEFFICIENTS] = {0};
  const int terms = p->terms, n = p->kinds * terms;
  for (size_t i = 0; i < p->sample->n; i++) {
    const double *x = p->basis[p->sample->day[i]];
    const seasonal_term t = term_of(p, i, c);
    const int first = kind_of(p, i) * terms;
    for (int j = 0; j < terms; j++) {
      slope[first + j] += t.slope * x[j];
      for (int k = 0; k <= j; k++) information[(first + j) * n + first + k] += t.information * x[j] * x[k];
    }
  }
  add_prior(p, c, slope, information);
  memcpy(step, slope, sizeof slope);
  if (!tutti_matrix_cholesky(information, (size_t)n)) return false;
  tutti_matrix_solve(information, (size_t)n, step);
  *rise = 0;
  for (int j = 0; j < n; j++) *rise += slope[j] * step[j];
  return true;
}

/* The length of a step from c, relative to c; NaN or infinite if the step is. */
static double length_of(const problem *p, const double *step, double c[][SEASONAL_TERMS]) {
  double far = 0;
  for (int j = 0; j < p->kinds * p->terms; j++) {
    const double share = fabs(step[j]) / fmax(1, fabs(c[j / p->terms][j % p->terms]));
    if (!(share <= far)) far = share;
  }
  return far;
}

static void take_step(const problem *p, double from[][SEASONAL_TERMS], const double *step, double share,
                      double to[][SEASONAL_TERMS]) {
  for (int j = 0; j < p->kinds * p->terms; j++)
    to[j / p->terms][j % p->terms] = from[j / p->terms][j % p->terms] + share * step[j];
}

bool tutti_seasonal_fit(const seasonal_basis basis, const seasonal_sample *s, seasonal_likelihood law,
                        const void *args, int terms, seasonal_prior prior, double c[][SEASONAL_TERMS]) {
  enum { MOST_STEPS = 200, MOST_HALVINGS = 40 };
  const problem p = {basis, s, law, args, terms, s->kind ? 2 : 1, prior};
  double step[MOST_COEFFICIENTS], next[2][SEASONAL_TERMS] = {0}, rise, before = INFINITY;
  double reached = likelihood(&p, c);
  for (int i = 0; i < MOST_STEPS; i++) {
    if (!whole_step(&p, c, step, &rise)) return false;
    const double far = length_of(&p, step, c);
    if (!isfinite(far)) return false;
    /* Then rounding errors of the likelihood may be larger than what is left to gain. */
    const bool near = rise < 1e-6;
    double share = 1, found = -INFINITY;
    for (int k = 0; k < MOST_HALVINGS; k++, share /= 2) {
      take_step(&p, c, step, share, next);
      found = likelihood(&p, next);
      if (found >= reached || near) break;
    }
    if (!(found >= reached) && !near) return false;
    memcpy(c, next, (size_t)p.kinds * sizeof *c);
    reached = found;
    /* Steps that no longer shrink are rounding errors. */
    if (near && (far <= 1e-10 || far > 0.5 * before)) return true;
    before = near ? far : INFINITY;
  }
  return false;
}
