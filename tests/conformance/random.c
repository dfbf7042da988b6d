/* Random numbers: every item is an element of a stream. */
#include "entry.h"

#define ARRAY_OF(type) .item = sizeof(type), .chunk = 8192

ENTRY(bits, tutti_bits(ctx, RNG, g->first, items, g->n), ARRAY_OF(uint64_t), .digest = 0x8a1cbe6874893d3c)
ENTRY(uniform, tutti_uniform(ctx, RNG, g->first, items, g->n), ARRAY_OF(double), .digest = 0xfbcbe8bc81957715)
ENTRY(normal, tutti_normal(ctx, RNG, g->first, items, g->n), ARRAY_OF(double), .digest = 0x1c004c4e10810d4e)
ENTRY(exponential, tutti_exponential(ctx, RNG, g->first, items, g->n), ARRAY_OF(double),
      .digest = 0x0fdb72deb22aca9a)
ENTRY(uniform_f32, tutti_uniform_f32(ctx, RNG, g->first, items, g->n), ARRAY_OF(float),
      .digest = 0x510c46b25ad87aed)
ENTRY(lognormal, tutti_lognormal(ctx, RNG, g->first, 0.1, 0.7, items, g->n), ARRAY_OF(double),
      .digest = 0x5ef73d50bbc5d08c)
ENTRY(bernoulli, tutti_bernoulli(ctx, RNG, g->first, 0.3, items, g->n), ARRAY_OF(uint8_t),
      .digest = 0xf708d5da98c471dd)
ENTRY(integers, tutti_integers(ctx, RNG, g->first, -5, 1000000000000, items, g->n), ARRAY_OF(int64_t),
      .digest = 0x104eeaffe0f816c3)
ENTRY(gamma, tutti_gamma(ctx, RNG, g->first, 0.4, 2, items, g->n), ARRAY_OF(double),
      .digest = 0xaa1859add6727915)

enum { DIMS = 7 };
ENTRY(sobol, tutti_sobol(ctx, &RNG, g->first % 100000, DIMS, items, g->n), .item = DIMS * sizeof(double),
      .chunk = 8192 / DIMS, .digest = 0xb79644225e21b886)
