/* Black and Scholes' formula, and Reiner and Rubinstein's for barriers, computed so that nothing
 * overflows. */
#include "problems/lognormal.h"

#include "math/elementary.h"

/* A path is log(price / spot) over time, in units of its standard deviation at the end, with its sign
 * chosen such that the barrier is above.
 *
 * There are two probability measures: [0], in which amounts of money are means; and [1], in which a path
 * has a weight proportional to its price at the end, so that its mean is higher by one standard deviation.
 * An option is worth (Geman, El Karoui and Rochet, 1995)
 *
 *     share (probability in [1] that it pays) - strike (probability in [0] that it pays). */
typedef struct {
  const lognormal *params;
  double orientation;
  double mean[2], barrier; /* of the end of a path, in both measures; used for barriers only */
} path;

/* A limit, with which the price at the end is compared: its distance above the mean, and below the
 * barrier. */
typedef struct {
  double above_mean[2], below_barrier;
  wide amount, strikes; /* the limit itself, discounted; strike / limit */
} limit;

/* Standard deviations below this count as 0: their square is out of the range of doubles, and they change
 * no digit of an amount. */
#define LEAST_SD 1e-150

/* log_mean: of the mean price over the amount */
static limit limit_at(const path *p, wide amount, double log_mean, double log_barrier) {
  const double mean = log_mean / p->params->sd, half = 0.5 * p->params->sd;
  return (limit){{-p->orientation * (mean - half), -p->orientation * (mean + half)},
                 p->orientation * log_barrier / p->params->sd,
                 amount,
                 wide_over(p->params->strike, amount)};
}

/* The strike (measure 0) or share (measure 1) times the probability that a path ends below the limit
 * (`above`: above it); `mirrored`: that its mirror image in the barrier does.
 *
 * In the tail this is computed as the density at the limit times Mills' ratio. For an amount both measures
 * have the same density; the measure is used whose mean is nearer, so that large exponents cancel in the
 * formula and not in the computation. */
static wide beyond(const path *p, const limit *c, int measure, bool mirrored, bool above) {
  const double from = c->above_mean[measure] - (mirrored ? 2 * p->barrier : 0), z = above ? -from : from;
  if (z == -INFINITY) return (wide){0, 0};
  if (z > -1.5) {
    const wide all = measure ? p->params->share : p->params->strike;
    const double image = mirrored ? 2 * p->barrier * p->mean[measure] : 0;
    return wide_times(wide_times(all, wide_exp((wide_sum){image, 0})), wide_make(tutti_math_normal(z), 0));
  }
  const bool shares = fabs(c->above_mean[1]) < fabs(c->above_mean[0]);
  const double near = c->above_mean[shares], image = mirrored ? 2 * p->barrier * c->below_barrier : 0;
  const wide density =
      wide_times(shares ? p->params->share : c->amount, wide_exp((wide_sum){-0.5 * near * near - image, 0}));
  const wide tail = wide_times(density, wide_make(0.3989422804014327 / tutti_math_inverse_mills(z), 0));
  return measure ? tail : wide_times(tail, c->strikes);
}

/* As `beyond`, for ends between two limits: the difference of two tails, both from the side on which they
 * are smaller. */
static wide between(const path *p, const limit *low, const limit *high, int measure, bool mirrored) {
  const double a = low->above_mean[measure], z = high->above_mean[measure];
  if (!(a < z)) return (wide){0, 0};
  const bool above = a + z - (mirrored ? 4 * p->barrier : 0) > 0;
  const limit *wider = above ? low : high, *narrower = above ? high : low;
  return wide_plus(beyond(p, wider, measure, mirrored, above), -1,
                   beyond(p, narrower, measure, mirrored, above));
}

/* The strike or share times the probability that the option pays. A path has touched the barrier if it
 * ends beyond it. If it ends before it, it has touched it with the probability of its mirror image (the
 * reflection principle). */
static wide paying(const path *p, int measure) {
  static const limit lowest = {{-INFINITY, -INFINITY}, 0, {0, 0}, {0, 0}};
  static const limit highest = {{INFINITY, INFINITY}, 0, {0, 0}, {0, 0}};
  const lognormal *params = p->params;
  const limit strike =
      limit_at(p, params->strike, wide_log_ratio(params->share, params->strike), params->above_strike);
  const bool pays_above = params->sign * p->orientation > 0;
  const limit *low = pays_above ? &strike : &lowest, *high = pays_above ? &highest : &strike;
  if (params->end == LOGNORMAL_ANY) return between(p, low, high, measure, false);

  const limit barrier = limit_at(p, params->barrier, params->drift - params->to, 0);
  const bool strike_before = p->orientation * params->above_strike > 0,
             touched = params->end == LOGNORMAL_TOUCHED;
  const bool only_beyond = pays_above && !strike_before, only_before = !pays_above && strike_before;
  wide ends_beyond = {0, 0};
  if (touched && !only_before)
    ends_beyond = between(p, only_beyond ? &strike : &barrier, high, measure, false);
  if (only_beyond) return ends_beyond;
  const limit *last = only_before ? &strike : &barrier;
  const wide images = between(p, low, last, measure, true);
  return touched ? wide_plus(ends_beyond, 1, images)
                 : wide_plus(between(p, low, last, measure, false), -1, images);
}

static double difference(const lognormal *params, wide shares, wide strikes) {
  const double paid = params->sign * wide_double(wide_plus(shares, -1, strikes));
  return paid > 0 ? paid : 0;
}

double tutti_lognormal_value(const lognormal *params) {
  const double orientation = params->up ? 1 : -1;
  if (fmax(params->share.e, params->strike.e) < -2000) return 0;
  if (fmin(params->share.e, params->strike.e) > 1e15) return INFINITY; /* no digit would be right */
  if (params->sd < LEAST_SD) {
    const bool touched = orientation * (params->drift - params->to) >= 0;
    if (params->end != LOGNORMAL_ANY && touched != (params->end == LOGNORMAL_TOUCHED)) return 0;
    return difference(params, params->share, params->strike);
  }
  const double mean = params->drift / params->sd, half = 0.5 * params->sd;
  const path p = {params,
                  orientation,
                  {orientation * (mean - half), orientation * (mean + half)},
                  orientation * params->to / params->sd};
  return difference(params, paying(&p, 1), paying(&p, 0));
}
