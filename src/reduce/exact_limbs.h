/* The arithmetic of tutti_exact: a number in limbs of 32 bits each, kept in 64 bits, so that carries need
 * not be moved on at once. */
#ifndef TUTTI_REDUCE_EXACT_LIMBS_H
#define TUTTI_REDUCE_EXACT_LIMBS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <tutti/reduce.h>

enum {
  EXACT_BIAS = 2176, /* limb[0] counts units of 2^-2176; products of doubles begin at 2^-2148 */
  EXACT_NAN = 1,
  EXACT_POSITIVE_INFINITY = 2,
  EXACT_NEGATIVE_INFINITY = 4,
  EXACT_NEGATIVE_ZERO = 8, /* a term -0 was seen */
  EXACT_OTHER = 16         /* a term other than -0 was seen */
};
/* When to carry: |limb| <= (pending + 1) 2^32 must fit 63 bits, also for the sum of two accumulators that
 * are both just due. */
#define EXACT_CARRY_AT (UINT64_C(1) << 29)

/* Moves carries on: brings all limbs but the highest into [0, 2^32). The highest keeps the sign. */
static inline void exact_carry(tutti_exact *acc) {
  int64_t carry = 0;
  for (int i = 0; i < TUTTI_EXACT_LIMBS - 1; i++) {
    int64_t value = acc->limb[i] + carry;
    carry = value >> 32;
    acc->limb[i] = value & 0xffffffff;
  }
  acc->limb[TUTTI_EXACT_LIMBS - 1] += carry;
  acc->pending = 0;
}

/* Adds value 2^(position - 2176), or subtracts it (negative); value < 2^64. */
static inline void exact_add_shifted(tutti_exact *acc, uint64_t value, unsigned position, bool negative) {
  unsigned __int128 wide = (unsigned __int128)value << (position & 31);
  int64_t *limb = acc->limb + (position >> 5);
  int64_t sign = -(int64_t)negative; /* (v ^ sign) - sign: v or -v */
  limb[0] += ((int64_t)(uint32_t)wide ^ sign) - sign;
  limb[1] += ((int64_t)(uint32_t)(wide >> 32) ^ sign) - sign;
  limb[2] += ((int64_t)(uint32_t)(wide >> 64) ^ sign) - sign;
  if (++acc->pending >= EXACT_CARRY_AT) exact_carry(acc);
}

/* A finite double as (-1)^negative mantissa 2^(exponent - 1075). */
typedef struct {
  uint64_t mantissa;
  unsigned exponent; /* 1 .. 2047 */
  bool negative;
} exact_parts;

static inline exact_parts exact_split(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  unsigned exponent = (unsigned)(bits >> 52) & 0x7ff;
  uint64_t fraction = bits & 0x000fffffffffffff;
  return (exact_parts){exponent ? fraction | (UINT64_C(1) << 52) : fraction, exponent ? exponent : 1,
                       bits >> 63};
}

/* Adds NaN, an infinity or a zero: only the flags change, not the limbs. */
static inline void exact_add_special(tutti_exact *acc, double x) {
  if (x != x) acc->flags |= EXACT_NAN;
  else if (x > 0) acc->flags |= EXACT_POSITIVE_INFINITY;
  else if (x < 0) acc->flags |= EXACT_NEGATIVE_INFINITY;
  else acc->flags |= exact_split(x).negative ? EXACT_NEGATIVE_ZERO : EXACT_OTHER;
}

static inline void exact_add_one(tutti_exact *acc, double x) {
  exact_parts p = exact_split(x);
  if (p.exponent == 2047 || p.mantissa == 0) {
    exact_add_special(acc, x);
  } else {
    acc->flags |= EXACT_OTHER;
    exact_add_shifted(acc, p.mantissa, p.exponent + (EXACT_BIAS - 1075), p.negative);
  }
}

#endif
