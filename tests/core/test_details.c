/* A value just beyond its bound is told with all its digits: not "1 is not in [0, 1]". */
#include <math.h>
#include <stdlib.h>

#include "../support/testing.h"

/* The number behind the last " = " of the detail. */
static double told(void) {
  const char *detail = tutti_error_detail(NULL), *at = NULL;
  for (const char *next = detail; (next = strstr(next, " = ")) != NULL; next += 3) at = next + 3;
  cr_assert(at != NULL, "no value in \"%s\"", detail);
  return strtod(at, NULL);
}

static void tells(tutti_status status, double value, const char *what) {
  testing_expect(NULL, status, TUTTI_EINVAL, "", what);
  cr_assert(told() == value, "%s: %.17g is not in \"%s\"", what, value, tutti_error_detail(NULL));
}

static int zero(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)u, (void)dims, (void)args;
  for (size_t p = 0; p < points; p++) f[p] = 0;
  return 0;
}

Test(details, all_digits_of_what_is_refused) {
  const tutti_rng rng = {1, 2};
  const double above = 1 + 0x1p-52, third = -1. / 3, x[] = {1, 2};
  double out[2];
  uint8_t head;
  uint64_t count;
  tutti_estimate e;
  tutti_walk_result w;
  tutti_ising_result r;
  tells(tutti_mc_coin(NULL, rng, above, 1, &e), above, "coin");
  tells(tutti_mc_walk(NULL, rng, &(tutti_walk){1, 2, above}, 2, &w), above, "walk");
  tells(tutti_mc_ising(NULL, rng, &(tutti_ising){4, third, 0, 1, 2}, &r), third, "Ising");
  tells(tutti_bernoulli(NULL, rng, 0, above, &head, 1), above, "Bernoulli");
  tells(tutti_lognormal(NULL, rng, 0, 0, third, out, 1), third, "lognormal");
  tells(tutti_gamma(NULL, rng, 0, third, 1, out, 1), third, "gamma");
  tells(tutti_poisson(NULL, rng, 0, nextafter(0x1p50, INFINITY), &count, 1), nextafter(0x1p50, INFINITY),
        "Poisson");
  tells(tutti_quantile(NULL, x, 2, &above, 1, out), above, "quantile");
  const tutti_mc_problem problem = {.f = zero, .dims = 1, .samples = 1, .target_error = third};
  tells(tutti_mc_run(NULL, rng, &problem, &e), third, "target_error");
  const double correlation[] = {above}, one = 1;
  const tutti_basket basket = {.assets = 1,
                               .spot = &one,
                               .weight = &one,
                               .volatility = &one,
                               .correlation = correlation,
                               .strike = 1,
                               .years = 1};
  tutti_mc_problem of_basket = {0};
  tells(tutti_basket_problem(&basket, &of_basket), above, "basket");
  const tutti_option option = {.spot = third, .strike = 1, .volatility = 1, .years = 1};
  tells(tutti_option_value(&option, out), third, "option");
  tutti_config config;
  tutti_ctx *ctx = NULL;
  tutti_config_default(&config);
  config.chunk_seconds = third;
  tells(tutti_open(&config, &ctx), third, "chunk_seconds");
}
