/* The kernels of this family: functions of every element of an array. Each row is result type, name,
 * parameters. */
#ifndef TUTTI_MATH_KERNELS_H
#define TUTTI_MATH_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "isa/kernels.h"

#define TUTTI_MATH_KERNELS(X)                                                                                \
  /* out[i] = the normal quantile of p[i]; out may be p. */                                                  \
  X(void, normal_icdf, (const double *p, double *out, size_t n))                                             \
  /* out[i] = exp x[i]; out[i] = log x[i], x[i] positive, normal and finite; out may be x. */                \
  X(void, exp, (const double *x, double *out, size_t n))                                                     \
  X(void, log, (const double *x, double *out, size_t n))                                                     \
  /* The sine and cosine of 2 pi u[i]. */                                                                    \
  X(void, sincos_turn, (const double *u, double *sine, double *cosine, size_t n))

TUTTI_KERNEL_FAMILY(math, TUTTI_MATH_KERNELS)

#endif
