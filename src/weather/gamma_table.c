/* Tables of quantiles of the gamma distribution. */
#include <math.h>

#include "math/elementary.h"
#include "math/gamma.h"
#include "weather/generator.h"

/* A tail of the distribution at x = exp(y): its logarithm, and the derivative of that by y. */
typedef struct {
  double logarithm, slope;
} tail;

/* The tail below x, as a series:
 *
 *     x^a e^-x / Gamma(a + 1) (1 + x / (a + 1) + x^2 / ((a + 1) (a + 2)) + ...). */
static tail lower(double a, double log_gamma_a, double y) {
  const double x = tutti_math_exp(y);
  double sum = 1, term = 1;
  for (double n = 1; term > 1e-17 * sum; n++) sum += term *= x / (a + n);
  return (tail){a * y - x - log_gamma_a - tutti_math_log(a) + tutti_math_log(sum), a / sum};
}

/* The tail above x. For x >= a + 1 it is, with a continued fraction by Lentz's method (1976),
 *
 *     x^a e^-x / Gamma(a) / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - ...)));
 *
 * for smaller x it is 1 less the tail below x. */
static tail upper(double a, double log_gamma_a, double y) {
  const double x = tutti_math_exp(y);
  if (x < a + 1) {
    const tail below = lower(a, log_gamma_a, y);
    const double p = tutti_math_exp(below.logarithm);
    return (tail){tutti_math_log(1 - p), -below.slope * p / (1 - p)};
  }
  double b = x + 1 - a, c = 1e300, d = 1 / b, fraction = d, factor = 0;
  for (int n = 1; fabs(factor - 1) > 1e-16 && n < 10000; n++) {
    const double an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    fraction *= factor = c * d;
  }
  return (tail){a * y - x - log_gamma_a + tutti_math_log(fraction), -1 / fraction};
}

void tutti_gamma_fill_targets(gamma_target *target) {
  for (int i = 0; i < GENERATOR_NODES; i++) {
    const double z = (double)i / GENERATOR_PER_UNIT - GENERATOR_REACH, p = tutti_math_normal(-fabs(z));
    target[i] = (gamma_target){tutti_math_log(p),
                               0.3989422804014327 * tutti_math_exp(-0.5 * z * z) / p / GENERATOR_PER_UNIT};
  }
}

/* Nodes from the lowest to the highest, each by Newton's method on the logarithm of the nearer tail. That
 * is concave in y, and so the method converges from one side. It begins where the slope at the node before
 * points to. */
void tutti_gamma_nodes(const gamma_target *target, double shape, gamma_node *node) {
  enum { MOST_STEPS = 60, MIDDLE = GENERATOR_NODES / 2 };
  const double of_shape = tutti_log_gamma(shape);
  double y =
      (target[0].log_p + of_shape + tutti_math_log(shape)) / shape; /* the lower tail where x is small */
  for (int i = 0; i < GENERATOR_NODES; i++) {
    tail t = {0};
    double move = 1;
    for (int step = 0; step < MOST_STEPS && fabs(move) > 1e-13 * fmax(1, fabs(y)); step++) {
      t = i < MIDDLE ? lower(shape, of_shape, y) : upper(shape, of_shape, y);
      y += move = (target[i].log_p - t.logarithm) / t.slope;
    }
    node[i] = (gamma_node){y, target[i].hazard / fabs(t.slope)};
    y += node[i].rise;
  }
}

double tutti_gamma_score(const gamma_node *node, double amount) {
  const double wanted = tutti_math_log(amount);
  double low = -GENERATOR_REACH, high = GENERATOR_REACH;
  while (high - low > 1e-9) {
    const double middle = 0.5 * (low + high);
    if (gamma_at(node, middle) < wanted) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}
