/* The logarithm of the gamma function and its first two derivatives, x > 0. The error is 1e-12, relative,
 * or absolute near their zeros. The same bits everywhere. */
#ifndef TUTTI_MATH_GAMMA_H
#define TUTTI_MATH_GAMMA_H

double tutti_log_gamma(double x);
double tutti_digamma(double x);
double tutti_trigamma(double x);

#endif
