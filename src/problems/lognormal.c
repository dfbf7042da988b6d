/* Black and Scholes' formula, and Reiner and Rubinstein's of barriers, such that nothing overflows. */
#include "problems/lognormal.h"

#include "math/elementary.h"

/* The path is the price's logarithm from the spot on, in units of its standard deviation at the end, seen
 * such that a barrier is above. There are two measures: [0] of money, and [1] of shares, where a path weighs
 * as much as its price, which lifts the mean by one standard deviation. An option is worth the share times
 * the probability in [1] that it pays, less the strike times that in [0] (Geman, El Karoui and Rochet, 1995).
 */
typedef struct {
  const lognormal *params;
  double orientation;
  double mean[2], barrier; /* of the end; barriers only */
} path;

/* A price the end is compared with: how far above the mean it is, and how far below the barrier. */
typedef struct {
  double above_mean[2], below_barrier;
  wide amount, strikes; /* discounted; the strike over it */
} limit;

/* Below it there is none: its square is no double, and an amount is not worth a digit more with it. */
#define LEAST_SD 1e-150

/* log_mean: of the mean price over the amount */
static limit limit_at(const path *p, wide amount, double log_mean, double log_barrier) {
  const double mean = log_mean / p->params->sd, half = 0.5 * p->params->sd;
  return (limit){{-p->orientation * (mean - half), -p->orientation * (mean + half)},
                 p->orientation * log_barrier / p->params->sd,
                 amount,
                 wide_over(p->params->strike, amount)};
}

/* The strike or share, by the measure, times the probability of an end below the limit (`above`: above it);
 * `mirrored`: of one that, mirrored by the barrier, is. In its tail this is the density at the limit times
 * Mills' ratio. An amount has the same density in both measures, and it is taken from the one whose mean is
 * nearer: what cancels between large exponents does so on paper. */
static wide beyond(const path *p, const limit *c, int measure, bool mirrored, bool above) {
  const double from = c->above_mean[measure] - (mirrored ? 2 * p->barrier : 0), z = above ? -from : from;
  if (z == -INFINITY) return (wide){0, 0};
  if (z > -1.5) {
    const wide all = measure ? p->params->share : p->params->strike;
    const double image = mirrored ? 2 * p->barrier * p->mean[measure] : 0;
    return wide_times(wide_times(all, wide_exp((wide_sum){image, 0})), wide_make(math_normal(z), 0));
  }
  const bool shares = fabs(c->above_mean[1]) < fabs(c->above_mean[0]);
  const double near = c->above_mean[shares], image = mirrored ? 2 * p->barrier * c->below_barrier : 0;
  const wide density =
      wide_times(shares ? p->params->share : c->amount, wide_exp((wide_sum){-0.5 * near * near - image, 0}));
  const wide tail = wide_times(density, wide_make(0.3989422804014327 / math_inverse_mills(z), 0));
  return measure ? tail : wide_times(tail, c->strikes);
}

/* As beyond, of ends between two limits; both from the tail they are in. */
static wide between(const path *p, const limit *low, const limit *high, int measure, bool mirrored) {
  const double a = low->above_mean[measure], z = high->above_mean[measure];
  if (!(a < z)) return (wide){0, 0};
  const bool above = a + z - (mirrored ? 4 * p->barrier : 0) > 0;
  const limit *wider = above ? low : high, *narrower = above ? high : low;
  return wide_plus(beyond(p, wider, measure, mirrored, above), -1,
                   beyond(p, narrower, measure, mirrored, above));
}

/* A path touches the barrier if it ends beyond it, or, with the probability of its mirror image, if it does
 * not (the reflection principle). */
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

double lognormal_value(const lognormal *params) {
  const double orientation = params->up ? 1 : -1;
  if (fmax(params->share.e, params->strike.e) < -2000) return 0;
  if (fmin(params->share.e, params->strike.e) > 1e15) return INFINITY; /* no digit is right */
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
