/* tutti_ball_volume: by a table in few dimensions, by Stirling's series in many. */
#include <math.h>
#include <tutti/problems.h>

#include "math/elementary.h"

/* high + low, where |low| is at most half an ulp of high: some 105 bits (Dekker, 1971). */
typedef struct {
  double high, low;
} pair;

/* mantissa 2^exponent. The exponent is a whole number, as large as a double can be. */
typedef struct {
  pair mantissa;
  double exponent;
} scaled;

static pair quick_sum(double a, double b) {
  const double sum = a + b;
  return (pair){sum, b - (sum - a)};
}

static pair product(pair a, pair b) {
  const double high = a.high * b.high;
  return quick_sum(high, fma(a.high, b.high, -high) + (a.high * b.low + a.low * b.high));
}

static pair quotient(pair a, pair b) {
  const double high = a.high / b.high;
  return quick_sum(high, (fma(-high, b.high, a.high) + (a.low - high * b.low)) / b.high);
}

static pair root(pair a) {
  const double high = sqrt(a.high);
  return quick_sum(high, (fma(-high, high, a.high) + a.low) / (2 * high));
}

static scaled normal(pair x, double exponent) {
  int shift;
  frexp(x.high, &shift);
  return (scaled){{ldexp(x.high, -shift), ldexp(x.low, -shift)}, exponent + shift};
}

/* base^n, by repeated squaring. */
static scaled power(scaled base, size_t n) {
  scaled result = {{1, 0}, 0};
  for (; n > 0; n /= 2) {
    if (n % 2) result = normal(product(result.mantissa, base.mantissa), result.exponent + base.exponent);
    base = normal(product(base.mantissa, base.mantissa), 2 * base.exponent);
  }
  return result;
}

/* log(Gamma(x + 1) / (sqrt(2 pi x) (x / e)^x)) for x >= 16; omitted terms are below 2^-59. */
static double stirling(double x) {
  static const double term[] = {1. / 12, -1. / 360, 1. / 1260, -1. / 1680, 1. / 1188, -691. / 360360};
  double sum = 0;
  for (int k = 5; k >= 0; k--) sum = sum / (x * x) + term[k];
  return sum / x;
}

/* Volumes of balls of radius 1. */
static const double few_dims[] = {1.0,
                                  2.0,
                                  3.141592653589793,
                                  4.188790204786391,
                                  4.934802200544679,
                                  5.263789013914325,
                                  5.16771278004997,
                                  4.7247659703314016,
                                  4.0587121264167685,
                                  3.298508902738707,
                                  2.5501640398773455,
                                  1.8841038793899003,
                                  1.3352627688545895,
                                  0.9106287547832832,
                                  0.5992645293207921,
                                  0.3814432808233045,
                                  0.2353306303588932,
                                  0.14098110691713903,
                                  0.08214588661112823,
                                  0.04662160103008855,
                                  0.02580689139001406,
                                  0.013949150409021002,
                                  0.0073704309457143504,
                                  0.003810656386852125,
                                  0.0019295743094039231,
                                  0.0009577224088231728,
                                  0.00046630280576761255,
                                  0.0002228721247212741,
                                  0.0001046381049248457,
                                  4.828782273891744e-05,
                                  2.1915353447830217e-05,
                                  9.787139946737368e-06};
enum { FEW_DIMS = sizeof few_dims / sizeof *few_dims };

/* In many dimensions the volume for radius 1 is *rest times the dims-th power of the number returned,
 * which is (2 pi e / dims)^(1/2). *rest has what Stirling's series adds. */
static pair side_in_many(size_t dims, double *rest) {
  const pair two_pi_e = {17.079468445347135, -1.3547630581004849e-15};
  const pair count = quick_sum((double)(dims >> 32) * 0x1p32, (double)(dims & UINT32_MAX));
  *rest = tutti_math_exp(-stirling(count.high / 2)) / sqrt(3.141592653589793 * count.high);
  return root(quotient(two_pi_e, count));
}

double tutti_ball_volume(size_t dims, double radius) {
  if (dims > 0 && (radius == 0 || !isfinite(radius))) return dims % 2 ? radius : radius * radius;
  const double far = 0x1p12; /* beyond the range of exponents of doubles */
  pair side = {1, 0};
  double rest = 0;
  if (dims < FEW_DIMS) rest = few_dims[dims];
  else side = side_in_many(dims, &rest);
  const scaled reach = normal((pair){radius, 0}, 0);
  const scaled v = power(normal(product(reach.mantissa, side), reach.exponent), dims);
  return ldexp(v.mantissa.high * rest, (int)fmax(fmin(v.exponent, far), -far));
}
