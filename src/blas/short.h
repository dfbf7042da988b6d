/* Exact sums of a few terms, one after another in registers: for vectors so short that an accumulator costs
 * more than their terms.
 *
 * The sum is kept as high + mid + low. A term is added to high; the error of that addition, which TwoSum
 * finds (Knuth, 1969), to mid; that one's error to low. As long as low has no error of its own, the three
 * are the exact sum, and it is rounded once. Where that does not hold, or rounding is not certain, or
 * something is infinite, NaN or a sum of zero (whose sign needs care), these functions return false and
 * leave *result alone: limbs (reduce/exact_limbs.h) hold everything. */
#ifndef TUTTI_BLAS_SHORT_H
#define TUTTI_BLAS_SHORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "reduce/exact_round.h"

enum { SHORT_MOST = 64 }; /* terms; of more than that the vector kernels are faster */

typedef struct {
  double high, mid, low;
  bool lost; /* the three are not the sum */
} short_sum;

static inline double short_two_sum(double a, double b, double *error) {
  const double sum = a + b, back = sum - a;
  *error = (a - (sum - back)) + (b - back);
  return sum;
}

/* To mid: what is known to be small. */
static inline void short_add_small(short_sum *s, double x) {
  double error;
  s->mid = short_two_sum(s->mid, x, &error);
  s->low = short_two_sum(s->low, error, &error);
  s->lost |= error != 0; /* NaN, too: infinities become that */
}

static inline void short_add(short_sum *s, double x) {
  double error;
  s->high = short_two_sum(s->high, x, &error);
  short_add_small(s, error);
}

/* Puts the sum into a form in which |mid| is at most half a unit in the last place of high, and |low| of mid.
 * False: the three are not the sum, or it is 0. */
static inline bool short_settle(short_sum *s) {
  s->high = short_two_sum(s->high, s->mid, &s->mid);
  s->mid = short_two_sum(s->mid, s->low, &s->low);
  s->high = short_two_sum(s->high, s->mid, &s->mid);
  s->mid = short_two_sum(s->mid, s->low, &s->low);
  return !s->lost && s->high * 0 == 0 && s->high + s->mid != 0;
}

/* high is the rounded sum, unless mid is just half a unit of it, or next to that, and low decides. The band
 * of 2^-50 around mid is wider than low is. */
static inline bool short_round(short_sum s, double *result) {
  const bool sum = short_settle(&s);
  const double high = s.high, mid = s.mid;
  const bool certain =
      s.low == 0 || (high + mid * (1 + 0x1p-50) == high && high + mid * (1 - 0x1p-50) == high);
  if (!sum || !certain) return false;
  *result = high + mid;
  return true;
}

/* Rounds to odd first: of the two doubles around a sum that is none, the one whose last bit is 1. Rounding
 * that to float is rounding the sum once (Boldo, Melquiond, 2008). */
static inline bool short_round_f32(short_sum s, float *result) {
  if (!short_settle(&s)) return false;
  uint64_t bits;
  memcpy(&bits, &s.high, sizeof bits);
  if (s.mid != 0 && bits % 2 == 0) bits += (s.mid > 0) == (s.high > 0) ? 1 : UINT64_MAX;
  memcpy(&s.high, &bits, sizeof bits);
  *result = (float)s.high;
  return true;
}

/* x / 2^unit, rounded down; |x| < 2^(unit + 64). *whole: nothing was cut off. */
static inline __int128 short_floor(double x, int unit, bool *whole) {
  const exact_parts p = exact_split(x);
  const int up = (int)p.exponent - 1075 - unit;
  const __int128 m = p.negative ? -(__int128)p.mantissa : (__int128)p.mantissa;
  *whole = up >= 0 || (up > -64 && (p.mantissa & ((UINT64_C(1) << -up) - 1)) == 0) || p.mantissa == 0;
  return up >= 0 ? m * ((__int128)1 << up) : m >> (up < -64 ? 64 : -up);
}

/* The 64 leading bits of a settled sum > 0, whose high is above 2^-900: as tutti_exact_leading takes them, so
 * that a root is the same. They are cut off the sum in units of 2^-64 of high's last bit. */
static inline exact_number short_leading(const short_sum *s) {
  const int unit = (int)exact_split(s->high).exponent - 1075 - 64;
  bool whole;
  unsigned __int128 sum = (unsigned __int128)exact_split(s->high).mantissa << 64;
  sum += (unsigned __int128)short_floor(s->mid, unit, &whole);
  if (whole) sum += (unsigned __int128)short_floor(s->low, unit, &whole); /* otherwise low changes no bit */
  const int drop = 64 - __builtin_clzll((uint64_t)(sum >> 64));
  return (exact_number){.leading = (uint64_t)(sum >> drop), .exponent = unit + drop + 63};
}

static inline bool short_root(short_sum s, double *result) {
  if (!short_settle(&s) || !(s.high > 0x1p-900 && s.high < 0x1p1000)) return false;
  const exact_number number = short_leading(&s);
  *result = tutti_exact_root_of(&number);
  return true;
}

/* -- the functions; increments are those of BLAS, x and y are element 0 -- */

static inline bool short_asum(int n, const double *x, ptrdiff_t incx, double *result) {
  if (n > SHORT_MOST) return false;
  short_sum s = {0, 0, 0, false};
  for (int i = 0; i < n; i++) short_add(&s, __builtin_fabs(x[i * incx]));
  return short_round(s, result);
}

static inline bool short_asum_f32(int n, const float *x, ptrdiff_t incx, float *result) {
  if (n > SHORT_MOST) return false;
  short_sum s = {0, 0, 0, false};
  for (int i = 0; i < n; i++) short_add(&s, __builtin_fabs((double)x[i * incx]));
  return short_round_f32(s, result);
}

/* The squares are rounded before they are added, as tutti_nrm2 does. */
static inline bool short_nrm2(int n, const double *x, ptrdiff_t incx, double *result) {
  if (n > SHORT_MOST) return false;
  short_sum s = {0, 0, 0, false};
  for (int i = 0; i < n; i++) short_add(&s, x[i * incx] * x[i * incx]);
  return short_root(s, result);
}

/* A product of two floats is a double. */
static inline bool short_dot_f32(int n, const float *x, ptrdiff_t incx, const float *y, ptrdiff_t incy,
                                 float *result) {
  if (n > SHORT_MOST) return false;
  short_sum s = {0, 0, 0, false};
  for (int i = 0; i < n; i++) short_add(&s, (double)x[i * incx] * (double)y[i * incy]);
  return short_round_f32(s, result);
}

static inline bool short_nrm2_f32(int n, const float *x, ptrdiff_t incx, float *result) {
  if (n > SHORT_MOST) return false;
  short_sum s = {0, 0, 0, false};
  for (int i = 0; i < n; i++) short_add(&s, (double)x[i * incx] * (double)x[i * incx]);
  double root;
  if (!short_root(s, &root)) return false;
  *result = (float)root;
  return true;
}

/* Each product as p + e (Ogita, Rump, Oishi, 2005), if e does not underflow. */
#if defined(__x86_64__)
__attribute__((target("fma")))
#endif
static bool
short_dot_fma(int n, const double *x, ptrdiff_t incx, const double *y, ptrdiff_t incy, double *result) {
  short_sum s = {0, 0, 0, false};
  for (int i = 0; i < n; i++) {
    const double a = x[i * incx], b = y[i * incy], p = a * b;
    s.lost |= __builtin_fabs(p) < 0x1p-960 && a != 0 && b != 0;
    short_add(&s, p);
    short_add_small(&s, __builtin_fma(a, b, -p));
  }
  return short_round(s, result);
}

static inline bool short_dot(int n, const double *x, ptrdiff_t incx, const double *y, ptrdiff_t incy,
                             double *result) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("fma")) return false;
#endif
  return n <= SHORT_MOST / 2 && short_dot_fma(n, x, incx, y, incy, result);
}

#endif
