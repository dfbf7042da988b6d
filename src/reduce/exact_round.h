/* Rounds the value of an exact accumulator to a number of bits. */
#ifndef TUTTI_REDUCE_EXACT_ROUND_H
#define TUTTI_REDUCE_EXACT_ROUND_H

#include "reduce/exact_limbs.h"

/* The leading bits of a value, which are all that rounding needs. Its magnitude is
 *
 *     leading 2^(exponent - 63), plus less than one unit of leading if `sticky` (then more bits follow).
 *
 * Bit 63 of leading is set; leading = 0: the value is 0. */
typedef struct {
  uint64_t leading;
  int exponent;
  bool sticky, negative;
} exact_number;

/* A rounded value: mantissa 2^exponent, the mantissa a whole number >= 0. */
typedef struct {
  double mantissa;
  int exponent;
} exact_rounded;

/* The value where flags decide it: NaN, infinities, and the zero of a sum in which only zeros occur.
 * false: the limbs decide. */
bool tutti_exact_special_value(const tutti_exact *acc, double *value);

exact_number tutti_exact_leading(const tutti_exact *acc);

/* Rounds to nearest, ties to even, to `precision` bits (at most 53), and to a multiple of 2^lowest. */
exact_rounded tutti_exact_round_to(const exact_number *number, int precision, int lowest);

/* Rounds to float, once: by way of a double it would be rounded twice. */
float tutti_exact_round_f32(const tutti_exact *acc);

/* The square root of a value >= 0, within 0.501 ulp (0.75 where the result is subnormal). */
double tutti_exact_root(const tutti_exact *acc);
double tutti_exact_root_of(const exact_number *number); /* of a value >= 0 that is finite */

#endif
