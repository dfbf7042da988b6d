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

/* A step of scoring, into c: how far it went, or infinity. */
static double step(const seasonal_basis basis, const seasonal_sample *s, seasonal_law law, const void *args,
                   int terms, double ridge, double *c) {
  double information[SEASONAL_TERMS * SEASONAL_TERMS] = {0}, slope[SEASONAL_TERMS] = {0}, far = 0;
  for (size_t i = 0; i < s->n; i++) {
    const double *x = basis[s->day[i]];
    double of_law, weight;
    law(s, i, seasonal_at(basis, s->day[i], c), args, &of_law, &weight);
    for (int j = 0; j < terms; j++) {
      slope[j] += of_law * x[j];
      for (int k = 0; k <= j; k++) information[j * terms + k] += weight * x[j] * x[k];
    }
  }
  for (int j = 1; j < terms; j++) {
    slope[j] -= ridge * c[j];
    information[j * terms + j] += ridge;
  }
  if (!matrix_cholesky(information, (size_t)terms)) return INFINITY;
  matrix_solve(information, (size_t)terms, slope);
  for (int j = 0; j < terms; j++) {
    c[j] += slope[j];
    far = fmax(far, fabs(slope[j]) / fmax(1, fabs(c[j])));
  }
  return far;
}

bool seasonal_fit(const seasonal_basis basis, const seasonal_sample *s, seasonal_law law, const void *args,
                  int terms, double ridge, double *c) {
  enum { MOST_STEPS = 100 };
  double far = 1;
  for (int i = 0; i < MOST_STEPS && far > 1e-10; i++) far = step(basis, s, law, args, terms, ridge, c);
  return far <= 1e-10;
}
