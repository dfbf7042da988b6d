/* Small dense matrices, by rows. Written here and not LAPACK's, whose last bits depend on the CPU. */
#ifndef TUTTI_MATH_MATRIX_H
#define TUTTI_MATH_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

/* m = L L^T of the lower triangle of m[n x n], over it; what is above becomes 0. False: not positive
 * definite. */
bool matrix_cholesky(double *m, size_t n);
/* x = (L L^T)^-1 x. */
void matrix_solve(const double *factor, size_t n, double *x);

#endif
