/* Least squares in at most three parameters with lower bounds, for the fits of the laws of scaling.
 *
 * Each point is a row of the system. Rows are folded one by one into a small triangular factor by Givens
 * rotations (W. M. Gentleman, "Least squares computations by Givens transformations without square roots",
 * 1973; here with square roots). That needs no memory and, unlike the normal equations, does not square
 * the condition number. Bounds are kept exactly: every set of parameters that may be at their bounds is
 * tried, at most 8. */
#ifndef TUTTI_SRC_SCALING_LEAST_SQUARES_H
#define TUTTI_SRC_SCALING_LEAST_SQUARES_H

#include <stdbool.h>
#include <stddef.h>

enum { MAX_PARAMETERS = 3 };

/* The triangular factor R of the rows so far: their least squares solution solves R x = z, and rss is its
 * sum of squared residuals. */
typedef struct {
  double r[MAX_PARAMETERS][MAX_PARAMETERS], z[MAX_PARAMETERS], rss;
} triangle;

/* Adds a row: sum of coefficients[j] x[j] = rhs. */
void tutti_triangle_fold(triangle *t, const double coefficients[MAX_PARAMETERS], double rhs);

/* The least squares solution with x >= lower, exactly. Parameters in always_held (bit j: parameter j) are
 * at their bounds; of the others each set is tried at its bounds, and the best solution that keeps all
 * bounds is taken. There always is one: with all parameters at their bounds. */
void tutti_triangle_solve(const triangle *t, unsigned always_held, const double lower[MAX_PARAMETERS],
                          double x[MAX_PARAMETERS]);

/* sqrt(g^T (R^T R)^-1 g): times the standard deviation of the residuals this is the standard error of g^T
 * x. A parameter whose column is zero takes no part. */
double tutti_triangle_error_factor(const triangle *t, const double g[MAX_PARAMETERS]);

/* Whether the points are positive and finite, and have at least `distinct` (at most 3) different worker
 * counts. */
bool tutti_are_points_valid(const double *workers, const double *measured, size_t n, int distinct);

/* A term that is a smaller part than this of every prediction is due to the rounding of the data: it is
 * taken for 0, its bound. */
#define NEGLIGIBLE 1e-12

#endif
