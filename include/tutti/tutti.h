/* tutti: parallel numeric kernels that return the same bits on any number of threads, processes and
 * instruction sets. This header includes the whole public interface.
 *
 * Structs of choices are started with {0}, in C and in C++ (where {} is the same); then the fields that
 * matter are set. A later library may have more fields at the end of a struct, for which 0 means what was
 * before.
 *
 * Every struct type has a name that ends in _t: tutti_rng and tutti_rng_t are the same type. */
#ifndef TUTTI_TUTTI_H
#define TUTTI_TUTTI_H

#include <tutti/assimilate.h>
#include <tutti/context.h>
#include <tutti/daily.h>
#include <tutti/distributions.h>
#include <tutti/generator.h>
#include <tutti/grid.h>
#include <tutti/montecarlo.h>
#include <tutti/ode.h>
#include <tutti/options.h>
#include <tutti/parallel.h>
#include <tutti/problems.h>
#include <tutti/random.h>
#include <tutti/ranks.h>
#include <tutti/reduce.h>
#include <tutti/scaling.h>
#include <tutti/sobol.h>
#include <tutti/status.h>
#include <tutti/version.h>
#include <tutti/weather.h>

#endif
