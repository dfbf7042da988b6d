/* Small dense matrices, stored by rows. They are written here because the last bits of LAPACK's depend on
 * the CPU. */
#ifndef TUTTI_MATH_MATRIX_H
#define TUTTI_MATH_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

/* The Cholesky factor L of m[n x n] = L L^T, whose lower triangle is read. L replaces m; above the
 * diagonal it is 0. False: m is not positive definite. */
bool tutti_matrix_cholesky(double *m, size_t n);
/* Solves L L^T y = x, and replaces x by y. */
void tutti_matrix_solve(const double *factor, size_t n, double *x);

#endif
