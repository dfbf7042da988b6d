/* Options: closed forms against numerical integration of the payoff over the model's density (30 digits),
 * Monte Carlo against the closed forms and against integrals where there is none. */
#include <math.h>

#include "../support/testing.h"

static double value_of(const tutti_option *option) {
  double value = NAN;
  const tutti_status status = tutti_option_value(option, &value);
  cr_assert(status == TUTTI_OK, "%s", tutti_error_detail(NULL));
  return value;
}

static tutti_estimate estimate(const tutti_option *option, tutti_mc_sampling sampling, bool control,
                               uint64_t samples) {
  tutti_mc_problem problem = {.sampling = sampling, .samples = samples, .control = control};
  tutti_estimate e;
  cr_assert(tutti_option_problem(option, &problem) == TUTTI_OK, "%s", tutti_error_detail(NULL));
  const tutti_status status = tutti_mc_run(NULL, (tutti_rng){2026, (uint64_t)sampling}, &problem, &e);
  cr_assert(status == TUTTI_OK, "%s", tutti_error_detail(NULL));
  return e;
}

static void close_to(double value, double expected, const char *what) {
  cr_assert(fabs(value - expected) < 1e-12, "%s: %.17g, not %.17g", what, value, expected);
}

/* The first pair: Hull, "Options, futures, and other derivatives", where they are 4.76 and 0.81. */
Test(options, european_values) {
  tutti_option o = {.spot = 42, .strike = 40, .rate = 0.1, .volatility = 0.2, .years = 0.5};
  close_to(value_of(&o), 4.7594223928715332, "call");
  o.put = true;
  close_to(value_of(&o), 0.80859937290009358, "put");
  o = (tutti_option){.put = true,
                     .spot = 100,
                     .strike = 110,
                     .rate = 0.03,
                     .dividend = 0.05,
                     .volatility = 0.35,
                     .years = 2};
  close_to(value_of(&o), 26.212058506816534, "with dividends");
  o = (tutti_option){.spot = 100, .strike = 400, .rate = 0.01, .volatility = 0.2, .years = 1};
  close_to(value_of(&o), 1.6394366012732092e-11, "far out of the money");
}

Test(options, geometric_asian_values) {
  tutti_option o = {.kind = TUTTI_ASIAN_GEOMETRIC,
                    .spot = 100,
                    .strike = 100,
                    .rate = 0.05,
                    .dividend = 0.02,
                    .volatility = 0.3,
                    .years = 1,
                    .dates = 12};
  close_to(value_of(&o), 7.4318090977267557, "call, 12 dates");
  o.put = true, o.dividend = 0, o.dates = 2;
  close_to(value_of(&o), 7.6661012611142459, "put, 2 dates");
  const double put = (o.dates = 1, value_of(&o));
  o.kind = TUTTI_EUROPEAN;
  close_to(put, value_of(&o), "one date is European");
}

static const struct {
  bool put;
  double strike, barrier, out, in;
} barriers[] = {{false, 90, 95, 6.7447297277653342, 7.0885573740313902},
                {false, 90, 108, 0.80208138665652495, 13.031205715140199},
                {false, 110, 95, 2.5960197729460716, 1.3834999169033009},
                {false, 110, 108, 0.0, 3.9795196898493725},
                {true, 90, 95, 0.0, 2.284469294830283},
                {true, 90, 108, 1.8480750343632426, 0.43639426046704041},
                {true, 110, 95, 0.34537561734714905, 11.301115048582246},
                {true, 110, 108, 7.3789493365215581, 4.2675413294078372}};
enum { BARRIERS = sizeof barriers / sizeof *barriers };

static tutti_option barrier(size_t i, bool knock_in) {
  return (tutti_option){.kind = TUTTI_BARRIER,
                        .put = barriers[i].put,
                        .spot = 100,
                        .strike = barriers[i].strike,
                        .rate = 0.08,
                        .dividend = 0.04,
                        .volatility = 0.25,
                        .years = 0.5,
                        .barrier = barriers[i].barrier,
                        .knock_in = knock_in};
}

static tutti_option other_kind(tutti_option o, tutti_option_kind kind) {
  o.kind = kind, o.barrier = 0, o.knock_in = false, o.barrier_side = TUTTI_BARRIER_BY_SPOT;
  if (kind == TUTTI_EUROPEAN) o.dates = 1;
  return o;
}

Test(options, barrier_values) {
  for (size_t i = 0; i < BARRIERS; i++) {
    tutti_option o = barrier(i, false);
    close_to(value_of(&o), barriers[i].out, "out");
    o.knock_in = true;
    close_to(value_of(&o), barriers[i].in, "in");
    o.barrier = o.spot;
    const tutti_option european = other_kind(o, TUTTI_EUROPEAN);
    cr_assert(value_of(&o) == value_of(&european));
    o.knock_in = false;
    cr_assert(value_of(&o) == 0);
  }
}

/* What an error of `error` after `whole` samples is after few of them. */
static double after_few(double error, int whole) { return error * sqrt((double)whole / TESTING_FEW(whole)); }

/* Every kind, every way of sampling, within 4 standard errors, which are below a cent but for independent
 * points. */
Test(options, monte_carlo_finds_closed_forms) {
  enum { SAMPLES = 1 << 17 };
  for (int sampling = TUTTI_MC_PLAIN; sampling <= TUTTI_MC_SOBOL; sampling++) {
    if (sampling == TUTTI_MC_STRATIFIED) continue; /* too many cells for paths */
    for (size_t i = 0; i < 2 * BARRIERS + 4; i++) {
      tutti_option o = barrier(i / 2 % BARRIERS, i % 2);
      o.dates = 1 + i % 3; /* it does not matter how many */
      if (i >= 2 * BARRIERS) o = other_kind(o, i % 2 ? TUTTI_ASIAN_GEOMETRIC : TUTTI_EUROPEAN);
      const bool control = o.kind != TUTTI_ASIAN_GEOMETRIC && i % 5 != 0;
      const tutti_estimate e = estimate(&o, (tutti_mc_sampling)sampling, control, TESTING_FEW(SAMPLES));
      const double truth = value_of(&o);
      cr_assert(fabs(e.mean - truth) <= 4 * e.std_error + 1e-12,
                "sampling %d, case %zu: %.6f +- %.6f, not %.6f", sampling, i, e.mean, e.std_error, truth);
      cr_assert(e.std_error < after_few(control ? 0.03 : 0.06, SAMPLES), "sampling %d, case %zu: error %g",
                sampling, i, e.std_error);
    }
  }
}

/* Two dates: the integral over the first one's price of Black and Scholes' formula for the second. */
Test(options, arithmetic_asian) {
  tutti_option o = {.kind = TUTTI_ASIAN_ARITHMETIC,
                    .spot = 100,
                    .strike = 100,
                    .rate = 0.05,
                    .dividend = 0.02,
                    .volatility = 0.3,
                    .years = 1,
                    .dates = 2};
  const tutti_estimate call = estimate(&o, TUTTI_MC_PLAIN, true, TESTING_FEW(1 << 20));
  cr_assert(fabs(call.mean - 10.213613332764) < 4 * call.std_error, "%g +- %g", call.mean, call.std_error);
  cr_assert(call.std_error < after_few(1e-3, 1 << 20), "the control leaves %g", call.std_error);
  o.put = true, o.strike = 105;
  const tutti_estimate put = estimate(&o, TUTTI_MC_SOBOL, true, TESTING_SHARE(1 << 18));
  cr_assert(fabs(put.mean - 10.6740516688599) < 4 * put.std_error, "%g +- %g", put.mean, put.std_error);
  double value = 42;
  testing_expect(NULL, tutti_option_value(&o, &value), TUTTI_EUNSUPPORTED, "no closed form", "value");
  cr_assert(value == 42);
}

/* -- ends of the ranges -- */

static double simulated(const tutti_option *o) {
  const tutti_estimate e = estimate(o, TUTTI_MC_PLAIN, false, 64);
  return e.mean;
}

/* Without volatility or time left the price follows its forward price, and so far only from the spot to what
 * it is at the end. */
Test(options, nothing_is_left_to_chance) {
  for (int i = 0; i < 2 * 2 * 3 * 4; i++) {
    tutti_option o = {.kind = i / 4 % 3 == 2 ? TUTTI_BARRIER
                              : i / 4 % 3    ? TUTTI_ASIAN_GEOMETRIC
                                             : TUTTI_EUROPEAN,
                      .put = i & 1,
                      .spot = 100,
                      .strike = i & 2 ? 103 : 97,
                      .rate = 0.08,
                      .dividend = 0.02,
                      .volatility = i / 12 % 2 ? 0 : 0.3,
                      .years = i / 12 % 2 ? 2 : 0};
    const double forward = 100 * exp(0.06 * o.years), discount = exp(-0.08 * o.years);
    double paid = fmax((o.put ? -1 : 1) * (forward - o.strike), 0) * discount;
    if (o.kind == TUTTI_BARRIER) {
      o.barrier = i / 24 ? 105 : 95, o.knock_in = i & 1, o.dates = 3;
      const bool touched = o.barrier > 100 && forward > o.barrier;
      if (touched != o.knock_in) paid = 0;
    }
    cr_assert(fabs(value_of(&o) - paid) < 1e-12, "case %d: %.17g, not %.17g", i, value_of(&o), paid);
    cr_assert(fabs(simulated(&o) - paid) < 1e-11, "case %d: simulated %.17g, not %.17g", i, simulated(&o),
              paid);
  }
  tutti_option mean = {
      .kind = TUTTI_ASIAN_ARITHMETIC, .spot = 100, .strike = 90, .rate = 0.1, .years = 2, .dates = 2};
  const double paid = exp(-0.2) * (50 * (exp(0.1) + exp(0.2)) - 90);
  cr_assert(fabs(simulated(&mean) - paid) < 1e-11, "%.17g, not %.17g", simulated(&mean), paid);
  mean.volatility = 1e-162;
  cr_assert(fabs(simulated(&mean) - paid) < 1e-11);
}

/* A ladder of spots across a barrier: what has been touched stays touched. */
Test(options, a_barrier_has_a_side) {
  for (int i = 0; i < 8; i++) {
    const bool up = i & 1;
    tutti_option o = {.kind = TUTTI_BARRIER,
                      .put = i & 2,
                      .strike = 88,
                      .rate = 0.05,
                      .volatility = 0.25,
                      .years = 1,
                      .dates = 2,
                      .barrier = 90,
                      .knock_in = i & 4,
                      .barrier_side = up ? TUTTI_BARRIER_UP : TUTTI_BARRIER_DOWN};
    for (o.spot = 88; o.spot <= 92; o.spot++) {
      tutti_option by_spot = o, european = other_kind(o, TUTTI_EUROPEAN);
      by_spot.barrier_side = TUTTI_BARRIER_BY_SPOT;
      const bool touched = up ? o.spot >= 90 : o.spot <= 90;
      const double expected = !touched ? value_of(&by_spot) : o.knock_in ? value_of(&european) : 0;
      cr_assert(value_of(&o) == expected, "case %d, spot %g: %g, not %g", i, o.spot, value_of(&o), expected);
      const double sample = simulated(&o), sampled = !touched ? simulated(&by_spot)
                                                     : o.knock_in
                                                         ? estimate(&european, TUTTI_MC_PLAIN, false, 64).mean
                                                         : 0;
      if (!touched || !o.knock_in)
        cr_assert(sample == sampled, "case %d, spot %g: simulated %g, not %g", i, o.spot, sample, sampled);
      tutti_mc_problem problem = {0}, other = {0};
      cr_assert(tutti_option_problem(&o, &problem) == TUTTI_OK &&
                tutti_option_problem(&by_spot, &other) == TUTTI_OK);
      cr_assert(problem.tag != other.tag);
    }
  }
}

/* Discounts that are no double, of prices that are none: the share's price of today. */
Test(options, simulated_at_high_rates) {
  const double one[] = {1}, spot[] = {100}, little[] = {0.01};
  for (double rate = -800; rate <= 800; rate += 400) {
    const double strike = 90 * exp(rate / 2) * exp(rate / 2);
    if (!(strike > 0) || isinf(strike)) continue;
    tutti_option o = {.spot = 100, .strike = strike, .rate = rate, .volatility = 0.01, .years = 1};
    const double truth = value_of(&o);
    const tutti_estimate e = estimate(&o, TUTTI_MC_PLAIN, true, 4096);
    cr_assert(fabs(truth - 10) < 1e-9 && fabs(e.mean - truth) < 1e-9, "rate %g: %.17g, %.17g", rate, truth,
              e.mean);
    const tutti_basket b = {.assets = 1,
                            .spot = spot,
                            .weight = one,
                            .volatility = little,
                            .strike = strike,
                            .rate = rate,
                            .years = 1};
    tutti_mc_problem problem = {.samples = 4096, .control = true};
    tutti_estimate of_basket;
    cr_assert(tutti_basket_problem(&b, &problem) == TUTTI_OK &&
              tutti_mc_run(NULL, (tutti_rng){7, 7}, &problem, &of_basket) == TUTTI_OK);
    cr_assert(fabs(of_basket.mean - 10) < 1e-9, "rate %g: basket %.17g", rate, of_basket.mean);
  }
  tutti_option o = {.put = true, .spot = 100, .strike = 90, .rate = -800, .volatility = 0.1, .years = 1};
  double value = 42;
  testing_expect(NULL, tutti_option_value(&o, &value), TUTTI_EOVERFLOW, "largest double", "value");
  tutti_mc_problem problem = {.dims = 42, .control = true};
  o = (tutti_option){.spot = 100, .strike = 90, .dividend = -800, .volatility = 0.1, .years = 1};
  testing_expect(NULL, tutti_option_problem(&o, &problem), TUTTI_EOVERFLOW, "largest double", "control");
  cr_assert(value == 42 && problem.dims == 42 && !problem.f);
}

/* No payoff is made of a price that is no number. */
Test(options, what_is_no_number_is_not_worthless) {
  static const tutti_option_kind kinds[] = {TUTTI_EUROPEAN, TUTTI_ASIAN_ARITHMETIC, TUTTI_ASIAN_GEOMETRIC,
                                            TUTTI_BARRIER};
  for (int i = 0; i < 16; i++) {
    tutti_option o = {
        .kind = kinds[i % 4], .put = i & 4, .spot = 100, .strike = 90, .volatility = 0.2, .years = 1};
    if (o.kind == TUTTI_BARRIER) o.barrier = 80, o.knock_in = i & 8;
    tutti_mc_problem problem = {0};
    cr_assert(tutti_option_problem(&o, &problem) == TUTTI_OK);
    const double u[] = {NAN, 0.7};
    double f[] = {42, 42};
    cr_assert(problem.f(u, 1, 2, f, problem.args) == 0 && isnan(f[0]) && isfinite(f[1]), "case %d: %g, %g", i,
              f[0], f[1]);
  }
  const double one[] = {1, 1}, u[] = {0.3, NAN};
  for (int put = 0; put < 2; put++) {
    const tutti_basket b = {
        .assets = 2, .put = put, .spot = one, .weight = one, .volatility = one, .strike = 1, .years = 1};
    tutti_mc_problem problem = {.control = true};
    double f[] = {42, 42};
    cr_assert(tutti_basket_problem(&b, &problem) == TUTTI_OK);
    cr_assert(problem.f(u, 2, 1, f, problem.args) == 0 && isnan(f[0]) && isnan(f[1]));
  }
}

/* -- baskets -- */

static tutti_estimate estimate_basket(const tutti_basket *basket, bool control, uint64_t samples) {
  tutti_mc_problem problem = {.samples = samples, .control = control};
  tutti_estimate e;
  cr_assert(tutti_basket_problem(basket, &problem) == TUTTI_OK, "%s", tutti_error_detail(NULL));
  cr_assert(tutti_mc_run(NULL, (tutti_rng){7, 7}, &problem, &e) == TUTTI_OK, "%s", tutti_error_detail(NULL));
  return e;
}

/* Two assets: the integral over the first one's price of Black and Scholes' formula for the second. */
Test(options, baskets_of_two) {
  const double spot[] = {100, 80}, weight[] = {0.4, 0.7}, volatility[] = {0.3, 0.2};
  const double with[] = {1, NAN, 0.5, 1}, against[] = {1, NAN, -0.5, 1}; /* only the lower triangle is read */
  tutti_basket b = {.assets = 2,
                    .spot = spot,
                    .weight = weight,
                    .volatility = volatility,
                    .correlation = with,
                    .strike = 95,
                    .rate = 0.03,
                    .years = 2};
  const tutti_estimate call = estimate_basket(&b, true, TESTING_FEW(1 << 20));
  cr_assert(fabs(call.mean - 14.4824433089965) < 4 * call.std_error, "%g +- %g", call.mean, call.std_error);
  cr_assert(call.std_error < after_few(4e-3, 1 << 20), "%g", call.std_error);
  b.put = true, b.correlation = against;
  const tutti_estimate put = estimate_basket(&b, false, TESTING_FEW(1 << 20));
  cr_assert(fabs(put.mean - 3.87573878533347) < 4 * put.std_error, "%g +- %g", put.mean, put.std_error);
}

/* One asset is a European option, and so are many of one price with correlations near 1. */
Test(options, baskets_of_one) {
  enum { MANY = TUTTI_BASKET_ASSETS };
  double spot[MANY], weight[MANY], volatility[MANY], dividend[MANY], correlation[MANY * MANY];
  for (size_t i = 0; i < MANY; i++) {
    spot[i] = 100, volatility[i] = 0.25, dividend[i] = 0.04, weight[i] = 1. / MANY;
    for (size_t j = 0; j < MANY; j++) correlation[i * MANY + j] = i == j ? 1 : 1 - 1e-9;
  }
  const tutti_option european = {
      .spot = 100, .strike = 105, .rate = 0.08, .dividend = 0.04, .volatility = 0.25, .years = 0.5};
  tutti_basket b = {.assets = MANY,
                    .spot = spot,
                    .weight = weight,
                    .volatility = volatility,
                    .dividend = dividend,
                    .correlation = correlation,
                    .strike = 105,
                    .rate = 0.08,
                    .years = 0.5};
  const tutti_estimate many = estimate_basket(&b, true, 2000);
  cr_assert(fabs(many.mean - value_of(&european)) < 1e-6, "%.9g", many.mean);
  b.assets = 1, b.correlation = NULL, weight[0] = 1;
  const tutti_estimate one = estimate_basket(&b, true, 2000);
  cr_assert(fabs(one.mean - value_of(&european)) < 1e-10, "%.12g", one.mean);
}

/* An asset or all without volatility, or no time: what is sure is sure. */
Test(options, baskets_without_chance) {
  const double spot[] = {100, 80}, weight[] = {0.4, 0.7}, none[] = {0, 0}, some[] = {0.3, 0.2},
               mixed[] = {0, 0.2};
  for (int i = 0; i < 4; i++) {
    const bool time = i & 1;
    const tutti_basket b = {.assets = 2,
                            .put = i & 2,
                            .spot = spot,
                            .weight = weight,
                            .volatility = time ? none : some,
                            .strike = 96.5,
                            .rate = 0.1,
                            .years = time ? 2 : 0};
    const double price = time ? 96 - 96.5 * exp(-0.2) : 96 - 96.5, paid = fmax(b.put ? -price : price, 0);
    const double mean = estimate_basket(&b, false, 64).mean;
    cr_assert(fabs(mean - paid) < 1e-12, "case %d: %.17g, not %.17g", i, mean, paid);
    cr_assert(fabs(estimate_basket(&b, true, 64).mean - paid) < 1e-12, "case %d", i);
  }
  const tutti_basket b = {
      .assets = 2, .spot = spot, .weight = weight, .volatility = mixed, .strike = 95, .years = 1};
  const tutti_option rest = {.spot = 56, .strike = 55, .volatility = 0.2, .years = 1};
  const tutti_estimate e = estimate_basket(&b, true, 1 << 16);
  cr_assert(fabs(e.mean - value_of(&rest)) < 4 * e.std_error, "%g +- %g", e.mean, e.std_error);
}

/* -- bits and errors -- */

Test(options, same_bits_everywhere) {
  const double spot[] = {100, 80, 60}, weight[] = {0.4, 0.7, 1}, volatility[] = {0.3, 0.2, 0.5};
  const tutti_basket basket = {
      .assets = 3, .spot = spot, .weight = weight, .volatility = volatility, .strike = 120, .years = 1};
  for (int kind = TUTTI_EUROPEAN; kind <= TUTTI_BARRIER + 1; kind++) {
    tutti_option o = barrier(1, false);
    tutti_mc_problem problem = {.samples = TESTS_EMULATED ? 5003 : 20011,
                                .control = kind != TUTTI_ASIAN_GEOMETRIC};
    o.dates = 5;
    if (kind < TUTTI_BARRIER) o = other_kind(o, (tutti_option_kind)kind);
    cr_assert_eq(kind <= TUTTI_BARRIER ? tutti_option_problem(&o, &problem)
                                       : tutti_basket_problem(&basket, &problem),
                 TUTTI_OK);
    tutti_estimate expected;
    cr_assert_eq(tutti_mc_run(NULL, (tutti_rng){1, 2}, &problem, &expected), TUTTI_OK);
    for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
      if (!contexts_asks(&c, (size_t)kind)) continue;
      tutti_estimate e;
      cr_assert_eq(tutti_mc_run(c.ctx, (tutti_rng){1, 2}, &problem, &e), TUTTI_OK);
      cr_assert(memcmp(&e, &expected, sizeof e) == 0, "kind %d, %s: %.17g, not %.17g", kind, c.name, e.mean,
                expected.mean);
    }
  }
}

static void refused(tutti_option o, const char *word) {
  double value = 42;
  tutti_mc_problem problem = {.dims = 42};
  testing_expect(NULL, tutti_option_value(&o, &value), TUTTI_EINVAL, word, word);
  testing_expect(NULL, tutti_option_problem(&o, &problem), TUTTI_EINVAL, word, word);
  cr_assert(value == 42 && problem.dims == 42 && !problem.f);
}

Test(options, bad_options) {
  const tutti_option good = barrier(0, false);
  tutti_option o = good;
  o.spot = 0, refused(o, "spot = 0"), o = good;
  o.spot = INFINITY, refused(o, "spot = inf"), o = good;
  o.strike = -1, refused(o, "strike = -1"), o = good;
  o.volatility = -1, refused(o, "volatility = -1"), o = good;
  o.years = nextafter(0, -1), refused(o, "years = -4.9406564584124654e-324 is not 0 or positive"), o = good;
  o.years = NAN, refused(o, "years = nan"), o = good;
  o.rate = INFINITY, refused(o, "rate = inf"), o = good;
  o.dividend = NAN, refused(o, "dividend = nan"), o = good;
  o.barrier = 0, refused(o, "barrier = 0"), o = good;
  o.dates = 4097, refused(o, "dates = 4097"), o = good;
  o.kind = (tutti_option_kind)4, refused(o, "kind = 4"), o = good;
  o.kind = TUTTI_EUROPEAN, refused(o, "barrier = 95, knock_in = 0, barrier_side = 0"), o = good;
  o.barrier_side = (tutti_barrier_side)3, refused(o, "barrier_side = 3"), o = good;
  o = other_kind(o, TUTTI_EUROPEAN), o.barrier_side = TUTTI_BARRIER_UP, refused(o, "barrier_side = 1"),
  o = good;
  o = other_kind(o, TUTTI_EUROPEAN), o.dates = 12, refused(o, "dates = 12"), o = good;
  o = other_kind(o, TUTTI_EUROPEAN), o.knock_in = true, refused(o, "knock_in = 1"), o = good;
  double value;
  tutti_mc_problem problem;
  testing_expect(NULL, tutti_option_value(NULL, &value), TUTTI_EINVAL, "option", "option");
  testing_expect(NULL, tutti_option_value(&good, NULL), TUTTI_EINVAL, "value", "value");
  testing_expect(NULL, tutti_option_problem(NULL, &problem), TUTTI_EINVAL, "option", "option");
  testing_expect(NULL, tutti_option_problem(&good, NULL), TUTTI_EINVAL, "problem", "problem");
  problem = (tutti_mc_problem){.dims = 42, .control = true};
  o = other_kind(good, TUTTI_ASIAN_GEOMETRIC);
  testing_expect(NULL, tutti_option_problem(&o, &problem), TUTTI_EUNSUPPORTED, "no control", "control");
  cr_assert(problem.dims == 42 && !problem.f);
}

static void basket_refused(tutti_basket b, const char *word) {
  tutti_mc_problem problem = {.dims = 42};
  testing_expect(NULL, tutti_basket_problem(&b, &problem), TUTTI_EINVAL, word, word);
  cr_assert(problem.dims == 42 && !problem.f);
}

/* What was made for an option does not run for another number of dates, and has a tag of its own. */
Test(options, problems_belong_to_their_option) {
  tutti_option o = barrier(0, false), other = o;
  tutti_mc_problem problem = {.samples = 1000}, another = problem;
  tutti_estimate e;
  cr_assert_eq(tutti_option_problem(&o, &problem), TUTTI_OK);
  other.strike += 1;
  cr_assert_eq(tutti_option_problem(&other, &another), TUTTI_OK);
  cr_assert(problem.tag != another.tag && problem.tag != 0);
  problem.dims = 2;
  testing_expect(NULL, tutti_mc_run(NULL, (tutti_rng){1, 1}, &problem, &e), TUTTI_EUSER, "returned 1",
                 "dims");
}

Test(options, bad_baskets) {
  const double three[] = {1, 1, 1}, bad[] = {1, -1, 1}, off[] = {1, 0, 2, 1},
               odd[] = {1, 0, 0, 0, 0.9, 0, 0, 0, 1};
  const tutti_basket good = {
      .assets = 2, .spot = three, .weight = three, .volatility = three, .strike = 1, .years = 1};
  tutti_basket b = good;
  b.assets = 0, basket_refused(b, "assets = 0"), b = good;
  b.assets = 65, basket_refused(b, "assets = 65"), b = good;
  b.spot = NULL, basket_refused(b, "spot is NULL"), b = good;
  b.weight = bad, basket_refused(b, "weight[1] = -1"), b = good;
  b.volatility = NULL, basket_refused(b, "volatility is NULL"), b = good;
  b.strike = NAN, basket_refused(b, "strike = nan"), b = good;
  b.years = -1, basket_refused(b, "years = -1"), b = good;
  b.volatility = bad, basket_refused(b, "volatility[1] = -1"), b = good;
  b.correlation = off, basket_refused(b, "not positive definite (row 1)"), b = good;
  b.assets = 3, b.correlation = odd, basket_refused(b, "correlation[1, 1] = 0.9");
  testing_expect(NULL, tutti_basket_problem(&good, NULL), TUTTI_EINVAL, "problem", "problem");
  const double wild[] = {1, 101}, costs[] = {-800, -800};
  tutti_mc_problem problem = {.dims = 42, .control = true};
  b = good, b.volatility = wild;
  testing_expect(NULL, tutti_basket_problem(&b, &problem), TUTTI_EUNSUPPORTED, "10000", "variance");
  b = good, b.dividend = costs;
  testing_expect(NULL, tutti_basket_problem(&b, &problem), TUTTI_EOVERFLOW, "largest double", "growth");
  cr_assert(problem.dims == 42 && !problem.f);
}
