/* What the functions of options share: checks of fields, discounts, and values in the ordinary case. */
#ifndef TUTTI_PROBLEMS_OPTION_H
#define TUTTI_PROBLEMS_OPTION_H

#include <stdbool.h>
#include <tutti/options.h>

/* The discounted mean of max(0, price - strike) (sign = -1: max(0, strike - price)) where log price is
 * normal with this mean and sd. NaN unless all amounts are of ordinary size. It is the value of most
 * options; its bits must stay what they are. */
double tutti_option_ordinary_value(double sign, double rate, double years, double mean, double sd,
                                   double strike);

/* While |rate| years is below this, a simulated price is discounted after the payoff. From there on the
 * discount factor or the price may be out of the range of doubles where their product is not: then
 * discounted prices are simulated. */
enum { OPTION_LATE_DISCOUNT = 300 };

/* amount e^(-rate years); 0 or infinity where that is out of the range of doubles. */
double tutti_option_discounted(double amount, double rate, double years);

enum { OPTION_MOST_DATES = 4096 };

/* Checks all fields. */
tutti_status tutti_option_check(const tutti_option *option);
static inline size_t option_dates(const tutti_option *option) { return option->dates ? option->dates : 1; }
static inline double option_sign(const tutti_option *option) { return option->put ? -1 : 1; }
/* Whether it is an upper barrier: prices that have not touched it are below it. */
static inline bool option_barrier_up(const tutti_option *o) {
  return o->barrier_side ? o->barrier_side == TUTTI_BARRIER_UP : o->barrier > o->spot;
}

#endif
