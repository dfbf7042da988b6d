/* Exact sums of an array and their quotients, for functions that build on them. */
#ifndef TUTTI_REDUCE_MOMENTS_EXACT_H
#define TUTTI_REDUCE_MOMENTS_EXACT_H

#include "core/context.h"
#include "reduce/exact_limbs.h"

#define EXACT_MAX_TERMS (UINT64_C(1) << 45)

/* Checks an array of terms: TUTTI_EINVAL as tutti_check_array, and for more than 2^45 terms. */
tutti_status tutti_check_terms(tutti_ctx *ctx, const char *name, const double *x, size_t n);

/* *acc = the sum of x[i], or of x[i] y[i] where y is not NULL, by all workers. Arguments are already
 * checked. */
tutti_status tutti_exact_reduce(tutti_ctx *ctx, const double *x, const double *y, size_t n, tutti_exact *acc);

/* 2^shift sum / n, correctly rounded, for 1 <= n < 2^63 and |shift| <= 1000. NaN and infinities stay what
 * they are. */
double tutti_exact_mean(const tutti_exact *sum, uint64_t n, int shift);

/* a / b within 1 ulp, without overflow or underflow on the way; NaN for b = 0. */
double tutti_exact_ratio(const tutti_exact *a, const tutti_exact *b);

#endif
