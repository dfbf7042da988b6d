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

/* Limbs [low, top] of an accumulator, which hold all of its value: the others are 0. */
typedef struct {
  int low, top;
  int64_t limb[TUTTI_EXACT_LIMBS];
} exact_part;

/* As exact_carry. */
static void carry_part(exact_part *p) {
  int64_t carry = 0;
  for (int i = p->low; i < p->top; i++) {
    const int64_t value = p->limb[i] + carry;
    carry = value >> 32;
    p->limb[i] = value & 0xffffffff;
  }
  p->limb[p->top] += carry;
}

/* The limbs that are not 0, and two above them for what is carried there. Few limbs of a sum are not 0:
 * those are found faster than all are carried. */
static void take_part(exact_part *p, const tutti_exact *acc) {
  enum { LAST = TUTTI_EXACT_LIMBS - 1, STEP = 4 };
  const int64_t *limb = acc->limb;
  int low = 0, top = LAST;
  while (low + STEP <= LAST && (limb[low] | limb[low + 1] | limb[low + 2] | limb[low + 3]) == 0) low += STEP;
  while (top - STEP >= low && (limb[top] | limb[top - 1] | limb[top - 2] | limb[top - 3]) == 0) top -= STEP;
  p->low = low;
  p->top = top + 2 < LAST ? top + 2 : LAST;
  memcpy(p->limb + low, limb + low, (size_t)(p->top - low + 1) * sizeof *limb);
  carry_part(p);
}

exact_number tutti_exact_leading(const tutti_exact *acc) {
  exact_part a;
  take_part(&a, acc);
  exact_number number = {.negative = a.limb[a.top] < 0};
  if (number.negative) {
    for (int i = a.low; i <= a.top; i++) a.limb[i] = -a.limb[i];
    carry_part(&a);
  }
  int top = a.top;
  while (top >= a.low && a.limb[top] == 0) top--;
  if (top < a.low) {
    number.negative = false;
    return number;
  }
  /* 96 bits, from the highest limb down: they contain the leading 64. Below the lowest limb there is
   * nothing. */
  unsigned __int128 window = 0;
  for (int i = 0; i < 3; i++) window = window << 32 | (top - i >= a.low ? (uint64_t)a.limb[top - i] : 0);
  const int length = 128 - __builtin_clzll((uint64_t)(window >> 64)), drop = length - 64;
  number.leading = (uint64_t)(window >> drop);
  number.exponent = 32 * (top - 2) - EXACT_BIAS + length - 1;
  number.sticky = (window & (((unsigned __int128)1 << drop) - 1)) != 0;
  for (int i = a.low; i < top - 2 && !number.sticky; i++) number.sticky = a.limb[i] != 0;
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
double tutti_exact_root_of(const exact_number *number) {
  if (number->leading == 0) return 0;
  int exponent = number->exponent - 63;
  double high = (double)(number->leading >> 11) * 0x1p11, low = (double)(number->leading & 2047);
  if (exponent % 2) {
    high *= 2;
    low *= 2;
    exponent--;
  }
  const double root = sqrt(high), rest = fma(-root, root, high) + low;
  return ldexp(root + rest / (2 * root), exponent / 2);
}

double tutti_exact_root(const tutti_exact *acc) {
  double value;
  if (tutti_exact_special_value(acc, &value)) return value;
  const exact_number number = tutti_exact_leading(acc);
  return tutti_exact_root_of(&number);
}
