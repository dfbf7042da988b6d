/* Options as integrands. */
#include <math.h>

#include "context/open.h"
#include "core/bytes.h"
#include "math/elementary.h"
#include "math/kernels.h"
#include "problems/option.h"

enum { PIECE = OPTION_MOST_DATES }; /* coordinates that are handled at a time */

/* -- paths -- */

/* Some paths: x[p dates + d] is the logarithm of price p at date d; y has as much room. */
typedef struct {
  const tutti_option *option;
  const tutti_kernels *kernels;
  bool control; /* a control is wanted */
  size_t points, dates;
  double start, step_mean, step_sd; /* start of the logarithm; mean and standard deviation of a step */
  double barrier;                   /* logarithm of the barrier */
  double strike, discount;
  double x[PIECE], y[PIECE];
} paths;

static void walk(paths *w, const double *u) {
  w->kernels->math->normal_icdf(u, w->x, w->points * w->dates);
  for (size_t p = 0; p < w->points; p++) {
    double at = w->start;
    for (size_t d = 0; d < w->dates; d++) {
      at += w->step_mean + w->step_sd * w->x[p * w->dates + d];
      w->x[p * w->dates + d] = at;
    }
  }
}

static double pay(const paths *w, double price) {
  const double paid = w->discount * option_sign(w->option) * (price - w->strike);
  return paid <= 0 ? 0 : paid; /* NaN stays */
}

static double mean_of(const double *x, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i];
  return sum / (double)n;
}

/* -- payoffs -- */

static void set(const paths *w, double *f, size_t p, double value, double control) {
  if (w->control) f[2 * p] = value, f[2 * p + 1] = control;
  else f[p] = value;
}

static void european(paths *w, double *f) {
  w->kernels->math->exp(w->x, w->y, w->points);
  for (size_t p = 0; p < w->points; p++) set(w, f, p, pay(w, w->y[p]), w->discount * w->y[p]);
}

/* y = the geometric means of the prices. */
static void geometric_means(paths *w) {
  for (size_t p = 0; p < w->points; p++) w->y[p] = mean_of(w->x + p * w->dates, w->dates);
  w->kernels->math->exp(w->y, w->y, w->points);
}

static void geometric(paths *w, double *f) {
  geometric_means(w);
  for (size_t p = 0; p < w->points; p++) set(w, f, p, pay(w, w->y[p]), 0);
}

static void arithmetic(paths *w, double *f) {
  if (w->control) geometric_means(w);
  w->kernels->math->exp(w->x, w->x, w->points * w->dates);
  for (size_t p = 0; p < w->points; p++)
    set(w, f, p, pay(w, mean_of(w->x + p * w->dates, w->dates)), w->control ? pay(w, w->y[p]) : 0);
}

/* The payoff with a barrier. A Brownian bridge between two logarithms at distances a and b from the
 * barrier, on the same side of it, touches it with the probability
 *
 *     exp(-2 a b / variance of the step),
 *
 * which is 1 where a or b is 0; NaN stays NaN. */
static void barrier(paths *w, double *f) {
  const tutti_option *o = w->option;
  const double side = option_barrier_up(o) ? -1 : 1, scale = -2 / (w->step_sd * w->step_sd);
  const double start = side * (w->start - w->barrier);
  double end[PIECE];
  for (size_t p = 0; p < w->points; p++) {
    double before = start < 0 ? 0 : start;
    for (size_t i = p * w->dates; i < (p + 1) * w->dates; i++) {
      const double away = side * (w->x[i] - w->barrier), now = away < 0 ? 0 : away;
      w->y[i] = before == 0 || now == 0 ? 0 : scale * before * now;
      before = now;
    }
    end[p] = w->x[(p + 1) * w->dates - 1];
  }
  w->kernels->math->exp(w->y, w->y, w->points * w->dates);
  w->kernels->math->exp(end, end, w->points);
  for (size_t p = 0; p < w->points; p++) {
    double never = 1;
    for (size_t i = p * w->dates; i < (p + 1) * w->dates; i++) never *= 1 - w->y[i];
    const double paid = pay(w, end[p]);
    set(w, f, p, paid * (o->knock_in ? 1 - never : never), paid);
  }
}

/* -- the problem -- */

static void (*const payoffs[])(paths *w, double *f) = {[TUTTI_EUROPEAN] = european,
                                                       [TUTTI_ASIAN_ARITHMETIC] = arithmetic,
                                                       [TUTTI_ASIAN_GEOMETRIC] = geometric,
                                                       [TUTTI_BARRIER] = barrier};

/* Switches to discounted prices: the discount factor or a price at the end may be out of the range of
 * doubles where their product is not. */
static void discount_early(paths *w) {
  /* cppcheck-suppress ctuuninitvar; evaluate has set it */
  const tutti_option *o = w->option;
  const double discount = o->rate * o->years;
  w->start -= discount;
  w->barrier -= discount;
  w->strike = tutti_option_discounted(o->strike, o->rate, o->years);
  w->discount = 1;
}

static int evaluate(const double *u, size_t dates, size_t points, double *f, const tutti_option *o,
                    bool control) {
  tutti_ctx *ctx;
  if (dates != option_dates(o) || tutti_resolve(NULL, &ctx)) return 1;
  const double step = o->years / (double)dates, variance = o->volatility * o->volatility * step;
  paths w;
  w.option = o;
  w.kernels = ctx->kernels;
  w.control = control;
  w.dates = dates;
  w.start = tutti_math_log(o->spot);
  w.step_mean = (o->rate - o->dividend) * step - 0.5 * variance;
  w.step_sd = sqrt(variance);
  w.strike = o->strike;
  w.barrier = o->kind == TUTTI_BARRIER ? tutti_math_log(o->barrier) : 0;
  w.discount = tutti_math_exp(-o->rate * o->years);
  if (!(fabs(o->rate * o->years) < OPTION_LATE_DISCOUNT)) discount_early(&w);
  for (size_t most = PIECE / dates, p = 0; p < points; p += most) {
    w.points = points - p < most ? points - p : most;
    walk(&w, u + p * dates);
    payoffs[o->kind](&w, f + (control ? 2 : 1) * p);
  }
  return 0;
}

static int without_control(const double *u, size_t dates, size_t points, double *f, const void *args) {
  return evaluate(u, dates, points, f, args, false);
}

static int with_control(const double *u, size_t dates, size_t points, double *f, const void *args) {
  return evaluate(u, dates, points, f, args, true);
}

/* The mean of the control: the value of an option, or of the asset. */
static tutti_status control_mean(const tutti_option *option, double *mean) {
  tutti_option control = *option;
  if (option->kind == TUTTI_EUROPEAN) {
    const double share = tutti_option_discounted(option->spot, option->dividend, option->years);
    if (isinf(share))
      return tutti_fail(NULL, TUTTI_EOVERFLOW, "the control's mean is above the largest double");
    *mean = share;
    return TUTTI_OK;
  }
  control.kind = option->kind == TUTTI_BARRIER ? TUTTI_EUROPEAN : TUTTI_ASIAN_GEOMETRIC;
  if (control.kind == TUTTI_EUROPEAN) {
    control.dates = 1, control.barrier = 0, control.knock_in = false;
    control.barrier_side = TUTTI_BARRIER_BY_SPOT;
  }
  return tutti_option_value(&control, mean);
}

static uint64_t tag_of(const tutti_option *o) {
  const double fields[] = {(double)o->kind, o->put,      o->spot,
                           o->strike,       o->rate,     o->dividend,
                           o->volatility,   o->years,    (double)option_dates(o),
                           o->barrier,      o->knock_in, (double)o->barrier_side};
  return bytes_hash(BYTES_HASH, fields, sizeof fields);
}

tutti_status tutti_option_problem(const tutti_option *option, tutti_mc_problem *problem) {
  const tutti_status status = tutti_option_check(option);
  if (status) return status;
  if (!problem) return tutti_fail(NULL, TUTTI_EINVAL, "problem is NULL");
  if (problem->control && option->kind == TUTTI_ASIAN_GEOMETRIC)
    return tutti_fail(NULL, TUTTI_EUNSUPPORTED, "a geometric Asian option has no control");
  double mean = problem->control_mean;
  const tutti_status controlled = problem->control ? control_mean(option, &mean) : TUTTI_OK;
  if (controlled) return controlled;
  problem->f = problem->control ? with_control : without_control;
  problem->args = option;
  problem->dims = option_dates(option);
  problem->tag = tag_of(option);
  problem->control_mean = mean;
  return TUTTI_OK;
}
