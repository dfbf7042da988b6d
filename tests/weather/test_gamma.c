/* The gamma function's relatives and the tabled gamma quantiles against MPFR. */
#include <math.h>
#include <mpfr.h>

#include "../support/testing.h"
#include "math/gamma.h"
#include "weather/generator.h"

enum { BITS = 300 };

static const double shapes[] = {0.05, 0.2, 0.31, 0.5, 0.74, 1, 1.5, 2.7, 11, 90, 1000};
enum { SHAPES = sizeof shapes / sizeof *shapes };

Test(gamma, its_logarithm_and_derivatives) {
  mpfr_t x, y;
  mpfr_inits2(BITS, x, y, NULL);
  for (int i = 1; i < 400; i++) {
    const double a = i * i * 0.00731;
    int sign;
    mpfr_set_d(x, a, MPFR_RNDN);
    mpfr_lgamma(y, &sign, x, MPFR_RNDN);
    cr_assert(fabs(tutti_log_gamma(a) - mpfr_get_d(y, MPFR_RNDN)) <
                  1e-13 * fmax(1, fabs(mpfr_get_d(y, MPFR_RNDN))),
              "%g", a);
    mpfr_digamma(y, x, MPFR_RNDN);
    const double psi = mpfr_get_d(y, MPFR_RNDN);
    cr_assert(fabs(tutti_digamma(a) - psi) < 1e-12 * fmax(1, fabs(psi)), "%g: %.17g %.17g", a,
              tutti_digamma(a), psi);
    /* the slope of digamma, as a difference of high precision */
    const double h = 0x1p-60;
    mpfr_add_d(x, x, h, MPFR_RNDN);
    mpfr_digamma(x, x, MPFR_RNDN);
    mpfr_sub(y, x, y, MPFR_RNDN);
    mpfr_div_d(y, y, h, MPFR_RNDN);
    cr_assert(fabs(tutti_trigamma(a) / mpfr_get_d(y, MPFR_RNDN) - 1) < 1e-12, "%g", a);
  }
  mpfr_clears(x, y, NULL);
}

/* How far off, relatively, exp(logarithm) is as the quantile a normal z stands for: the error of its
 * probability, taken in the nearer tail, over what the quantile changes it by. */
static double error_of(double shape, double z, double logarithm) {
  mpfr_t x, a, above, whole, wanted, density, root;
  mpfr_inits2(BITS, x, a, above, whole, wanted, density, root, NULL);
  mpfr_set_d(x, logarithm, MPFR_RNDN);
  mpfr_exp(x, x, MPFR_RNDN);
  mpfr_set_d(a, shape, MPFR_RNDN);
  mpfr_gamma_inc(above, a, x, MPFR_RNDN);
  mpfr_gamma(whole, a, MPFR_RNDN);
  mpfr_div(above, above, whole, MPFR_RNDN); /* P(X > x) */
  mpfr_set_d(wanted, z, MPFR_RNDN);
  mpfr_sqrt_ui(root, 2, MPFR_RNDN);
  mpfr_div(wanted, wanted, root, MPFR_RNDN);
  mpfr_erfc(wanted, wanted, MPFR_RNDN);
  mpfr_div_2ui(wanted, wanted, 1, MPFR_RNDN); /* P(Z > z) */
  mpfr_pow(density, x, a, MPFR_RNDN);
  mpfr_exp(x, x, MPFR_RNDN);
  mpfr_div(density, density, x, MPFR_RNDN);
  mpfr_div(density, density, whole, MPFR_RNDN); /* x times the density at x */
  mpfr_sub(wanted, wanted, above, MPFR_RNDN);
  mpfr_div(wanted, wanted, density, MPFR_RNDN);
  const double error = mpfr_get_d(wanted, MPFR_RNDN);
  mpfr_clears(x, a, above, whole, wanted, density, root, NULL);
  return fabs(error);
}

Test(gamma, quantiles_at_the_nodes) {
  for (int s = 0; s < SHAPES; s++) {
    gamma_target target[GENERATOR_NODES];
    gamma_node node[GENERATOR_NODES];
    tutti_gamma_fill_targets(target);
    tutti_gamma_nodes(target, shapes[s], node);
    for (int i = 0; i < GENERATOR_NODES; i += 4) {
      const double z = (double)i / GENERATOR_PER_UNIT - GENERATOR_REACH, bound = 1e-12 / fmin(1, shapes[s]);
      const double error = error_of(shapes[s], z, node[i].logarithm);
      cr_assert(error < bound * fmax(1, fabs(node[i].logarithm)), "shape %g, z %g: %g", shapes[s], z, error);
    }
  }
}

Test(gamma, quantiles_between_them) {
  for (int s = 1; s < SHAPES; s++) {
    gamma_target target[GENERATOR_NODES];
    gamma_node node[GENERATOR_NODES];
    double last = -INFINITY;
    tutti_gamma_fill_targets(target);
    tutti_gamma_nodes(target, shapes[s], node);
    for (double z = -8.45; z < 8.5; z += 0.21) {
      const double logarithm = gamma_at(node, z), error = error_of(shapes[s], z, logarithm);
      cr_assert(error < 2e-5, "shape %g, z %g: %g", shapes[s], z, error);
      cr_assert(logarithm > last);
      last = logarithm;
      cr_assert(fabs(tutti_gamma_score(node, exp(logarithm)) - z) < 1e-7, "shape %g, z %g", shapes[s], z);
    }
    cr_assert(gamma_at(node, -100) == node[0].logarithm);
    cr_assert(fabs(gamma_at(node, 100) - node[GENERATOR_NODES - 1].logarithm) < 1e-14);
  }
}
