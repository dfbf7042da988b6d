/* Parameters of distributions, as their kernels need them. */
#ifndef TUTTI_RANDOM_VARIATES_H
#define TUTTI_RANDOM_VARIATES_H

#include <stdint.h>

/* Marsaglia and Tsang's constants: d = shape - 1/3, c = 1 / sqrt(9 d). A shape below 1 is first raised by
 * 1. */
typedef struct {
  double d, c, scale;
  double power; /* 1 / shape where the shape is below 1; else 0 */
} tutti_gamma_params;

#endif
