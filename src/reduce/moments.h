/* Moments from sums of powers. */
#ifndef TUTTI_REDUCE_MOMENTS_H
#define TUTTI_REDUCE_MOMENTS_H

#include <tutti/reduce.h>

/* sum[k - 1] = sum of (x - centre)^k, each power rounded as a double, then added exactly: order-free, hence
 * the same bits for any split. */
typedef struct {
  uint64_t n;
  tutti_exact sum[4];
} tutti_power_sums;

void tutti_power_sums_init(tutti_power_sums *sums);
void tutti_power_sums_merge(tutti_power_sums *into, const tutti_power_sums *from);
/* The moments; accurate where the centre lies within some standard deviations of the mean. All NaN for n = 0.
 */
tutti_moments_t tutti_power_sums_moments(const tutti_power_sums *sums, double centre);

/* sum[k - 2] = sum of d^k, k = 2, 3, 4, d = (x - centre) scale, where what a fixed piece of the array adds is
 * rounded: the same bits for fixed chunks. */
typedef struct {
  tutti_exact sum[3];
  double largest; /* of |d|, NaN aside */
} tutti_central_sums;

/* variance (with n - 1), skewness and kurtosis from raw[k - 1] = the mean of d^k; n >= 1, the mean untouched.
 */
void tutti_moments_from_raw(tutti_moments_t *m, const double raw[4]);

#endif
