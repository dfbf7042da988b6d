/* Makes the parameters of the Sobol kernel. */
#ifndef TUTTI_RANDOM_SOBOL_PARAMS_H
#define TUTTI_RANDOM_SOBOL_PARAMS_H

#include <tutti/sobol.h>

#include "random/sobol.h"

/* The parameters for dims in [1, TUTTI_SOBOL_DIMS]. seed: room for dims numbers, to which the result
 * points; not used where scramble is NULL. */
tutti_sobol_params tutti_sobol_params_of(const tutti_rng *scramble, size_t dims, uint32_t *seed);

#endif
