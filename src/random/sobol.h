/* What the Sobol kernel is told. */
#ifndef TUTTI_RANDOM_SOBOL_H
#define TUTTI_RANDOM_SOBOL_H

#include <stddef.h>
#include <stdint.h>

enum { SOBOL_BITS = 32 };

typedef struct {
  const uint32_t (*direction)[SOBOL_BITS]; /* of each dimension: bit b of a point's index adds direction[b] */
  const uint32_t *seed;                    /* of each dimension's scrambling; NULL: none */
  size_t dims;
} tutti_sobol_params;

#endif
