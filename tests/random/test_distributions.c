/* The distributions: fits, known answers from other implementations, every part of a sequence on every
 * worker. */
#include <Random123/philox.h>
#include <float.h>
#include <mpfr.h>
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"
#include "goodness.h"

enum { N = TESTING_SHARE(100000) };
static const tutti_rng rng = {20260, 17};

static void *array(size_t size) {
  void *memory = calloc(N, size);
  cr_assert(memory != NULL);
  return memory;
}

/* -- uniforms of float, exponential -- */

Test(distributions, uniform_f32_is_the_upper_23_bits) {
  float *x = array(sizeof *x);
  uint64_t *bits = array(sizeof *bits);
  cr_assert(tutti_uniform_f32(NULL, rng, 3, x, N) == TUTTI_OK &&
            tutti_bits(NULL, rng, 3, bits, N) == TUTTI_OK);
  for (size_t i = 0; i < N; i++) {
    cr_assert(x[i] == (float)(((double)(bits[i] >> 41) + 0.5) / 8388608), "%zu: %a", i, (double)x[i]);
    cr_assert(x[i] > 0 && x[i] < 1);
  }
  free(x);
  free(bits);
}

Test(distributions, exponential_is_minus_log_of_the_uniform) {
  double *x = array(sizeof *x), *u = array(sizeof *u), mean = 0;
  cr_assert(tutti_exponential(NULL, rng, 5, x, N) == TUTTI_OK &&
            tutti_uniform(NULL, rng, 5, u, N) == TUTTI_OK);
  mpfr_t exact;
  mpfr_init2(exact, 100);
  for (size_t i = 0; i < N; i++) {
    mpfr_set_d(exact, u[i], MPFR_RNDN);
    mpfr_log(exact, exact, MPFR_RNDN);
    const double expected = -mpfr_get_d(exact, MPFR_RNDN);
    cr_assert(fabs(x[i] - expected) <= 0x1p-52 * expected, "%zu: %a, MPFR %a", i, x[i], expected);
    mean += x[i] / N;
  }
  cr_assert(fabs(mean - 1) < 5 / sqrt(N), "mean %g", mean);
  mpfr_clear(exact);
  free(x);
  free(u);
}

/* -- split -- */

/* By Random123: counter (k, stream) under the inverted seed. */
Test(distributions, split_is_philox_and_one_to_one) {
  enum { CHILDREN = 4096 };
  static double seen[CHILDREN];
  for (uint64_t k = 0; k < CHILDREN; k++) {
    const uint64_t parent = k % 2 ? 17 : 18, which = k < 8 ? UINT64_MAX - k : k / 2;
    const uint64_t key = ~rng.seed;
    const philox4x32_ctr_t c = {{(uint32_t)which, (uint32_t)(which >> 32), (uint32_t)parent, 0}};
    const philox4x32_key_t seed = {{(uint32_t)key, (uint32_t)(key >> 32)}};
    const philox4x32_ctr_t r = philox4x32(c, seed);
    const tutti_rng child = tutti_rng_split((tutti_rng){rng.seed, parent}, which);
    cr_assert(child.seed == (r.v[0] | (uint64_t)r.v[1] << 32));
    cr_assert(child.stream == (r.v[2] | (uint64_t)r.v[3] << 32));
    seen[k] = (double)(child.stream >> 11);
  }
  qsort(seen, CHILDREN, sizeof *seen, goodness_ascending);
  for (size_t k = 1; k < CHILDREN; k++)
    cr_assert(seen[k] != seen[k - 1], "two children have the same stream");
}

/* -- integers -- */

static double integers_fit(int64_t low, int64_t high, size_t cells) {
  int64_t *x = array(sizeof *x);
  double count[64] = {0}, expected[64];
  const double width = ((double)high - (double)low + 1) / (double)cells;
  cr_assert(tutti_integers(NULL, rng, 0, low, high, x, N) == TUTTI_OK);
  for (size_t c = 0; c < cells; c++) expected[c] = N / (double)cells;
  for (size_t i = 0; i < N; i++) {
    cr_assert(x[i] >= low && x[i] <= high, "%lld", (long long)x[i]);
    const size_t c = (size_t)(((double)x[i] - (double)low) / width);
    count[c < cells ? c : cells - 1]++;
  }
  free(x);
  return goodness_chi_square(count, expected, cells);
}

Test(distributions, integers_are_uniform) {
  cr_assert(fabs(integers_fit(1, 6, 6)) < GOODNESS_NORMAL_LIMIT);
  cr_assert(fabs(integers_fit(-3, 3, 7)) < GOODNESS_NORMAL_LIMIT);
  cr_assert(fabs(integers_fit(INT64_MIN, INT64_MAX, 64)) < GOODNESS_NORMAL_LIMIT);
  /* three quarters of 2^64: a quarter of the first tries is rejected, and biased if it were not */
  cr_assert(fabs(integers_fit(INT64_MIN, INT64_MIN / 2 - 1 - INT64_MIN, 48)) < GOODNESS_NORMAL_LIMIT);
}

/* The rule of the header in 128-bit integers, with rejections. */
Test(distributions, integers_follow_lemire) {
  const int64_t low = -5, high = INT64_MAX - 5; /* 2^63 values: none is rejected; and 2^63 + 1: half are */
  for (int odd = 0; odd < 2; odd++) {
    const unsigned __int128 range = ((unsigned __int128)1 << 63) + (unsigned)odd;
    int64_t x[2000];
    size_t retries = 0;
    cr_assert(tutti_integers(NULL, rng, 7, low, high + odd, x, 2000) == TUTTI_OK);
    for (size_t i = 0; i < 2000; i++) {
      unsigned __int128 product;
      for (uint64_t attempt = 0;; attempt++, retries++) {
        const uint64_t bits = tutti_bits_at(attempt ? tutti_rng_split(rng, attempt) : rng, 7 + i);
        product = bits * range;
        if ((uint64_t)product >= (((unsigned __int128)1 << 64) - range) % range) break;
      }
      cr_assert(x[i] == low + (int64_t)(uint64_t)(product >> 64), "%d, %zu", odd, i);
    }
    cr_assert(odd ? retries > 1800 && retries < 2200 : retries == 0, "%zu retries", retries);
  }
}

/* -- Bernoulli -- */

Test(distributions, bernoulli_has_its_probability) {
  static const double ps[] = {0, 1e-4, 0.3, 0.5, 1 - 1e-4, 1};
  uint8_t *x = array(1);
  for (size_t k = 0; k < 6; k++) {
    double ones = 0;
    cr_assert(tutti_bernoulli(NULL, rng, 11, ps[k], x, N) == TUTTI_OK);
    for (size_t i = 0; i < N; i++) {
      cr_assert(x[i] == ((double)tutti_bits_at(rng, 11 + i) * 0x1p-64 < ps[k]), "p = %g, %zu", ps[k], i);
      ones += x[i];
    }
    cr_assert(fabs(ones - N * ps[k]) <= 5 * sqrt(N * ps[k] * (1 - ps[k])), "p = %g: %g ones", ps[k], ones);
  }
  free(x);
}

/* -- lognormal -- */

Test(distributions, lognormal_is_exp_of_the_normal) {
  double *x = array(sizeof *x), *z = array(sizeof *z);
  const double mu = -1.25, sigma = 0.75;
  cr_assert(tutti_lognormal(NULL, rng, 9, mu, sigma, x, N) == TUTTI_OK);
  cr_assert(tutti_normal(NULL, rng, 9, z, N) == TUTTI_OK);
  for (size_t i = 0; i < N; i++) {
    const double expected = exp(mu + sigma * z[i]);
    cr_assert(fabs(x[i] - expected) <= 2e-15 * expected, "%zu: %a, %a", i, x[i], expected);
  }
  free(x);
  free(z);
}

/* -- gamma -- */

static double gamma_cdf(double x, const void *shape) {
  mpfr_t a, b;
  mpfr_inits2(60, a, b, (mpfr_ptr)NULL);
  mpfr_set_d(a, *(const double *)shape, MPFR_RNDN);
  mpfr_set_d(b, x, MPFR_RNDN);
  mpfr_gamma_inc(b, a, b, MPFR_RNDN);
  mpfr_gamma(a, a, MPFR_RNDN);
  mpfr_div(b, b, a, MPFR_RNDN);
  const double upper = mpfr_get_d(b, MPFR_RNDN);
  mpfr_clears(a, b, (mpfr_ptr)NULL);
  return 1 - upper;
}

Test(distributions, gamma_fits) {
  enum { SAMPLE = TESTING_SHARE(4000) };
  static const double shapes[] = {0.05, 0.5, 1, 1.5, 30, 1000};
  double *x = array(sizeof *x);
  for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
    const double shape = shapes[k], scale = 2.5;
    double mean = 0;
    cr_assert(tutti_gamma(NULL, (tutti_rng){5, k}, 1, shape, scale, x, N) == TUTTI_OK);
    for (size_t i = 0; i < N; i++) {
      cr_assert(x[i] >= 0 && isfinite(x[i]), "shape %g, %zu: %g", shape, i, x[i]);
      mean += x[i] / N;
      x[i] /= scale;
    }
    cr_assert(fabs(mean - shape * scale) < 5 * scale * sqrt(shape / N), "shape %g: mean %g", shape, mean);
    const double d = goodness_kolmogorov(x, SAMPLE, gamma_cdf, &shape);
    cr_assert(d < GOODNESS_KOLMOGOROV_LIMIT, "shape %g: Kolmogorov's statistic is %g", shape, d);
  }
  free(x);
}

/* A variate of a shape below 1 is one of shape + 1 times u^(1 / shape), which may be no double where its
 * product with the scale is one. */
Test(distributions, gammas_of_small_shapes_and_large_scales) {
  enum { SAMPLE = 2000 };
  static const double laws[][2] = {{0.001, 1e300}, {0.001, 1e10},  {0.0005, 1e308},
                                   {1e-5, 1e308},  {0.001, 1e-10}, {0.3, 1e308}};
  double *x = array(sizeof *x), *raised = array(sizeof *raised), *u = array(sizeof *u);
  mpfr_t exact;
  mpfr_init2(exact, 100);
  for (size_t k = 0; k < sizeof laws / sizeof *laws; k++) {
    const double shape = laws[k][0], scale = laws[k][1];
    cr_assert(tutti_gamma(NULL, rng, 3, shape, scale, x, SAMPLE) == TUTTI_OK);
    cr_assert(tutti_gamma(NULL, rng, 3, shape + 1, 1, raised, SAMPLE) == TUTTI_OK);
    cr_assert(tutti_uniform(NULL, rng, 3, u, SAMPLE) == TUTTI_OK);
    for (size_t i = 0; i < SAMPLE; i++) {
      mpfr_set_d(exact, u[i], MPFR_RNDN);
      mpfr_log(exact, exact, MPFR_RNDN);
      mpfr_div_d(exact, exact, shape, MPFR_RNDN);
      mpfr_exp(exact, exact, MPFR_RNDN);
      mpfr_mul_d(exact, exact, raised[i], MPFR_RNDN);
      mpfr_mul_d(exact, exact, scale, MPFR_RNDN);
      const double expected = mpfr_get_d(exact, MPFR_RNDN);
      cr_assert(x[i] == expected || fabs(x[i] - expected) <= 1e-12 * expected + 4 * DBL_TRUE_MIN,
                "shape %g, scale %g, %zu: %a, MPFR %a", shape, scale, i, x[i], expected);
    }
  }
  mpfr_clear(exact);
  free(x), free(raised), free(u);
}

/* -- every configuration, any part -- */

typedef tutti_status (*maker)(tutti_ctx *ctx, uint64_t first, void *out, size_t n);
static const double covariance[] = {4, 0, 0, 1, 2, 0, -1, 0.5, 3};

static tutti_status make_f32(tutti_ctx *c, uint64_t f, void *o, size_t n) {
  return tutti_uniform_f32(c, rng, f, o, n);
}
static tutti_status make_exp(tutti_ctx *c, uint64_t f, void *o, size_t n) {
  return tutti_exponential(c, rng, f, o, n);
}
static tutti_status make_int(tutti_ctx *c, uint64_t f, void *o, size_t n) {
  return tutti_integers(c, rng, f, -7, INT64_MAX - 5, o, n);
}
static tutti_status make_coin(tutti_ctx *c, uint64_t f, void *o, size_t n) {
  return tutti_bernoulli(c, rng, f, 0.3, o, n);
}
static tutti_status make_lognormal(tutti_ctx *c, uint64_t f, void *o, size_t n) {
  return tutti_lognormal(c, rng, f, 0.5, 2, o, n);
}
static tutti_status make_poisson(tutti_ctx *c, uint64_t f, void *o, size_t n) {
  return tutti_poisson(c, rng, f, 12.5, o, n);
}
static tutti_status make_large_poisson(tutti_ctx *c, uint64_t f, void *o, size_t n) {
  return tutti_poisson(c, rng, f, 3e9, o, n);
}
static tutti_status make_gamma(tutti_ctx *c, uint64_t f, void *o, size_t n) {
  return tutti_gamma(c, rng, f, 1.25, 2, o, n);
}
static tutti_status make_small_gamma(tutti_ctx *c, uint64_t f, void *o, size_t n) {
  return tutti_gamma(c, rng, f, 0.25, 2, o, n);
}
static tutti_status make_tiny_gamma(tutti_ctx *c, uint64_t f, void *o, size_t n) {
  return tutti_gamma(c, rng, f, 0.001, 1e300, o, n);
}
static tutti_status make_vectors(tutti_ctx *c, uint64_t f, void *o, size_t n) {
  return tutti_multinormal(c, rng, f, NULL, covariance, 3, o, n);
}
static const struct {
  maker make;
  size_t size;
} makers[] = {{make_f32, 4},         {make_exp, 8},        {make_int, 8},           {make_coin, 1},
              {make_lognormal, 8},   {make_poisson, 8},    {make_large_poisson, 8}, {make_gamma, 8},
              {make_small_gamma, 8}, {make_tiny_gamma, 8}, {make_vectors, 24}};
enum { MAKERS = sizeof makers / sizeof *makers };

/* Pieces of awkward lengths from one context after another make up what one call of the first gave. */
Test(distributions, every_configuration_and_any_part) {
  enum { LENGTH = 9000 };
  unsigned char *whole = malloc(LENGTH * 24), *parts = malloc(LENGTH * 24);
  for (size_t k = 0; k < MAKERS; k++) {
    const size_t size = makers[k].size;
    const tutti_status status = makers[k].make(NULL, 1000003, whole, LENGTH);
    if (status == TUTTI_EUNSUPPORTED) continue; /* no OpenBLAS */
    testing_expect(NULL, status, TUTTI_OK, "", "whole");
    for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
      if (!contexts_asks(&c, k)) continue;
      const size_t cut = 1 + (size_t)(c.next * 37 % 8990);
      memset(parts, 0xa5, LENGTH * size);
      testing_expect(c.ctx, makers[k].make(c.ctx, 1000003, parts, cut), TUTTI_OK, "", c.name);
      testing_expect(c.ctx, makers[k].make(c.ctx, 1000003 + cut, parts + cut * size, LENGTH - cut), TUTTI_OK,
                     "", c.name);
      cr_assert(memcmp(whole, parts, LENGTH * size) == 0, "%s, distribution %zu, cut at %zu", c.name, k, cut);
    }
  }
  free(whole);
  free(parts);
}

Test(distributions, bad_arguments_leave_the_output_alone) {
  double x = 42;
  uint8_t b = 42;
  int64_t i = 42;
  const tutti_rng r = {1, 2};
#define EXPECT(word, call) testing_expect(NULL, call, TUTTI_EINVAL, word, #call)
  EXPECT("out is NULL", tutti_exponential(NULL, r, 0, NULL, 1));
  EXPECT("2^64", tutti_exponential(NULL, r, UINT64_MAX, &x, 2));
  EXPECT("low = 3", tutti_integers(NULL, r, 0, 3, 2, &i, 1));
  EXPECT("p = 1.5", tutti_bernoulli(NULL, r, 0, 1.5, &b, 1));
  EXPECT("p = 1.0000000000000002", tutti_bernoulli(NULL, r, 0, nextafter(1, 2), &b, 1));
  EXPECT("p = nan", tutti_bernoulli(NULL, r, 0, NAN, &b, 1));
  EXPECT("mu = inf", tutti_lognormal(NULL, r, 0, INFINITY, 1, &x, 1));
  EXPECT("sigma = -1", tutti_lognormal(NULL, r, 0, 0, -1, &x, 1));
  EXPECT("sigma = inf", tutti_lognormal(NULL, r, 0, 0, INFINITY, &x, 1));
  EXPECT("shape = 0", tutti_gamma(NULL, r, 0, 0, 1, &x, 1));
  EXPECT("shape = nan", tutti_gamma(NULL, r, 0, NAN, 1, &x, 1));
  EXPECT("scale = -2", tutti_gamma(NULL, r, 0, 1, -2, &x, 1));
  cr_assert(x == 42 && b == 42 && i == 42);
  cr_assert(tutti_gamma(NULL, r, UINT64_MAX, 1, 1, &x, 1) == TUTTI_OK && x != 42);
}
