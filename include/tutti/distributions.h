/* Random variates of many distributions. Variate i of a stream is a function of (seed, stream, i, parameters)
 * and of nothing else, so that any part of a sequence can be had at once, by anybody, with the same bits.
 * Each function says which elements of the stream (tutti_bits) a variate uses.
 *
 * Common to all: variates first .. first + n - 1 into out[0..n). TUTTI_EINVAL: out is NULL with n > 0, a
 * parameter is out of its range, or elements beyond the 2^64 of a stream would be needed. Thread-safe for
 * different contexts. */
#ifndef TUTTI_DISTRIBUTIONS_H
#define TUTTI_DISTRIBUTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>
#include <tutti/random.h>

TUTTI_BEGIN_DECLS

/* Integers in [low, high], each as probable as any other, without bias (Lemire, "Fast random integer
 * generation in an interval", 2019). Variate i uses element i; in the rare case that it is rejected (with
 * probability below (high - low + 1) 2^-64) element i of tutti_rng_split(rng, 1), then of (rng, 2), ... */
TUTTI_API tutti_status tutti_integers(tutti_ctx *ctx, tutti_rng rng, uint64_t first, int64_t low,
                                      int64_t high, int64_t *out, size_t n);

/* 1 with probability p, else 0: element i < p 2^64 (p rounded down to a multiple of 2^-64). p in [0, 1]. */
TUTTI_API tutti_status tutti_bernoulli(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double p, uint8_t *out,
                                       size_t n);

/* exp(mu + sigma z), z = variate i of tutti_normal. mu finite, sigma >= 0 and finite. What no double holds is
 * 0 or infinite. */
TUTTI_API tutti_status tutti_lognormal(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double mu, double sigma,
                                       double *out, size_t n);

/* Poisson variates by inversion. mean in [0, 2^50]. Variate i uses element i. */
TUTTI_API tutti_status tutti_poisson(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double mean,
                                     uint64_t *out, size_t n);

/* Gamma variates, density proportional to x^(shape - 1) exp(-x / scale) (Marsaglia and Tsang, "A simple
 * method for generating gamma variables", 2000). shape and scale > 0 and finite; what no double holds is 0 or
 * infinite. Attempt t = 0, 1, ... of variate i uses element i of tutti_rng_split(rng, 2 t) and of
 * tutti_rng_split(rng, 2 t + 1); a shape below 1 also uses element i of rng. */
TUTTI_API tutti_status tutti_gamma(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double shape, double scale,
                                   double *out, size_t n);

/* n vectors of `dims` normal variates with mean[dims] (NULL: zeros) and covariance[dims x dims] (symmetric,
 * positive definite, of which the lower triangle is read) into out[n x dims]: mean + L z, L the Cholesky
 * factor. Component d of vector i uses normal i dims + d; `first` counts vectors. TUTTI_EINVAL: also where
 * the covariance is not positive definite, or its factor no double. TUTTI_EUNSUPPORTED without OpenBLAS,
 * whose choice of kernels makes the last bits depend on the CPU, TUTTI_ENOMEM where it has no room: see
 * tutti_covariance. */
TUTTI_API tutti_status tutti_multinormal(tutti_ctx *ctx, tutti_rng rng, uint64_t first, const double *mean,
                                         const double *covariance, size_t dims, double *out, size_t n);

/* A random permutation of 0 .. n - 1, each as probable as any other (MergeShuffle; Bacher, Bodini, Hollender
 * and Lumbroso, 2015: blocks are shuffled side by side, then merged). It uses streams split from rng. */
TUTTI_API tutti_status tutti_permutation(tutti_ctx *ctx, tutti_rng rng, uint64_t *out, size_t n);

/* The value below which a standard normal variable lies with probability p: -infinity for 0, +infinity for 1,
 * NaN outside [0, 1]. Monotone over the multiples of 2^-54, which all uniforms of this library are. */
TUTTI_API double tutti_normal_icdf(double p);
TUTTI_API tutti_status tutti_normal_icdf_array(tutti_ctx *ctx, const double *p, double *out, size_t n);

TUTTI_END_DECLS

#endif
