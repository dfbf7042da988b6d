/* Laws of scaling: how speedup and throughput depend on the number of workers, and fits of these laws to
 * measurements. Pure functions of their arguments, thread-safe. */
#ifndef TUTTI_SCALING_H
#define TUTTI_SCALING_H

#include <stddef.h>
#include <tutti/status.h>

TUTTI_BEGIN_DECLS

/* Amdahl's law (1967): the speedup on p = workers >= 1 of a fixed problem of which the share s =
 * serial_fraction in [0, 1] cannot be split,
 *
 *     1 / (s + (1 - s) / p).
 *
 * workers may be INFINITY: the limit 1 / s. NaN outside these ranges. */
TUTTI_API double tutti_amdahl(double serial_fraction, double workers);

/* Gustafson's law (1988): the scaled speedup of a problem that grows with the workers p, of whose time the
 * share s is serial,
 *
 *     p - s (p - 1).
 *
 * Ranges as for tutti_amdahl. */
TUTTI_API double tutti_gustafson(double serial_fraction, double workers);

/* The Universal Scalability Law (Gunther, 1993): the throughput on p = workers > 0,
 *
 *     gamma p / (1 + alpha (p - 1) + beta p (p - 1)).
 *
 * gamma is the throughput of one worker; alpha the contention (waiting for what is shared), beta the
 * coherency (cost of each pair of workers to keep data consistent). NaN if workers <= 0 or any argument is
 * NaN. */
TUTTI_API double tutti_usl(double gamma, double alpha, double beta, double workers);

/* The serial fraction that a measured speedup S on p = workers > 1 means by Amdahl's law (Karp and Flatt,
 * 1990),
 *
 *     (1/S - 1/p) / (1 - 1/p).
 *
 * NaN for workers <= 1 or speedup <= 0; negative for a superlinear speedup. */
TUTTI_API double tutti_karp_flatt(double speedup, double workers);

/* A fit of the Universal Scalability Law. _se: standard errors, as of nonlinear regression; NaN with 3
 * points, where no residual is left, and for a parameter that is held at its bound. residual_sd: the
 * standard deviation of the residuals, with n - 3 degrees of freedom. peak_workers, where throughput is
 * highest:
 *
 *     sqrt((1 - alpha) / beta), INFINITY for beta = 0, NaN for alpha > 1. */
typedef struct {
  double gamma, alpha, beta, gamma_se, alpha_se, beta_se, peak_workers, residual_sd;
} tutti_usl_fit;
typedef tutti_usl_fit tutti_usl_fit_t;

/* Fits the Universal Scalability Law to n points (workers[i], throughput[i]) by least squares of
 * throughput, with alpha >= 0 and beta >= 0. TUTTI_EINVAL: a NULL pointer, fewer than 3 points or 3
 * different worker counts, a value that is not positive and finite. */
TUTTI_API tutti_status tutti_fit_usl(const double *workers, const double *throughput, size_t n,
                                     tutti_usl_fit *fit);

/* A fit of the normalised Universal Scalability Law. As tutti_usl_fit, except that standard errors take
 * the throughput of 1 worker as known. */
typedef struct {
  double alpha, beta, alpha_se, beta_se, peak_workers, residual_sd;
} tutti_usl_normalised_fit;
typedef tutti_usl_normalised_fit tutti_usl_normalised_fit_t;

/* Fits the normalised Universal Scalability Law by least squares of capacity, which is throughput divided
 * by that of 1 worker, against
 *
 *     p / (1 + alpha (p - 1) + beta p (p - 1)).
 *
 * At 1 worker the law is 1 whatever its parameters: points there only add to the sum of squares, and
 * residual_sd has m - 2 degrees of freedom for m other points. Else as tutti_fit_usl. TUTTI_EINVAL also:
 * fewer than 2 different worker counts other than 1. */
TUTTI_API tutti_status tutti_fit_usl_normalised(const double *workers, const double *capacity, size_t n,
                                                tutti_usl_normalised_fit *fit);

/* A fit of Amdahl's law. t1: the time of 1 worker. serial_fraction_se: its standard error; NaN where no
 * residual is left (n = 2) or the serial fraction is at a bound. */
typedef struct {
  double serial_fraction, serial_fraction_se, t1;
} tutti_amdahl_fit;
typedef tutti_amdahl_fit tutti_amdahl_fit_t;

/* Fits Amdahl's law to n points (workers[i], seconds[i]) by least squares of relative time: s and t1
 * minimise
 *
 *     sum of ((seconds - t1 (s + (1 - s) / workers)) / seconds)^2,   0 <= s <= 1.
 *
 * Each point has the weight 1 / seconds^2 because the spread of a time grows with it. Repeated runs of one
 * worker count are points of their own. TUTTI_EINVAL: a NULL pointer, fewer than 2 different worker
 * counts, a value that is not positive and finite. */
TUTTI_API tutti_status tutti_fit_amdahl(const double *workers, const double *seconds, size_t n,
                                        tutti_amdahl_fit *fit);

/* A fit of Amdahl's law with overhead. _se: standard errors; NaN with 3 points and for a parameter that is
 * held at its bound. peak_workers = sqrt((1 - s) / o), INFINITY for o = 0. */
typedef struct {
  double serial_fraction, overhead, t1, serial_fraction_se, overhead_se, t1_se, peak_workers;
} tutti_amdahl_overhead_fit;
typedef tutti_amdahl_overhead_fit tutti_amdahl_overhead_fit_t;

/* Fits Amdahl's law with a cost o of every further worker, as tutti_fit_amdahl, to
 *
 *     t1 (s + (1 - s) / workers + o (workers - 1)),   0 <= s <= 1, o >= 0.
 *
 * It is the curve of the Universal Scalability Law with alpha = s and beta = o. The two fits differ in
 * what is an error: here it is a share of the time, there an amount of throughput. TUTTI_EINVAL: as
 * tutti_fit_amdahl, and fewer than 3 different worker counts. */
TUTTI_API tutti_status tutti_fit_amdahl_overhead(const double *workers, const double *seconds, size_t n,
                                                 tutti_amdahl_overhead_fit *fit);

/* A fit of Gustafson's law. rate1: the throughput of 1 worker. _se: standard errors, as in
 * tutti_amdahl_fit. */
typedef struct {
  double serial_fraction, serial_fraction_se, rate1, rate1_se;
} tutti_gustafson_fit;
typedef tutti_gustafson_fit tutti_gustafson_fit_t;

/* Fits Gustafson's law to a problem that grows with the workers, by least squares of relative throughput
 * (work / seconds) against rate1 times the scaled speedup,
 *
 *     rate1 (s + (1 - s) workers),   0 <= s <= 1.
 *
 * Points and errors as for tutti_fit_amdahl. */
TUTTI_API tutti_status tutti_fit_gustafson(const double *workers, const double *throughput, size_t n,
                                           tutti_gustafson_fit *fit);

TUTTI_END_DECLS

#endif
