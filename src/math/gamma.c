/* The gamma function's logarithm and its derivatives. */
#include "math/gamma.h"

#include "math/elementary.h"

/* Stirling's series for x >= 10; smaller x by the recurrence Gamma(x + 1) = x Gamma(x). */
double tutti_log_gamma(double x) {
  double product = 1;
  for (; x < 10; x++) product *= x;
  const double r = 1 / x, s = r * r;
  const double series = r * (1. / 12 - s * (1. / 360 - s * (1. / 1260 - s * (1. / 1680 - s * (1. / 1188)))));
  return (x - 0.5) * tutti_math_log(x) - x + 0.9189385332046727 + series -
         tutti_math_log(product); /* log(2 pi) / 2 */
}

double tutti_digamma(double x) {
  double sum = 0;
  for (; x < 10; x++) sum -= 1 / x;
  const double r = 1 / x, s = r * r;
  return sum + tutti_math_log(x) - 0.5 * r -
         s * (1. / 12 - s * (1. / 120 - s * (1. / 252 - s * (1. / 240 - s / 132))));
}

double tutti_trigamma(double x) {
  double sum = 0;
  for (; x < 10; x++) sum += 1 / (x * x);
  const double r = 1 / x, s = r * r;
  return sum + r * (1 + 0.5 * r + s * (1. / 6 - s * (1. / 30 - s * (1. / 42 - s * (1. / 30 - s * 5 / 66)))));
}
