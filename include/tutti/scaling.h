/* Laws of scaling. Pure functions of their arguments, thread-safe. */
#ifndef TUTTI_SCALING_H
#define TUTTI_SCALING_H

#include <stddef.h>
#include <tutti/status.h>

TUTTI_BEGIN_DECLS

/* Speedup on `workers` >= 1 of a fixed problem of which the share serial_fraction in [0, 1] cannot be split:
 * 1 / (s + (1 - s) / p) (Amdahl, 1967). workers may be INFINITY: the limit 1 / s. NaN outside these ranges.
 */
TUTTI_API double tutti_amdahl(double serial_fraction, double workers);

/* Scaled speedup of a problem that grows with the workers: p - s (p - 1) (Gustafson, 1988). Ranges as above.
 */
TUTTI_API double tutti_gustafson(double serial_fraction, double workers);

/* Throughput on `workers` > 0 by the Universal Scalability Law: gamma p / (1 + alpha (p - 1) + beta p (p -
 * 1)), contention alpha, coherency beta (Gunther, 1993). NaN if workers <= 0 or any argument is NaN. */
TUTTI_API double tutti_usl(double gamma, double alpha, double beta, double workers);

/* The serial fraction that a measured speedup on `workers` > 1 means: (1/S - 1/p) / (1 - 1/p) (Karp, Flatt,
 * 1990). NaN for workers <= 1 or speedup <= 0; negative for a superlinear speedup. */
TUTTI_API double tutti_karp_flatt(double speedup, double workers);

/* Least squares of throughput against the law, alpha >= 0 and beta >= 0. The standard errors are those of
 * nonlinear regression (NaN with 3 points, where no residual is left, and for a parameter held at its bound);
 * peak_workers = sqrt((1 - alpha) / beta), INFINITY for beta = 0, NaN for alpha > 1; residual_sd has n - 3
 * degrees of freedom. TUTTI_EINVAL: a NULL pointer, fewer than 3 points or 3 different worker counts, a value
 * that is not positive and finite. */
typedef struct {
  double gamma, alpha, beta, gamma_se, alpha_se, beta_se, peak_workers, residual_sd;
} tutti_usl_fit;
TUTTI_API tutti_status tutti_fit_usl(const double *workers, const double *throughput, size_t n,
                                     tutti_usl_fit *fit);

/* The normalised form: least squares of capacity, a throughput divided by that of 1 worker, against
 * p / (1 + alpha (p - 1) + beta p (p - 1)). The standard errors take the throughput of 1 worker as known.
 * Points at 1 worker, where the law is 1 whatever its parameters, only add to the sum of squares: residual_sd
 * has the number of other points - 2 degrees of freedom. Else as above. TUTTI_EINVAL: fewer than 2 different
 * worker counts other than 1. */
typedef struct {
  double alpha, beta, alpha_se, beta_se, peak_workers, residual_sd;
} tutti_usl_normalised_fit;
TUTTI_API tutti_status tutti_fit_usl_normalised(const double *workers, const double *capacity, size_t n,
                                                tutti_usl_normalised_fit *fit);

/* Least squares of relative time against t1 (s + (1 - s) / workers), 0 <= s <= 1: each point weighs by 1 /
 * seconds^2, since the spread of a time grows with it. The standard error is NaN where no residual is left (n
 * = 2) or s sits at a bound. n counts points: repeated runs of one worker count are points of their own.
 * TUTTI_EINVAL: a NULL pointer, fewer than 2 different worker counts, a value that is not positive and
 * finite. */
typedef struct {
  double serial_fraction, serial_fraction_se, t1;
} tutti_amdahl_fit;
TUTTI_API tutti_status tutti_fit_amdahl(const double *workers, const double *seconds, size_t n,
                                        tutti_amdahl_fit *fit);

/* The same with a cost for every further worker: t1 (s + (1 - s) / workers + o (workers - 1)), o >= 0. It is
 * the curve of the Universal Scalability Law, with alpha = s and beta = o: the two fits differ in what they
 * call an error, a share of the time here, an amount of throughput there. peak_workers = sqrt((1 - s) / o),
 * INFINITY for o = 0. Standard errors are NaN with 3 points and for a parameter held at its bound.
 * TUTTI_EINVAL: as above, and fewer than 3 different worker counts. */
typedef struct {
  double serial_fraction, overhead, t1, serial_fraction_se, overhead_se, t1_se, peak_workers;
} tutti_amdahl_overhead_fit;
TUTTI_API tutti_status tutti_fit_amdahl_overhead(const double *workers, const double *seconds, size_t n,
                                                 tutti_amdahl_overhead_fit *fit);

/* A problem that grows with the workers: least squares of relative throughput (work / seconds) against
 * rate1 (s + (1 - s) workers), rate1 times Gustafson's scaled speedup, 0 <= s <= 1. Standard errors, points
 * and errors as for tutti_fit_amdahl. */
typedef struct {
  double serial_fraction, serial_fraction_se, rate1, rate1_se;
} tutti_gustafson_fit;
TUTTI_API tutti_status tutti_fit_gustafson(const double *workers, const double *throughput, size_t n,
                                           tutti_gustafson_fit *fit);

TUTTI_END_DECLS

#endif
