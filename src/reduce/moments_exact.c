#include "reduce/moments_exact.h"

#include <math.h>

#include "reduce/exact_round.h"

tutti_status tutti_check_terms(tutti_ctx *ctx, const char *name, const double *x, size_t n) {
  if (n > EXACT_MAX_TERMS) return tutti_fail(ctx, TUTTI_EINVAL, "n = %zu is more than 2^45 terms", n);
  return tutti_check_array(ctx, name, x, n, sizeof *x);
}

/* -- quotients -- */

/* number 2^shift, rounded once. */
static double assemble(const exact_number *number, int shift) {
  const exact_rounded r = tutti_exact_round_to(number, 53, -1074 - shift);
  return ldexp(number->negative ? -r.mantissa : r.mantissa, r.exponent + shift);
}

/* Long division of |sum| by n, limb by limb. A remainder makes the quotient sticky: something non-zero
 * follows. The lowest limb has the unit 2^-2176, far below what is kept. */
double tutti_exact_mean(const tutti_exact *sum, uint64_t n, int shift) {
  double special;
  if (tutti_exact_special_value(sum, &special)) return special;
  tutti_exact quotient = *sum;
  exact_carry(&quotient);
  const bool negative = quotient.limb[TUTTI_EXACT_LIMBS - 1] < 0;
  if (negative) {
    for (int i = 0; i < TUTTI_EXACT_LIMBS; i++) quotient.limb[i] = -quotient.limb[i];
    exact_carry(&quotient);
  }
  unsigned __int128 rest = 0;
  for (int i = TUTTI_EXACT_LIMBS - 1; i >= 0; i--) {
    rest = rest << 32 | (uint64_t)quotient.limb[i];
    quotient.limb[i] = (int64_t)(rest / n);
    rest %= n;
  }
  exact_number number = tutti_exact_leading(&quotient);
  number.sticky = number.sticky || rest != 0;
  number.negative = negative && number.leading != 0;
  return assemble(&number, shift);
}

/* The quotient of the leading 64 bits of both, to 63 bits or more. Each of the two lacks less than 2^-63
 * of its value: the relative error is below 2^-61 before the one rounding to 53 bits. */
double tutti_exact_ratio(const tutti_exact *a, const tutti_exact *b) {
  double x, y;
  const bool special = tutti_exact_special_value(a, &x), zero_or_special = tutti_exact_special_value(b, &y);
  const exact_number num = tutti_exact_leading(a), den = tutti_exact_leading(b);
  if (!special) x = num.negative ? -1 : num.leading != 0;
  if (!zero_or_special) y = den.negative ? -1 : den.leading != 0;
  if (y == 0) return (double)NAN;
  if (special || zero_or_special || x == 0) return x / y; /* NaN, infinities, zeros */
  const unsigned __int128 wide = (unsigned __int128)num.leading << 63;
  const uint64_t quotient = (uint64_t)(wide / den.leading); /* 2^62 .. 2^64 - 1; 2^63 stands for 1 */
  const int lift = __builtin_clzll(quotient);
  return assemble(&(exact_number){.leading = quotient << lift,
                                  .exponent = num.exponent - den.exponent - lift,
                                  .sticky = wide % den.leading != 0 || num.sticky || den.sticky,
                                  .negative = num.negative != den.negative},
                  0);
}
