/* Kernels of math: functions of every element of an array. A row is: result type, name, parameters. */
#ifndef TUTTI_MATH_KERNELS_H
#define TUTTI_MATH_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "isa/kernels.h"

#define TUTTI_MATH_KERNELS(X)                                                                                \
  /* out[i] = the normal quantile of p[i]; out may be p. */                                                  \
  X(void, normal_icdf, (const double *p, double *out, size_t n))                                             \
  /* out[i] = exp(x[i]), and out[i] = log(x[i]) for positive, normal and finite x[i]; out may be x. */       \
  X(void, exp, (const double *x, double *out, size_t n))                                                     \
  X(void, log, (const double *x, double *out, size_t n))                                                     \
  /* out[i] = x[i]^y for positive, normal and finite x[i]; out may be x. */                                  \
  X(void, pow, (const double *x, double y, double *out, size_t n))                                           \
  /* sine[i], cosine[i] = the sine and cosine of 2 pi u[i]. */                                               \
  X(void, sincos_turn, (const double *u, double *sine, double *cosine, size_t n))

TUTTI_KERNEL_FAMILY(math, TUTTI_MATH_KERNELS)

#endif
