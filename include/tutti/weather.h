/* Weather-style simulations. */
#ifndef TUTTI_WEATHER_H
#define TUTTI_WEATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
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

/* What else is wanted of an ensemble. Start with {0}; NULL: not wanted. Nothing is stored a run and step but
 * the trajectories that are asked for. */
typedef struct {
  bool antithetic;  /* runs 16 .. 31 of every 32 mirror runs 0 .. 15: the same normals with the other sign */
  double threshold; /* of the next two */
  double *exceedance;    /* [steps]: the share of runs above it after each step */
  uint64_t *first_above; /* [steps + 1]: how many runs are above it after a step for the first time; [steps]:
                            never */
  double *fan;        /* [steps x 5]: quantiles 5, 25, 50, 75 and 95 % after each step, from exact counts on a
                         grid of 2^-7 standard deviations about the step's mean, with linear interpolation;
                         beyond 8 standard deviations from it, the grid's end */
  double *trajectory; /* [trajectories x steps]: the first runs in full */
  size_t trajectories; /* at most `runs` */
} tutti_ar1_report;

/* tutti_ar1_ensemble with a report. Without one, or one that is {0}, they give the same bits. With antithetic
 * pairs step t of run r uses element 16 (floor(r / 32) steps + t) + r mod 16. Memory: 8 KiB a step and
 * chunk where a fan is wanted, 256 MiB at most: beyond about 1 000 steps there are fewer chunks than 32,
 * beyond 30 000 one. Progress counts the runs, then the trajectories. TUTTI_EINVAL also: trajectories > runs,
 * threshold is NaN, 2^32 runs or more with a fan. */
TUTTI_API tutti_status tutti_ar1_simulate(tutti_ctx *ctx, const tutti_ar1 *model, tutti_rng rng, double start,
                                          size_t runs, size_t steps, const tutti_ar1_report *report,
                                          double *final, tutti_moments_t *stats);

typedef struct {
  tutti_ar1 model, std_error; /* estimates, and the standard error of each */
  size_t observed;            /* values that were there */
} tutti_ar1_estimate;

/* Fits the model to a series x[0..n) with a value a step; NaN is a gap. Maximum likelihood of the stationary
 * model: values k steps apart have the correlation phi^k (Jones, 1980); errors from the observed information.
 * |phi| < 1; where all distances between values are even, so that its sign cannot be known, phi >= 0. Same
 * bits everywhere. TUTTI_EINVAL: x or fit is NULL, an infinite value (the detail names its place), fewer than
 * 8 values, all of them equal, or each following from the one before without any noise. TUTTI_ENOMEM.
 * Thread-safe. */
TUTTI_API tutti_status tutti_ar1_fit(const double *x, size_t n, tutti_ar1_estimate *fit);

TUTTI_END_DECLS

#endif
