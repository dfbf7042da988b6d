/* What options are made of: their fields, and what is paid. */
#ifndef TUTTI_PROBLEMS_OPTION_H
#define TUTTI_PROBLEMS_OPTION_H

#include <stdbool.h>
#include <tutti/options.h>

/* The discounted mean of max(0, price - strike) (sign = -1: strike - price) where log price is normal; NaN
 * unless all amounts are ordinary. What most options are worth, with the bits it always had. */
double option_ordinary_value(double sign, double rate, double years, double mean, double sd, double strike);

/* Below this rate times years a simulated price is discounted once it is paid; from there on a discount, or a
 * price at the end, may be no double where their product is, and prices are simulated discounted. */
enum { OPTION_LATE_DISCOUNT = 300 };

/* amount e^-(rate years), 0 or infinity where that is no double. */
double option_discounted(double amount, double rate, double years);

/* Checks all fields. */
tutti_status tutti_option_check(const tutti_option *option);
static inline size_t option_dates(const tutti_option *option) { return option->dates ? option->dates : 1; }
static inline double option_sign(const tutti_option *option) { return option->put ? -1 : 1; }
/* Whether the barrier is above the prices that have not touched it. */
static inline bool option_barrier_up(const tutti_option *o) {
  return o->barrier_side ? o->barrier_side == TUTTI_BARRIER_UP : o->barrier > o->spot;
}

#endif
