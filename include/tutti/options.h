/* Prices of options under the model of Black and Scholes (1973), as Monte Carlo problems and, where there
 * are any, in closed form. The price of an asset is a geometric Brownian motion: in a time t its logarithm
 * changes by
 *
 *     (rate - dividend - volatility^2 / 2) t + volatility sqrt(t) z,   z standard normal. */
#ifndef TUTTI_OPTIONS_H
#define TUTTI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <tutti/montecarlo.h>
#include <tutti/status.h>

TUTTI_BEGIN_DECLS

/* Kinds of options: what is compared with the strike. */
enum tutti_option_kind_ {
  TUTTI_EUROPEAN,         /* the price at the end */
  TUTTI_ASIAN_ARITHMETIC, /* the mean of the prices at `dates` dates: years / dates, 2 years / dates, ... */
  TUTTI_ASIAN_GEOMETRIC,  /* their geometric mean */
  TUTTI_BARRIER           /* the price at the end, if the price was never (knock_in: ever) at the barrier */
};
TUTTI_ENUM(tutti_option_kind);

/* On which side of a barrier prices are that have not touched it. */
typedef enum {
  TUTTI_BARRIER_BY_SPOT, /* on the side of the spot */
  TUTTI_BARRIER_UP,      /* below it: it is touched by a price at or above it */
  TUTTI_BARRIER_DOWN     /* above it: it is touched by a price at or below it */
} tutti_barrier_side;

/* An option on one asset. Start with {0}. Money in any unit, time in years, rates continuously compounded
 * per year: a payment at time t is worth e^(-rate t) of it today. */
typedef struct {
  tutti_option_kind kind;
  bool put;            /* pays max(strike - price, 0); a call pays max(price - strike, 0) */
  double spot, strike; /* > 0 */
  double rate, dividend;
  double volatility, years; /* >= 0; where either is 0 the price is spot e^((rate - dividend) t) at time t */
  size_t dates;   /* 1 .. 4096; 0 means 1, which is all that a European option has. Barrier: the steps
                     of a path; a touch between two steps is not missed */
  double barrier; /* > 0; 0 for the other kinds */
  bool knock_in;  /* pays only if the barrier was touched; false: only if it was not */
  /* TUTTI_BARRIER_BY_SPOT: the barrier is an upper one if it is above the spot, a lower one if it is
   * below, and touched if it is equal to the spot. State the side where one contract is priced on several
   * days or for several spots: a spot beyond the barrier has then touched it, and a knock-out is worth 0. */
  tutti_barrier_side barrier_side;
} tutti_option;
typedef tutti_option tutti_option_t;

/* Makes the option the integrand of *problem, whose mean is then the option's price, discounted to today.
 * Same bits everywhere. Thread-safe.
 *
 * Sets f, args (the option, which must stay where it is), tag, dims (one coordinate for each date) and,
 * where problem->control is set, control_mean; nothing else. Do not change problem->control afterwards: f
 * writes what was asked for.
 *
 * Controls: for a European option the asset, for an arithmetic Asian the geometric Asian (Kemna and Vorst,
 * 1990), for a barrier option the European one.
 *
 * Between two steps the logarithm of the price is a Brownian bridge, whose probability to touch a barrier
 * is known: there is no error of discretisation (Andersen and Brotherton-Ratcliffe, 1996). Normals are
 * tutti_normal_icdf of the coordinates.
 *
 * Simulated prices that overflow make the estimate infinite or NaN: a payoff that is no number does not
 * count as 0. From |rate| years = 300 on discounted prices are simulated, so that only a price overflows
 * whose discounted value does.
 *
 * TUTTI_EINVAL: a field is out of range, which tutti_error_detail(NULL) names. TUTTI_EUNSUPPORTED: a
 * geometric Asian has no control. TUTTI_EOVERFLOW: the mean of the control is out of the range of doubles.
 * *problem is untouched then. */
TUTTI_API tutti_status tutti_option_problem(const tutti_option *option, tutti_mc_problem *problem);

/* The price of an option in closed form, into *value. Same bits everywhere. Thread-safe.
 *
 * Sources: Black and Scholes (1973), with dividends Merton (1973); geometric Asians from the mean and the
 * variance of the mean logarithm; barriers, which are watched at all times, Reiner and Rubinstein (1991).
 *
 * Fields may have any size. Where volatility or years is 0 the value is the discounted payoff of the
 * forward price spot e^((rate - dividend) years); that of a barrier option if the way there from the spot
 * touches the barrier (knock_in) or does not touch it (else), and 0 otherwise.
 *
 * Absolute error. With S = spot e^(-dividend years) and K = strike e^(-rate years) it is below
 *
 *     1e-14 S for a call, 1e-14 K for a put,   |rate| years and |dividend| years below 10^6;
 *     1e-14 spot e^(-min(dividend, rate) years) for a geometric Asian call, under the same condition;
 *     1e-14 max(S, K) (1 + (|log(barrier / spot)| + |rate - dividend| years) / (volatility sqrt(years)))
 *         for barriers, |rate| years and |dividend| years below 400.
 *
 * The last factor is large where there is little volatility: then a rounding of the fields decides whether
 * the barrier is touched.
 *
 * TUTTI_EOVERFLOW: the price is above the largest double. TUTTI_EUNSUPPORTED: arithmetic Asians have no
 * closed form. TUTTI_EINVAL as above. *value is untouched then. */
TUTTI_API tutti_status tutti_option_value(const tutti_option *option, double *value);

enum { TUTTI_BASKET_ASSETS = 64 };

/* An option on a basket of assets: on the sum of weight[i] times the price of asset i at the end. */
typedef struct {
  size_t assets; /* 1 .. 64 */
  bool put;
  const double *spot, *weight, *volatility; /* [assets], > 0; volatility >= 0 */
  const double *dividend;                   /* [assets]; NULL: none pays any */
  const double *correlation;  /* [assets x assets], 1 on the diagonal, positive definite, of which the lower
                                 triangle is read; NULL: independent assets */
  double strike, rate, years; /* strike > 0, years >= 0 */
} tutti_basket;
typedef tutti_basket tutti_basket_t;

/* Makes an option on a basket the integrand of *problem, as tutti_option_problem does, with one coordinate
 * for each asset. The control is the option on the weighted geometric mean of the prices. The basket and
 * its arrays must stay where they are. TUTTI_EINVAL: also where the correlations are not positive
 * definite. TUTTI_EUNSUPPORTED: there is no control where volatility^2 years of an asset is above 10^4. */
TUTTI_API tutti_status tutti_basket_problem(const tutti_basket *basket, tutti_mc_problem *problem);

TUTTI_END_DECLS

#endif
