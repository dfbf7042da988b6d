/* tutti: parallel numeric kernels that return the same bits on any number of threads, processes and
 * instruction sets. This header includes the whole public interface.
 *
 * Structs of choices start with {0} and then have the fields set that matter, which works in C and in C++
 * (there {} is the same): a later library may have more fields, at the end, where 0 is what was before. */
#ifndef TUTTI_TUTTI_H
#define TUTTI_TUTTI_H

#include <tutti/assimilate.h>
#include <tutti/context.h>
#include <tutti/daily.h>
#include <tutti/distributions.h>
#include <tutti/generator.h>
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
