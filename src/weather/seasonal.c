/* Harmonics of the year, fitted by scoring. */
#include "weather/seasonal.h"

#include <math.h>
#include <string.h>

#include "isa/kernels.h"

void seasonal_fill(seasonal_basis basis) {
  for (int d = 0; d < DAILY_SEASONS; d++) {
    basis[d][0] = 1;
    for (int k = 1; k <= TUTTI_MOST_HARMONICS; k++) {
      const double turn = (double)(k * d % DAILY_SEASONS) / DAILY_SEASONS;
      TUTTI_KERNEL(sincos_turn)(&turn, &basis[d][2 * k], &basis[d][2 * k - 1], 1);
    }
  }
}

double seasonal_at(const seasonal_basis basis, int day, const double *c) {
  double sum = 0;
  for (int k = 0; k < SEASONAL_TERMS; k++) sum += basis[day][k] * c[k];
  return sum;
}

bool matrix_cholesky(double *m, size_t n) {
  for (size_t j = 0; j < n; j++) {
    double left = m[j * n + j];
    const double whole = left;
    for (size_t k = 0; k < j; k++) left -= m[j * n + k] * m[j * n + k];
    if (!(left > 1e-12 * whole)) return false;
    const double root = m[j * n + j] = sqrt(left);
    for (size_t i = j + 1; i < n; i++) {
      double sum = m[i * n + j];
      for (size_t k = 0; k < j; k++) sum -= m[i * n + k] * m[j * n + k];
      m[i * n + j] = sum / root;
    }
    for (size_t i = 0; i < j; i++) m[i * n + j] = 0;
  }
  return true;
}

void matrix_solve(const double *factor, size_t n, double *x) {
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < i; k++) x[i] -= factor[i * n + k] * x[k];
    x[i] /= factor[i * n + i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; k++) x[i] -= factor[k * n + i] * x[k];
    x[i] /= factor[i * n + i];
  }
}

static double penalty(const double *c, int terms, double ridge) {
  double sum = 0;
  for (int j = 1; j < terms; j++) sum += c[j] * c[j];
  return 0.5 * ridge * sum;
}

typedef struct {
  const double (*basis)[SEASONAL_TERMS];
  const seasonal_sample *sample;
  seasonal_law law;
  const void *args;
  int terms;
  double ridge;
} problem;

static double likelihood(const problem *p, const double *c) {
  double sum = -penalty(c, p->terms, p->ridge);
  for (size_t i = 0; i < p->sample->n; i++)
    sum += p->law(p->sample, i, seasonal_at(p->basis, p->sample->day[i], c), p->args).likelihood;
  return sum;
}

/* The step of scoring from c; false: the information is not positive definite. */
static bool whole_step(const problem *p, const double *c, double *step) {
  double information[SEASONAL_TERMS * SEASONAL_TERMS] = {0};
  const int terms = p->terms;
  memset(step, 0, SEASONAL_TERMS * sizeof *step);
  for (size_t i = 0; i < p->sample->n; i++) {
    const int day = p->sample->day[i];
    const double *x = p->basis[day];
    const seasonal_term t = p->law(p->sample, i, seasonal_at(p->basis, day, c), p->args);
    for (int j = 0; j < terms; j++) {
      step[j] += t.slope * x[j];
      for (int k = 0; k <= j; k++) information[j * terms + k] += t.information * x[j] * x[k];
    }
  }
  for (int j = 1; j < terms; j++) {
    step[j] -= p->ridge * c[j];
    information[j * terms + j] += p->ridge;
  }
  if (!matrix_cholesky(information, (size_t)terms)) return false;
  matrix_solve(information, (size_t)terms, step);
  return true;
}

/* How far a step goes from c; NaN or infinity if it goes nowhere. */
static double length_of(const double *step, const double *c, int terms) {
  double far = 0;
  for (int j = 0; j < terms; j++) {
    const double share = fabs(step[j]) / fmax(1, fabs(c[j]));
    if (!(share <= far)) far = share;
  }
  return far;
}

bool seasonal_fit(const seasonal_basis basis, const seasonal_sample *s, seasonal_law law, const void *args,
                  int terms, double ridge, double *c) {
  enum { MOST_STEPS = 200, MOST_HALVINGS = 40 };
  const problem p = {basis, s, law, args, terms, ridge};
  double step[SEASONAL_TERMS], next[SEASONAL_TERMS] = {0}, reached = likelihood(&p, c);
  for (int i = 0; i < MOST_STEPS; i++) {
    if (!whole_step(&p, c, step)) return false;
    const double far = length_of(step, c, terms);
    if (!isfinite(far)) return false;
    double share = 1, found = -INFINITY;
    for (int k = 0; k < MOST_HALVINGS; k++, share /= 2) {
      for (int j = 0; j < terms; j++) next[j] = c[j] + share * step[j];
      found = likelihood(&p, next);
      if (found >= reached || far < 1e-6) break; /* near the top its rounding errors hide the slope */
    }
    if (!(found >= reached) && far >= 1e-6) return false;
    memcpy(c, next, (size_t)terms * sizeof *c);
    reached = found;
    if (far <= 1e-10) return true;
  }
  return false;
}
