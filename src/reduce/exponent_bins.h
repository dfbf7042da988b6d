/* Adds terms of any exponents exactly, after the idea of Neal's large superaccumulator (2015): there is a
 * bin for each sign and exponent, to which mantissas are added as integers. In the end the bins are added
 * to the limbs of an accumulator. */
#ifndef TUTTI_REDUCE_EXPONENT_BINS_H
#define TUTTI_REDUCE_EXPONENT_BINS_H

#include "reduce/exact_limbs.h"

/* A bin has two sums, over all terms with the same upper 12 bits s (sign and exponent): one of the lower 32
 * bits of the terms; and one of the upper 32 bits, each as s 2^20 + (20 bits of the mantissa), and 2^44 more.
 * As one vector, both are loaded, added to and stored by one instruction each. The second sum is
 *
 *     count (2^44 + s 2^20) + (20-bit parts),   the parts being below count 2^20,
 *
 * so that a division gives the count. For up to 2^17 terms it is below 2^62.
 *
 * There are two bins for each s, for terms in turn: otherwise terms with the same s that follow each other
 * would each wait until the bin has been stored for the one before. */
enum { EXPONENT_BINS = 4096, EXPONENT_BINS_TURNS = 2, EXPONENT_BINS_MOST = 1 << 17 };
#define EXPONENT_BINS_ONE (UINT64_C(1) << 44)
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the upper 16 bits of a double are its last bytes");

typedef uint32_t exponent_halves __attribute__((vector_size(16)));
typedef uint64_t exponent_bin __attribute__((vector_size(16))); /* lower, upper */

typedef struct {
  exponent_bin bin[EXPONENT_BINS][EXPONENT_BINS_TURNS];
} exponent_bins;

/* Adds x[0] .. x[n - 1]. A zero is put above the lower half of a term, and 2^44 / 2^32 above its upper half.
 * The upper 16 bits are loaded from memory once more, which costs less than taking them out of the vector; 16
 * s of them are half the distance of the bins of s from the first, in bytes. */
static inline void exponent_bins_add(exponent_bins *b, const double *x, size_t n) {
  const exponent_halves above = {0, (uint32_t)(EXPONENT_BINS_ONE >> 32)};
  for (size_t i = 0; i < n; i++) {
    uint64_t bits;
    uint16_t top;
    memcpy(&bits, x + i, sizeof bits);
    memcpy(&top, (const char *)(x + i) + sizeof bits - sizeof top, sizeof top);
    const exponent_halves halves = (exponent_halves)(exponent_bin){bits};
    exponent_bin *const turns = (exponent_bin *)((char *)b->bin + 2 * (size_t)(top & 0xfff0));
    turns[i % EXPONENT_BINS_TURNS] += (exponent_bin)__builtin_shufflevector(halves, above, 0, 4, 1, 5);
  }
}

/* The sum of the upper halves in both bins of s; 0: there are no terms. */
static inline int64_t exponent_bins_upper(const exponent_bins *b, unsigned s) {
  return (int64_t)(b->bin[s][0][1] + b->bin[s][1][1]);
}

/* The sum of the mantissas in the bins of s, which are not empty: below 2^17 2^53.
 *
 * The count is a quotient of doubles, cut off. It cannot be too small: count (2^44 + s 2^20) has fewer than
 * 53 bits, and however quotients are rounded, they keep their order. The parts add less than 1/16 to it. */
static inline unsigned __int128 exponent_bins_mantissas(const exponent_bins *b, unsigned s) {
  const int64_t upper = exponent_bins_upper(b, s), each = (int64_t)EXPONENT_BINS_ONE + ((int64_t)s << 20);
  const int64_t count = (int64_t)((double)upper / (double)each);
  unsigned __int128 sum = (unsigned __int128)(upper - count * each) << 32;
  sum += b->bin[s][0][0] + b->bin[s][1][0];
  if (s % 2048) sum += (unsigned __int128)count << 52; /* the leading bits that are not stored */
  return sum;
}

/* Whether zeros, NaN or infinities may be among the terms: zeros share their bins with subnormals, NaN and
 * infinities have the last one of each sign. */
static inline bool exponent_bins_has_special(const exponent_bins *b) {
  return exponent_bins_upper(b, 0) || exponent_bins_upper(b, 2047) || exponent_bins_upper(b, 2048) ||
         exponent_bins_upper(b, 4095);
}

/* Adds all but the special terms to the limbs. What begins in the same limb is added up before: 32 exponents,
 * below 2^17 2^53 2^32. */
static inline void exponent_bins_flush(const exponent_bins *b, tutti_exact *acc) {
  enum { LIMB = 32, FIRST = EXACT_BIAS - 1075 /* where exponent 0 would be; subnormals are as exponent 1 */ };
  _Static_assert(FIRST % LIMB != LIMB - 1, "exponents 0 and 1 begin in the same limb");
  for (unsigned s = 0, next; s < EXPONENT_BINS; s = next) {
    const unsigned negative = s / 2048 * 2048, start = (FIRST + s - negative) / LIMB * LIMB;
    unsigned __int128 sum = 0;
    next = start + LIMB - FIRST < 2047 ? negative + start + LIMB - FIRST : negative + 2047;
    for (; s < next; s++)
      if (exponent_bins_upper(b, s) != 0)
        sum += exponent_bins_mantissas(b, s) << (FIRST - start + (s == negative ? 1 : s - negative));
    if (next == negative + 2047) next++; /* NaN and infinities */
    if (sum == 0) continue;
    exact_add_shifted(acc, (uint64_t)sum, start, negative != 0);
    exact_add_shifted(acc, (uint64_t)(sum >> 64), start + 64, negative != 0);
    acc->flags |= EXACT_OTHER;
  }
}

#endif
