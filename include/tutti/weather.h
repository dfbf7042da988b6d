/* Weather-style simulations. */
#ifndef TUTTI_WEATHER_H
#define TUTTI_WEATHER_H

#include <stddef.h>
#include <tutti/context.h>
#include <tutti/random.h>
#include <tutti/reduce.h>

TUTTI_BEGIN_DECLS

/* First-order autoregression: T' = mean + phi (T - mean) + sd Z, Z standard normal. */
typedef struct {
  double mean, phi, sd;
} tutti_ar1;

/* `runs` independent runs of `steps` steps, each from T = start. Nothing is stored a step.
 * final: array of `runs` final values, or NULL. stats: the moments of the final values, or NULL. Both from
 * sums that are exact and order-free; they are the same bits whether or not final is asked for.
 * Step t (0-based) of run r uses element 16 (floor(r / 16) steps + t) + r mod 16 of tutti_normal(rng).
 * runs = 0: NaN moments. steps = 0: every final value is start.
 * TUTTI_EINVAL: model is NULL, final and stats are both NULL, a parameter or start is not finite, sd < 0, or
 * the run needs more than 2^64 elements. Thread-safe for different contexts. */
TUTTI_API tutti_status tutti_ar1_ensemble(tutti_ctx *ctx, const tutti_ar1 *model, tutti_rng rng, double start,
                                          size_t runs, size_t steps, double *final, tutti_moments_t *stats);

TUTTI_END_DECLS

#endif
