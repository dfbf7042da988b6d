/* Options on baskets of correlated assets. */
#include <math.h>
#include <string.h>

#include "context/open.h"
#include "core/bytes.h"
#include "math/elementary.h"
#include "math/kernels.h"
#include "problems/lognormal.h"
#include "problems/option.h"

enum { ASSETS = TUTTI_BASKET_ASSETS, MOST_VARIANCE = 10000 /* of a logarithm, with a control */ };

/* The logarithms of the prices at the end: their means, and standard deviations times the Cholesky factor
 * of the correlations. */
typedef struct {
  size_t assets;
  double mean[ASSETS], factor[ASSETS][ASSETS];
} basket_params;

static double correlation(const tutti_basket *b, size_t i, size_t j) {
  if (b->correlation) return b->correlation[i * b->assets + j];
  return i == j;
}

/* The Cholesky factor. Not by LAPACK, whose last bits depend on the machine; there are at most 64 x 64.
 * Returns the first row that is no number, or `assets`: all are. */
static size_t factorise(const tutti_basket *b, basket_params *l) {
  for (size_t i = 0; i < b->assets; i++)
    for (size_t j = 0; j <= i; j++) {
      double rest = correlation(b, i, j);
      for (size_t k = 0; k < j; k++) rest -= l->factor[i][k] * l->factor[j][k];
      if (i == j && !(rest > 0)) return i;
      l->factor[i][j] = i == j ? sqrt(rest) : rest / l->factor[j][j];
    }
  return b->assets;
}

static size_t basket_params_of(const tutti_basket *b, basket_params *l) {
  l->assets = b->assets;
  const size_t factored = factorise(b, l);
  for (size_t i = 0; i < factored; i++) {
    const double variance = b->volatility[i] * b->volatility[i] * b->years, sd = sqrt(variance);
    const double drift = (b->rate - (b->dividend ? b->dividend[i] : 0)) * b->years;
    l->mean[i] = tutti_math_log(b->spot[i]) + drift - 0.5 * variance;
    for (size_t j = 0; j <= i; j++) l->factor[i][j] *= sd;
  }
  return factored;
}

static double total_weight(const tutti_basket *b) {
  double sum = 0;
  for (size_t i = 0; i < b->assets; i++) sum += b->weight[i];
  return sum;
}

/* The payoff is discount (price - strike). */
typedef struct {
  double strike, discount;
} terms;

static double pay(const tutti_basket *b, const terms *t, double price) {
  const double paid = t->discount * (b->put ? t->strike - price : price - t->strike);
  return paid <= 0 ? 0 : paid; /* NaN stays */
}

/* Prices are those at the end, unless the discount factor or a price at the end may be out of the range of
 * doubles where their product is not: then they are discounted. */
static terms terms_of(const tutti_basket *b, basket_params *l) {
  const double discount = b->rate * b->years;
  if (fabs(discount) < OPTION_LATE_DISCOUNT) return (terms){b->strike, tutti_math_exp(-discount)};
  for (size_t i = 0; i < b->assets; i++) l->mean[i] -= discount;
  return (terms){tutti_option_discounted(b->strike, b->rate, b->years), 1};
}

static void pay_point(const tutti_basket *b, const basket_params *l, const tutti_kernels *k, const terms *t,
                      double weights, const double *z, double *pays) {
  double x[ASSETS + 1], sum = 0, geometric = tutti_math_log(weights);
  for (size_t i = 0; i < b->assets; i++) {
    x[i] = l->mean[i];
    for (size_t j = 0; j <= i; j++) x[i] += l->factor[i][j] * z[j];
    geometric += b->weight[i] / weights * x[i];
  }
  x[b->assets] = geometric;
  k->math->exp(x, x, b->assets + 1);
  for (size_t i = 0; i < b->assets; i++) sum += b->weight[i] * x[i];
  pays[0] = pay(b, t, sum);
  pays[1] = pay(b, t, x[b->assets]);
}

static int evaluate(const double *u, size_t dims, size_t points, double *f, const tutti_basket *b,
                    bool control) {
  const double weights = total_weight(b);
  double z[ASSETS];
  basket_params l;
  tutti_ctx *ctx;
  if (dims != b->assets || tutti_resolve(NULL, &ctx) || basket_params_of(b, &l) < b->assets) return 1;
  const terms t = terms_of(b, &l);
  for (size_t p = 0; p < points; p++) {
    ctx->kernels->math->normal_icdf(u + p * dims, z, dims);
    double pays[2]; /* the option, its control */
    pay_point(b, &l, ctx->kernels, &t, weights, z, pays);
    if (control) memcpy(f + 2 * p, pays, sizeof pays);
    else f[p] = pays[0];
  }
  return 0;
}

static int without_control(const double *u, size_t dims, size_t points, double *f, const void *args) {
  return evaluate(u, dims, points, f, args, false);
}

static int with_control(const double *u, size_t dims, size_t points, double *f, const void *args) {
  return evaluate(u, dims, points, f, args, true);
}

/* The value of the option on the geometric mean, whose logarithm is normal. NaN where its mean and
 * variance are so large that rounding leaves no digits. */
static double geometric_value(const tutti_basket *b, const basket_params *l) {
  const double weights = total_weight(b);
  double mean = tutti_math_log(weights), variance = 0;
  for (size_t j = 0; j < b->assets; j++) {
    double loading = 0; /* on z[j] */
    for (size_t i = j; i < b->assets; i++) loading += b->weight[i] / weights * l->factor[i][j];
    variance += loading * loading;
    mean += b->weight[j] / weights * l->mean[j];
  }
  for (size_t i = 0; i < b->assets; i++)
    if (!(b->volatility[i] * b->volatility[i] * b->years <= MOST_VARIANCE)) return NAN;
  const double sign = b->put ? -1 : 1, sd = sqrt(variance);
  const double value = tutti_option_ordinary_value(sign, b->rate, b->years, mean, sd, b->strike);
  if (!isnan(value)) return value;
  const wide_sum discount = wide_product(-b->rate, b->years), growth = {mean + 0.5 * variance, 0};
  const lognormal price = {.sign = sign,
                           .share = wide_exp(wide_added(growth, discount)),
                           .strike = wide_times(wide_make(b->strike, 0), wide_exp(discount)),
                           .sd = fmin(sd, LOGNORMAL_MOST_SD)};
  return tutti_lognormal_value(&price);
}

/* -- arguments -- */

static tutti_status check_asset(const tutti_basket *b, size_t i) {
  const struct {
    const char *name;
    const double *value;
  } fields[] = {{"spot", b->spot}, {"weight", b->weight}};
  for (int k = 0; k < 2; k++)
    if (!(fields[k].value[i] > 0) || isinf(fields[k].value[i]))
      return tutti_fail(NULL, TUTTI_EINVAL, "%s[%zu] = %.17g is not positive and finite", fields[k].name, i,
                        fields[k].value[i]);
  if (!(b->volatility[i] >= 0) || isinf(b->volatility[i]))
    return tutti_fail(NULL, TUTTI_EINVAL, "volatility[%zu] = %.17g is negative or not finite", i,
                      b->volatility[i]);
  if (b->dividend && !isfinite(b->dividend[i]))
    return tutti_fail(NULL, TUTTI_EINVAL, "dividend[%zu] = %.17g is not finite", i, b->dividend[i]);
  if (correlation(b, i, i) != 1)
    return tutti_fail(NULL, TUTTI_EINVAL, "correlation[%zu, %zu] = %.17g is not 1", i, i,
                      correlation(b, i, i));
  return TUTTI_OK;
}

static tutti_status check(const tutti_basket *b, const tutti_mc_problem *problem) {
  if (!b) return tutti_fail(NULL, TUTTI_EINVAL, "basket is NULL");
  if (!problem) return tutti_fail(NULL, TUTTI_EINVAL, "problem is NULL");
  if (b->assets == 0 || b->assets > ASSETS)
    return tutti_fail(NULL, TUTTI_EINVAL, "assets = %zu is not in [1, %d]", b->assets, ASSETS);
  if (!b->spot || !b->weight || !b->volatility)
    return tutti_fail(NULL, TUTTI_EINVAL, "%s is NULL",
                      !b->spot     ? "spot"
                      : !b->weight ? "weight"
                                   : "volatility");
  if (!(b->strike > 0) || isinf(b->strike))
    return tutti_fail(NULL, TUTTI_EINVAL, "strike = %.17g is not positive and finite", b->strike);
  if (!(b->years >= 0) || isinf(b->years))
    return tutti_fail(NULL, TUTTI_EINVAL, "years = %.17g is negative or not finite", b->years);
  if (!isfinite(b->rate)) return tutti_fail(NULL, TUTTI_EINVAL, "rate = %.17g is not finite", b->rate);
  tutti_status status = TUTTI_OK;
  for (size_t i = 0; i < b->assets && !status; i++) status = check_asset(b, i);
  return status;
}

/* A hash of every field; NULL counts as what it stands for. */
static uint64_t tag_of(const tutti_basket *b) {
  const double fields[] = {(double)b->assets, b->put, b->strike, b->rate, b->years};
  uint64_t tag = bytes_hash(BYTES_HASH, fields, sizeof fields);
  for (size_t i = 0; i < b->assets; i++) {
    const double asset[] = {b->spot[i], b->weight[i], b->volatility[i], b->dividend ? b->dividend[i] : 0};
    tag = bytes_hash(tag, asset, sizeof asset);
    for (size_t j = 0; j < i; j++)
      tag = bytes_hash(tag, (const double[]){correlation(b, i, j)}, sizeof(double));
  }
  return tag;
}

tutti_status tutti_basket_problem(const tutti_basket *basket, tutti_mc_problem *problem) {
  const tutti_status status = check(basket, problem);
  if (status) return status;
  basket_params l;
  const size_t factored = basket_params_of(basket, &l);
  if (factored < basket->assets)
    return tutti_fail(NULL, TUTTI_EINVAL, "the correlations are not positive definite (row %zu)", factored);
  const double mean = problem->control ? geometric_value(basket, &l) : problem->control_mean;
  if (problem->control && isnan(mean))
    return tutti_fail(NULL, TUTTI_EUNSUPPORTED, "no control: a volatility^2 years is above %d",
                      MOST_VARIANCE);
  if (problem->control && isinf(mean))
    return tutti_fail(NULL, TUTTI_EOVERFLOW, "the control's mean is above the largest double");
  problem->f = problem->control ? with_control : without_control;
  problem->args = basket;
  problem->dims = basket->assets;
  problem->tag = tag_of(basket);
  problem->control_mean = mean;
  return TUTTI_OK;
}
