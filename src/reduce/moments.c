/* Moments from sums of powers about a centre. */
#include "reduce/moments.h"

#include <float.h>
#include <math.h>

void tutti_power_sums_init(tutti_power_sums *sums) {
  sums->n = 0;
  for (int k = 0; k < 4; k++) tutti_exact_init(&sums->sum[k]);
}

void tutti_power_sums_merge(tutti_power_sums *into, const tutti_power_sums *from) {
  into->n += from->n;
  for (int k = 0; k < 4; k++) tutti_exact_merge(&into->sum[k], &from->sum[k]);
}

void tutti_moments_from_raw(tutti_moments_t *m, const double raw[4]) {
  const double n = (double)m->n;
  const double d = raw[0]; /* mean - centre; the moments are shifted from the centre to the mean */
  double m2 = raw[1] - d * d;
  const double m3 = raw[2] - 3 * d * raw[1] + 2 * d * d * d;
  const double m4 = raw[3] - 4 * d * raw[2] + 6 * d * d * raw[1] - 3 * (d * d) * (d * d);
  if (m2 <= 4 * DBL_EPSILON * raw[1]) m2 = 0; /* only the rounding of equal values is left */
  if (m->n > 1) m->variance = m2 * (n / (n - 1));
  if (m2 > 0) {
    m->skewness = m3 / (m2 * sqrt(m2));
    m->kurtosis = m4 / (m2 * m2);
  }
}

tutti_moments_t tutti_power_sums_moments(const tutti_power_sums *sums, double centre) {
  const double nan = (double)NAN;
  tutti_moments_t m = {(size_t)sums->n, nan, nan, nan, nan};
  if (sums->n == 0) return m;
  double raw[4];
  for (int k = 0; k < 4; k++) raw[k] = tutti_exact_round(&sums->sum[k]) / (double)sums->n;
  m.mean = centre + raw[0];
  tutti_moments_from_raw(&m, raw);
  return m;
}
