/* The vector functions at the width of this file's level against MPFR; the conformance and golden tests carry
 * the result over to the other levels, bit by bit. */
#include <criterion/criterion.h>
#include <mpfr.h>

#include "../data.h"
#include "isa/vec.h"
#include "isa/vec_math.h"

enum { BITS = 300, TRIALS = 40000 };

static double ulps(double x, const mpfr_t exact) {
  mpfr_t error;
  mpfr_init2(error, BITS);
  mpfr_d_sub(error, x, exact, MPFR_RNDN);
  const double result = mpfr_zero_p(exact)
                            ? (x == 0 ? 0 : HUGE_VAL)
                            : fabs(mpfr_get_d(error, MPFR_RNDN)) / ldexp(1, (int)mpfr_get_exp(exact) - 53);
  mpfr_clear(error);
  return result;
}

static double first(vd x) {
  double lane[W];
  vd_store(lane, x);
  return lane[0];
}

/* Near 1, where the logarithm vanishes; over all binades; around sqrt 1/2, where the reduction changes. */
static double log_argument(int trial, uint64_t *state) {
  switch (trial % 4) {
  case 0:
    return 1 + data_scaled(state, -53, -2);
  case 1:
    return fabs(data_scaled(state, -1022, 1023));
  case 2:
    return 0.7071067811865476 * (1 + data_scaled(state, -52, -20));
  default:
    return (double)(data_bits(state) >> 11) * 0x1p-53 + 0x1p-54;
  }
}

Test(vec_math, log_within_2_ulp) {
  uint64_t state = 41;
  double worst = 0;
  mpfr_t exact;
  mpfr_init2(exact, BITS);
  for (int trial = 0; trial < TRIALS; trial++) {
    const double x = trial == 0   ? 1
                     : trial == 1 ? 0x1p-54
                     : trial == 2 ? 0x1p-1022
                                  : log_argument(trial, &state);
    mpfr_set_d(exact, x, MPFR_RNDN);
    mpfr_log(exact, exact, MPFR_RNDN);
    worst = fmax(worst, ulps(first(vd_log(vd_set1(x))), exact));
    cr_assert(worst < 2, "log(%a): %g ulp", x, worst);
  }
  cr_log_info("log: %.3f ulp at most", worst);
  mpfr_clear(exact);
}

Test(vec_math, sincos_within_1_5_ulp) {
  uint64_t state = 42;
  double worst = 0;
  mpfr_t angle, exact;
  mpfr_inits2(BITS, angle, exact, (mpfr_ptr)NULL);
  for (int trial = 0; trial < TRIALS; trial++) {
    /* eighths of a turn and their neighbours, tiny ones, any */
    const double eighth = (double)(trial / 3 % 17 - 8) / 8;
    const double u = trial % 3 == 0   ? eighth + (trial < 60 ? 0 : data_scaled(&state, -60, -10))
                     : trial % 3 == 1 ? data_scaled(&state, -54, -1)
                                      : data_scaled(&state, -3, 20);
    vd sine, cosine;
    vd_sincos_turn(vd_set1(u), &sine, &cosine);
    mpfr_const_pi(angle, MPFR_RNDN);
    mpfr_mul_d(angle, angle, 2 * (u - rint(u)), MPFR_RNDN);
    const bool exact_zero_sine = 2 * u == rint(2 * u),
               exact_zero_cosine = !exact_zero_sine && 4 * u == rint(4 * u);
    mpfr_sin(exact, angle, MPFR_RNDN);
    if (exact_zero_sine) mpfr_set_zero(exact, 1);
    worst = fmax(worst, ulps(first(sine), exact));
    cr_assert(worst < 1.5, "sin of %a turns: %a, %g ulp", u, first(sine), worst);
    mpfr_cos(exact, angle, MPFR_RNDN);
    if (exact_zero_cosine) mpfr_set_zero(exact, 1);
    worst = fmax(worst, ulps(first(cosine), exact));
    cr_assert(worst < 1.5, "cos of %a turns: %a, %g ulp", u, first(cosine), worst);
  }
  cr_log_info("sine, cosine: %.3f ulp at most", worst);
  mpfr_clears(angle, exact, (mpfr_ptr)NULL);
}
