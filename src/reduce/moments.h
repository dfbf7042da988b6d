/* Moments from exact power sums: order-free, hence the same bits for any split. */
#ifndef TUTTI_REDUCE_MOMENTS_H
#define TUTTI_REDUCE_MOMENTS_H

#include <tutti/reduce.h>

/* sum[k - 1] = sum of (x - centre)^k, each power rounded as a double, then added exactly. */
typedef struct {
  uint64_t n;
  tutti_exact sum[4];
} tutti_power_sums;

void tutti_power_sums_init(tutti_power_sums *sums);
void tutti_power_sums_merge(tutti_power_sums *into, const tutti_power_sums *from);
/* The moments; accurate where the centre lies within some standard deviations of the mean. All NaN for n = 0.
 */
tutti_moments_t tutti_power_sums_moments(const tutti_power_sums *sums, double centre);

#endif
