/* Rounding an exact accumulator to a number of bits. */
#ifndef TUTTI_REDUCE_EXACT_ROUND_H
#define TUTTI_REDUCE_EXACT_ROUND_H

#include "reduce/exact_limbs.h"

/* The value as far as any rounding needs it: leading 2^(exponent - 63), bit 63 of leading set (0: the value
 * is 0), and whether anything is left below. */
typedef struct {
  uint64_t leading;
  int exponent;
  bool sticky, negative;
} exact_number;

/* mantissa 2^exponent, the mantissa a whole number >= 0 */
typedef struct {
  double mantissa;
  int exponent;
} exact_rounded;

/* NaN, infinities and the signed zeros of sums in which only zeros occur; false: the limbs decide. */
bool exact_special_value(const tutti_exact *acc, double *value);

exact_number exact_leading(const tutti_exact *acc);

/* To nearest, ties to even: `precision` bits (at most 53), and no unit below 2^lowest. */
exact_rounded exact_round_to(const exact_number *number, int precision, int lowest);

/* To float, once: not by way of a double, which would round twice. */
float exact_round_f32(const tutti_exact *acc);

/* The square root of a value >= 0, within 0.501 ulp (0.75 where the result is subnormal). */
double exact_root(const tutti_exact *acc);

#endif
