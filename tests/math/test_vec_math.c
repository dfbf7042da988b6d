/* The vector functions at the width of this file's level against MPFR; the conformance and golden tests carry
 * the result over to the other levels, bit by bit. TUTTI_TRIALS in the environment: how many arguments. */
#include <criterion/criterion.h>
#include <mpfr.h>
#include <stdlib.h>

#include "../support/data.h"
#include "../support/share.h"
#include "isa/vec.h"
#include "math/vec_math.h"

enum { BITS = 200 };

static int trials(void) {
  const char *text = getenv("TUTTI_TRIALS");
  return text ? atoi(text) : TESTING_SHARE(100000);
}

/* Of the true value, in units of the last place of a double of its size. */
static double ulps(double x, const mpfr_t exact) {
  static mpfr_t error;
  if (x == mpfr_get_d(exact, MPFR_RNDN) && mpfr_zero_p(exact)) return 0;
  mpfr_init2(error, BITS);
  mpfr_d_sub(error, x, exact, MPFR_RNDN);
  if (!mpfr_zero_p(exact)) mpfr_mul_2si(error, error, 53 - mpfr_get_exp(exact), MPFR_RNDN);
  const double result = mpfr_zero_p(exact) ? HUGE_VAL : fabs(mpfr_get_d(error, MPFR_RNDN));
  mpfr_clear(error);
  return result;
}

static double first(vd x) {
  double lane[W];
  vd_store(lane, x);
  return lane[0];
}

static double uniform(uint64_t *state) { return (double)(data_bits(state) >> 11) * 0x1p-53 + 0x1p-54; }

/* -- log -- */

/* Near 1, where the logarithm vanishes; over all binades; about the edges of the intervals; uniforms. */
static double log_argument(int trial, uint64_t *state) {
  static const double hard[] = {1, 0x1p-54, 0x1p-1022, 0x1.fffffffffffffp1023, 0x1.fffffffffffffp-1, 2};
  const double edge = 0.734375 + (trial / 5 % 9) * 0x1p-5 + (trial / 5 % 9 == 8 ? 0x1p-6 : 0);
  if (trial < 6) return hard[trial];
  switch (trial % 5) {
  case 0:
    return 1 + data_scaled(state, -53, -2);
  case 1:
    return fabs(data_scaled(state, -1022, 1023));
  case 2:
    return edge * (1 + data_scaled(state, -52, -20));
  case 3:
    return (0.734375 + uniform(state) * 0.734375);
  default:
    return uniform(state);
  }
}

Test(vec_math, log_within_1_ulp) {
  uint64_t state = 41;
  double worst = 0;
  mpfr_t exact;
  mpfr_init2(exact, BITS);
  for (int trial = 0; trial < trials(); trial++) {
    const double x = log_argument(trial, &state);
    mpfr_set_d(exact, x, MPFR_RNDN);
    mpfr_log(exact, exact, MPFR_RNDN);
    worst = fmax(worst, ulps(first(vd_log(vd_set1(x))), exact));
    cr_assert(worst < 1, "log(%a): %g ulp", x, worst);
  }
  cr_log_info("log: %.3f ulp at most", worst);
  mpfr_clear(exact);
}

/* -- exp -- */

/* Any; small; next to half-integral multiples of ln 2, where the reduction changes; next to 0. */
static double exp_argument(int trial, uint64_t *state) {
  switch (trial % 4) {
  case 0:
    return (uniform(state) * 2 - 1) * 708;
  case 1:
    return (uniform(state) * 2 - 1) * 4;
  case 2:
    return (0.5 + (double)(trial / 4 % 61 - 30)) * 0.6931471805599453 * (1 + data_scaled(state, -52, -20));
  default:
    return data_scaled(state, -60, -1);
  }
}

Test(vec_math, exp_within_1_ulp) {
  uint64_t state = 42;
  double worst = 0;
  mpfr_t exact;
  mpfr_init2(exact, BITS);
  for (int trial = 0; trial < trials(); trial++) {
    const double x = exp_argument(trial, &state);
    mpfr_set_d(exact, x, MPFR_RNDN);
    mpfr_exp(exact, exact, MPFR_RNDN);
    worst = fmax(worst, ulps(first(vd_exp(vd_set1(x))), exact));
    cr_assert(worst < 1, "exp(%a): %g ulp", x, worst);
  }
  cr_log_info("exp: %.3f ulp at most", worst);
  mpfr_clear(exact);
}

static double exp_of(double x) { return first(vd_exp(vd_set1(x))); }

/* -- pow -- */

/* Bases of all binades, next to 1, about the edges of the logarithm's intervals; exponents such that the
 * power is anything, or such as formulas have. */
static void pow_arguments(int trial, uint64_t *state, double *x, double *y) {
  static const double usual[] = {1.40027894002789, 0.2857142857142857, 2, 0.5, -1, 3.498257839721254};
  *x = log_argument(trial, state);
  *y = trial % 3 ? usual[trial / 3 % 6] : (uniform(state) * 2 - 1) * 700 / fmax(fabs(log(*x)), 1e-12);
}

Test(vec_math, pow_within_1_ulp_and_a_500th_of_the_exponent) {
  uint64_t state = 44;
  double worst = 0, usual = 0;
  mpfr_t exact, exponent;
  mpfr_inits2(BITS, exact, exponent, (mpfr_ptr)NULL);
  for (int trial = 0; trial < trials(); trial++) {
    double x, y;
    pow_arguments(trial, &state, &x, &y);
    mpfr_set_d(exact, x, MPFR_RNDN);
    mpfr_set_d(exponent, y, MPFR_RNDN);
    mpfr_pow(exact, exact, exponent, MPFR_RNDN);
    const double true_value = fabs(mpfr_get_d(exact, MPFR_RNDN));
    if (!(true_value > 0x1p-1020 && true_value < 0x1p1020)) continue;
    const double error = ulps(first(vd_pow(vd_set1(x), vd_set1(y))), exact);
    worst = fmax(worst, error / (1 + fabs(y) / 500));
    if (fabs(y) < 4) usual = fmax(usual, error);
    cr_assert(worst < 1, "%a ^ %a: %g ulp", x, y, error);
  }
  cr_log_info("pow: %.3f ulp at most for |y| < 4, %.3f of the bound", usual, worst);
  mpfr_clears(exact, exponent, (mpfr_ptr)NULL);
}

static double pow_of(double x, double y) { return first(vd_pow(vd_set1(x), vd_set1(y))); }

Test(vec_math, pow_at_its_ends) {
  cr_assert(pow_of(2, 1e300) == (double)INFINITY && pow_of(2, -1e300) == 0);
  cr_assert(pow_of(0.5, 1e300) == 0 && pow_of(0.5, -1e300) == (double)INFINITY);
  cr_assert(pow_of(0x1.fffffffffffffp1023, 0x1.fffffffffffffp1023) == (double)INFINITY);
  cr_assert(pow_of(3, 2000) == (double)INFINITY && pow_of(3, -2000) == 0);
  cr_assert(pow_of(3, (double)INFINITY) == (double)INFINITY && pow_of(3, -(double)INFINITY) == 0);
  cr_assert(pow_of(1, 1e300) == 1 && pow_of(7, 0) == 1 && pow_of(2, 10) == 1024 && pow_of(4, -0.5) == 0.5);
  cr_assert(isnan(pow_of(3, (double)NAN)));
}

/* Subnormal results within one of their own units. */
Test(vec_math, exp_at_its_ends) {
  const double inf = (double)INFINITY;
  cr_assert(exp_of(0) == 1 && exp_of(-0.0) == 1);
  cr_assert(exp_of(inf) == inf && exp_of(-inf) == 0 && isnan(exp_of((double)NAN)));
  cr_assert(exp_of(709.79) == inf && exp_of(1e300) == inf && isfinite(exp_of(709.78)));
  cr_assert(exp_of(-745.14) == 0 && exp_of(-1e300) == 0 && exp_of(-745.13) == 0x1p-1074);
  mpfr_t exact;
  mpfr_init2(exact, BITS);
  for (double x = -745; x < -708; x += 0.0371) {
    mpfr_set_d(exact, x, MPFR_RNDN);
    mpfr_exp(exact, exact, MPFR_RNDN);
    mpfr_sub_d(exact, exact, exp_of(x), MPFR_RNDN);
    cr_assert(fabs(mpfr_get_d(exact, MPFR_RNDA)) <= 0x1.8p-1074, "exp(%a)", x);
  }
  mpfr_clear(exact);
}

/* -- sine and cosine -- */

/* Eighths of a turn and their neighbours, tiny ones, any. */
static double turn(int trial, uint64_t *state) {
  const double eighth = (double)(trial / 4 % 17 - 8) / 8;
  switch (trial % 4) {
  case 0:
    return eighth + (trial < 80 ? 0 : data_scaled(state, -60, -10));
  case 1:
    return data_scaled(state, -54, -1);
  case 2:
    return data_scaled(state, -3, 20);
  default:
    return uniform(state);
  }
}

Test(vec_math, sincos_within_1_ulp) {
  uint64_t state = 43;
  double worst = 0;
  mpfr_t pi, angle, exact;
  mpfr_inits2(BITS, pi, angle, exact, (mpfr_ptr)NULL);
  mpfr_const_pi(pi, MPFR_RNDN);
  for (int trial = 0; trial < trials(); trial++) {
    const double u = turn(trial, &state);
    vd sine, cosine;
    vd_sincos_turn(vd_set1(u), 1, &sine, &cosine);
    mpfr_mul_d(angle, pi, 2 * (u - rint(u)), MPFR_RNDN);
    const bool exact_zero_sine = 2 * u == rint(2 * u),
               exact_zero_cosine = !exact_zero_sine && 4 * u == rint(4 * u);
    mpfr_sin(exact, angle, MPFR_RNDN);
    if (exact_zero_sine) mpfr_set_zero(exact, 1);
    worst = fmax(worst, ulps(first(sine), exact));
    cr_assert(worst < 1, "sin of %a turns: %a, %g ulp", u, first(sine), worst);
    mpfr_cos(exact, angle, MPFR_RNDN);
    if (exact_zero_cosine) mpfr_set_zero(exact, 1);
    worst = fmax(worst, ulps(first(cosine), exact));
    cr_assert(worst < 1, "cos of %a turns: %a, %g ulp", u, first(cosine), worst);
  }
  cr_log_info("sine, cosine: %.3f ulp at most", worst);
  mpfr_clears(pi, angle, exact, (mpfr_ptr)NULL);
}

/* -- the normal quantile -- */

static double icdf(double p) { return first(vd_normal_icdf(vd_set1(p))); }

/* Uniforms; both tails; about the joints at 0.12, 0.88 and 2^-54; any probability down to the subnormals. */
static double probability(int trial, uint64_t *state) {
  switch (trial % 6) {
  case 0:
    return uniform(state);
  case 1:
    return (trial / 6 % 2 ? 0.12 : 0.88) * (1 + data_scaled(state, -50, -20));
  case 2:
    return fabs(data_scaled(state, -1074, -2));
  case 3:
    return 0x1p-54 * (1 + data_scaled(state, -52, -20));
  case 4:
    return 1 - fabs(data_scaled(state, -50, -5));
  default:
    return fabs(data_scaled(state, -54, -2));
  }
}

/* z's error is (Phi(z) - p) / phi(z) but for terms of its square. */
static double icdf_error(double p, double z) {
  mpfr_t q, density, root;
  mpfr_inits2(BITS, q, density, root, (mpfr_ptr)NULL);
  mpfr_sqrt_ui(root, 2, MPFR_RNDN);
  mpfr_d_div(q, -z, root, MPFR_RNDN);
  mpfr_erfc(q, q, MPFR_RNDN);
  mpfr_div_2ui(q, q, 1, MPFR_RNDN);
  mpfr_sub_d(q, q, p, MPFR_RNDN);
  mpfr_set_d(density, z, MPFR_RNDN);
  mpfr_sqr(density, density, MPFR_RNDN);
  mpfr_div_si(density, density, -2, MPFR_RNDN);
  mpfr_exp(density, density, MPFR_RNDN);
  mpfr_const_pi(root, MPFR_RNDN);
  mpfr_mul_2ui(root, root, 1, MPFR_RNDN);
  mpfr_sqrt(root, root, MPFR_RNDN);
  mpfr_div(density, density, root, MPFR_RNDN);
  mpfr_div(q, q, density, MPFR_RNDN);
  int exponent;
  frexp(z, &exponent);
  const double error = fabs(mpfr_get_d(q, MPFR_RNDN)) / ldexp(1, exponent - 53);
  mpfr_clears(q, density, root, (mpfr_ptr)NULL);
  return error;
}

Test(vec_math, icdf_within_2_ulp) {
  uint64_t state = 44;
  double worst = 0;
  cr_assert(icdf(0.5) == 0);
  for (int trial = 0; trial < trials(); trial++) {
    const double p = probability(trial, &state);
    if (!(p > 0 && p < 1) || p == 0.5) continue;
    worst = fmax(worst, icdf_error(p, icdf(p)));
    cr_assert(worst < 2, "quantile of %a: %g ulp", p, worst);
  }
  cr_log_info("normal quantile: %.3f ulp at most", worst);
}

/* Runs of neighbouring multiples of 2^-53, at random and about the joints. */
Test(vec_math, icdf_is_monotone) {
  enum { RUN = 64 };
  uint64_t state = 45;
  for (int trial = 0; trial < trials() / 4; trial++) {
    const double joint = trial / 4 % 2 ? 0.12 : 0.88;
    const double any = trial % 4 == 0   ? joint
                       : trial % 4 == 1 ? fabs(data_scaled(&state, -50, -2))
                                        : uniform(&state);
    double p = floor(any * 0x1p53) * 0x1p-53 - (trial % 4 == 0 ? RUN / 2 * 0x1p-53 : 0), before = -HUGE_VAL;
    for (int i = 0; i < RUN && p < 1; i++, p += 0x1p-53) {
      const double z = p > 0 ? icdf(p) : -HUGE_VAL;
      cr_assert(z >= before, "quantile of %a is %a, of the probability before %a", p, z, before);
      before = z;
    }
  }
}
