/* Least squares in at most three parameters with lower bounds, for the fits of the laws of scaling.
 *
 * The points are streamed: each one is a row folded into a small triangular factor by Givens rotations
 * (W. M. Gentleman, "Least squares computations by Givens transformations without square roots", 1973, here
 * with them), which needs no memory and, unlike the normal equations, does not square the condition number.
 * Bounds are kept exactly, by trying every set of parameters held at theirs (at most 8). */
#ifndef TUTTI_SRC_SCALING_LEAST_SQUARES_H
#define TUTTI_SRC_SCALING_LEAST_SQUARES_H

#include <stdbool.h>
#include <stddef.h>

enum { MAX_PARAMETERS = 3 };

/* The triangular factor of the rows seen so far: R x = z in the least squares sense, rss what remains. */
typedef struct {
  double r[MAX_PARAMETERS][MAX_PARAMETERS], z[MAX_PARAMETERS], rss;
} triangle;

void triangle_fold(triangle *t, const double coefficients[MAX_PARAMETERS], double rhs);

/* Least squares with x >= lower, exactly: the best of the feasible solutions over all sets held at the bound
 * that contain always_held (bit j: parameter j). One exists always, the one with everything held. */
void triangle_solve(const triangle *t, unsigned always_held, const double lower[MAX_PARAMETERS],
                    double x[MAX_PARAMETERS]);

/* sqrt(g' (R'R)^-1 g): the standard error of g'x in units of the residuals' standard deviation. A parameter
 * whose column is zero takes no part. */
double triangle_error_factor(const triangle *t, const double g[MAX_PARAMETERS]);

/* Whether the points are positive, finite and hold at least `distinct` (at most 3) different worker counts.
 */
bool are_points_valid(const double *workers, const double *measured, size_t n, int distinct);

/* A term that is a smaller part than this of every prediction is the rounding of the data, not a finding: it
 * is taken for zero, its bound. */
#define NEGLIGIBLE 1e-12

#endif
