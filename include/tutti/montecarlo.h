/* Monte Carlo estimation: the mean of a function over the unit cube. */
#ifndef TUTTI_MONTECARLO_H
#define TUTTI_MONTECARLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>
#include <tutti/random.h>

TUTTI_BEGIN_DECLS

/* samples: evaluations made. std_error: the estimated standard deviation of the mean. ci_low, ci_high: an
 * interval that holds the true value with probability 95 %.
 *
 * A mean's is mean -+ t std_error. t is the quantile of Student's distribution (1908) for the degrees of
 * freedom std_error rests on, rounded down, if those are fewer than 1024, else 1.96. n independent
 * observations have n - 1 (a point, an antithetic pair, a replicate, a run), with a control one less; pairs
 * in strata as many as Satterthwaite (1946) counts, from 1 where one cell has all the error to one for each
 * pair. That is exact for normal observations, for most others close enough from some ten on; what is very
 * skewed or rare needs many more than that.
 *
 * A share's (pi, coins, ruin) is Wilson's (1927) with the correction for continuity (Newcombe, 1998, method
 * 4), for any count: not centred at the mean, within [0, 1] (pi: [0, 4]), never empty, and right in 94.5 % or
 * more for whatever probability, which 1.96 std_error is not (Brown, Cai and DasGupta, 2001). */
typedef struct {
  uint64_t samples;
  double mean, std_error, ci_low, ci_high;
} tutti_estimate;

/* Estimates pi as 4 times the share of `samples` points of the unit square that lie in the quarter circle.
 * Point i is element i of the stream's bits: x = (k + 1/2) 2^-32 with k its lower 32 bits, y likewise with
 * the upper ones; it counts when x^2 + y^2 < 1. std_error = 4 sqrt(share (1 - share) / samples). Same bits
 * everywhere. TUTTI_EINVAL: samples is 0 or result is NULL. Thread-safe for different contexts. */
TUTTI_API tutti_status tutti_mc_pi(tutti_ctx *ctx, tutti_rng rng, uint64_t samples, tutti_estimate *result);

/* Evaluates an integrand at `points` points: u[p dims + d] in (0, 1) is coordinate d of point p; writes
 * f[p], or, for a problem with a control, f[2 p] (the value) and f[2 p + 1] (the control). Called from
 * several workers at once, and with as few or as many points as the library likes: a value must depend on its
 * point alone. What it does not write is NaN. Non-zero stops the run: TUTTI_EUSER. */
typedef int (*tutti_integrand)(const double *u, size_t dims, size_t points, double *f, const void *args);

/* The mean of f over the unit cube of `dims` dimensions from `samples` independent points: tutti_mc_run with
 * nothing but these. */
TUTTI_API tutti_status tutti_mc_integrate(tutti_ctx *ctx, tutti_rng rng, tutti_integrand f, const void *args,
                                          size_t dims, uint64_t samples, tutti_estimate *result);

/* How points are chosen. Coordinate d of point p is uniform p dims + d of the stream, unless said otherwise.
 */
typedef enum {
  TUTTI_MC_PLAIN,      /* independent points; at most 8192 dimensions */
  TUTTI_MC_ANTITHETIC, /* every point u and its mirror 1 - u; an observation is the mean of the two values
                          (Hammersley and Morton, 1956). Helps where f is monotone. dims <= 8192 */
  TUTTI_MC_STRATIFIED, /* points 2 j and 2 j + 1 fall into cell j mod strata^dims of a grid; the error is that
                          within the cells (Cochran, 1977, 5.3). Helps in few dimensions. dims <= 4096 */
  TUTTI_MC_SOBOL       /* replicate r has the points of tutti_sobol scrambled by tutti_rng_split(rng, r); the
                          error is that between replicates (Owen, 1997). Helps where f is smooth.
                          dims <= 1024 */
} tutti_mc_sampling;

/* What is estimated and how. Start with {0}; f, dims and samples are needed, what else is not set is not
 * used, or has its default. */
typedef struct {
  tutti_integrand f;
  const void *args; /* handed to f */
  size_t dims;
  tutti_mc_sampling sampling;
  uint64_t samples;    /* evaluations of f at most, up to 2^45; rounded up to pairs, to as many pairs in every
                          cell (one at least, if 2 strata^dims is at most 2^20 or at most `samples`; else
                          TUTTI_EINVAL), or to a power of 2 of points in every replicate */
  double target_error; /* stop when std_error is at most this and not 0: looked at after 2^14 evaluations
                          (rounded up as above), after twice as many, ... and never in between, so that the
                          answer is the same for any number of workers; 0: use all samples. That it was
                          reached says std_error: using up all samples is no failure. What happens once in a
                          million points is not seen in thousands, and then neither in std_error */
  bool control; /* f writes a control beside each value, whose mean is control_mean: the estimate is the
                   mean of f - beta (control - control_mean), beta by least squares from the same
                   samples (Lavenberg and Welch, 1981), a bias of the order of 1 / samples. Below 1024
                   degrees of freedom std_error counts what beta's error adds */
  double control_mean;
  size_t strata;               /* intervals of a coordinate (default 16) */
  size_t replicates;           /* of a Sobol sequence, 2 .. 1024 (with a control from 3; default 16) */
  const char *checkpoint;      /* a file to resume from, if it exists, and to write the state to; or NULL */
  uint64_t checkpoint_samples; /* evaluations between two writes (default 2^26: lower it where an evaluation
                                  takes long); also after 2^14, 2^15, ... */
  uint64_t tag; /* stands for f and args in the checkpoint: one with another tag is refused. Those that make a
                   problem (tutti_option_problem, ...) set it to a hash of all they were given but functions
                   and their args */
} tutti_mc_problem;

/* Estimates the mean of problem->f over the unit cube. Sums are exact: *result has the same bits for any
 * backend, workers, schedule and ISA, and for a run that was cut into pieces by its checkpoint. The context's
 * progress function is told evaluations, of all that may be made. NaN and infinite values of f make the
 * result NaN or infinite; std_error is right where deviations of f from its mean lie between 1e-150 and
 * 1e150. f is evaluated at up to 32 points more than counted, to centre the squares or to guess the control's
 * slope.
 *
 * Checkpoint: the file is replaced as a whole (written beside it, flushed to the disk, renamed), so that a
 * killed run leaves the last or the one before. Resuming with more samples or another target goes on from it;
 * a finished run answers at once. The run that resumes must be of the same seed, stream, dims, sampling,
 * strata, replicates, control and tag, which is checked, and of the same f and args, which cannot be. A file
 * that has more samples than are asked for answers with what it has. A link is followed, also to a file that
 * is not there yet, and stays a link. A file keeps its permissions, a new one has those of the umask. A kill
 * during a write can leave a file NAME.XXXXXX behind.
 *
 * TUTTI_EINVAL: an argument is out of range, or the checkpoint is damaged or another problem's; the detail
 * says which. TUTTI_ESYSTEM: the checkpoint can not be read or written, or is a folder or another thing that
 * is no regular file. TUTTI_EUSER, TUTTI_ECANCELED (the state of the last step is in the checkpoint),
 * TUTTI_ENOMEM. *result is untouched on failure. Thread-safe for different contexts and checkpoints. */
TUTTI_API tutti_status tutti_mc_run(tutti_ctx *ctx, tutti_rng rng, const tutti_mc_problem *problem,
                                    tutti_estimate *result);

TUTTI_END_DECLS

#endif
