/* Monte Carlo estimation: the mean of a function over the unit cube. */
#ifndef TUTTI_MONTECARLO_H
#define TUTTI_MONTECARLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>
#include <tutti/random.h>

TUTTI_BEGIN_DECLS

/* An estimate. samples: evaluations made. std_error: the estimated standard deviation of the mean. ci_low,
 * ci_high: the ends of an interval that holds the true value with a probability of 95 %.
 *
 * The interval of a mean is
 *
 *     [mean - t std_error, mean + t std_error].
 *
 * t is the 97.5 % quantile of Student's distribution (1908) with v degrees of freedom, v rounded down, or
 * 1.96 from v = 1024 on. v says from how many independent numbers std_error was estimated:
 *
 * - v = n - 1 for n independent observations: points, antithetic pairs, replicates or runs;
 * - for pairs in strata, v = 3 (sum of d^2)^2 / (sum of d^4) - 2, at most the number of pairs, where d is
 *   the difference of the two values of a pair (after Satterthwaite, 1946): 1 where one cell has all of
 *   the error;
 * - with a control, one less (and d is of f - b control, with a b that was guessed beforehand).
 *
 * The probability is exactly 95 % for normal observations. For most others it is close enough from about
 * ten observations on; where they are very skewed, or rarely anything but 0, many more are needed.
 *
 * The interval of a share p = h / n (pi, coins, ruin) is Wilson's (1927) with the correction for
 * continuity (Newcombe, 1998, method 4). With z = 1.96 it goes from the first to the second of
 *
 *     (2 h + z^2 - 1 - z sqrt(z^2 - 2 - 1 / n + 4 p (n - h + 1))) / (2 (n + z^2)), or 0 for h = 0,
 *     (2 h + z^2 + 1 + z sqrt(z^2 + 2 - 1 / n + 4 p (n - h - 1))) / (2 (n + z^2)), or 1 for h = n.
 *
 * It is not centred at p, lies within [0, 1] (for pi, which is 4 p, within [0, 4]), is never empty, and
 * holds the true probability, whatever that is, in 94.5 % of cases or more. An interval of 1.96 std_error
 * does not (Brown, Cai and DasGupta, 2001). */
typedef struct {
  uint64_t samples;
  double mean, std_error, ci_low, ci_high;
} tutti_estimate;
typedef tutti_estimate tutti_estimate_t;

/* Estimates pi as 4 times the share of `samples` points of the unit square that lie in the quarter circle.
 *
 * Point i is made from element i of the stream's bits: with k its lower and l its upper 32 bits,
 *
 *     x = (k + 1/2) 2^-32,   y = (l + 1/2) 2^-32,   and it counts where x^2 + y^2 < 1.
 *
 * std_error = 4 sqrt(share (1 - share) / samples). Same bits everywhere. TUTTI_EINVAL: samples is 0 or
 * result is NULL. Thread-safe for different contexts. */
TUTTI_API tutti_status tutti_mc_pi(tutti_ctx *ctx, tutti_rng rng, uint64_t samples, tutti_estimate *result);

/* A function of yours that evaluates an integrand at `points` points. u[p dims + d] in (0, 1) is
 * coordinate d of point p. It writes
 *
 *     f[p], the value at point p; or, for a problem with a control,
 *     f[2 p], the value, and f[2 p + 1], the control.
 *
 * It is called from several workers at once, with as few or as many points as the library likes: a value
 * must depend on its point alone. A value that it does not write is NaN. Non-zero stops the run:
 * TUTTI_EUSER. */
typedef int (*tutti_integrand)(const double *u, size_t dims, size_t points, double *f, const void *args);

/* Estimates the mean of f over the unit cube of `dims` dimensions from `samples` independent points, as
 * tutti_mc_run does with only these fields set. */
TUTTI_API tutti_status tutti_mc_integrate(tutti_ctx *ctx, tutti_rng rng, tutti_integrand f, const void *args,
                                          size_t dims, uint64_t samples, tutti_estimate *result);

/* How points are chosen. Coordinate d of point p is uniform p dims + d of the stream, unless said
 * otherwise. */
typedef enum {
  TUTTI_MC_PLAIN,      /* independent points; at most 8192 dimensions */
  TUTTI_MC_ANTITHETIC, /* every point u and its mirror 1 - u; an observation is the mean of the two values
                          (Hammersley and Morton, 1956). Helps where f is monotone. dims <= 8192 */
  TUTTI_MC_STRATIFIED, /* the cube is a grid of strata^dims cells; points 2 j and 2 j + 1 lie in cell
                          j mod strata^dims. std_error is made of the differences within the cells (Cochran,
                          1977, 5.3). Helps in few dimensions. dims <= 4096 */
  TUTTI_MC_SOBOL       /* replicate r is the points of tutti_sobol, scrambled by tutti_rng_split(rng, r);
                          std_error is made of the differences between replicates (Owen, 1997). Helps where f
                          is smooth. dims <= 1024 */
} tutti_mc_sampling;

/* What is estimated and how. Start with {0}; f, dims and samples are needed. Other fields that stay 0 are
 * not used, or have their default. */
typedef struct {
  tutti_integrand f;
  const void *args; /* handed to f */
  size_t dims;
  tutti_mc_sampling sampling;
  /* Evaluations of f at most, 1 .. 2^45, rounded up to what the sampling needs:
   * - TUTTI_MC_ANTITHETIC: to pairs.
   * - TUTTI_MC_STRATIFIED: to the same number of pairs in every cell, at least one. TUTTI_EINVAL where one
   *   pair in every cell, 2 strata^dims, is more than `samples` and more than 2^20.
   * - TUTTI_MC_SOBOL: to the same number of points in every replicate, a power of 2. */
  uint64_t samples;
  /* Stop early, when std_error is at most this and not 0. 0: use all samples.
   *
   * std_error is looked at after 2^14 evaluations (rounded up as above), after twice as many, and so on,
   * never in between, so that the answer is the same for any number of workers. Whether the target was
   * reached is seen from std_error: to use up all samples without reaching it is no failure. Beware of
   * rare events: what happens once in a million points is not seen in thousands, and then std_error does
   * not show it either. */
  double target_error;
  /* f writes a control beside each value: a function whose mean, control_mean, is known. The estimate is
   * then
   *
   *     mean of (f - beta (control - control_mean)),
   *
   * with beta by least squares from the same samples (Lavenberg and Welch, 1981). The bias is of the order
   * of 1 / samples. Below 1024 degrees of freedom std_error includes what the error of beta adds. */
  bool control;
  double control_mean;
  size_t strata;     /* intervals into which each coordinate is divided (default 16) */
  size_t replicates; /* of a Sobol sequence, 2 .. 1024, with a control 3 .. 1024 (default 16) */
  /* A file to resume from, if it exists, and to write the state to; or NULL. */
  const char *checkpoint;
  /* Evaluations between two writes of the checkpoint (default 2^26: lower it where an evaluation takes
   * long). It is also written after 2^14, 2^15, ... */
  uint64_t checkpoint_samples;
  /* A number that stands for f and args in the checkpoint: a checkpoint with another tag is refused.
   * Functions that make a problem (tutti_option_problem, ...) set it to a hash of all they were given,
   * except functions and their args. */
  uint64_t tag;
} tutti_mc_problem;
typedef tutti_mc_problem tutti_mc_problem_t;

/* Estimates the mean of problem->f over the unit cube. Thread-safe for different contexts and checkpoints.
 *
 * Sums are exact: *result has the same bits for any backend, workers, schedule and ISA, and for a run that
 * was cut into pieces by its checkpoint. The context's progress function is told the evaluations made, of
 * all that may be made. NaN and infinite values of f make the result NaN or infinite. std_error is right
 * where the deviations of f from its mean lie between 1e-150 and 1e150. f is evaluated at up to 32 points
 * that are not counted in `samples`: to find a centre about which squares are summed, or a first beta for
 * the control.
 *
 * Checkpoint:
 *
 * - The file is replaced as a whole (a new one is written beside it, flushed to the disk and renamed), so
 *   that a run that is killed leaves its last state or the one before. A kill during a write can leave a
 *   file NAME.XXXXXX behind.
 * - A run with more samples or another target goes on from the file; a finished run answers at once, and
 *   so does a file that has more samples than are asked for, with all that it has.
 * - The run that resumes must have the same seed, stream, dims, sampling, strata, replicates, control and
 *   tag, which is checked, and the same f and args, which cannot be checked.
 * - A symbolic link is followed, also to a file that does not exist yet, and stays a link. A file keeps
 *   its permissions; a new one has those of the umask.
 *
 * Errors; *result is untouched then:
 *
 * - TUTTI_EINVAL: an argument is out of range, or the checkpoint is damaged or belongs to another problem;
 *   the detail says which.
 * - TUTTI_ESYSTEM: the checkpoint cannot be read or written, or is a folder or something else that is no
 *   regular file.
 * - TUTTI_ECANCELED: the state of the last step is in the checkpoint.
 * - TUTTI_EUSER, TUTTI_ENOMEM. */
TUTTI_API tutti_status tutti_mc_run(tutti_ctx *ctx, tutti_rng rng, const tutti_mc_problem *problem,
                                    tutti_estimate *result);

TUTTI_END_DECLS

#endif
