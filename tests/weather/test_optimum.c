/* A fit is the top of its likelihood: the slopes there, worked out anew from the coefficients, are nothing.
 * The priors are those docs/explanation/ensembles.md tells. */
#include "climates.h"

enum { MOST_TERMS = 1 + 2 * TUTTI_MOST_HARMONICS, DRY = 0, WET = 1 };

/* Of the logarithm of a likelihood: slopes in the coefficients of either kind of day, and the information. */
typedef struct {
  long double slope[2][MOST_TERMS], information[2][MOST_TERMS];
} gradient;

typedef struct {
  const climate *c;
  int terms;
  tutti_daily record;
  tutti_generator g;
} fitted;

static void basis_of(const tutti_daily *record, size_t t, double *x) {
  const tutti_date date = tutti_day_date(record->first_day + (int32_t)t);
  const int day =
      tutti_day_number((tutti_date){2000, date.month, date.day}) - tutti_day_number((tutti_date){2000, 1, 1});
  x[0] = 1;
  for (int k = 1; k <= TUTTI_MOST_HARMONICS; k++) {
    x[2 * k - 1] = cos(2 * acos(-1) * k * day / 366);
    x[2 * k] = sin(2 * acos(-1) * k * day / 366);
  }
}

static double at(const fitted *f, int parameter, const double *x) {
  double sum = 0;
  for (int k = 0; k < f->terms; k++) sum += f->g.law->c[parameter][k] * x[k];
  return sum;
}

static void add(gradient *g, int kind, const double *x, double slope, double information) {
  for (int k = 0; k < MOST_TERMS; k++) {
    g->slope[kind][k] += slope * x[k];
    g->information[kind][k] += information * x[k] * x[k];
  }
}

/* With the priors: precisions of the first coefficient, of the harmonics, and of the kinds' differences. */
static void expect_top(const fitted *f, gradient *g, int parameter, int kinds, const double *prior,
                       const char *what) {
  double(*c)[MOST_TERMS] = &f->g.law->c[parameter];
  for (int k = 0; k < f->terms; k++) {
    const double apart = kinds == 2 ? prior[2] * (c[WET][k] - c[DRY][k]) : 0;
    g->slope[DRY][k] += apart - prior[k > 0] * c[DRY][k];
    g->slope[WET][k] -= apart;
    for (int kind = 0; kind < kinds; kind++) {
      const double error = (double)(g->slope[kind][k] / sqrtl(g->information[kind][k] + prior[2] + 1e-9));
      cr_assert(fabs(error) < 1e-5,
                "%s, %d terms, %s, kind %d, coefficient %d: the slope is %g standard errors", f->c->name,
                f->terms, what, kind, k, error);
    }
  }
}

static void chances(const fitted *f) {
  gradient g = {0};
  const double *rain = f->record.value[TUTTI_PRECIPITATION];
  for (size_t t = 1; t < f->record.days; t++) {
    double x[MOST_TERMS];
    const int was_wet = rain[t - 1] > 0;
    basis_of(&f->record, t, x);
    const double p = 1 / (1 + exp(-at(f, TUTTI_WET_AFTER_DRY + was_wet, x)));
    add(&g, was_wet, x, (rain[t] > 0) - p, p * (1 - p));
  }
  expect_top(f, &g, TUTTI_WET_AFTER_DRY, 2, (const double[]){0, 0.01, 1}, "chance");
}

static double digamma_of(double a) { /* from the C library's log Gamma, by differences of fourth order */
  const double h = 1e-3 * fmin(a, 1);
  return (8 * (lgamma(a + h) - lgamma(a - h)) - (lgamma(a + 2 * h) - lgamma(a - 2 * h))) / (12 * h);
}

static void amounts(const fitted *f) {
  gradient mean = {0}, shape = {0};
  for (size_t t = 0; t < f->record.days; t++) {
    const double rain = f->record.value[TUTTI_PRECIPITATION][t];
    if (!(rain > 0)) continue;
    double x[MOST_TERMS];
    basis_of(&f->record, t, x);
    const double a = exp(at(f, TUTTI_SHAPE, x)), relative = rain / exp(at(f, TUTTI_AMOUNT, x));
    add(&mean, DRY, x, a * (relative - 1), a);
    add(&shape, DRY, x, a * (log(a) + 1 - digamma_of(a) + log(relative) - relative), 0.5);
  }
  expect_top(f, &mean, TUTTI_AMOUNT, 1, (const double[]){0, 1, 0}, "amount");
  expect_top(f, &shape, TUTTI_SHAPE, 1, (const double[]){1, 1, 0}, "shape");
}

/* The means' prior goes with the days' spread, which a fit without knowledge of the variances leaves; here it
 * is worked out from the slopes: all of them lead to the same one, between 0.9 and 1.1 of the spread that is.
 */
static void temperatures(const fitted *f, int v) {
  gradient mean = {0}, log_variance = {0};
  double squares = 0;
  const int of_mean = TUTTI_TMAX_DRY + 2 * v, of_sd = TUTTI_TMAX_DRY_SD + 2 * v;
  for (size_t t = 0; t < f->record.days; t++) {
    double x[MOST_TERMS];
    const int wet = f->record.value[TUTTI_PRECIPITATION][t] > 0;
    basis_of(&f->record, t, x);
    const double r = f->record.value[TUTTI_TMAX + v][t] - at(f, of_mean + wet, x);
    const double variance = exp(2 * at(f, of_sd + wet, x));
    squares += r * r;
    add(&mean, wet, x, r / variance, 1 / variance);
    add(&log_variance, wet, x, r * r / variance - 1, 1); /* twice the likelihood, and its prior */
  }
  double(*sd)[MOST_TERMS] = &f->g.law->c[of_sd], (*c)[MOST_TERMS] = &f->g.law->c[of_mean];
  for (int k = 0; k < f->terms; k++) { /* the prior is of the variance's coefficients, twice those */
    const double apart = 4 * 2 * (sd[WET][k] - sd[DRY][k]), ridge = (k > 0) * 2 * sd[DRY][k];
    const double dry = (double)log_variance.slope[DRY][k] + apart - ridge,
                 wet = (double)log_variance.slope[WET][k] - apart;
    const double all = sqrt((double)log_variance.information[DRY][k]);
    cr_assert(fabs(dry) < 1e-5 * all && fabs(wet) < 1e-5 * all,
              "%s, %d terms, variance %d, coefficient %d: %g, %g", f->c->name, f->terms, v, k, dry, wet);
  }
  const double spread = squares / (double)f->record.days;
  for (int k = 0; k < f->terms; k++) {
    const double difference = c[WET][k] - c[DRY][k], ridge = (k > 0) * 0.01 * c[DRY][k];
    const double precision = (double)mean.slope[WET][k] / difference;
    const double sum = (double)(mean.slope[DRY][k] + mean.slope[WET][k]);
    cr_assert(precision > 0.9 * 4 / spread && precision < 1.1 * 4 / spread,
              "%s, %d terms, mean %d, coefficient %d: %g, not %g", f->c->name, f->terms, v, k, precision,
              4 / spread);
    cr_assert(fabs(sum - ridge * precision / 4) < 1e-5 * sqrt((double)mean.information[DRY][k]), "%s, %d: %g",
              f->c->name, k, sum);
  }
}

Test(optimum, the_slopes_are_nothing, .timeout = 300) {
  static const int years[CLIMATES] = {60, 30, 20, 10, 10, 10, 30, 1};
  for (int k = 0; k < CLIMATES; k++)
    for (int harmonics = 1; harmonics <= TUTTI_MOST_HARMONICS; harmonics += 1 + (k > 0)) {
      climate c = climates[k];
      if (c.refused) continue;
      c.years = years[k];
      fitted f = {&c, 1 + 2 * harmonics, climate_record(&c, 11), {0}};
      const tutti_generator_options o = {harmonics, 0};
      cr_assert(tutti_generator_fit(NULL, &f.record, 1, &o, &f.g) == TUTTI_OK, "%s, %d harmonics: %s", c.name,
                harmonics, tutti_error_detail(NULL));
      chances(&f);
      amounts(&f);
      for (int v = 0; v < 2; v++) temperatures(&f, v);
      tutti_generator_free(&f.g);
      tutti_daily_free(&f.record);
    }
}
