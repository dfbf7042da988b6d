/* tutti_dot at every instruction set against MPFR: products that need 106 bits, underflow, overflow, cancel.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "../support/data.h"
#include "../support/levels.h"
#include "../support/reference.h"
#include "../support/testing.h"

enum { MOST = (1 << 18) + 77 };

static double dot_of(tutti_ctx *ctx, const double *x, const double *y, size_t n) {
  double dot = -7;
  const tutti_status status = tutti_dot(ctx, x, y, n, &dot);
  cr_assert(status == TUTTI_OK, "%s: %s", tutti_strerror(status), tutti_error_detail(ctx));
  return dot;
}

static double check(const levels *l, const double *x, const double *y, size_t n, const char *what) {
  const double expected = reference_dot(x, y, n);
  for (int i = 0; i < l->count; i++) {
    const double dot = dot_of(l->ctx[i], x, y, n);
    cr_assert(data_same(dot, expected), "%s, %s, n = %zu: %a, MPFR %a", what, levels_name(l, i), n, dot,
              expected);
  }
  return expected;
}

static double any_finite(uint64_t *s) { return data_finite(s); }
static double near_one(uint64_t *s) { return data_scaled(s, -3, 3); }
static double hundred_binades(uint64_t *s) { return data_scaled(s, -50, 50); }
static double tiny(uint64_t *s) { return data_scaled(s, -540, -440); } /* products around 2^-1022 */
static double huge(uint64_t *s) { return data_scaled(s, 480, 520); }   /* products around 2^1023 */
static double subnormal(uint64_t *s) { return data_scaled(s, -1074, -1020); }
static double integer(uint64_t *s) { return (double)(int64_t)(data_bits(s) >> 40) - 0x1p23; }
static double mostly_zero(uint64_t *s) { return data_bits(s) % 8 ? 0.0 : data_scaled(s, -500, -470); }

static const struct {
  const char *name;
  double (*next)(uint64_t *);
} kinds[] = {{"any finite", any_finite},
             {"near one", near_one},
             {"100 binades", hundred_binades},
             {"tiny", tiny},
             {"huge", huge},
             {"subnormal", subnormal},
             {"integers", integer},
             {"zeros", mostly_zero}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void fill(uint64_t *state, int kind, double *x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = kinds[kind].next(state);
}

/* Every kind by every kind, at lengths around the ends of vectors, strides and blocks. */
Test(dot, every_isa_against_mpfr) {
  static const size_t lengths[] = {0,  1,  2,   3,   4,   7,   8,   9,    15,   16,   17,
                                   31, 33, 127, 128, 129, 255, 257, 1023, 1024, 1025, 2049};
  double *x = malloc(2 * 2049 * sizeof *x), *y = x + 2049;
  levels l = levels_open();
  uint64_t state = 31;
  for (int a = 0; a < KINDS; a++)
    for (int b = 0; b < KINDS; b++)
      for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        fill(&state, a, x, lengths[k]);
        fill(&state, b, y, lengths[k]);
        check(&l, x, y, lengths[k], kinds[b].name);
      }
  levels_close(&l);
  free(x);
}

/* One product 2^d below or above a block of others, over all distances four slices reach, and beyond. */
Test(dot, slice_boundaries) {
  enum { N = 1024 };
  double x[N], y[N];
  levels l = levels_open();
  uint64_t state = 32;
  for (int distance = 0; distance < 260; distance++)
    for (int above = 0; above < 2; above++) {
      const int rest = above ? -distance / 2 : 0, odd = above ? distance / 2 - distance : 0;
      for (size_t i = 0; i < N; i++) {
        x[i] = data_scaled(&state, rest, rest);
        y[i] = data_scaled(&state, odd, odd);
      }
      const size_t place = data_bits(&state) % N;
      x[place] = data_scaled(&state, above ? 0 : -distance / 2, above ? 0 : -distance / 2);
      y[place] =
          data_scaled(&state, above ? 0 : distance / 2 - distance, above ? 0 : distance / 2 - distance);
      check(&l, x, y, N, above ? "one large" : "one small");
    }
  levels_close(&l);
}

/* Blocks whose products all have one exponent: around the range in which FMA finds the error (2^-969), where
 * products become subnormal, where they vanish, where they overflow; with and without zeros among them. */
Test(dot, every_exponent_at_the_ends_of_the_range) {
  enum { N = 256 };
  double x[N], y[N];
  levels l = levels_open();
  uint64_t state = 33;
  for (int exponent = -2148; exponent <= 2046; exponent++) {
    const bool interesting = exponent < -2140 || (exponent > -1160 && exponent < -900) ||
                             (exponent > 990 && exponent < 1040) || exponent > 2040 || exponent % 16 == 0;
    for (int zeros = 0; interesting && zeros < 2; zeros++) {
      const int half = exponent / 2;
      for (size_t i = 0; i < N; i++) {
        x[i] = zeros && data_bits(&state) % 3 == 0 ? 0.0 : data_scaled(&state, half, half);
        y[i] = data_scaled(&state, exponent - half, exponent - half);
      }
      check(&l, x, y, N, "one exponent");
    }
  }
  levels_close(&l);
}

/* Products less their rounded values: only the errors are left, which FMA finds down to some exponent and
 * which below it are no doubles. */
Test(dot, errors_of_products_that_underflow) {
  enum { N = 512 };
  double x[N], y[N];
  levels l = levels_open();
  uint64_t state = 40;
  for (int exponent = -1020; exponent < -940; exponent++)
    for (int trial = 0; trial < 10; trial++) {
      const int half = exponent / 2;
      for (size_t i = 0; i < N; i += 2) {
        x[i] = data_scaled(&state, half, half);
        y[i] = data_scaled(&state, exponent - half, exponent - half);
        x[i + 1] = x[i] * y[i];
        y[i + 1] = -1;
      }
      check(&l, x, y, N, "errors of products");
    }
  levels_close(&l);
}

/* Slices filled as far as they can be: equal products at the top of a binade, remainders all of one sign. */
Test(dot, slices_filled_to_the_brim) {
  enum { N = 4096 };
  static const double values[] = {
      0x1.fffffffffffffp0,   -0x1.fffffffffffffp0,   0x1.0000000000001p0, 0x1.8p0,      0x1.5555555555555p0,
      0x1.fffffffffffffp511, 0x1.fffffffffffffp-481, 0x1.0000001p0,       0x1.fffffep0, 0x1p-537};
  enum { VALUES = sizeof values / sizeof *values };
  double *x = malloc(2 * N * sizeof *x), *y = x + N;
  levels l = levels_open();
  for (int a = 0; a < VALUES; a++)
    for (int b = 0; b < VALUES; b++) {
      for (size_t i = 0; i < N; i++) {
        x[i] = values[a];
        y[i] = values[b];
      }
      check(&l, x, y, N, "equal products");
    }
  levels_close(&l);
  free(x);
}

/* Blocks of one scale after blocks of another, over all distances: products that are too large or too small
 * for the slices of the block before. A product of two tiny factors, a NaN or a zero in a block after the
 * first. */
Test(dot, blocks_of_changing_scale) {
  enum { N = 5000, PART = N / 2 };
  double *x = malloc(2 * N * sizeof *x), *y = x + N;
  levels l = levels_open();
  uint64_t state = 41;
  for (int distance = -130; distance <= 130; distance++)
    for (int odd = 0; odd < 4; odd++) {
      for (size_t i = 0; i < N; i++) {
        const int scale = i % PART < PART / 2 ? 0 : distance / 2;
        x[i] = data_scaled(&state, scale, scale);
        y[i] = data_scaled(&state, distance < 0 ? -470 : scale, distance < 0 ? -470 : scale);
      }
      const size_t place = N / 4 + data_bits(&state) % (N / 4);
      if (odd == 1) x[place] = y[place] = 0x1.8p-538; /* less than half the smallest double */
      if (odd == 2) x[place] = -0.0;
      if (odd == 3) y[place] = NAN;
      check(&l, x, y, N, "changing scale");
    }
  levels_close(&l);
  free(x);
}

/* The range that three slices hold, [2^(E - 29), 2^E), and its edges, after blocks that set E. */
Test(dot, products_at_the_ends_of_the_range_of_three_slices) {
  enum { N = 4096 };
  double *x = malloc(2 * N * sizeof *x), *y = x + N;
  levels l = levels_open();
  uint64_t state = 42;
  for (int low = 24; low < 36; low++)
    for (int last = 0; last < 2; last++) {
      for (size_t i = 0; i < N; i++) {
        x[i] = data_from_bits(data_to_bits(data_scaled(&state, 0, 0)) | 1);
        y[i] = data_from_bits(data_to_bits(data_scaled(&state, 0, 0)) | 1);
      }
      for (size_t i = last ? N - 40 : 1; i < N; i += 7) x[i] = ldexp(x[i], -low);
      for (size_t i = 0; last && i + 1 < N / 2; i += 2) { /* the large ones cancel: the last bits count */
        x[i + 1] = x[i];
        y[i + 1] = -y[i];
        x[i + N / 2] = x[i];
        y[i + N / 2] = i + N / 2 < N - 40 ? y[i] : 0x1.0000000000001p0;
        x[i + N / 2 + 1] = x[i];
        y[i + N / 2 + 1] = -y[i + N / 2];
        if (i + N / 2 >= N - 40) x[i + N / 2 + 1] = ldexp(x[i], -low);
      }
      check(&l, x, y, N, "ends of the range");
    }
  levels_close(&l);
  free(x);
}

Test(dot, products_beyond_the_range_cancel) {
  enum { N = 300 };
  double x[N], y[N];
  levels l = levels_open();
  uint64_t state = 34;
  for (int trial = 0; trial < 200; trial++) {
    for (size_t i = 0; i < N; i++) x[i] = y[i] = 0;
    const size_t place = data_bits(&state) % (N - 4);
    const double big = trial % 2 ? 1e200 : DBL_MAX;
    x[place] = y[place] = x[place + 1] = big;
    y[place + 1] = -big;
    x[place + 2] = 2.5;
    y[place + 2] = trial % 3 ? 1 : -0x1p-1074;
    x[place + 3] = trial % 3 ? 0 : 0x1p-1074;
    y[place + 3] = 0x1p-1074;
    const double dot = check(&l, x, y, N, "overflow cancelled");
    cr_assert(dot == (trial % 3 ? 2.5 : -0x1p-1073), "%a", dot); /* -2.5 units: a tie, but for the 2^-2148 */
  }
  levels_close(&l);
}

/* A special pair anywhere in a long array of ordinary ones, alone and with a second. */
Test(dot, special_values) {
  enum { N = 3000 };
  static const double special[] = {0.0, -0.0, 1, -1, DBL_MAX, INFINITY, -INFINITY, NAN, DBL_TRUE_MIN};
  enum { SPECIAL = sizeof special / sizeof *special };
  double *x = malloc(2 * N * sizeof *x), *y = x + N;
  levels l = levels_open();
  uint64_t state = 35;
  for (int a = 0; a < SPECIAL; a++)
    for (int b = 0; b < SPECIAL; b++)
      for (int second = 0; second < 3; second++) {
        fill(&state, 1, x, N);
        fill(&state, 1, y, N);
        const size_t place = data_bits(&state) % N;
        x[place] = special[a];
        y[place] = special[b];
        const size_t other = (place + 1 + data_bits(&state) % (N - 1)) % N;
        if (second) x[other] = second == 1 ? INFINITY : -INFINITY;
        check(&l, x, y, N, "special");
      }
  x[0] = INFINITY;
  y[0] = 0;
  cr_assert(isnan(dot_of(NULL, x, y, 1)), "inf * 0");
  y[0] = x[1] = INFINITY;
  y[1] = -1;
  cr_assert(isnan(dot_of(NULL, x, y, 2)), "inf - inf");
  levels_close(&l);
  free(x);
}

Test(dot, signed_zeros) {
  enum { N = 600 };
  double x[N], y[N];
  levels l = levels_open();
  uint64_t state = 36;
  for (size_t i = 0; i < N; i++) {
    x[i] = 0.0;
    y[i] = -(1.0 + (double)i);
  }
  cr_assert(data_same(check(&l, x, y, N, "only -0"), -0.0));
  x[N - 1] = -0.0;
  cr_assert(data_same(check(&l, x, y, N, "-0 and one +0"), 0.0));
  for (size_t i = 0; i < N; i += 2) { /* cancels */
    x[i] = x[i + 1] = data_scaled(&state, -9, 9);
    y[i] = data_scaled(&state, -9, 9);
    y[i + 1] = -y[i];
  }
  cr_assert(data_same(check(&l, x, y, N, "cancelled"), 0.0));
  x[0] = x[1] = DBL_TRUE_MIN;
  y[0] = -DBL_TRUE_MIN;
  cr_assert(data_same(check(&l, x, y, 1, "underflows from below"), -0.0));
  cr_assert(data_same(check(&l, x, y, 0, "empty"), 0.0));
  levels_close(&l);
}

/* Products of 106 bits at most, from 1 down to 2^-45, in blocks whose largest product is 1: the three slices
 * hold the last bits of those above 2^-29 only. All cancels but the error of one product, so that not a bit
 * of it is lost in the final rounding. */
Test(dot, last_bits_of_small_products) {
  enum { N = 4096, TRIALS = 3 };
  double *x = malloc(2 * N * sizeof *x), *y = x + N;
  uint64_t state = 41;
  levels l = levels_open();
  for (int exponent = 0; exponent >= -45; exponent--)
    for (int trial = 0; trial < TRIALS; trial++) {
      for (size_t i = 0; i < N; i += 2) {
        x[i] = data_scaled(&state, 0, 0);
        x[i + 1] = -x[i];
        y[i] = y[i + 1] = 1;
      }
      const size_t at = data_bits(&state) % (N / 2) * 2;
      const double a = data_from_bits(data_bits(&state) >> 12 | UINT64_C(0x3ff) << 52 | 1);
      const double b = data_from_bits(data_bits(&state) >> 12 | UINT64_C(0x3ff) << 52 | 1);
      x[at] = ldexp(a, exponent);
      y[at] = b;
      x[at + 1] = -(x[at] * b);
      const double dot = check(&l, x, y, N, "the error of a product");
      cr_assert(dot == fma(x[at], b, x[at + 1]), "2^%d: %a", exponent, dot);
    }
  levels_close(&l);
  free(x);
}

/* A million vectors of 1 to 8, their dot products and sums: any bit patterns, or close exponents, for which
 * the short slices are taken. */
Test(dot, a_million_small_vectors) {
  enum { VECTORS = 1000000 };
  double x[8], y[8];
  levels l = levels_open();
  uint64_t state = 37;
  for (int v = 0; v < VECTORS; v++) {
    const size_t n = 1 + data_bits(&state) % 8;
    for (size_t i = 0; i < n; i++) {
      x[i] = v % 2 ? data_from_bits(data_bits(&state)) : data_scaled(&state, -2, 2);
      y[i] = v % 2 ? data_from_bits(data_bits(&state)) : i % 2 ? data_scaled(&state, -2, 2) : -x[i];
    }
    const int level = v / 2 % l.count;
    const double dot = dot_of(l.ctx[level], x, y, n), expected = reference_dot(x, y, n),
                 total = reference_sum(x, n);
    cr_assert(data_same(dot, expected), "vector %d, n = %zu, %s: %a, MPFR %a", v, n, levels_name(&l, level),
              dot, expected);
    double sum = -7;
    tutti_sum(l.ctx[level], x, n, &sum);
    cr_assert(data_same(sum, total), "vector %d, n = %zu, %s: sum %a, MPFR %a", v, n, levels_name(&l, level),
              sum, total);
  }
  levels_close(&l);
}

Test(dot, shuffled_data_same_bits) {
  enum { N = 20000 };
  double *x = malloc(2 * N * sizeof *x), *y = x + N;
  uint64_t state = 38;
  levels l = levels_open();
  for (int kind = 0; kind < KINDS; kind++) {
    fill(&state, kind, x, N);
    fill(&state, kind, y, N);
    const double expected = reference_dot(x, y, N);
    for (int shuffle = 0; shuffle < 8; shuffle++) {
      for (size_t i = N - 1; i > 0; i--) {
        const size_t j = data_bits(&state) % (i + 1);
        const double a = x[i], b = y[i];
        x[i] = x[j];
        y[i] = y[j];
        x[j] = a;
        y[j] = b;
      }
      const double dot = dot_of(l.ctx[shuffle % l.count], x, y, N);
      cr_assert(data_same(dot, expected), "%s, shuffle %d: %a, MPFR %a", kinds[kind].name, shuffle, dot,
                expected);
    }
  }
  levels_close(&l);
  free(x);
}

Test(dot, every_configuration_same_bits) {
  double *x = malloc(2 * MOST * sizeof *x), *y = x + MOST;
  uint64_t state = 39;
  for (size_t i = 0; i < MOST; i++) {
    x[i] = i / 5000 % 8 == 7 ? data_scaled(&state, -600, 500) : data_scaled(&state, -9, 9);
    y[i] = data_scaled(&state, -9, 9);
  }
  const double expected = reference_dot(x, y, MOST);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    const double dot = dot_of(c.ctx, x, y, MOST);
    cr_assert(data_same(dot, expected), "%s: %a, MPFR %a", c.name, dot, expected);
  }
  free(x);
}

Test(dot, bad_arguments_leave_the_result_alone) {
  double x = 1, dot = 42;
  testing_expect(NULL, tutti_dot(NULL, NULL, &x, 3, &dot), TUTTI_EINVAL, "x is NULL", "x");
  testing_expect(NULL, tutti_dot(NULL, &x, NULL, 3, &dot), TUTTI_EINVAL, "y is NULL", "y");
  testing_expect(NULL, tutti_dot(NULL, &x, &x, 1, NULL), TUTTI_EINVAL, "result", "result");
  testing_expect(NULL, tutti_dot(NULL, &x, &x, SIZE_MAX, &dot), TUTTI_EINVAL, "18446744073709551615", "n");
  testing_expect(NULL, tutti_dot(NULL, &x, &x, ((size_t)1 << 45) + 1, &dot), TUTTI_EINVAL, "2^45", "n");
  cr_assert(dot == 42);
  cr_assert(data_same(dot_of(NULL, NULL, NULL, 0), 0.0));
}
