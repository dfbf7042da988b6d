/* tutti_mc_pi against a count in integers over Random123's bits, and against pi. */
#include <Random123/philox.h>
#include <math.h>

#include "../support/testing.h"

/* Point i in the quarter circle? (2x + 1)^2 + (2y + 1)^2 < 2^66 in 128-bit integers: no rounding at all. */
static bool inside(tutti_rng rng, uint64_t i) {
  const uint64_t counter = 8 * (i / 16) + i % 8;
  const philox4x32_ctr_t c = {
      {(uint32_t)counter, (uint32_t)(counter >> 32), (uint32_t)rng.stream, (uint32_t)(rng.stream >> 32)}};
  const philox4x32_key_t k = {{(uint32_t)rng.seed, (uint32_t)(rng.seed >> 32)}};
  const philox4x32_ctr_t r = philox4x32(c, k);
  const uint32_t *word = i % 16 < 8 ? r.v : r.v + 2;
  const unsigned __int128 x = 2 * (unsigned __int128)word[0] + 1, y = 2 * (unsigned __int128)word[1] + 1;
  return x * x + y * y < (unsigned __int128)1 << 66;
}

Test(pi, every_isa_against_integers) {
  static const uint64_t sizes[] = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 1000, 65535, 65536, 65537, 200003};
  const tutti_rng rng = {314, 159};
  for (CONTEXTS c = every_isa_also_threaded(); contexts_next(&c);) {
    uint64_t hits = 0, i = 0;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
      const uint64_t n = sizes[s];
      for (; i < n; i++) hits += inside(rng, i);
      tutti_estimate e;
      cr_assert_eq(tutti_mc_pi(c.ctx, rng, n, &e), TUTTI_OK);
      const double share = (double)hits / (double)n, error = 4 * sqrt(share * (1 - share) / (double)n);
      cr_assert(e.samples == n);
      cr_assert(e.mean == 4 * share, "%s, n = %llu: %.17g, not %.17g", c.name, (unsigned long long)n, e.mean,
                4 * share);
      cr_assert(fabs(e.std_error - error) < 1e-15);
      cr_assert(e.ci_low >= 0 && e.ci_high <= 4 && e.ci_low <= e.mean && e.mean <= e.ci_high);
      if (n > 60000) /* Wilson's interval comes close to 1.96 standard errors */
        cr_assert(fabs((e.ci_high - e.ci_low) / 2 - 1.96 * error) < 1e-3 * error + 2 / (double)n);
    }
  }
}

/* 100 independent estimates: about 95 intervals hold pi (5 standard deviations: 84 .. 100), and their mean
 * does to within 5 of its standard errors. */
Test(pi, intervals_hold_pi) {
  enum { TRIALS = 100, SAMPLES = 200000 };
  int held = 0;
  double mean = 0;
  for (uint64_t stream = 0; stream < TRIALS; stream++) {
    tutti_estimate e;
    cr_assert_eq(tutti_mc_pi(NULL, (tutti_rng){2026, stream}, SAMPLES, &e), TUTTI_OK);
    held += e.ci_low < M_PI && M_PI < e.ci_high;
    mean += e.mean / TRIALS;
  }
  const double error = sqrt(M_PI * (4 - M_PI) / SAMPLES / TRIALS);
  cr_assert(held >= 84, "%d of %d", held, TRIALS);
  cr_assert(fabs(mean - M_PI) < 5 * error, "mean %.9f, error %g", mean, error);
}

Test(pi, bad_arguments_leave_the_result_alone) {
  tutti_estimate e = {1, 2, 3, 4, 5};
  cr_assert_eq(tutti_mc_pi(NULL, (tutti_rng){0, 0}, 0, &e), TUTTI_EINVAL);
  cr_assert(strstr(tutti_error_detail(NULL), "samples = 0") != NULL, "%s", tutti_error_detail(NULL));
  cr_assert_eq(tutti_mc_pi(NULL, (tutti_rng){0, 0}, 1, NULL), TUTTI_EINVAL);
  cr_assert(e.samples == 1 && e.mean == 2 && e.ci_high == 5);
}
