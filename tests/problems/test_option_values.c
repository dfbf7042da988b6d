/* Closed forms of options at their ends: Merton's and Reiner and Rubinstein's formulas as published, in MPFR.
 */
#include <float.h>
#include <math.h>
#include <mpfr.h>

#include "../support/testing.h"

static mpfr_prec_t bits; /* enough for what cancels in the test */

/* What the formulas are made of; share: the discounted mean of the price at the end, or of the geometric mean
 * of prices; log_mean: of its logarithm. */
typedef struct {
  mpfr_t share, strike, sd, d1, drift, variance, bound, in, any, a, b, c, d, t, u, v, log_mean, value;
} reference;

static void each(reference *r, bool open) {
  mpfr_ptr all[] = {r->share, r->strike, r->sd,  r->d1, r->drift,    r->variance,
                    r->bound, r->in,     r->any, r->a,  r->b,        r->c,
                    r->d,     r->t,      r->u,   r->v,  r->log_mean, r->value};
  /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (open) mpfr_init2(all[i], bits);
    else mpfr_clear(all[i]);
}

/* The range of exponents is a thread's. */
static void open_reference(reference *r, mpfr_prec_t precision) {
  bits = precision;
  mpfr_set_emin(mpfr_get_emin_min()), mpfr_set_emax(mpfr_get_emax_max());
  each(r, true);
}

static void exponential_of_product(mpfr_t out, double a, double b) {
  mpfr_set_d(out, a, MPFR_RNDN);
  mpfr_mul_d(out, out, b, MPFR_RNDN);
  mpfr_exp(out, out, MPFR_RNDN);
}

static void normal(mpfr_t out, const mpfr_t z, double sign) {
  mpfr_mul_d(out, z, -sign, MPFR_RNDN);
  mpfr_t root;
  mpfr_init2(root, bits);
  mpfr_sqrt_ui(root, 2, MPFR_RNDN);
  mpfr_div(out, out, root, MPFR_RNDN);
  mpfr_erfc(out, out, MPFR_RNDN);
  mpfr_div_2ui(out, out, 1, MPFR_RNDN);
  mpfr_clear(root);
}

static double sign_of(const tutti_option *o) { return o->put ? -1 : 1; }

/* out = sign (share power^(mu + 1) N(side z) - strike power^mu N(side (z - sd))), log_power = log power / 2
 * or NULL. */
static void two_terms(mpfr_t out, reference *r, double sign, double side, const mpfr_t z,
                      const mpfr_t power) {
  mpfr_t other, normal_of, weight;
  mpfr_inits2(bits, other, normal_of, weight, (mpfr_ptr)0);
  for (int shares = 0; shares < 2; shares++) {
    if (shares) mpfr_set(other, z, MPFR_RNDN);
    else mpfr_sub(other, z, r->sd, MPFR_RNDN);
    normal(normal_of, other, side);
    if (power) { /* 2 (drift / variance -+ 1/2) log_power */
      mpfr_div(weight, r->drift, r->variance, MPFR_RNDN);
      mpfr_add_d(weight, weight, shares ? 0.5 : -0.5, MPFR_RNDN);
      mpfr_mul(weight, weight, power, MPFR_RNDN);
      mpfr_mul_2ui(weight, weight, 1, MPFR_RNDN);
      mpfr_exp(weight, weight, MPFR_RNDN);
      mpfr_mul(normal_of, normal_of, weight, MPFR_RNDN);
    }
    mpfr_mul(normal_of, normal_of, shares ? r->share : r->strike, MPFR_RNDN);
    if (shares) mpfr_sub(out, normal_of, out, MPFR_RNDN);
    else mpfr_set(out, normal_of, MPFR_RNDN);
  }
  mpfr_mul_d(out, out, sign, MPFR_RNDN);
  mpfr_clears(other, normal_of, weight, (mpfr_ptr)0);
}

static void log_of(mpfr_t out, double x) {
  mpfr_set_d(out, x, MPFR_RNDN);
  mpfr_log(out, out, MPFR_RNDN);
}

static void set_law(reference *r, const tutti_option *o) {
  const double m = o->kind == TUTTI_ASIAN_GEOMETRIC && o->dates ? (double)o->dates : 1;
  mpfr_set_d(r->t, o->volatility, MPFR_RNDN);
  mpfr_mul(r->t, r->t, r->t, MPFR_RNDN);
  mpfr_mul_d(r->t, r->t, o->years, MPFR_RNDN); /* the variance at the end */
  mpfr_set_d(r->drift, o->rate, MPFR_RNDN);
  mpfr_sub_d(r->drift, r->drift, o->dividend, MPFR_RNDN);
  mpfr_mul_d(r->drift, r->drift, o->years, MPFR_RNDN);
  mpfr_div_2ui(r->u, r->t, 1, MPFR_RNDN);
  mpfr_sub(r->u, r->drift, r->u, MPFR_RNDN);
  mpfr_mul_d(r->u, r->u, m + 1, MPFR_RNDN);
  mpfr_div_d(r->u, r->u, 2 * m, MPFR_RNDN);
  log_of(r->log_mean, o->spot);
  mpfr_add(r->log_mean, r->log_mean, r->u, MPFR_RNDN);
  mpfr_mul_d(r->variance, r->t, (m + 1) * (2 * m + 1), MPFR_RNDN);
  mpfr_div_d(r->variance, r->variance, 6 * m * m, MPFR_RNDN);
  mpfr_sqrt(r->sd, r->variance, MPFR_RNDN);
  mpfr_div_2ui(r->u, r->variance, 1, MPFR_RNDN);
  mpfr_add(r->u, r->u, r->log_mean, MPFR_RNDN);
  mpfr_set_d(r->t, -o->rate, MPFR_RNDN);
  mpfr_mul_d(r->t, r->t, o->years, MPFR_RNDN);
  mpfr_add(r->u, r->u, r->t, MPFR_RNDN);
  mpfr_exp(r->share, r->u, MPFR_RNDN);
  exponential_of_product(r->strike, -o->rate, o->years);
  mpfr_mul_d(r->strike, r->strike, o->strike, MPFR_RNDN);
}

/* (log(above / below) + drift) / sd + sd / 2 */
static void distance(mpfr_t out, reference *r, const mpfr_t logarithm) {
  mpfr_add(out, logarithm, r->drift, MPFR_RNDN);
  mpfr_div(out, out, r->sd, MPFR_RNDN);
  mpfr_div_2ui(r->t, r->sd, 1, MPFR_RNDN);
  mpfr_add(out, out, r->t, MPFR_RNDN);
}

static void set_unwatched(mpfr_t out, reference *r, const tutti_option *o) {
  log_of(r->t, o->strike);
  mpfr_sub(r->t, r->log_mean, r->t, MPFR_RNDN);
  mpfr_div(r->d1, r->t, r->sd, MPFR_RNDN);
  mpfr_add(r->d1, r->d1, r->sd, MPFR_RNDN);
  two_terms(out, r, sign_of(o), sign_of(o), r->d1, NULL);
}

/* The terms A to D of Reiner and Rubinstein (1991). */
static void set_knock_in(mpfr_t out, reference *r, const tutti_option *o) {
  const double sign = sign_of(o), side = o->barrier > o->spot ? -1 : 1;
  log_of(r->u, o->barrier);
  log_of(r->v, o->spot);
  mpfr_sub(r->u, r->u, r->v, MPFR_RNDN); /* log(H / S) */
  set_unwatched(r->a, r, o);
  mpfr_neg(r->v, r->u, MPFR_RNDN);
  distance(r->d1, r, r->v);
  two_terms(r->b, r, sign, sign, r->d1, NULL);
  log_of(r->v, o->barrier);
  mpfr_add(r->v, r->v, r->u, MPFR_RNDN);
  log_of(r->c, o->strike);
  mpfr_sub(r->v, r->v, r->c, MPFR_RNDN); /* log(H^2 / S K) */
  distance(r->d1, r, r->v);
  two_terms(r->c, r, sign, side, r->d1, r->u);
  distance(r->d1, r, r->u);
  two_terms(r->d, r, sign, side, r->d1, r->u);
  const bool toward = sign == side; /* what pays most is away from the barrier */
  const bool within = side > 0 ? o->strike > o->barrier : o->strike < o->barrier; /* the strike is */
  if (toward) {
    if (within) mpfr_set(out, r->c, MPFR_RNDN);
    else mpfr_sub(out, r->a, r->b, MPFR_RNDN), mpfr_add(out, out, r->d, MPFR_RNDN);
  } else {
    if (!within) mpfr_set(out, r->a, MPFR_RNDN);
    else mpfr_sub(out, r->b, r->c, MPFR_RNDN), mpfr_add(out, out, r->d, MPFR_RNDN);
  }
}

/* A number to count up the fields of an option from, a digit a field. */
static double next(size_t *number, const double *values, size_t n) {
  const double value = values[*number % n];
  *number /= n;
  return value;
}
#define NEXT(number, values) next(number, values, sizeof values / sizeof *values)

static const char *text_of(const tutti_option *o) {
  static char text[512];
  snprintf(text, sizeof text,
           "kind %d, put %d, spot %a, strike %a, rate %g, dividend %g, volatility %g, years %g, dates %zu, "
           "barrier %a, in %d, side %d",
           (int)o->kind, o->put, o->spot, o->strike, o->rate, o->dividend, o->volatility, o->years, o->dates,
           o->barrier, o->knock_in, (int)o->barrier_side);
  return text;
}

/* How far the value is from r->value in units of `amount`. */
static double error_of(const tutti_option *o, reference *r, const mpfr_t amount) {
  double value = NAN;
  const tutti_status status = tutti_option_value(o, &value);
  if (mpfr_cmp_d(r->value, DBL_MAX) > 0) {
    cr_assert(status == TUTTI_EOVERFLOW || mpfr_cmp_d(r->value, DBL_MAX * (1 + 1e-13)) < 0,
              "%s: status %d, value %g", text_of(o), (int)status, value);
    return 0;
  }
  if (status == TUTTI_EOVERFLOW && mpfr_cmp_d(r->value, DBL_MAX * (1 - 1e-13)) > 0) return 0;
  cr_assert(status == TUTTI_OK && value >= 0 && isfinite(value), "%s: status %d, value %g, not %ld",
            text_of(o), (int)status, value,
            mpfr_regular_p(r->value) ? (long)mpfr_get_exp(r->value) : -999999);
  mpfr_sub_d(r->t, r->value, value, MPFR_RNDN);
  mpfr_abs(r->t, r->t, MPFR_RNDN);
  mpfr_set_d(r->u, 2 * DBL_TRUE_MIN, MPFR_RNDN);
  mpfr_sub(r->t, r->t, r->u, MPFR_RNDN); /* what a double itself is off by */
  mpfr_div(r->t, r->t, amount, MPFR_RNDN);
  return mpfr_get_d(r->t, MPFR_RNDN);
}

/* r->bound = the discounted spot, or of a put the discounted strike; an average is discounted in between. */
static void set_scale(reference *r, const tutti_option *o) {
  const bool lent = o->kind == TUTTI_ASIAN_GEOMETRIC && o->rate < o->dividend;
  mpfr_set_d(r->t, o->spot, MPFR_RNDN);
  exponential_of_product(r->u, lent ? -o->rate : -o->dividend, o->years);
  if (o->put) mpfr_set(r->bound, r->strike, MPFR_RNDN);
  else mpfr_mul(r->bound, r->t, r->u, MPFR_RNDN);
}

static const double volatilities[] = {1e-300, 1e-162, 1e-9, 1e-3, 0.2, 1, 8, 300, 1e10, 1e50};
static const double times[] = {1e-300, 1e-10, 0.5, 1, 64, 1e4, 1e15};
static const double rates[] = {-800, -710, -1, -0.05, 0, 0.05, 1, 709, 710, 800};
static const double pairs[][2] = {
    {1e-308, 1e-308},          {100, 100}, {100, 110}, {1e308, 1e308}, {1e-308, 1e308}, {1e308, 1e-308},
    {100, 100.00000000000003}, {1e5, 1e-3}};
enum { PAIRS = sizeof pairs / sizeof *pairs };

/* Nothing but the sizes of amounts, times and volatilities is special: the bound is the header's. */
Test(option_values, of_all_sizes) {
  reference r;
  open_reference(&r, 640);
  for (size_t k = 0; k < 6000; k++) {
    size_t number = k * 2654435761u % (10 * 7 * 10 * 10 * PAIRS * 2 * 4);
    tutti_option o = {.volatility = NEXT(&number, volatilities),
                      .years = NEXT(&number, times),
                      .rate = NEXT(&number, rates),
                      .dividend = NEXT(&number, rates)};
    o.spot = pairs[number % PAIRS][0], o.strike = pairs[number % PAIRS][1], number /= PAIRS;
    o.put = number % 2, number /= 2;
    if (number % 4 == 3) o.kind = TUTTI_ASIAN_GEOMETRIC, o.dates = 12;
    if (fmax(fabs(o.rate), fabs(o.dividend)) * o.years > 1e6) continue;
    set_law(&r, &o);
    set_unwatched(r.value, &r, &o);
    set_scale(&r, &o);
    const double error = error_of(&o, &r, r.bound);
    cr_assert(error < 1e-14, "%g: %s", error, text_of(&o));
  }
  each(&r, false);
}

static const double limits[] = {1e-300, 60, 99.999, 100.00000000000003, 100.001, 108, 1e5, 1e300};

Test(option_values, of_barriers_of_all_sizes) {
  static const double strikes[] = {1e-300, 50, 99, 99.9995, 100, 110, 300, 1e308};
  static const double spreads[] = {1e-3, 0.02, 0.25, 1, 8, 300, 1e10}, ages[] = {0.01, 0.5, 1, 64},
                      growths[] = {-400, -3, -0.05, 0, 0.05, 3, 400};
  reference r;
  open_reference(&r, 256);
  for (size_t k = 0; k < 1200; k++) {
    size_t number = k * 2654435761u % (7 * 4 * 7 * 7 * 8 * 8 * 4);
    tutti_option o = {.kind = TUTTI_BARRIER,
                      .spot = 100,
                      .volatility = NEXT(&number, spreads),
                      .years = NEXT(&number, ages),
                      .rate = NEXT(&number, growths),
                      .dividend = NEXT(&number, growths),
                      .strike = NEXT(&number, strikes),
                      .barrier = NEXT(&number, limits)};
    o.put = number % 2, o.knock_in = number / 2 % 2;
    if (fmax(fabs(o.rate), fabs(o.dividend)) * o.years > 400) continue;
    set_law(&r, &o);
    set_knock_in(r.in, &r, &o);
    if (o.knock_in) mpfr_set(r.value, r.in, MPFR_RNDN);
    else mpfr_sub(r.value, r.a, r.in, MPFR_RNDN);
    mpfr_max(r.bound, r.strike, r.share, MPFR_RNDN);
    mpfr_mul_d(r.bound, r.bound,
               1 + (fabs(log(o.barrier / o.spot)) + fabs(o.rate - o.dividend) * o.years) /
                       (o.volatility * sqrt(o.years)),
               MPFR_RNDN);
    const double error = error_of(&o, &r, r.bound);
    cr_assert(error < 1e-14, "%g: %s", error, text_of(&o));
  }
  each(&r, false);
}

/* value_of, or infinity */
static double value_or_overflow(const tutti_option *o) {
  double value = NAN;
  const tutti_status status = tutti_option_value(o, &value);
  cr_assert(status == TUTTI_EOVERFLOW || (status == TUTTI_OK && value >= 0 && isfinite(value)),
            "%s: status %d, value %g", text_of(o), (int)status, value);
  return status ? INFINITY : value;
}

static double european_of(tutti_option o) {
  o.kind = TUTTI_EUROPEAN, o.barrier = 0, o.knock_in = false, o.barrier_side = TUTTI_BARRIER_BY_SPOT;
  return value_or_overflow(&o);
}

/* Whatever the fields: a value, the two kinds of a barrier make a European option, and where hardly any
 * volatility is left, and neither strike nor barrier is near the path, none is as good. */
Test(option_values, of_barriers_at_every_end) {
  static const double spreads[] = {0, 1e-308, 1e-162, 1e-20, 1e-6, 1, 1e10, 1e162, 1e308},
                      ages[] = {0, 1e-308, 1e-20, 1, 1e20, 1e308},
                      growths[] = {-1e308, -1e100, -800, -1, -1e-300, 0, 1e-8, 1, 800, 1e100, 1e308},
                      amounts[] = {DBL_TRUE_MIN, 1e-308, 1e-300, 1, 1.5, 100, 1e300, DBL_MAX};
  for (size_t k = 0; k < 300000; k++) {
    size_t number = k * 2654435761u % (9 * 6 * 11 * 11 * 8 * 8 * 8 * 2);
    tutti_option o = {.kind = TUTTI_BARRIER,
                      .volatility = NEXT(&number, spreads),
                      .years = NEXT(&number, ages),
                      .rate = NEXT(&number, growths),
                      .dividend = NEXT(&number, growths),
                      .spot = NEXT(&number, amounts),
                      .strike = NEXT(&number, amounts),
                      .barrier = NEXT(&number, amounts),
                      .put = number % 2};
    const double sd = o.volatility * sqrt(o.years), drift = (o.rate - o.dividend) * o.years,
                 to = log(o.barrier) - log(o.spot), factor = 1 + (fabs(to) + fabs(drift)) / sd;
    const double out = value_or_overflow(&o), any = european_of(o);
    o.knock_in = true;
    const double in = value_or_overflow(&o);
    const double larger = fmax(o.spot * exp(-o.dividend * o.years), o.strike * exp(-o.rate * o.years));
    if (isinf(larger)) continue;
    const double error = 1e-14 * fmin(factor, 1e14) * larger + 4 * DBL_TRUE_MIN;
    cr_assert(isinf(any) ? in / 2 + out / 2 > 0.4999999 * DBL_MAX : fabs(in / 2 + out / 2 - any / 2) <= error,
              "%s: %g + %g, not %g", text_of(&o), in, out, any);
    if (sd < 1e-7 && fabs(drift) < 1e9 && fabs(drift - to) > 1e-5 &&
        fabs(drift + log(o.spot) - log(o.strike)) > 1e-5 && fabs(to) > 1e-5) {
      o.volatility = 0;
      const double sure = value_or_overflow(&o);
      o.volatility = sd / sqrt(o.years);
      cr_assert(fabs(in - sure) <= 1e-13 * larger * (1 + fabs(drift)), "%s: %g, not %g", text_of(&o), in,
                sure);
    }
  }
}

/* Where a path hardly strays, exponentials of thousands meet tails of the normal distribution. Numerical
 * integration in 200 digits. */
Test(option_values, barriers_at_low_volatility) {
  static const struct {
    double strike, rate, volatility, years, barrier;
    bool knock_in;
    double value;
  } cases[] = {{100, 0.1, 0.005, 1, 120, false, 9.5162581964040427},
               {100, 0.05, 0.005, 1, 130, false, 4.8770575499285991},
               {100, 0.1, 0.01, 1, 110, true, 6.9804358318146969},
               {100, 0.1, 0.02, 1, 110, false, 2.7874705913414956},
               {110, 0.03, 0.02, 5, 120, false, 2.6459170836913359}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const tutti_option o = {.kind = TUTTI_BARRIER,
                            .spot = 100,
                            .strike = cases[i].strike,
                            .rate = cases[i].rate,
                            .volatility = cases[i].volatility,
                            .years = cases[i].years,
                            .barrier = cases[i].barrier,
                            .knock_in = cases[i].knock_in};
    const double bound = 1e-12 * (1 + 2 * o.rate / o.volatility / o.volatility);
    cr_assert(fabs(value_or_overflow(&o) - cases[i].value) < bound, "case %zu: %.15g, not %.15g", i,
              value_or_overflow(&o), cases[i].value);
  }
}

/* A call on a ladder of strikes falls, and no faster than the discounted strike rises. */
Test(option_values, are_monotone) {
  for (int k = 0; k < 4; k++) {
    tutti_option o = {.spot = 100, .rate = k & 1 ? 0.05 : -3, .volatility = k & 2 ? 0.2 : 4, .years = 3};
    double before = 0;
    for (double strike = 1; strike < 1e6; before = value_or_overflow(&o), strike *= 1.25) {
      o.strike = strike;
      if (strike == 1) continue;
      const double fall = before - value_or_overflow(&o), most = strike / 5 * exp(-o.rate * o.years);
      cr_assert(fall > -1e-12 && fall < most * (1 + 1e-12) + 1e-12, "%s", text_of(&o));
    }
  }
}

/* Haug, "The complete guide to option pricing formulas" (1997): to the digits printed. His barriers pay 3
 * where the option ends, which does not depend on the strike, as differences show. */
Test(option_values, as_published) {
  tutti_option o = {.spot = 60, .strike = 65, .rate = 0.08, .volatility = 0.3, .years = 0.25};
  cr_assert(fabs(value_or_overflow(&o) - 2.1334) < 5e-5);
  o = (tutti_option){
      .put = true, .spot = 100, .strike = 95, .rate = 0.1, .dividend = 0.05, .volatility = 0.2, .years = 0.5};
  cr_assert(fabs(value_or_overflow(&o) - 2.4648) < 5e-5);
  static const struct {
    bool knock_in;
    double barrier, at_90, at_100, at_110;
  } table[] = {{false, 95, 9.0246, 6.7924, 4.8759}, {true, 95, 7.7627, 4.0109, 2.0576}};
  for (int i = 0; i < 2; i++) {
    o = (tutti_option){.kind = TUTTI_BARRIER,
                       .spot = 100,
                       .strike = 90,
                       .rate = 0.08,
                       .dividend = 0.04,
                       .volatility = 0.25,
                       .years = 0.5,
                       .barrier = table[i].barrier,
                       .knock_in = table[i].knock_in,
                       .barrier_side = TUTTI_BARRIER_DOWN};
    const double at_90 = value_or_overflow(&o), at_100 = (o.strike = 100, value_or_overflow(&o)),
                 at_110 = (o.strike = 110, value_or_overflow(&o));
    cr_assert(fabs(at_90 - at_100 - (table[i].at_90 - table[i].at_100)) < 1e-4);
    cr_assert(fabs(at_100 - at_110 - (table[i].at_100 - table[i].at_110)) < 1e-4);
  }
}
