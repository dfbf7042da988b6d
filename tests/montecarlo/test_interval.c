/* What intervals and means are made of, against SciPy 1.17 and MPFR. */
#include <math.h>
#include <mpfr.h>
#include <stdlib.h>

#include "../support/testing.h"
#include "montecarlo/estimates.h"

/* scipy.stats.t.ppf(0.975, freedom) */
Test(interval, student) {
  static const struct {
    double freedom, t;
  } cases[] = {{1, 12.706204736174694},   {2, 4.302652729749462},    {3, 3.1824463052837078},
               {4, 2.7764451051977934},   {5, 2.5705818356363146},   {8, 2.306004135204166},
               {15, 2.131449545559776},   {30, 2.0422724563012378},  {31, 2.039513446396408},
               {40, 2.021075390306273},   {60, 2.0002978220142604},  {100, 1.9839715185235518},
               {200, 1.9718962236339088}, {500, 1.9647198374673676}, {1023, 1.962285619647268}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const tutti_estimate e = tutti_mc_estimate_of(5, 0, 1, cases[i].freedom);
    cr_assert(fabs(e.ci_high / cases[i].t - 1) < 3e-8 && e.ci_low == -e.ci_high, "%g: %.12g, not %.12g",
              cases[i].freedom, e.ci_high, cases[i].t);
    cr_assert(tutti_mc_estimate_of(5, 0, 1, cases[i].freedom + 0.99).ci_high == e.ci_high,
              "not rounded down");
  }
  cr_assert(tutti_mc_estimate_of(5, 0, 1, 1024).ci_high == 1.96 &&
            tutti_mc_estimate_of(5, 0, 1, 1e300).ci_high == 1.96);
  cr_assert(tutti_mc_estimate_of(5, 0, 1, -3).ci_high == tutti_mc_estimate_of(5, 0, 1, 1).ci_high);
  cr_assert(tutti_mc_estimate_of(5, 0, 1, NAN).ci_high == tutti_mc_estimate_of(5, 0, 1, 1).ci_high);
}

/* scipy.stats.binomtest(hits, samples).proportion_ci(2 norm.cdf(1.96) - 1, "wilsoncc") */
Test(interval, shares) {
  static const struct {
    uint64_t hits, samples;
    double low, high;
  } cases[] = {{0, 1, 0, 0.9453809348541165},
               {1, 1, 0.05461906514588355, 1},
               {0, 10, 0, 0.3445440070812732},
               {1, 10, 0.005242144808681598, 0.4588519975355273},
               {9, 10, 0.5411480024644726, 0.9947578551913183},
               {0, 100, 0, 0.046102652357130736},
               {1, 100, 0.0005222070441111212, 0.062413330398033796},
               {3, 100, 0.007779684176091192, 0.09151452475148701},
               {50, 100, 0.39901943335773704, 0.600980566642263},
               {96, 100, 0.8948870029283068, 0.9871093537988053},
               {100, 100, 0.9538973476428693, 1},
               {157, 200, 0.720291758054678, 0.8385009055452928},
               {7, 2000, 0.001534499165535668, 0.0075416751683589555}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (int scale = 1; scale <= 4; scale *= 4) {
      const tutti_estimate e = tutti_mc_estimate_of_share(cases[i].hits, cases[i].samples, scale);
      cr_assert(fabs(e.ci_low - scale * cases[i].low) < 1e-14 &&
                    fabs(e.ci_high - scale * cases[i].high) < 1e-14,
                "%llu of %llu: %.17g, %.17g", (unsigned long long)cases[i].hits,
                (unsigned long long)cases[i].samples, e.ci_low, e.ci_high);
      cr_assert(e.ci_low >= 0 && e.ci_low <= e.mean && e.mean <= e.ci_high && e.ci_high <= scale);
    }
}

/* Never much below 95 %, whatever the probability: the sum over all that can be hit. */
Test(interval, shares_cover_whatever_the_probability) {
  for (uint64_t n = 1; n <= 200; n += 1 + n / 4)
    for (double p = 0.0005; p < 1; p += 0.0037) {
      double covered = 0;
      for (uint64_t k = 0; k <= n; k++) {
        const tutti_estimate e = tutti_mc_estimate_of_share(k, n, 1);
        const double a = (double)k, b = (double)n;
        if (e.ci_low <= p && p <= e.ci_high)
          covered +=
              exp(lgamma(b + 1) - lgamma(a + 1) - lgamma(b - a + 1) + a * log(p) + (b - a) * log1p(-p));
      }
      cr_assert(covered > 0.945, "%llu samples, p = %g: %g", (unsigned long long)n, p, covered);
    }
}

/* Against MPFR's one rounding; 128 bits are set from two halves. */
static void set(mpfr_t x, unsigned __int128 value) {
  mpfr_set_ui(x, (unsigned long)(value >> 64), MPFR_RNDN);
  mpfr_mul_2ui(x, x, 64, MPFR_RNDN);
  mpfr_add_ui(x, x, (unsigned long)value, MPFR_RNDN);
}

static unsigned __int128 some_bits(uint64_t index, int most) {
  const tutti_rng rng = {31, 41};
  const uint64_t high = tutti_bits_at(rng, 3 * index), low = tutti_bits_at(rng, 3 * index + 1);
  const int shift = 128 - most + (int)(tutti_bits_at(rng, 3 * index + 2) % (unsigned)most);
  return ((unsigned __int128)high << 64 | low) >> shift;
}

Test(interval, a_ratio_is_rounded_once) {
  enum { TRIALS = 20000 };
  mpfr_t x, y, quotient;
  mpfr_inits2(128, x, y, (mpfr_ptr)NULL);
  mpfr_init2(quotient, 53);
  for (uint64_t i = 0; i < TRIALS; i++) {
    const unsigned __int128 a = some_bits(2 * i, 127), b = some_bits(2 * i + 1, 127) + 1;
    set(x, a);
    set(y, b);
    mpfr_div(quotient, x, y, MPFR_RNDN);
    const double truth = mpfr_get_d(quotient, MPFR_RNDN);
    cr_assert(tutti_mc_ratio((__int128)a, b) == truth && tutti_mc_ratio(-(__int128)a, b) == -truth,
              "%llu: %a, not %a", (unsigned long long)i, tutti_mc_ratio((__int128)a, b), truth);
  }
  cr_assert(tutti_mc_ratio(0, 7) == 0 && tutti_mc_ratio((__int128)1 << 62 | 1, (__int128)1 << 62 | 1) == 1);
  mpfr_clears(x, y, quotient, (mpfr_ptr)NULL);
}
