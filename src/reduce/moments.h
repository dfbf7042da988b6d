/* Moments from sums of powers. */
#ifndef TUTTI_REDUCE_MOMENTS_H
#define TUTTI_REDUCE_MOMENTS_H

#include <tutti/reduce.h>

/* Sums of powers about a centre,
 *
 *     sum[k - 1] = sum of (x - centre)^k,   k = 1, 2, 3, 4.
 *
 * Each power is rounded to a double, and then added exactly: the bits do not depend on the order or on how
 * items are split. */
typedef struct {
  uint64_t n;
  tutti_exact sum[4];
} tutti_power_sums;

void tutti_power_sums_init(tutti_power_sums *sums);
void tutti_power_sums_merge(tutti_power_sums *into, const tutti_power_sums *from);
/* The moments; accurate where the centre lies within some standard deviations of the mean. All NaN for n =
 * 0. */
tutti_moments_t tutti_power_sums_moments(const tutti_power_sums *sums, double centre);

/* Sums of powers of scaled deviations,
 *
 *     sum[k - 2] = sum of d^k,   d = (x - centre) scale,   k = 2, 3, 4.
 *
 * The sum of a piece of fixed length is rounded before it is added: the bits are the same for fixed
 * chunks. */
typedef struct {
  tutti_exact sum[3];
  double largest; /* the largest |d|; NaN is ignored */
} tutti_central_sums;

/* Fills in the variance (with n - 1), skewness and kurtosis from raw[k - 1] = the mean of d^k, k = 1 .. 4;
 * n >= 1. The mean is untouched. */
void tutti_moments_from_raw(tutti_moments_t *m, const double raw[4]);

#endif
