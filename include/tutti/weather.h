/* Simulations in the style of weather models: ensembles of a first-order autoregression. */
#ifndef TUTTI_WEATHER_H
#define TUTTI_WEATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>
#include <tutti/random.h>
#include <tutti/reduce.h>

TUTTI_BEGIN_DECLS

/* A first-order autoregression. From one step to the next, T becomes
 *
 *     T' = mean + phi (T - mean) + sd Z,   Z standard normal. */
typedef struct {
  double mean, phi, sd;
} tutti_ar1;
typedef tutti_ar1 tutti_ar1_t;

/* Simulates `runs` independent runs of `steps` steps, each from T = start. Values between are not stored.
 *
 * final: an array for the `runs` final values, or NULL. stats: the moments of the final values, or NULL;
 * they are made from exact sums, and have the same bits whether or not final is asked for. runs = 0: NaN
 * moments. steps = 0: every final value is start.
 *
 * Step t = 0, 1, ... of run r uses the normal variate of rng (tutti_normal) with the number
 *
 *     16 (floor(r / 16) steps + t) + r mod 16.
 *
 * TUTTI_EINVAL: model is NULL, final and stats are both NULL, a parameter or start is not finite, sd < 0,
 * or the runs need more than 2^64 elements. Thread-safe for different contexts. */
TUTTI_API tutti_status tutti_ar1_ensemble(tutti_ctx *ctx, const tutti_ar1 *model, tutti_rng rng, double start,
                                          size_t runs, size_t steps, double *final, tutti_moments_t *stats);

/* What else is wanted of an ensemble. Start with {0}; NULL: not wanted. Of single runs and steps only the
 * trajectories that are asked for are stored. */
typedef struct {
  bool antithetic;  /* runs 16 .. 31 of every 32 mirror runs 0 .. 15: the same normals with the other sign */
  double threshold; /* of the next two */
  double *exceedance;    /* [steps]: the share of runs above the threshold after each step */
  uint64_t *first_above; /* [steps + 1]: how many runs are above the threshold after a step for the first
                            time; [steps]: how many never are */
  /* [steps x 5]: the quantiles of 5, 25, 50, 75 and 95 % after each step. Runs are counted exactly on a
   * grid about the step's mean, with the spacing of 2^-7 standard deviations, and interpolated linearly
   * between its points. The grid ends 8 standard deviations from the mean: a quantile beyond it is the end
   * of the grid. */
  double *fan;
  double *trajectory;  /* [trajectories x steps]: the first runs in full */
  size_t trajectories; /* at most `runs` */
} tutti_ar1_report;
typedef tutti_ar1_report tutti_ar1_report_t;

/* Simulates as tutti_ar1_ensemble does, and reports on the runs. report = NULL or a report that is {0}:
 * the same bits as from tutti_ar1_ensemble.
 *
 * With antithetic pairs, step t of run r uses the normal variate with the number
 *
 *     16 (floor(r / 32) steps + t) + r mod 16.
 *
 * Memory, where a fan is wanted: 8 KiB for each step and chunk, at most 256 MiB. So there are fewer than
 * 32 chunks from about 1 000 steps on, and only one from 30 000 steps on. Progress counts the runs, then
 * the trajectories. TUTTI_EINVAL also: trajectories > runs, threshold is NaN, 2^32 runs or more with a
 * fan. */
TUTTI_API tutti_status tutti_ar1_simulate(tutti_ctx *ctx, const tutti_ar1 *model, tutti_rng rng, double start,
                                          size_t runs, size_t steps, const tutti_ar1_report *report,
                                          double *final, tutti_moments_t *stats);

/* A first-order autoregression that was fitted to a series. */
typedef struct {
  tutti_ar1 model, std_error; /* estimates, and the standard error of each */
  size_t observed;            /* values of the series that are not missing */
} tutti_ar1_estimate;
typedef tutti_ar1_estimate tutti_ar1_estimate_t;

/* Fits a first-order autoregression to a series x[0] .. x[n - 1] with one value for each step; NaN is a
 * missing value. Same bits everywhere. Thread-safe.
 *
 * Maximum likelihood of the stationary model, in which values k steps apart have the correlation phi^k
 * (Jones, 1980), |phi| < 1; standard errors from the observed information. Where all distances between
 * values are even, the sign of phi cannot be known, and phi >= 0.
 *
 * TUTTI_EINVAL: x or fit is NULL, an infinite value (the detail names its place), fewer than 8 values, all
 * values equal, or each value following from the one before without any noise. TUTTI_ENOMEM. */
TUTTI_API tutti_status tutti_ar1_fit(const double *x, size_t n, tutti_ar1_estimate *fit);

TUTTI_END_DECLS

#endif
