/* Checkpoints know what they are of: a field that differs, whichever it is, makes another problem. */
#include "../montecarlo/checkpoint_file.h"
#include "../support/testing.h"

static tutti_status run(tutti_mc_problem problem) {
  tutti_estimate e;
  problem.samples = 64;
  problem.checkpoint = path;
  return tutti_mc_run(NULL, (tutti_rng){1, 2}, &problem, &e);
}

/* One that is resumed by itself and by no other. */
static void begin(tutti_mc_problem problem) {
  unlink(path);
  for (int i = 0; i < 2; i++) testing_expect(NULL, run(problem), TUTTI_OK, "", "the same problem");
}

static void refused(tutti_mc_problem problem, const char *field, const char *word) {
  testing_expect(NULL, run(problem), TUTTI_EINVAL, word, field);
  cr_assert(strstr(tutti_error_detail(NULL), path) != NULL, "%s: %s", field, tutti_error_detail(NULL));
}

/* -- options -- */

static tutti_mc_problem of_option(tutti_option o) {
  static tutti_option kept;
  tutti_mc_problem problem = {0};
  kept = o;
  testing_expect(NULL, tutti_option_problem(&kept, &problem), TUTTI_OK, "", "option");
  return problem;
}

Test(tags, options, .init = enter, .fini = leave) {
  const tutti_option good = {.kind = TUTTI_BARRIER,
                             .spot = 100,
                             .strike = 95,
                             .rate = 0.05,
                             .dividend = 0.01,
                             .volatility = 0.3,
                             .years = 1,
                             .dates = 12,
                             .barrier = 80};
  begin(of_option(good));
  const char *tag = "tag is ";
  tutti_option o = good;
  o.put = true, refused(of_option(o), "put", tag), o = good;
  o.spot = 101, refused(of_option(o), "spot", tag), o = good;
  o.strike = 96, refused(of_option(o), "strike", tag), o = good;
  o.rate = 0.06, refused(of_option(o), "rate", tag), o = good;
  o.dividend = 0, refused(of_option(o), "dividend", tag), o = good;
  o.volatility = 0.31, refused(of_option(o), "volatility", tag), o = good;
  o.years = 1.5, refused(of_option(o), "years", tag), o = good;
  o.dates = 13, refused(of_option(o), "dates", "dims is 12, not 13"), o = good;
  o.barrier = 79, refused(of_option(o), "barrier", tag), o = good;
  o.knock_in = true, refused(of_option(o), "knock_in", tag), o = good;
  o.barrier_side = TUTTI_BARRIER_UP, refused(of_option(o), "barrier_side", tag), o = good;
  o.kind = TUTTI_ASIAN_ARITHMETIC, o.barrier = 0;
  refused(of_option(o), "kind", tag);
  begin(of_option(o));
  o.kind = TUTTI_ASIAN_GEOMETRIC;
  refused(of_option(o), "kind", "other parameters");
}

/* Two fields at once that leave the law of the price as it is, but not the discount. */
Test(tags, options_of_one_law, .init = enter, .fini = leave) {
  tutti_option o = {.spot = 100, .strike = 95, .rate = 0.08, .dividend = 0, .volatility = 0.2, .years = 1};
  begin(of_option(o));
  o.rate = 0.04, o.volatility = 0.2, o.dividend = -0.04;
  refused(of_option(o), "rate and dividend", "tag is ");
}

/* -- baskets -- */

enum { ASSETS = 3 };

typedef struct {
  tutti_basket basket;
  double spot[ASSETS], weight[ASSETS], volatility[ASSETS], dividend[ASSETS], correlation[ASSETS * ASSETS];
} basket;

static tutti_mc_problem of_basket(basket b) {
  static basket kept;
  tutti_mc_problem problem = {0};
  kept = b;
  kept.basket.spot = kept.spot, kept.basket.weight = kept.weight, kept.basket.volatility = kept.volatility;
  kept.basket.dividend = kept.dividend, kept.basket.correlation = kept.correlation;
  testing_expect(NULL, tutti_basket_problem(&kept.basket, &problem), TUTTI_OK, "", "basket");
  return problem;
}

Test(tags, baskets, .init = enter, .fini = leave) {
  const basket good = {.basket = {.assets = ASSETS, .strike = 300, .rate = 0.05, .years = 1},
                       .spot = {100, 100, 110},
                       .weight = {1, 1, 1},
                       .volatility = {0.2, 0.3, 0.2},
                       .dividend = {0, 0.01, 0.02},
                       .correlation = {1, 0.3, 0.2, 0.3, 1, 0.1, 0.2, 0.1, 1}};
  begin(of_basket(good));
  const char *tag = "tag is ";
  basket b = good;
  memcpy(b.correlation, (const double[]){1, 0.3, 0.3, 1}, 4 * sizeof(double));
  b.basket.assets = 2, refused(of_basket(b), "assets", "dims is 3, not 2"), b = good;
  b.basket.put = true, refused(of_basket(b), "put", tag), b = good;
  b.basket.strike = 301, refused(of_basket(b), "strike", tag), b = good;
  b.basket.rate = 0.04, refused(of_basket(b), "rate", tag), b = good;
  b.basket.years = 2, refused(of_basket(b), "years", tag), b = good;
  for (int i = 0; i < ASSETS; i++) {
    b.spot[i] += 1, refused(of_basket(b), "spot", tag), b = good;
    b.weight[i] += 1, refused(of_basket(b), "weight", tag), b = good;
    b.volatility[i] += 0.01, refused(of_basket(b), "volatility", tag), b = good;
    b.dividend[i] += 0.01, refused(of_basket(b), "dividend", tag), b = good;
    for (int j = 0; j < i; j++)
      b.correlation[ASSETS * i + j] += 0.01, refused(of_basket(b), "correlation", tag), b = good;
  }
}

/* Other years with volatilities, rates and dividends that give the prices the same law: another discount. */
Test(tags, baskets_of_one_law, .init = enter, .fini = leave) {
  basket b = {.basket = {.assets = 1, .strike = 100, .rate = 0, .years = 1},
              .spot = {100},
              .weight = {1},
              .volatility = {0.2},
              .dividend = {-0.25},
              .correlation = {1}};
  begin(of_basket(b));
  b.basket.years = 4, b.volatility[0] = 0.1, b.dividend[0] = -0.0625;
  refused(of_basket(b), "years", "tag is ");
}

/* What is NULL is what it stands for. */
Test(tags, no_dividends_are_dividends_of_nothing) {
  const double ones[] = {1, 1}, nothing[] = {0, 0}, unit[] = {1, 0, 0, 1};
  const tutti_basket short_form = {
      .assets = 2, .spot = ones, .weight = ones, .volatility = ones, .strike = 1, .years = 1};
  tutti_basket long_form = short_form;
  long_form.dividend = nothing, long_form.correlation = unit;
  tutti_mc_problem a = {0}, b = {0};
  cr_assert_eq(tutti_basket_problem(&short_form, &a), TUTTI_OK);
  cr_assert_eq(tutti_basket_problem(&long_form, &b), TUTTI_OK);
  cr_assert(a.tag == b.tag);
}

/* -- balls -- */

static int one(const double *x, size_t dims, size_t points, double *f, const void *args) {
  (void)x, (void)dims, (void)args;
  for (size_t p = 0; p < points; p++) f[p] = 1;
  return 0;
}

static tutti_mc_problem of_ball(size_t dims, double radius) {
  static tutti_ball kept;
  tutti_mc_problem problem = {0};
  kept = (tutti_ball){one, NULL, dims, radius};
  testing_expect(NULL, tutti_ball_problem(&kept, &problem), TUTTI_OK, "", "ball");
  return problem;
}

Test(tags, balls, .init = enter, .fini = leave) {
  begin(of_ball(3, 1));
  refused(of_ball(4, 1), "dims", "dims is 4, not 5");
  refused(of_ball(3, 1 + 0x1p-52), "radius", "tag is ");
  cr_assert(of_ball(4, 1).tag != of_ball(3, 1).tag);
}

/* -- whatever is estimated: what must not differ, and what may -- */

static int pair(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) f[2 * p] = u[p * dims] * u[p * dims], f[2 * p + 1] = u[p * dims];
  return 0;
}

Test(tags, problems, .init = enter, .fini = leave) {
  const tutti_mc_problem good = {.f = pair,
                                 .dims = 2,
                                 .sampling = TUTTI_MC_STRATIFIED,
                                 .control = true,
                                 .control_mean = 0.5,
                                 .strata = 4,
                                 .tag = 7};
  begin(good);
  tutti_mc_problem p = good;
  p.dims = 1, refused(p, "dims", "dims is 2, not 1"), p = good;
  p.sampling = TUTTI_MC_ANTITHETIC, refused(p, "sampling", "sampling is 2, not 1"), p = good;
  p.control = false, refused(p, "control", "control is 1, not 0"), p = good;
  p.control_mean = 0.25, refused(p, "control_mean", "control_mean is 0.5, not 0.25"), p = good;
  p.strata = 3, refused(p, "strata", "strata is 4, not 3"), p = good;
  p.tag = 8, refused(p, "tag", "tag is 7, not 8"), p = good;
  p.target_error = 1, p.checkpoint_samples = 10, p.replicates = 5;
  testing_expect(NULL, run(p), TUTTI_OK, "", "what may differ");
  p = good, p.sampling = TUTTI_MC_SOBOL, p.replicates = 4, begin(p);
  p.replicates = 5, refused(p, "replicates", "replicates is 4, not 5");
}
