/* tutti_exact: the public accumulator. */
#include <math.h>

#include "isa/kernels.h"
#include "reduce/exact_limbs.h"

void tutti_exact_init(tutti_exact *acc) { memset(acc, 0, sizeof *acc); }

void tutti_exact_add(tutti_exact *acc, double x) { exact_add_one(acc, x); }

void tutti_exact_add_array(tutti_exact *acc, const double *x, size_t n) {
  tutti_kernels_of(TUTTI_ISA_BEST)->exact_add_array(acc, x, n);
}

void tutti_exact_add_product(tutti_exact *acc, double x, double y) {
  exact_parts a = exact_split(x), b = exact_split(y);
  if (a.exponent == 2047 || b.exponent == 2047 || a.mantissa == 0 || b.mantissa == 0) {
    exact_add_special(acc, x * y);
    return;
  }
  unsigned __int128 product = (unsigned __int128)a.mantissa * b.mantissa;
  unsigned position = a.exponent + b.exponent + (EXACT_BIAS - 2 * 1075);
  bool negative = a.negative != b.negative;
  acc->flags |= EXACT_OTHER;
  exact_add_shifted(acc, (uint64_t)product, position, negative);
  exact_add_shifted(acc, (uint64_t)(product >> 64), position + 64, negative);
}

void tutti_exact_merge(tutti_exact *into, const tutti_exact *from) {
  for (int i = 0; i < TUTTI_EXACT_LIMBS; i++) into->limb[i] += from->limb[i];
  into->pending += from->pending + 1;
  into->flags |= from->flags;
  if (into->pending >= EXACT_CARRY_AT) exact_carry(into);
}

/* A number that ends below this limb is less than 2^-1088 and rounds to zero. */
enum { FIRST_LIMB = 34 };

/* Magnitude in carried limbs, rounded to nearest, ties to even, as the bits of a positive double. `top` is
 * the highest limb that is not zero, >= FIRST_LIMB. */
static uint64_t round_limbs(const int64_t *limb, int top) {
  unsigned __int128 window =
      (unsigned __int128)limb[top] << 64 | (uint64_t)limb[top - 1] << 32 | (uint64_t)limb[top - 2];
  int base = 32 * (top - 2) - EXACT_BIAS; /* exponent of the window's bit 0 */
  uint64_t upper = (uint64_t)(window >> 64);
  int exponent = base + 127 - __builtin_clzll(upper); /* of the leading bit */
  if (exponent > 1023) return UINT64_C(0x7ff) << 52;
  int shift = (exponent < -1022 ? -1074 : exponent - 52) - base;
  uint64_t mantissa = (uint64_t)(window >> shift);
  unsigned __int128 half = (unsigned __int128)1 << (shift - 1), rest = window & ((half << 1) - 1);
  bool sticky = rest > half;
  for (int i = 0; i < top - 2 && !sticky; i++) sticky = limb[i] != 0;
  if (rest > half || (rest == half && (sticky || (mantissa & 1)))) mantissa++;
  /* A carry out of the mantissa runs into the exponent, as it should, up to infinity. */
  return mantissa + (exponent < -1022 ? 0 : (uint64_t)(exponent + 1022) << 52);
}

double tutti_exact_round(const tutti_exact *acc) {
  const uint64_t both = EXACT_POSITIVE_INFINITY | EXACT_NEGATIVE_INFINITY;
  if ((acc->flags & EXACT_NAN) || (acc->flags & both) == both) return (double)NAN;
  if (acc->flags & both) return acc->flags & EXACT_POSITIVE_INFINITY ? (double)INFINITY : -(double)INFINITY;

  tutti_exact a = *acc;
  exact_carry(&a);
  bool negative = a.limb[TUTTI_EXACT_LIMBS - 1] < 0;
  if (negative) {
    for (int i = 0; i < TUTTI_EXACT_LIMBS; i++) a.limb[i] = -a.limb[i];
    exact_carry(&a);
  }
  int top = TUTTI_EXACT_LIMBS - 1;
  while (top >= 0 && a.limb[top] == 0) top--;
  if (top < 0) return (acc->flags & (EXACT_NEGATIVE_ZERO | EXACT_OTHER)) == EXACT_NEGATIVE_ZERO ? -0.0 : 0.0;
  uint64_t bits = (top < FIRST_LIMB ? 0 : round_limbs(a.limb, top)) | (uint64_t)negative << 63;
  double result;
  memcpy(&result, &bits, sizeof result);
  return result;
}
