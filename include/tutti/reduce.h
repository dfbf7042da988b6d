/* Reductions. A sum is exact: the true sum of the terms, rounded once (to nearest, ties to even), so neither
 * order nor worker count nor instruction set can show in it. */
#ifndef TUTTI_REDUCE_H
#define TUTTI_REDUCE_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

/* *result = x[0] + ... + x[n-1], correctly rounded, for every input: cancellation, any range of exponents,
 * subnormals, partial sums that overflow. NaN, or infinities of both signs, give NaN. An empty sum is +0, a
 * sum of nothing but -0 is -0. n <= 2^45.
 * TUTTI_EINVAL: result or x (with n > 0) is NULL, or n is too large; TUTTI_ENOMEM; *result is then untouched.
 * Thread-safe for different contexts. Method: error-free slices against fixed-point constants (Rump, Ogita,
 * Oishi, 2008; Demmel, Nguyen, 2015), backed by a superaccumulator (Kulisch, Miranker, 1981; Neal, 2015). */
TUTTI_API tutti_status tutti_sum(tutti_ctx *ctx, const double *x, size_t n, double *result);

/* n >= 1 values: the mean; the variance with n - 1 (NaN for n = 1); skewness m3 / m2^(3/2) and kurtosis
 * m4 / m2^2 (3 for a normal distribution) of the central moments with n (NaN where m2 = 0). */
typedef struct {
  size_t n;
  double mean, variance, skewness, kurtosis;
} tutti_moments_t;

/* The exact accumulator: a fixed-point number wide enough for every double and every product of two.
 * limb[i] counts units of 2^(32 i - 2176); neighbours overlap, so that carries can wait.
 * Plain bytes: copy it, send it, store it (on machines of one byte order). Any order of add and merge gives
 * the same rounded result. Different accumulators may be used by different threads at once.
 * Holds at least 2^62 terms. */
#define TUTTI_EXACT_LIMBS 136
typedef struct tutti_exact tutti_exact;
struct tutti_exact {
  int64_t limb[TUTTI_EXACT_LIMBS];
  uint64_t pending; /* bounds |limb| <= (pending + 1) 2^32: additions since the last carry */
  uint64_t flags;   /* which NaN, infinities and zeros were seen */
};

TUTTI_API void tutti_exact_init(tutti_exact *acc);
TUTTI_API void tutti_exact_add(tutti_exact *acc, double x);
TUTTI_API void tutti_exact_add_array(tutti_exact *acc, const double *x, size_t n); /* best ISA, one core */
TUTTI_API void tutti_exact_add_product(tutti_exact *acc, double x,
                                       double y); /* x y, not rounded; no overflow */
TUTTI_API void tutti_exact_merge(tutti_exact *into, const tutti_exact *from);
/* The value, correctly rounded to nearest, ties to even; infinity only where the exact value rounds to it. */
TUTTI_API double tutti_exact_round(const tutti_exact *acc);

TUTTI_END_DECLS

#endif
