/* Quasi-random points: Sobol sequences (Sobol, 1967) with the direction numbers of Joe and Kuo
 * ("Constructing Sobol sequences with better two-dimensional projections", 2008), scrambled after Owen
 * (1995) by a hash (Laine and Karras, 2011; Burley, "Practical hash-based Owen scrambling", 2020). */
#ifndef TUTTI_SOBOL_H
#define TUTTI_SOBOL_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>
#include <tutti/random.h>

TUTTI_BEGIN_DECLS

enum { TUTTI_SOBOL_DIMS = 1024 };

/* Points first .. first + n - 1 of a Sobol sequence in `dims` dimensions, into out[n x dims]. With k the
 * 32-bit integer of the sequence, a coordinate is
 *
 *     (k + 1/2) 2^-32, in (0, 1).
 *
 * Point i is a function of i (and of the scramble) alone: any part of the sequence can be computed
 * directly.
 *
 * scramble: NULL for the plain sequence, whose point 0 has k = 0 everywhere; or a stream that stands for
 * one random scrambling.
 *
 * TUTTI_EINVAL: out is NULL with n > 0, dims is not in 1 .. 1024, or first + n exceeds 2^32. Thread-safe
 * for different contexts. */
TUTTI_API tutti_status tutti_sobol(tutti_ctx *ctx, const tutti_rng *scramble, uint64_t first, size_t dims,
                                   double *out, size_t n);

TUTTI_END_DECLS

#endif
