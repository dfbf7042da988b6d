/* Random variates of many distributions. Variate i of a stream is a function of (seed, stream, i,
 * parameters) and of nothing else: any part of a sequence can be computed directly, by anybody, with the
 * same bits. Each function says which elements of the stream (tutti_bits) a variate uses.
 *
 * Common to all that take `first`: variates first .. first + n - 1 are written to out[0] .. out[n - 1].
 * TUTTI_EINVAL: out is NULL with n > 0, a parameter is out of its range, or elements beyond the 2^64 of a
 * stream would be needed. Thread-safe for different contexts. */
#ifndef TUTTI_DISTRIBUTIONS_H
#define TUTTI_DISTRIBUTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>
#include <tutti/random.h>

TUTTI_BEGIN_DECLS

/* Integers in [low, high], each as probable as any other, without bias (Lemire, "Fast random integer
 * generation in an interval", 2019). Variate i uses element i of rng. If that is rejected, which has a
 * probability below
 *
 *     (high - low + 1) 2^-64,
 *
 * it uses element i of tutti_rng_split(rng, 1), then of tutti_rng_split(rng, 2), ... */
TUTTI_API tutti_status tutti_integers(tutti_ctx *ctx, tutti_rng rng, uint64_t first, int64_t low,
                                      int64_t high, int64_t *out, size_t n);

/* Bernoulli variates: 1 with probability p, else 0; p in [0, 1]. Variate i is 1 where element i, as an
 * integer, is below p 2^64, rounded down to an integer. */
TUTTI_API tutti_status tutti_bernoulli(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double p, uint8_t *out,
                                       size_t n);

/* Lognormal variates exp(mu + sigma z), z = variate i of tutti_normal. mu finite, sigma >= 0 and finite. A
 * variate that is out of the range of doubles is 0 or infinite. */
TUTTI_API tutti_status tutti_lognormal(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double mu, double sigma,
                                       double *out, size_t n);

/* Poisson variates by inversion. mean in [0, 2^50]. Variate i uses element i. */
TUTTI_API tutti_status tutti_poisson(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double mean,
                                     uint64_t *out, size_t n);

/* Gamma variates (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000). The
 * density is proportional to
 *
 *     x^(shape - 1) exp(-x / scale), x > 0.
 *
 * shape and scale > 0 and finite. A variate that is out of the range of doubles is 0 or infinite. Attempt
 * t = 0, 1, ... of variate i uses element i of tutti_rng_split(rng, 2 t) and of tutti_rng_split(rng, 2 t +
 * 1); a shape below 1 also uses element i of rng. */
TUTTI_API tutti_status tutti_gamma(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double shape, double scale,
                                   double *out, size_t n);

/* Vectors of normal variates with given means and covariances: n vectors of `dims` numbers into out[n x
 * dims].
 *
 * mean[dims]; NULL: zeros. covariance[dims x dims]: symmetric and positive definite; the lower triangle is
 * read. With L its Cholesky factor (L L^T = covariance) and z a vector of independent normals, a vector is
 *
 *     mean + L z.
 *
 * z[d] of vector i is variate i dims + d of tutti_normal. `first` counts vectors.
 *
 * TUTTI_EINVAL: also where the covariance is not positive definite, or a number of L is out of the range
 * of doubles. L is OpenBLAS's, which chooses its code by the CPU: the last bits depend on the CPU.
 * TUTTI_EUNSUPPORTED without OpenBLAS, TUTTI_ENOMEM where memory has no room for it: see tutti_covariance. */
TUTTI_API tutti_status tutti_multinormal(tutti_ctx *ctx, tutti_rng rng, uint64_t first, const double *mean,
                                         const double *covariance, size_t dims, double *out, size_t n);

/* A random permutation of 0 .. n - 1 into out[n], each as probable as any other (MergeShuffle; Bacher,
 * Bodini, Hollender and Lumbroso, 2015: blocks are shuffled side by side, then merged). It uses streams
 * split from rng. */
TUTTI_API tutti_status tutti_permutation(tutti_ctx *ctx, tutti_rng rng, uint64_t *out, size_t n);

/* The quantile of the standard normal distribution: the value below which a normal variable lies with
 * probability p. -infinity for p = 0, +infinity for p = 1, NaN outside [0, 1]. Where p runs through
 * ascending multiples of 2^-54 (all uniforms of this library are such), the quantiles never descend. */
TUTTI_API double tutti_normal_icdf(double p);

/* out[i] = tutti_normal_icdf(p[i]) for i < n. */
TUTTI_API tutti_status tutti_normal_icdf_array(tutti_ctx *ctx, const double *p, double *out, size_t n);

TUTTI_END_DECLS

#endif
