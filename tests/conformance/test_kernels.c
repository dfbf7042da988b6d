/* Every kernel, by its entry, in every context. What the right values are is tested by families; here, that
 * they are the same everywhere, and by a digest that they stay the same. */
#include <stddef.h>

#include "../support/testing.h"
#include "conform.h"
#include "grid/kernels.h"
#include "math/kernels.h"
#include "montecarlo/kernels.h"
#include "ode/kernels.h"
#include "problems/kernels.h"
#include "random/kernels.h"
#include "reduce/kernels.h"
#include "weather/kernels.h"

/* A test for each row, under its name. */
#define TEST_OF(in, name)                                                                                    \
  extern const entry conform_##name;                                                                         \
  Test(kernels, name, .timeout = 300) {                                                                      \
    conform(&conform_##name, (slot){offsetof(tutti_kernels, in), sizeof(tutti_##in##_kernels),               \
                                    offsetof(tutti_##in##_kernels, name)});                                  \
  }

#define GRID(type, name, parameters)       TEST_OF(grid, name)
#define MATH(type, name, parameters)       TEST_OF(math, name)
#define MONTECARLO(type, name, parameters) TEST_OF(montecarlo, name)
#define ODE(type, name, parameters)        TEST_OF(ode, name)
#define PROBLEMS(type, name, parameters)   TEST_OF(problems, name)
#define RANDOM(type, name, parameters)     TEST_OF(random, name)
#define REDUCE(type, name, parameters)     TEST_OF(reduce, name)
#define WEATHER(type, name, parameters)    TEST_OF(weather, name)
TUTTI_GRID_KERNELS(GRID)
TUTTI_MATH_KERNELS(MATH)
TUTTI_MONTECARLO_KERNELS(MONTECARLO)
TUTTI_ODE_KERNELS(ODE)
TUTTI_PROBLEMS_KERNELS(PROBLEMS)
TUTTI_RANDOM_KERNELS(RANDOM)
TUTTI_REDUCE_KERNELS(REDUCE)
TUTTI_WEATHER_KERNELS(WEATHER)

/* A family that is not among them is missed here. */
#define COUNT_ONE(family) +1
_Static_assert(TUTTI_KERNEL_FAMILIES(COUNT_ONE) == 8, "a family's kernels are not tested");
