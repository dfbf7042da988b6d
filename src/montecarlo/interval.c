/* Estimates made of means, errors and counts: the one place that says how wide an interval is. */
#include <math.h>

#include "montecarlo/estimates.h"

/* Student's (1908) t quantile of probability 0.975; freedom >= 1, whole. */
static double student(double freedom) {
  static const double table[] = {
      12.706204736, 4.302652730, 3.182446305, 2.776445105, 2.570581836, 2.446911851, 2.364624252, 2.306004135,
      2.262157163,  2.228138852, 2.200985160, 2.178812830, 2.160368656, 2.144786688, 2.131449546, 2.119905299,
      2.109815578,  2.100922040, 2.093024054, 2.085963447, 2.079613845, 2.073873068, 2.068657610, 2.063898562,
      2.059538553,  2.055529439, 2.051830516, 2.048407142, 2.045229642, 2.042272456};
  enum { TABLED = sizeof table / sizeof *table };
  if (freedom <= TABLED) return table[(int)freedom - 1];
  /* Cornish and Fisher's expansion (Abramowitz and Stegun, 1964, 26.7.5) */
  const double z = 1.959963984540054, s = z * z, n = freedom;
  const double g1 = z * (s + 1) / 4, g2 = z * ((5 * s + 16) * s + 3) / 96;
  const double g3 = z * (((3 * s + 19) * s + 17) * s - 15) / 384;
  const double g4 = z * ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92160;
  return z + (g1 + (g2 + (g3 + g4 / n) / n) / n) / n;
}

/* Degrees of freedom are rounded down: rather too wide. */
tutti_estimate mc_estimate_of(uint64_t samples, double mean, double std_error, double freedom) {
  const double t = mc_is_few(freedom) ? student(freedom >= 1 ? floor(freedom) : 1) : MC_NORMAL_975;
  return (tutti_estimate){samples, mean, std_error, mean - t * std_error, mean + t * std_error};
}

/* Wilson's (1927) interval with the correction for continuity (Newcombe, 1998, method 4). */
tutti_estimate mc_estimate_of_share(uint64_t hits, uint64_t samples, double scale) {
  const double share = mc_ratio((__int128)hits, samples), h = (double)hits, n = (double)samples;
  const double zz = MC_NORMAL_975 * MC_NORMAL_975, square = zz - 1 / n + 4 * h * (1 - share),
               whole = 2 * (n + zz);
  const double below = MC_NORMAL_975 * sqrt(square - 2 + 4 * share),
               above = MC_NORMAL_975 * sqrt(square + 2 - 4 * share);
  const double low = hits == 0 ? 0 : (2 * h + zz - 1 - below) / whole;
  const double high = hits == samples ? 1 : (2 * h + zz + 1 + above) / whole;
  return (tutti_estimate){samples, scale * share, scale * sqrt(share * (1 - share) / n), scale * low,
                          scale * high};
}

/* Long division, bit by bit: at least 55 bits of the quotient, and whether there were more. */
double mc_ratio(__int128 a, unsigned __int128 b) {
  if (a == 0) return 0;
  const unsigned __int128 magnitude = a < 0 ? -(unsigned __int128)a : (unsigned __int128)a;
  unsigned __int128 quotient = magnitude / b, rest = magnitude % b;
  int exponent = 0;
  for (; quotient < UINT64_C(1) << 54; exponent--) {
    const bool one = rest >= b - rest;
    rest = one ? rest - (b - rest) : 2 * rest;
    quotient = 2 * quotient + one;
  }
  const double ratio = ldexp((double)(quotient | (rest != 0)), exponent);
  return a < 0 ? -ratio : ratio;
}
