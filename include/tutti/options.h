/* Prices of options under the model of Black and Scholes (1973), as Monte Carlo problems and, where there are
 * any, in closed form. An asset's price is a geometric Brownian motion: in a time t its logarithm changes by
 * (rate - dividend - volatility^2 / 2) t + volatility sqrt(t) z, z standard normal. */
#ifndef TUTTI_OPTIONS_H
#define TUTTI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <tutti/montecarlo.h>
#include <tutti/status.h>

TUTTI_BEGIN_DECLS

/* What is compared with the strike. */
enum tutti_option_kind_ {
  TUTTI_EUROPEAN,         /* the price at the end */
  TUTTI_ASIAN_ARITHMETIC, /* the mean of the prices at `dates` dates: years / dates, 2 years / dates, ... */
  TUTTI_ASIAN_GEOMETRIC,  /* their geometric mean */
  TUTTI_BARRIER           /* the price at the end, if the price was never (knock_in: ever) at the barrier */
};
TUTTI_ENUM(tutti_option_kind);

/* Where prices are that have not touched a barrier. */
typedef enum {
  TUTTI_BARRIER_BY_SPOT, /* on the spot's side */
  TUTTI_BARRIER_UP,      /* below: it is touched by a price at or above it */
  TUTTI_BARRIER_DOWN     /* above: it is touched by a price at or below it */
} tutti_barrier_side;

/* Start with {0}. Money in any unit, time in years, rates continuously compounded per year. */
typedef struct {
  tutti_option_kind kind;
  bool put;            /* pays strike - price, a call price - strike, nothing below 0 */
  double spot, strike; /* > 0 */
  double rate, dividend;
  double volatility, years; /* >= 0; where either is 0 the price follows its forward price */
  size_t dates;   /* 1 .. 4096; 0 means 1, all a European one has. Barrier: steps of a path, none of which
                     misses a touch */
  double barrier; /* > 0; 0 for the other kinds */
  bool knock_in;
  tutti_barrier_side barrier_side; /* of the same contract on another day, or on a ladder of spots, state it:
                     a spot beyond the barrier has then touched it, and a knock-out is worth 0. Without it the
                     barrier is an upper one if it is above the spot, a lower one if below, and touched if it
                     is the spot */
} tutti_option;

/* Makes the option the integrand of *problem: sets f, args (the option, which must stay where it is), tag,
 * dims (a coordinate a date) and, where problem->control asks for it, control_mean, and nothing else. The
 * mean is the price, discounted to today. Controls: of a European option the asset, of an arithmetic Asian
 * one the geometric (Kemna and Vorst, 1990), of a barrier the European one. Between two steps the price's
 * path is a Brownian bridge, whose probability to touch a barrier is known: no error of discretisation
 * (Andersen and Brotherton-Ratcliffe, 1996). Normals are tutti_normal_icdf of the coordinates. Same bits
 * everywhere.
 *
 * Simulated prices that overflow make the estimate infinite or NaN: a payoff that is no number does not count
 * as 0. From |rate| years = 300 on prices are simulated discounted, so that those that overflow are worth it.
 *
 * TUTTI_EINVAL: a field is out of range, which the detail (of NULL) names. TUTTI_EUNSUPPORTED: a geometric
 * Asian has no control. TUTTI_EOVERFLOW: the control's mean is no double. *problem is untouched then.
 * problem->control is not to be changed afterwards: f writes what was asked for. Thread-safe. */
TUTTI_API tutti_status tutti_option_problem(const tutti_option *option, tutti_mc_problem *problem);

/* *value = the price in closed form: Black and Scholes (1973), Merton (1973) with dividends; geometric Asian
 * from the mean and variance of the logarithm's mean; barriers watched at all times by Reiner and Rubinstein
 * (1991). For fields of any size, and without volatility or time the discounted value of what the forward
 * price pays, of a barrier if the way there from the spot touches it (knock_in) or does not.
 *
 * Absolute error below 1e-14 of spot e^(-dividend years), of a put strike e^(-rate years), while |rate| years
 * and |dividend| years are below 10^6; for a geometric Asian call the first with the smaller of dividend and
 * rate. For barriers, while those are below 400, 1e-14 of the larger of the two amounts times
 * 1 + (|log(barrier / spot)| + |rate - dividend| years) / (volatility sqrt(years)): with little volatility a
 * rounding of the fields decides whether the barrier is touched. Same bits everywhere.
 *
 * TUTTI_EOVERFLOW: the price is above the largest double. TUTTI_EUNSUPPORTED: arithmetic Asians have no
 * closed form. TUTTI_EINVAL as above. *value is untouched then. Thread-safe. */
TUTTI_API tutti_status tutti_option_value(const tutti_option *option, double *value);

enum { TUTTI_BASKET_ASSETS = 64 };

/* An option on the sum of weight[i] times the price of asset i at the end. */
typedef struct {
  size_t assets; /* 1 .. 64 */
  bool put;
  const double *spot, *weight, *volatility; /* [assets], > 0; volatility >= 0 */
  const double *dividend;                   /* [assets]; NULL: none pays any */
  const double *correlation;  /* [assets x assets], 1 on the diagonal, positive definite, of which the lower
                                 triangle is read; NULL: independent assets */
  double strike, rate, years; /* strike > 0, years >= 0 */
} tutti_basket;

/* As tutti_option_problem; a coordinate an asset; the control is the option on the weighted geometric mean.
 * The basket and its arrays must stay where they are. TUTTI_EINVAL: also where the correlations are not
 * positive definite. TUTTI_EUNSUPPORTED: no control where volatility^2 years is above 10^4. */
TUTTI_API tutti_status tutti_basket_problem(const tutti_basket *basket, tutti_mc_problem *problem);

TUTTI_END_DECLS

#endif
