/* The table of kernels of one level, made of the tables of all families. */
#include "grid/kernels.h"
#include "math/kernels.h"
#include "montecarlo/kernels.h"
#include "ode/kernels.h"
#include "problems/kernels.h"
#include "random/kernels.h"
#include "reduce/kernels.h"
#include "weather/kernels.h"

#define ENTRY(type, name, parameters) .name = TUTTI_KERNEL(name),
static const tutti_math_kernels math = {TUTTI_MATH_KERNELS(ENTRY)};
static const tutti_random_kernels random = {TUTTI_RANDOM_KERNELS(ENTRY)};
static const tutti_reduce_kernels reduce = {TUTTI_REDUCE_KERNELS(ENTRY)};
static const tutti_montecarlo_kernels montecarlo = {TUTTI_MONTECARLO_KERNELS(ENTRY)};
static const tutti_problems_kernels problems = {TUTTI_PROBLEMS_KERNELS(ENTRY)};
static const tutti_ode_kernels ode = {TUTTI_ODE_KERNELS(ENTRY)};
static const tutti_weather_kernels weather = {TUTTI_WEATHER_KERNELS(ENTRY)};
static const tutti_grid_kernels grid = {TUTTI_GRID_KERNELS(ENTRY)};

extern const tutti_kernels TUTTI_KERNEL(table);
#define ADDRESS(family) .family = &family,
const tutti_kernels TUTTI_KERNEL(table) = {TUTTI_KERNEL_FAMILIES(ADDRESS)};
