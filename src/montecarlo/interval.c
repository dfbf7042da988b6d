/* Makes estimates of means, errors and counts: the one place that says how wide an interval is. */
#include <math.h>

#include "math/student.h"
#include "montecarlo/estimates.h"

/* Degrees of freedom are rounded down: intervals are rather too wide than too narrow. */
tutti_estimate tutti_mc_estimate_of(uint64_t samples, double mean, double std_error, double freedom) {
  const double t = mc_is_few(freedom) ? tutti_student_975(freedom >= 1 ? floor(freedom) : 1) : MC_NORMAL_975;
  return (tutti_estimate){samples, mean, std_error, mean - t * std_error, mean + t * std_error};
}

/* Wilson's (1927) interval with the correction for continuity (Newcombe, 1998, method 4). */
tutti_estimate tutti_mc_estimate_of_share(uint64_t hits, uint64_t samples, double scale) {
  const double share = tutti_mc_ratio((__int128)hits, samples), h = (double)hits, n = (double)samples;
  const double zz = MC_NORMAL_975 * MC_NORMAL_975, square = zz - 1 / n + 4 * h * (1 - share),
               whole = 2 * (n + zz);
  const double below = MC_NORMAL_975 * sqrt(square - 2 + 4 * share),
               above = MC_NORMAL_975 * sqrt(square + 2 - 4 * share);
  const double low = hits == 0 ? 0 : (2 * h + zz - 1 - below) / whole;
  const double high = hits == samples ? 1 : (2 * h + zz + 1 + above) / whole;
  return (tutti_estimate){samples, scale * share, scale * sqrt(share * (1 - share) / n), scale * low,
                          scale * high};
}

/* Long division, bit by bit: at least 55 bits of the quotient, and whether a remainder is left. */
double tutti_mc_ratio(__int128 a, unsigned __int128 b) {
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
