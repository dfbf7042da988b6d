/* Test data that owe nothing to the library: a generator of its own (SplitMix64; Steele, Lea, Flood, 2014).
 */
#ifndef TUTTI_TESTS_SUPPORT_DATA_H
#define TUTTI_TESTS_SUPPORT_DATA_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t data_bits(uint64_t *state) {
  uint64_t z = *state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static inline double data_from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline uint64_t data_to_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/* Any finite double, every bit pattern as likely as any other. */
static inline double data_finite(uint64_t *state) {
  double x;
  do x = data_from_bits(data_bits(state));
  while (!isfinite(x));
  return x;
}

/* A random sign and mantissa with an exponent in [low, high]: 2^low <= |x| < 2^(high + 1). */
static inline double data_scaled(uint64_t *state, int low, int high) {
  const int exponent = low + (int)(data_bits(state) % (uint64_t)(high - low + 1));
  const double m = 1 + (double)(data_bits(state) >> 12) * 0x1p-52;
  return ldexp(data_bits(state) & 1 ? -m : m, exponent);
}

/* NaN equals NaN here, and zeros differ by sign. */
static inline int data_same(double a, double b) {
  return (a != a && b != b) || data_to_bits(a) == data_to_bits(b);
}

#endif
