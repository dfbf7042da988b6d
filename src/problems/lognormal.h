/* What a price that is lognormal at the end makes an option worth. */
#ifndef TUTTI_PROBLEMS_LOGNORMAL_H
#define TUTTI_PROBLEMS_LOGNORMAL_H

#include <stdbool.h>

#include "problems/wide.h"

/* More standard deviation of a logarithm makes no difference, and its square is a double. */
#define LOGNORMAL_MOST_SD 1e150

typedef struct {
  double sign;        /* 1: a call, -1: a put */
  wide share, strike; /* discounted: the mean price at the end, and the strike */
  double sd;          /* of the price's logarithm at the end, 0 .. LOGNORMAL_MOST_SD */
  enum { LOGNORMAL_ANY, LOGNORMAL_TOUCHED, LOGNORMAL_UNTOUCHED } end; /* of the paths that pay */
  /* Unless LOGNORMAL_ANY: */
  wide barrier;        /* discounted */
  bool up;             /* touched from below */
  double to;           /* logarithm of the barrier over the spot */
  double above_strike; /* and over the strike */
  double drift;        /* of the mean price's logarithm, over all years */
} lognormal;

/* Infinity if no double holds it. */
double lognormal_value(const lognormal *params);

#endif
