/* tutti_exact: the public accumulator. */
#include <math.h>

#include "isa/levels.h"
#include "reduce/exact_round.h"
#include "reduce/kernels.h"

void tutti_exact_init(tutti_exact *acc) { memset(acc, 0, sizeof *acc); }

void tutti_exact_add(tutti_exact *acc, double x) { exact_add_one(acc, x); }

void tutti_exact_add_array(tutti_exact *acc, const double *x, size_t n) {
  tutti_kernels_of(TUTTI_ISA_BEST)->reduce->sum(acc, x, NULL, n);
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

void tutti_exact_subtract(tutti_exact *into, const tutti_exact *from) {
  tutti_exact negated = {.pending = from->pending, .flags = from->flags & EXACT_NAN};
  for (int i = 0; i < TUTTI_EXACT_LIMBS; i++) negated.limb[i] = -from->limb[i];
  if (from->flags & EXACT_POSITIVE_INFINITY) negated.flags |= EXACT_NEGATIVE_INFINITY;
  if (from->flags & EXACT_NEGATIVE_INFINITY) negated.flags |= EXACT_POSITIVE_INFINITY;
  /* A sum of any terms counts as a term other than -0, so that a difference of 0 is +0: of which zeros a
   * sum is made is not known. */
  if (from->flags & (EXACT_OTHER | EXACT_NEGATIVE_ZERO)) negated.flags |= EXACT_OTHER;
  tutti_exact_merge(into, &negated);
}

double tutti_exact_round(const tutti_exact *acc) {
  double special;
  if (tutti_exact_special_value(acc, &special)) return special;
  const exact_number number = tutti_exact_leading(acc);
  const exact_rounded r = tutti_exact_round_to(&number, 53, -1074);
  return number.negative ? -ldexp(r.mantissa, r.exponent) : ldexp(r.mantissa, r.exponent);
}
