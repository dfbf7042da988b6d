/* The reductions of floats: added exactly, rounded to float once. */
#include <float.h>
#include <stdlib.h>

#include "../support/data.h"
#include "../support/levels.h"
#include "../support/reference.h"
#include "../support/testing.h"

enum { SUM, ASUM, DOT, NRM2, FUNCTIONS };
static const char *const names[] = {"sum", "asum", "dot", "nrm2"};

static tutti_status call(int f, tutti_ctx *ctx, const float *x, const float *y, size_t n, float *result) {
  switch (f) {
  case SUM:
    return tutti_sum_f32(ctx, x, n, result);
  case ASUM:
    return tutti_asum_f32(ctx, x, n, result);
  case DOT:
    return tutti_dot_f32(ctx, x, y, n, result);
  default:
    return tutti_nrm2_f32(ctx, x, n, result);
  }
}

static float value_of(int f, tutti_ctx *ctx, const float *x, const float *y, size_t n) {
  float value = -7;
  const tutti_status status = call(f, ctx, x, y, n, &value);
  cr_assert(status == TUTTI_OK, "%s: %s", tutti_strerror(status), tutti_error_detail(ctx));
  return value;
}

static uint32_t float_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static bool same(float a, float b) { return (a != a && b != b) || float_bits(a) == float_bits(b); }

/* Within 1 ulp. */
static bool next_to(float a, float b) {
  return same(a, b) || same(nextafterf(a, INFINITY), b) || same(nextafterf(a, -INFINITY), b);
}

enum { MOST = (1 << 18) + 77 };
static double wide_x[MOST], wide_y[MOST]; /* the same numbers, for MPFR */

static float truth(int f, const float *x, const float *y, size_t n) {
  static const reference_terms terms[] = {REFERENCE_SUM, REFERENCE_MAGNITUDES, REFERENCE_PRODUCTS};
  for (size_t i = 0; i < n; i++) {
    wide_x[i] = (double)x[i];
    wide_y[i] = (double)y[i];
  }
  return f == NRM2 ? (float)reference_nrm2(wide_x, n) : reference_float(terms[f], wide_x, wide_y, n);
}

static void check(const levels *l, const float *x, const float *y, size_t n, const char *what) {
  for (int f = 0; f < FUNCTIONS; f++) {
    const float expected = truth(f, x, y, n), first = value_of(f, l->ctx[0], x, y, n);
    cr_assert(f == NRM2 ? next_to(first, expected) : same(first, expected), "%s, %s, n = %zu: %a, MPFR %a",
              names[f], what, n, (double)first, (double)expected);
    for (int i = 1; i < l->count; i++) {
      const float value = value_of(f, l->ctx[i], x, y, n);
      cr_assert(same(value, first), "%s, %s, %s, n = %zu: %a and %a", names[f], what, levels_name(l, i), n,
                (double)value, (double)first);
    }
  }
}

static float any_bits(uint64_t *s) {
  const uint32_t bits = (uint32_t)data_bits(s);
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}
static float any_finite(uint64_t *s) {
  float x;
  do x = any_bits(s);
  while (!isfinite(x));
  return x;
}
static float scaled(uint64_t *s, int low, int high) { return (float)data_scaled(s, low, high); }
static float near_one(uint64_t *s) { return scaled(s, -3, 3); }
static float near_largest(uint64_t *s) { return scaled(s, 120, 126); }
static float tiny(uint64_t *s) { return scaled(s, -149, -60); } /* products below the smallest float */
static float integer(uint64_t *s) { return (float)(int64_t)(data_bits(s) >> 52) - 0x1p11f; }

static const struct {
  const char *name;
  float (*next)(uint64_t *);
} kinds[] = {{"any finite", any_finite},
             {"near one", near_one},
             {"near FLT_MAX", near_largest},
             {"tiny", tiny},
             {"integers", integer}};
enum { KINDS = sizeof kinds / sizeof *kinds };

Test(floats, every_isa_against_mpfr) {
  static const size_t lengths[] = {0,  1,   2,   3,   7,    8,    9,    15,   17,  31,
                                   33, 127, 255, 257, 1023, 1025, 2047, 2049, 5000};
  static float x[5000], y[5000];
  levels l = levels_open();
  uint64_t state = 61;
  for (int a = 0; a < KINDS; a++)
    for (int b = 0; b < KINDS; b++)
      for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        for (size_t i = 0; i < lengths[k]; i++) {
          x[i] = kinds[a].next(&state);
          y[i] = kinds[b].next(&state);
        }
        check(&l, x, y, lengths[k], kinds[a].name);
      }
  levels_close(&l);
}

/* A float, half a unit of its last place, and something far too small for a double beside them: rounded to
 * double first, it is a tie and goes to the even neighbour; rounded once, it goes where the small term
 * points. */
Test(floats, no_double_rounding) {
  levels l = levels_open();
  uint64_t state = 62;
  int traps[2] = {0};
  for (int trial = 0; trial < 20000; trial++) {
    const int exponent = -125 + (int)(data_bits(&state) % 252),
              least = exponent - 24 < -149 ? -149 : exponent - 24;
    const float sign = data_bits(&state) & 1 ? 1 : -1;
    const float base = scaled(&state, exponent, exponent), half = ldexpf(sign, exponent - 24);
    const float beyond = ldexpf(trial % 2 ? 1 : -1, least - 31 < -149 ? -149 : least - 31);
    /* As a sum where half a unit is a float; as a dot product down to where the result is subnormal. */
    const float x[] = {base, half, beyond}, ones[] = {1, 1, 1};
    check(&l, x, ones, 3, "trap");
    traps[0] += (float)reference_sum((const double[]){(double)x[0], (double)x[1], (double)x[2]}, 3) !=
                truth(SUM, x, ones, 3);
    const int shift = -20 - (int)(data_bits(&state) % 25); /* into the subnormal floats: units of 2^-149 */
    const float u[] = {scaled(&state, shift, shift), 0x1p-75f, 0x1p-149f};
    const float v[] = {ldexpf(1, -149 + 23 - shift), sign * 0x1p-75f, trial % 2 ? 0x1p-149f : -0x1p-149f};
    const float whole = (float)(int)(data_bits(&state) % 0x7fffff); /* whole 2^-149 = (whole 2^-74) 2^-75 */
    const float s[] = {ldexpf(whole, -74), u[1], u[2]}, t[] = {0x1p-75f, v[1], v[2]};
    check(&l, u, v, 3, "random product");
    check(&l, s, t, 3, "subnormal trap");
    traps[1] += (float)reference_dot((const double[]){(double)s[0], (double)s[1], (double)s[2]},
                                     (const double[]){(double)t[0], (double)t[1], (double)t[2]},
                                     3) != truth(DOT, s, t, 3);
  }
  cr_assert(traps[0] > 2000 && traps[1] > 2000, "rounding twice would have been right nearly always: %d, %d",
            traps[0], traps[1]);
  levels_close(&l);
}

Test(floats, overflow_only_of_the_result) {
  const float half = 0x1p103f; /* half a unit of FLT_MAX's last place */
  const float tie[] = {FLT_MAX, half}, below[] = {FLT_MAX, half, -FLT_TRUE_MIN},
              back[] = {FLT_MAX, FLT_MAX, -FLT_MAX};
  const float ones[] = {1, 1, 1};
  levels l = levels_open();
  check(&l, tie, ones, 2, "tie");
  check(&l, below, ones, 3, "just below the tie");
  check(&l, back, ones, 3, "overflowing partial sums");
  check(&l, back, back, 3, "overflowing products");
  cr_assert(value_of(SUM, NULL, tie, NULL, 2) == INFINITY && value_of(SUM, NULL, below, NULL, 3) == FLT_MAX);
  cr_assert(value_of(SUM, NULL, back, NULL, 3) == FLT_MAX && value_of(ASUM, NULL, back, NULL, 3) == INFINITY);
  cr_assert(value_of(NRM2, NULL, tie, NULL, 1) == FLT_MAX && value_of(NRM2, NULL, back, NULL, 3) == INFINITY);
  levels_close(&l);
}

Test(floats, special_values) {
  enum { N = 2100 };
  static const float special[] = {0.0f, -0.0f, INFINITY, -INFINITY, NAN, FLT_MAX, FLT_TRUE_MIN};
  enum { SPECIAL = sizeof special / sizeof *special };
  static float x[N], y[N];
  levels l = levels_open();
  uint64_t state = 63;
  for (int a = 0; a < SPECIAL; a++)
    for (int b = 0; b < SPECIAL; b++) {
      for (size_t i = 0; i < N; i++) {
        x[i] = near_one(&state);
        y[i] = near_one(&state);
      }
      const size_t place = data_bits(&state) % N;
      x[place] = special[a];
      y[place] = x[data_bits(&state) % N] = special[b];
      check(&l, x, y, N, "special");
    }
  for (size_t i = 0; i < N; i++) {
    x[i] = -0.0f;
    y[i] = 3;
  }
  check(&l, x, y, N, "-0");
  cr_assert(same(value_of(SUM, NULL, x, y, N), -0.0f) && same(value_of(DOT, NULL, x, y, N), -0.0f));
  cr_assert(same(value_of(ASUM, NULL, x, y, N), 0.0f) && same(value_of(SUM, NULL, NULL, NULL, 0), 0.0f));
  levels_close(&l);
}

Test(floats, many_small_vectors) {
  float x[8], y[8];
  levels l = levels_open();
  uint64_t state = 64;
  for (int v = 0; v < 200000; v++) {
    const size_t n = 1 + data_bits(&state) % 8;
    for (size_t i = 0; i < n; i++) {
      x[i] = v % 2 ? any_bits(&state) : scaled(&state, -2, 2);
      y[i] = v % 2 ? any_bits(&state) : scaled(&state, -2, 2);
    }
    const int level = v / 8 % l.count, f = v / 2 % FUNCTIONS;
    const float value = value_of(f, l.ctx[level], x, y, n), expected = truth(f, x, y, n);
    cr_assert(f == NRM2 ? next_to(value, expected) : same(value, expected), "vector %d, %s, %s: %a, MPFR %a",
              v, names[f], levels_name(&l, level), (double)value, (double)expected);
  }
  levels_close(&l);
}

/* Every configuration, every second of them on shuffled data. */
Test(floats, every_configuration_same_bits) {
  float *x = malloc(2 * MOST * sizeof *x), *y = x + MOST, expected[FUNCTIONS];
  uint64_t state = 65;
  for (size_t i = 0; i < MOST; i++) {
    x[i] = i / 5000 % 8 == 7 ? any_finite(&state) : near_one(&state);
    y[i] = near_one(&state);
  }
  for (int f = 0; f < FUNCTIONS; f++) {
    expected[f] = value_of(f, NULL, x, y, MOST);
    cr_assert(f == NRM2 ? next_to(expected[f], truth(f, x, y, MOST))
                        : same(expected[f], truth(f, x, y, MOST)),
              "%s", names[f]);
  }
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    for (size_t i = MOST - 1; c.next % 2 && i > 0; i -= 1 + i / 1000) {
      const size_t j = data_bits(&state) % (i + 1);
      const float a = x[i], b = y[i];
      x[i] = x[j];
      y[i] = y[j];
      x[j] = a;
      y[j] = b;
    }
    for (int f = 0; f < FUNCTIONS; f++) {
      const float value = value_of(f, c.ctx, x, y, MOST);
      cr_assert(same(value, expected[f]), "%s, %s: %a, not %a", names[f], c.name, (double)value,
                (double)expected[f]);
    }
  }
  free(x);
}

Test(floats, bad_arguments_leave_the_result_alone) {
  float x = 1, result = 42;
  for (int f = 0; f < FUNCTIONS; f++) {
    testing_expect(NULL, call(f, NULL, NULL, &x, 3, &result), TUTTI_EINVAL, "x is NULL", names[f]);
    testing_expect(NULL, call(f, NULL, &x, &x, 1, NULL), TUTTI_EINVAL, "result", names[f]);
    testing_expect(NULL, call(f, NULL, &x, &x, SIZE_MAX, &result), TUTTI_EINVAL, "18446744073709551615",
                   names[f]);
    testing_expect(NULL, call(f, NULL, &x, &x, ((size_t)1 << 45) + 1, &result), TUTTI_EINVAL, "2^45",
                   names[f]);
  }
  testing_expect(NULL, call(DOT, NULL, &x, NULL, 3, &result), TUTTI_EINVAL, "y is NULL", "dot");
  cr_assert(result == 42);
}
