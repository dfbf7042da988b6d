/* Parameters of distributions, prepared for their kernels. */
#ifndef TUTTI_RANDOM_VARIATES_H
#define TUTTI_RANDOM_VARIATES_H

#include <stdint.h>

/* Marsaglia and Tsang's constants for a shape of 1 or more: d = shape - 1/3, c = 1 / sqrt(9 d). */
typedef struct {
  double d, c, scale;
  double power; /* 1 / shape, where a shape below 1 is raised by 1; else 0 */
} tutti_gamma_params;

#endif
