/* Elementary functions of one number, by the kernels' code: the same bits everywhere. */
#include "math/elementary.h"

#include <math.h>
#include <stdbool.h>

#include "math/kernels.h"

double tutti_math_exp(double x) {
  double y;
  TUTTI_KERNEL(exp)(&x, &y, 1);
  return y;
}

double tutti_math_log(double x) {
  const bool subnormal = x < 0x1p-1022; /* which the kernel cannot handle */
  double y;
  if (subnormal) x *= 0x1p54;
  TUTTI_KERNEL(log)(&x, &y, 1);
  return subnormal ? y - 54 * 0.6931471805599453 : y;
}

double tutti_math_pow(double x, double y) {
  double power;
  TUTTI_KERNEL(pow)(&x, y, &power, 1);
  return power;
}

double tutti_math_cos_turn(double u) {
  double sine, cosine;
  TUTTI_KERNEL(sincos_turn)(&u, &sine, &cosine, 1);
  return cosine;
}

/* density(z) / distribution(z) for z <= -1.5, the inverse of Mills' ratio, as a continued fraction
 * (Laplace, 1805), evaluated from its end. */
double tutti_math_inverse_mills(double z) {
  enum { TERMS = 200 };
  double fraction = -z;
  for (int k = TERMS; k > 0; k--) fraction = -z + k / fraction;
  return fraction;
}

/* The normal distribution function,
 *
 *     1/2 + density(z) (z + z^3 / 3 + z^5 / 15 + ...),
 *
 * a series whose terms have one sign (Marsaglia, 2004). */
double tutti_math_normal(double z) {
  if (z <= -3) return 0.3989422804014327 * tutti_math_exp(-0.5 * z * z) / tutti_math_inverse_mills(z);
  if (!(z < 8.5)) return isnan(z) ? z : 1;
  double sum = z, term = z;
  for (int odd = 3; fabs(term) > 1e-17 * fabs(sum); odd += 2) sum += term *= z * z / odd;
  return 0.5 + 0.3989422804014327 * tutti_math_exp(-0.5 * z * z) * sum;
}
