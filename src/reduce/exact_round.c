#include "reduce/exact_round.h"

#include <math.h>

bool tutti_exact_special_value(const tutti_exact *acc, double *value) {
  const uint64_t both = EXACT_POSITIVE_INFINITY | EXACT_NEGATIVE_INFINITY;
  if ((acc->flags & EXACT_NAN) || (acc->flags & both) == both) *value = (double)NAN;
  else if (acc->flags & EXACT_POSITIVE_INFINITY) *value = (double)INFINITY;
  else if (acc->flags & EXACT_NEGATIVE_INFINITY) *value = -(double)INFINITY;
  else if (!(acc->flags & EXACT_OTHER)) *value = acc->flags & EXACT_NEGATIVE_ZERO ? -0.0 : 0.0;
  else return false;
  return true;
}

exact_number tutti_exact_leading(const tutti_exact *acc) {
  tutti_exact a = *acc;
  exact_carry(&a);
  exact_number number = {.negative = a.limb[TUTTI_EXACT_LIMBS - 1] < 0};
  if (number.negative) {
    for (int i = 0; i < TUTTI_EXACT_LIMBS; i++) a.limb[i] = -a.limb[i];
    exact_carry(&a);
  }
  int top = TUTTI_EXACT_LIMBS - 1;
  while (top >= 0 && a.limb[top] == 0) top--;
  if (top < 0) {
    number.negative = false;
    return number;
  }
  /* 96 bits, from the highest limb down: they contain the leading 64. Below limb 0 there is nothing. */
  unsigned __int128 window = 0;
  for (int i = 0; i < 3; i++) window = window << 32 | (top - i >= 0 ? (uint64_t)a.limb[top - i] : 0);
  const int length = 128 - __builtin_clzll((uint64_t)(window >> 64)), drop = length - 64;
  number.leading = (uint64_t)(window >> drop);
  number.exponent = 32 * (top - 2) - EXACT_BIAS + length - 1;
  number.sticky = (window & (((unsigned __int128)1 << drop) - 1)) != 0;
  for (int i = 0; i < top - 2 && !number.sticky; i++) number.sticky = a.limb[i] != 0;
  return number;
}

exact_rounded tutti_exact_round_to(const exact_number *number, int precision, int lowest) {
  int drop = 64 - precision, unit = number->exponent - 63 + drop;
  if (unit < lowest) {
    drop += lowest - unit;
    unit = lowest;
  }
  if (drop > 64) return (exact_rounded){0, unit}; /* less than half a unit */
  const unsigned __int128 leading = number->leading, half = (unsigned __int128)1 << (drop - 1);
  const unsigned __int128 rest = leading & (2 * half - 1);
  uint64_t mantissa = (uint64_t)(leading >> drop);
  if (rest > half || (rest == half && (number->sticky || (mantissa & 1)))) mantissa++;
  return (exact_rounded){(double)mantissa, unit};
}

float tutti_exact_round_f32(const tutti_exact *acc) {
  double value;
  if (!tutti_exact_special_value(acc, &value)) {
    const exact_number number = tutti_exact_leading(acc);
    const exact_rounded r = tutti_exact_round_to(&number, 24, -149);
    value = ldexp(number.negative ? -r.mantissa : r.mantissa, r.exponent);
  }
  return (float)value;
}

/* The root of the 64 leading bits, as high + low: sqrt(high), and one step of Newton's method from there.
 * So the error is little more than that of the last rounding. */
double tutti_exact_root(const tutti_exact *acc) {
  double value;
  if (tutti_exact_special_value(acc, &value)) return value;
  const exact_number number = tutti_exact_leading(acc);
  if (number.leading == 0) return 0;
  int exponent = number.exponent - 63;
  double high = (double)(number.leading >> 11) * 0x1p11, low = (double)(number.leading & 2047);
  if (exponent % 2) {
    high *= 2;
    low *= 2;
    exponent--;
  }
  const double root = sqrt(high), rest = fma(-root, root, high) + low;
  return ldexp(root + rest / (2 * root), exponent / 2);
}
