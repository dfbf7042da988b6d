/* The value of an option whose price at the end is lognormal. */
#ifndef TUTTI_PROBLEMS_LOGNORMAL_H
#define TUTTI_PROBLEMS_LOGNORMAL_H

#include <stdbool.h>

#include "problems/wide.h"

/* Standard deviations of a logarithm beyond this make no difference; its square is still a double. */
#define LOGNORMAL_MOST_SD 1e150

typedef struct {
  double sign;        /* 1: a call, -1: a put */
  wide share, strike; /* discounted values of the mean price at the end, and of the strike */
  double sd; /* standard deviation of the logarithm of the price at the end, 0 .. LOGNORMAL_MOST_SD */
  /* Which paths pay: all, those that have touched the barrier, or those that have not. */
  enum { LOGNORMAL_ANY, LOGNORMAL_TOUCHED, LOGNORMAL_UNTOUCHED } end;
  /* Only used where `end` is not LOGNORMAL_ANY. */
  wide barrier;        /* discounted */
  bool up;             /* the barrier is touched from below */
  double to;           /* log(barrier / spot) */
  double above_strike; /* log(barrier / strike) */
  double drift;        /* by how much the logarithm of the mean price grows over all years */
} lognormal;

/* The value; infinity if it is out of the range of doubles. */
double tutti_lognormal_value(const lognormal *params);

#endif
