/* Adds terms of any exponents exactly, after the idea of Neal's large superaccumulator (2015): there is a
 * bin for each sign and exponent, to which mantissas are added as integers. In the end the bins are added
 * to the limbs of an accumulator. */
#ifndef TUTTI_REDUCE_EXPONENT_BINS_H
#define TUTTI_REDUCE_EXPONENT_BINS_H

#include "reduce/exact_limbs.h"

/* A bin has two sums, over all terms with the same upper 12 bits (sign and exponent): `low`, of the lower
 * 32 bits of their mantissas, and `high`, of the upper 20 bits. Above bit 44 of `high` the terms are
 * counted: at most 2^19 terms fit. */
enum { EXPONENT_BINS = 4096, EXPONENT_BINS_COUNT_AT = 44, EXPONENT_BINS_MOST = 1 << 19 };

typedef struct {
  struct {
    uint64_t low, high;
  } bin[EXPONENT_BINS];
} exponent_bins;

static inline void exponent_bins_add(exponent_bins *s, double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  s->bin[bits >> 52].low += (uint32_t)bits;
  s->bin[bits >> 52].high += ((bits >> 32) & 0xfffff) + (UINT64_C(1) << EXPONENT_BINS_COUNT_AT);
}

static inline uint64_t exponent_bins_count(const exponent_bins *s, unsigned bin) {
  return s->bin[bin].high >> EXPONENT_BINS_COUNT_AT;
}

/* Whether zeros, NaN or infinities may be among the terms: zeros share their bins with subnormals, NaN and
 * infinities have the last one of each sign. */
static inline bool exponent_bins_has_special(const exponent_bins *s) {
  return exponent_bins_count(s, 0) || exponent_bins_count(s, 2047) || exponent_bins_count(s, 2048) ||
         exponent_bins_count(s, 4095);
}

/* Adds all but the special terms to the limbs. */
static inline void exponent_bins_flush(const exponent_bins *s, tutti_exact *acc) {
  for (unsigned i = 0; i < EXPONENT_BINS; i++) {
    const unsigned exponent = i & 2047;
    if (s->bin[i].high == 0 || exponent == 2047) continue;
    const uint64_t upper = s->bin[i].high & ((UINT64_C(1) << EXPONENT_BINS_COUNT_AT) - 1);
    unsigned __int128 sum = (unsigned __int128)upper << 32;
    sum += s->bin[i].low;
    if (exponent)
      sum += (unsigned __int128)exponent_bins_count(s, i) << 52; /* the leading bits that are not stored */
    if (sum == 0) continue;
    const unsigned position = (exponent ? exponent : 1) + (EXACT_BIAS - 1075);
    acc->flags |= EXACT_OTHER;
    exact_add_shifted(acc, (uint64_t)sum, position, i >> 11);
    exact_add_shifted(acc, (uint64_t)(sum >> 64), position + 64, i >> 11);
  }
}

#endif
