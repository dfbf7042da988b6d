/* Small dense matrices. */
#include "math/matrix.h"

#include <math.h>

bool tutti_matrix_cholesky(double *m, size_t n) {
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

void tutti_matrix_solve(const double *factor, size_t n, double *x) {
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < i; k++) x[i] -= factor[i * n + k] * x[k];
    x[i] /= factor[i * n + i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; k++) x[i] -= factor[k * n + i] * x[k];
    x[i] /= factor[i * n + i];
  }
}
