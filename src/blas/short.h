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
 * Then high is the rounded sum, unless mid is just that half, or next to it, and low decides. The band of
 * 2^-50 around mid is wider than low is. */
static inline bool short_round(short_sum s, double *result) {
  double high = short_two_sum(s.high, s.mid, &s.mid);
  double mid = short_two_sum(s.mid, s.low, &s.low), low;
  high = short_two_sum(high, mid, &mid);
  mid = short_two_sum(mid, s.low, &low);
  const bool certain = low == 0 || (high + mid * (1 + 0x1p-50) == high && high + mid * (1 - 0x1p-50) == high);
  if (s.lost || !certain || !(high * 0 == 0) || high + mid == 0) return false;
  *result = high + mid;
  return true;
}

/* Increments are those of BLAS; x and y are element 0. */
static inline bool short_asum(int n, const double *x, ptrdiff_t incx, double *result) {
  if (n > SHORT_MOST) return false;
  short_sum s = {0, 0, 0, false};
  for (int i = 0; i < n; i++) short_add(&s, __builtin_fabs(x[i * incx]));
  return short_round(s, result);
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
