/* Parameters of the Sobol kernel. */
#ifndef TUTTI_RANDOM_SOBOL_H
#define TUTTI_RANDOM_SOBOL_H

#include <stddef.h>
#include <stdint.h>

enum { SOBOL_BITS = 32 };

typedef struct {
  const uint32_t (*direction)[SOBOL_BITS]; /* [dims]: for each bit b of a point's index that is set,
                                              direction[b] is XORed to the point */
  const uint32_t *seed; /* [dims]: a seed for the scrambling of each dimension; NULL: not scrambled */
  size_t dims;
} tutti_sobol_params;

#endif
