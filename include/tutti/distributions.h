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

/* The value below which a standard normal variable lies with probability p: -infinity for 0, +infinity for 1,
 * NaN outside [0, 1]. Monotone over the multiples of 2^-54, which all uniforms of this library are. */
TUTTI_API double tutti_normal_icdf(double p);
TUTTI_API tutti_status tutti_normal_icdf_array(tutti_ctx *ctx, const double *p, double *out, size_t n);

TUTTI_END_DECLS

#endif
