/* Coins, walks and balls against closed forms. */
#include <math.h>
#include <mpfr.h>

#include "../support/testing.h"

static void within(tutti_estimate e, double truth, const char *what) {
  cr_assert(fabs(e.mean - truth) <= 4 * e.std_error, "%s: %.9g +- %.3g, not %.9g", what, e.mean, e.std_error,
            truth);
}

/* -- coins -- */

Test(chance, coins) {
  static const double p[] = {0.5, 0.01, 0.999, 1. / 3};
  for (size_t i = 0; i < 4; i++) {
    enum { WHOLE = 3000007, TOSSES = TESTING_SHARE(WHOLE) };
    tutti_estimate e;
    cr_assert_eq(tutti_mc_coin(NULL, (tutti_rng){4, i}, p[i], TOSSES, &e), TUTTI_OK);
    within(e, p[i], "coin");
    cr_assert(e.samples == TOSSES &&
              fabs(e.std_error / sqrt(p[i] * (1 - p[i]) / TOSSES) - 1) < 0.02 * sqrt((double)WHOLE / TOSSES));
  }
}

/* A toss is Bernoulli's variate of its number. */
Test(chance, coins_are_bernoulli_variates) {
  enum { TOSSES = 70001 };
  static uint8_t heads[TOSSES];
  uint64_t count = 0;
  cr_assert_eq(tutti_bernoulli(NULL, (tutti_rng){9, 9}, 0, 0.3, heads, TOSSES), TUTTI_OK);
  for (size_t i = 0; i < TOSSES; i++) count += heads[i];
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    tutti_estimate e;
    cr_assert_eq(tutti_mc_coin(c.ctx, (tutti_rng){9, 9}, 0.3, TOSSES, &e), TUTTI_OK);
    cr_assert(e.mean == (double)count / TOSSES, "%s: %.17g", c.name, e.mean);
  }
}

Test(chance, certain_coins) {
  tutti_estimate e;
  for (int p = 0; p < 2; p++) {
    cr_assert_eq(tutti_mc_coin(NULL, (tutti_rng){1, 1}, p, 1000, &e), TUTTI_OK);
    cr_assert(e.mean == p && e.std_error == 0 && e.samples == 1000);
  }
}

/* -- walks: Feller, "An introduction to probability theory and its applications", XIV.2, 3 -- */

static double ruin(uint64_t start, uint64_t top, double up) {
  const double r = (1 - up) / up, a = (double)start, b = (double)top;
  return up == 0.5 ? 1 - a / b : (pow(r, a) - pow(r, b)) / (1 - pow(r, b));
}

static double duration(uint64_t start, uint64_t top, double up) {
  const double a = (double)start, b = (double)top;
  return up == 0.5 ? a * (b - a) : (a - b * (1 - ruin(start, top, up))) / (1 - 2 * up);
}

Test(chance, walks) {
  static const tutti_walk walks[] = {{1, 2, 0.5},    {10, 20, 0.5}, {3, 50, 0.5},
                                     {20, 30, 0.45}, {5, 100, 0.6}, {40, 41, 0.3}};
  enum { WALKS = TESTING_SHARE(50000) };
  for (size_t i = 0; i < 6; i++) {
    tutti_walk_result r;
    cr_assert_eq(tutti_mc_walk(NULL, (tutti_rng){1968, i}, &walks[i], WALKS, &r), TUTTI_OK);
    within(r.ruin, ruin(walks[i].start, walks[i].top, walks[i].up), "ruin");
    within(r.steps, duration(walks[i].start, walks[i].top, walks[i].up), "steps");
    cr_assert(r.ruin.samples == WALKS && r.steps.samples == WALKS);
  }
}

/* The variance of the duration from the middle of {0, 1, 2}, which is always 1; and of none at all. */
Test(chance, walks_that_end_at_once) {
  tutti_walk_result r;
  cr_assert_eq(tutti_mc_walk(NULL, (tutti_rng){1, 1}, &(tutti_walk){1, 2, 0.25}, 1000, &r), TUTTI_OK);
  cr_assert(r.steps.mean == 1 && r.steps.std_error == 0);
  cr_assert_eq(tutti_mc_walk(NULL, (tutti_rng){1, 1}, &(tutti_walk){0, 2, 0.25}, 1000, &r), TUTTI_OK);
  cr_assert(r.steps.mean == 0 && r.ruin.mean == 1);
  cr_assert_eq(tutti_mc_walk(NULL, (tutti_rng){1, 1}, &(tutti_walk){2, 2, 0.25}, 1000, &r), TUTTI_OK);
  cr_assert(r.steps.mean == 0 && r.ruin.mean == 0);
}

/* Step by step from single elements of the streams that are promised. */
Test(chance, walks_use_the_elements_promised) {
  enum { WALKS = 200 };
  const tutti_rng rng = {3, 4};
  const tutti_walk walk = {30, 60, 0.5};
  uint64_t ruined = 0, steps = 0;
  for (uint64_t w = 0; w < WALKS; w++) {
    const tutti_rng own = tutti_rng_split(rng, w);
    uint64_t at = walk.start, t = 0;
    for (; at > 0 && at < walk.top; t++) at += tutti_bits_at(own, t) < UINT64_C(1) << 63 ? 1 : UINT64_MAX;
    ruined += at == 0;
    steps += t;
  }
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    tutti_walk_result r;
    cr_assert_eq(tutti_mc_walk(c.ctx, rng, &walk, WALKS, &r), TUTTI_OK);
    cr_assert(r.ruin.mean == (double)ruined / WALKS && r.steps.mean == (double)steps / WALKS, "%s", c.name);
  }
}

/* Walks of much the same length: the spread is found about the mean, digits and all. */
Test(chance, walks_that_hardly_differ) {
  enum { WALKS = 100, STEPS = 4000 };
  const tutti_rng rng = {8, 4};
  const tutti_walk walk = {1, STEPS + 1, 1 - 1e-5};
  uint64_t steps[WALKS];
  double mean = 0, squares = 0;
  for (uint64_t w = 0; w < WALKS; w++) {
    static uint64_t bits[2 * STEPS];
    cr_assert_eq(tutti_bits(NULL, tutti_rng_split(rng, w), 0, bits, 2 * STEPS), TUTTI_OK);
    uint64_t at = walk.start, t = 0;
    for (; at > 0 && at < walk.top; t++) at += bits[t] < (uint64_t)(walk.up * 0x1p64) ? 1 : UINT64_MAX;
    steps[w] = t;
    mean += (double)t / WALKS;
  }
  for (int w = 0; w < WALKS; w++) squares += ((double)steps[w] - mean) * ((double)steps[w] - mean);
  tutti_walk_result r;
  cr_assert_eq(tutti_mc_walk(NULL, rng, &walk, WALKS, &r), TUTTI_OK);
  const double error = sqrt(squares / (WALKS - 1) / WALKS);
  cr_assert(error > 0 && fabs(r.steps.std_error / error - 1) < 1e-12, "%.17g, not %.17g", r.steps.std_error,
            error);
}

/* -- balls -- */

static int one(const double *x, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) {
    double square = 0;
    for (size_t d = 0; d < dims; d++) square += x[p * dims + d] * x[p * dims + d];
    f[p] = square <= 9 * (1 + 1e-14);
  }
  return 0;
}

static int first_squared(const double *x, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) f[p] = x[p * dims + dims - 1] * x[p * dims + dims - 1];
  return 0;
}

/* pi^(d/2) / Gamma(d/2 + 1); that of the square of a coordinate is volume radius^2 / (d + 2). */
Test(chance, balls) {
  static const size_t dims[] = {1, 2, 3, 10, 256};
  for (size_t i = 0; i < 5; i++) {
    const double d = (double)dims[i], radius = 3;
    const double volume = exp(d / 2 * log(M_PI) - lgamma(d / 2 + 1) + d * log(radius));
    cr_assert(fabs(tutti_ball_volume(dims[i], radius) / volume - 1) < 1e-12, "%zu: %g, not %g", dims[i],
              tutti_ball_volume(dims[i], radius), volume);
    const tutti_ball whole = {one, NULL, dims[i], radius}, square = {first_squared, NULL, dims[i], radius};
    enum { WHOLE = 50000, SAMPLES = TESTING_FEW(WHOLE) };
    tutti_mc_problem problem = {.samples = SAMPLES};
    tutti_estimate e;
    cr_assert_eq(tutti_ball_problem(&whole, &problem), TUTTI_OK);
    cr_assert_eq(tutti_mc_run(NULL, (tutti_rng){5, i}, &problem, &e), TUTTI_OK);
    cr_assert(fabs(e.mean / volume - 1) < 1e-12, "%zu dims: %g, not %g", dims[i], e.mean, volume);
    cr_assert_eq(tutti_ball_problem(&square, &problem), TUTTI_OK);
    cr_assert_eq(tutti_mc_run(NULL, (tutti_rng){5, i}, &problem, &e), TUTTI_OK);
    within(e, volume * radius * radius / (d + 2), "squares over a ball");
    cr_assert(e.std_error < 0.02 * sqrt((double)WHOLE / SAMPLES) * e.mean);
  }
}

/* In 200 bits; at infinity and 0 where that is where doubles end. */
static double volume_by_mpfr(size_t dims, double radius) {
  mpfr_t half, value, term;
  mpfr_inits2(200, half, value, term, (mpfr_ptr)NULL);
  mpfr_set_ui(half, dims, MPFR_RNDN);
  mpfr_div_2ui(half, half, 1, MPFR_RNDN);
  mpfr_const_pi(value, MPFR_RNDN);
  mpfr_log(value, value, MPFR_RNDN);
  mpfr_mul(value, value, half, MPFR_RNDN);
  mpfr_add_ui(term, half, 1, MPFR_RNDN);
  mpfr_lngamma(term, term, MPFR_RNDN);
  mpfr_sub(value, value, term, MPFR_RNDN);
  mpfr_set_d(term, radius, MPFR_RNDN);
  mpfr_log(term, term, MPFR_RNDN);
  mpfr_mul_ui(term, term, dims, MPFR_RNDN);
  mpfr_add(value, value, term, MPFR_RNDN);
  mpfr_exp(value, value, MPFR_RNDN);
  const double volume = mpfr_get_d(value, MPFR_RNDN);
  mpfr_clears(half, value, term, (mpfr_ptr)NULL);
  return volume;
}

static void volume_is_right(size_t dims, double radius) {
  const double found = tutti_ball_volume(dims, radius), truth = volume_by_mpfr(dims, radius);
  const double ulp = isnormal(truth) ? truth - nextafter(truth, 0) : 0x1p-1074;
  cr_assert(found == truth || fabs(found - truth) <= 4 * ulp, "%zu dims, radius %.17g: %.17g, not %.17g",
            dims, radius, found, truth);
}

/* Radii are such that volumes are anywhere in the range of doubles: e^+-700. */
Test(chance, volumes_of_balls) {
  for (size_t dims = 0; dims < 300; dims++)
    for (int k = 1; k <= 4; k++) volume_is_right(dims, 0.37 * k * k);
  for (size_t dims = 300; dims < 1000000000000000; dims += dims / 3)
    for (int k = -14; k <= 14; k++)
      volume_is_right(dims, sqrt((double)dims / 17.0794684453471) * exp(50. * k / (double)dims));
  volume_is_right(7000, 20);
  volume_is_right(1, 1e308);
  volume_is_right(64, 1e300);
  volume_is_right(100, 5e-324);
}

Test(chance, volumes_of_hardly_any_balls, .timeout = 60) {
  cr_assert(tutti_ball_volume(SIZE_MAX, 1) == 0 && tutti_ball_volume(SIZE_MAX, 1e300) == (double)INFINITY);
  cr_assert(tutti_ball_volume(0, 0) == 1 && tutti_ball_volume(3, 0) == 0 && tutti_ball_volume(400, 0) == 0);
  cr_assert(isinf(tutti_ball_volume(3, INFINITY)) && isinf(tutti_ball_volume(400, INFINITY)));
  cr_assert(isnan(tutti_ball_volume(3, NAN)) && isnan(tutti_ball_volume(400, NAN)));
}

/* -- errors -- */

Test(chance, bad_arguments) {
  tutti_estimate e = {.samples = 42};
  tutti_walk_result w = {.ruin = {.samples = 42}};
  tutti_mc_problem p = {.dims = 42};
  const tutti_rng rng = {0, 0};
  const tutti_walk walk = {1, 2, 0.5};
  testing_expect(NULL, tutti_mc_coin(NULL, rng, 1.5, 1, &e), TUTTI_EINVAL, "p = 1.5", "p");
  testing_expect(NULL, tutti_mc_coin(NULL, rng, 1 + 0x1p-52, 1, &e), TUTTI_EINVAL,
                 "p = 1.0000000000000002 is not", "p");
  testing_expect(NULL, tutti_mc_coin(NULL, rng, NAN, 1, &e), TUTTI_EINVAL, "p = nan", "p");
  testing_expect(NULL, tutti_mc_coin(NULL, rng, 0.5, 0, &e), TUTTI_EINVAL, "tosses = 0", "tosses");
  testing_expect(NULL, tutti_mc_coin(NULL, rng, 0.5, UINT64_MAX, &e), TUTTI_EINVAL, "tosses = 1844",
                 "tosses");
  testing_expect(NULL, tutti_mc_coin(NULL, rng, 0.5, 1, NULL), TUTTI_EINVAL, "result", "result");
  testing_expect(NULL, tutti_mc_walk(NULL, rng, NULL, 2, &w), TUTTI_EINVAL, "walk is NULL", "walk");
  testing_expect(NULL, tutti_mc_walk(NULL, rng, &walk, 2, NULL), TUTTI_EINVAL, "result", "result");
  testing_expect(NULL, tutti_mc_walk(NULL, rng, &walk, 1, &w), TUTTI_EINVAL, "walks = 1", "walks");
  testing_expect(NULL, tutti_mc_walk(NULL, rng, &(tutti_walk){3, 2, 0.5}, 2, &w), TUTTI_EINVAL, "start = 3",
                 "start");
  testing_expect(NULL, tutti_mc_walk(NULL, rng, &(tutti_walk){0, 0, 0.5}, 2, &w), TUTTI_EINVAL, "top = 0",
                 "top");
  testing_expect(NULL, tutti_mc_walk(NULL, rng, &(tutti_walk){1, 65537, 0.5}, 2, &w), TUTTI_EINVAL,
                 "top = 65537", "top");
  testing_expect(NULL, tutti_mc_walk(NULL, rng, &(tutti_walk){1, 2, 1}, 2, &w), TUTTI_EINVAL, "up = 1", "up");
  testing_expect(NULL, tutti_ball_problem(NULL, &p), TUTTI_EINVAL, "ball is NULL", "ball");
  testing_expect(NULL, tutti_ball_problem(&(tutti_ball){one, NULL, 2, 1}, NULL), TUTTI_EINVAL, "problem",
                 "problem");
  testing_expect(NULL, tutti_ball_problem(&(tutti_ball){NULL, NULL, 2, 1}, &p), TUTTI_EINVAL, "g is NULL",
                 "g");
  testing_expect(NULL, tutti_ball_problem(&(tutti_ball){one, NULL, 0, 1}, &p), TUTTI_EINVAL, "dims = 0",
                 "dims");
  testing_expect(NULL, tutti_ball_problem(&(tutti_ball){one, NULL, 257, 1}, &p), TUTTI_EINVAL, "dims = 257",
                 "dims");
  testing_expect(NULL, tutti_ball_problem(&(tutti_ball){one, NULL, 2, -1}, &p), TUTTI_EINVAL, "radius = -1",
                 "radius");
  testing_expect(NULL, tutti_ball_problem(&(tutti_ball){one, NULL, 256, 1e-3}, &p), TUTTI_EINVAL,
                 "radius = 0.001", "radius");
  cr_assert(e.samples == 42 && w.ruin.samples == 42 && p.dims == 42 && !p.f);
}
