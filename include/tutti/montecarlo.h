/* Monte Carlo estimation. */
#ifndef TUTTI_MONTECARLO_H
#define TUTTI_MONTECARLO_H

#include <stdint.h>
#include <tutti/context.h>
#include <tutti/random.h>

TUTTI_BEGIN_DECLS

/* std_error: the estimated standard deviation of the mean; ci_low, ci_high: mean -+ 1.96 std_error, 95 %. */
typedef struct {
  uint64_t samples;
  double mean, std_error, ci_low, ci_high;
} tutti_estimate;

/* Estimates pi as 4 times the share of `samples` points of the unit square that lie in the quarter circle.
 * Point i is element i of the stream's bits: x = (k + 1/2) 2^-32 with k its lower 32 bits, y likewise with
 * the upper ones; it counts when x^2 + y^2 < 1. Same bits everywhere. TUTTI_EINVAL: samples is 0 or result is
 * NULL. Thread-safe for different contexts. */
TUTTI_API tutti_status tutti_mc_pi(tutti_ctx *ctx, tutti_rng rng, uint64_t samples, tutti_estimate *result);

TUTTI_END_DECLS

#endif
