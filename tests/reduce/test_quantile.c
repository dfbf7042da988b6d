/* tutti_quantile against sorting, and against NumPy. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"

/* -0 before +0 */
static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  if (x == 0 && y == 0) return (signbit(y) != 0) - (signbit(x) != 0);
  return (x > y) - (x < y);
}

/* From sorted items. */
static double reference(const double *sorted, size_t n, double prob) {
  const volatile double v = (double)(n - 1) * prob;
  const size_t k = (size_t)v;
  const double a = sorted[k], b = sorted[k + 1 < n ? k + 1 : k], t = v - (double)k;
  if (isinf(a) || isinf(b)) return t == 0 || a == b ? a : a + b;
  const volatile double width = b - a, rise = width * t, fall = width * (1 - t);
  if (isinf(width)) return 2 * (t < 0.5 ? a / 2 + (b / 2 - a / 2) * t : b / 2 - (b / 2 - a / 2) * (1 - t));
  return t < 0.5 ? a + rise : b - fall;
}

static const double probs[] = {0.5, 0, 1, 0.25, 1.0 / 3, 0.75, 0.9, 0.001, 0.999, 0.5, 0x1p-60, 0.62};
enum { PROBS = sizeof probs / sizeof *probs };

static void check(tutti_ctx *ctx, const double *x, size_t n, size_t count, const char *what) {
  double *sorted = malloc(n * sizeof *sorted), out[PROBS];
  memcpy(sorted, x, n * sizeof *x);
  qsort(sorted, n, sizeof *sorted, ascending);
  testing_expect(ctx, tutti_quantile(ctx, x, n, probs, count, out), TUTTI_OK, "", what);
  for (size_t i = 0; i < count; i++) {
    const double e = reference(sorted, n, probs[i]);
    cr_assert(data_same(out[i], e), "%s, n = %zu, prob %g: %a, sorted %a", what, n, probs[i], out[i], e);
  }
  free(sorted);
}

/* Any bits; few values; all equal; equal but for one; ascending; zeros of both signs; infinities; subnormals;
 * uniform, with a large offset; two clusters. */
enum { KINDS = 10 };
static double item(int kind, size_t i, uint64_t *state) {
  const uint64_t bits = data_bits(state);
  const double u = (double)(bits >> 11) * 0x1p-53;
  switch (kind) {
  case 0:
    return data_finite(state);
  case 1:
    return (double)(bits % 7) - 3;
  case 2:
    return -0.1;
  case 3:
    return i == 5 ? 1e300 : 3;
  case 4:
    return (double)i;
  case 5:
    return bits >> 40 & 1 ? 0.0 : -0.0;
  case 6:
    return bits % 3 == 0 ? u : bits % 3 == 1 ? (double)INFINITY : -(double)INFINITY;
  case 7:
    return ((double)(bits % 1000) - 500) * 0x1p-1074;
  case 8:
    return 1e12 + u;
  default:
    return bits % 2 ? 1 + u * 0x1p-40 : -1e100 * u;
  }
}

static void fill(double *x, size_t n, int kind, uint64_t *state) {
  for (size_t i = 0; i < n; i++) x[i] = item(kind, i, state);
}

/* Around the number of items that are sorted without counting first. */
Test(quantile, every_kind_length_and_isa) {
  static const size_t lengths[] = {1, 2, 3, 4, 5, 7, 8, 9, 17, 100, 257, 2047, 2048, 2049, 5000, 30011};
  double *x = malloc(30011 * sizeof *x);
  uint64_t state = 41;
  for (CONTEXTS c = every_isa(); contexts_next(&c);) {
    for (int kind = 0; kind < KINDS; kind++)
      for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
        fill(x, lengths[l], kind, &state);
        check(c.ctx, x, lengths[l], 1, c.name);
        check(c.ctx, x, lengths[l], PROBS, c.name);
      }
  }
  free(x);
}

Test(quantile, every_configuration) {
  enum { N = 2 * (1 << 18) + 12345 };
  double *x = malloc(N * sizeof *x), *copy = malloc(N * sizeof *x), expected[PROBS], out[PROBS];
  uint64_t state = 42;
  for (size_t i = 0; i < N; i++) x[i] = item(i % 3 ? 8 : 0, i, &state);
  memcpy(copy, x, N * sizeof *x);
  check(NULL, x, N, PROBS, "default context");
  cr_assert(tutti_quantile(NULL, x, N, probs, PROBS, expected) == TUTTI_OK);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    testing_expect(c.ctx, tutti_quantile(c.ctx, x, N, probs, PROBS, out), TUTTI_OK, "", c.name);
    cr_assert(memcmp(out, expected, sizeof out) == 0, "%s", c.name);
  }
  cr_assert(memcmp(x, copy, N * sizeof *x) == 0, "the input was changed");
  free(x);
  free(copy);
}

Test(quantile, many_at_once) {
  enum { N = 100000, MANY = 3001 };
  double *x = malloc(N * sizeof *x), *p = malloc(MANY * sizeof *p), *out = malloc(MANY * sizeof *out);
  uint64_t state = 43;
  for (int kind = 0; kind < KINDS; kind++) {
    fill(x, N, kind, &state);
    for (size_t i = 0; i < MANY; i++) p[i] = (double)(data_bits(&state) >> 11) * 0x1p-53;
    cr_assert(tutti_quantile(NULL, x, N, p, MANY, out) == TUTTI_OK, "%s", tutti_error_detail(NULL));
    qsort(x, N, sizeof *x, ascending);
    for (size_t i = 0; i < MANY; i++) {
      const double e = reference(x, N, p[i]);
      cr_assert(data_same(out[i], e), "kind %d, prob %g: %a, sorted %a", kind, p[i], out[i], e);
    }
  }
  free(x);
  free(p);
  free(out);
}

Test(quantile, nan_anywhere) {
  enum { N = 300000 };
  static const size_t lengths[] = {1, 2, 100, 2049, N};
  double *x = malloc(N * sizeof *x), out[2];
  uint64_t state = 44;
  for (int trial = 0; trial < 40; trial++) {
    const size_t n = lengths[trial % 5];
    fill(x, n, trial % KINDS, &state);
    x[data_bits(&state) % n] = trial % 3 ? (double)NAN : -(double)NAN;
    out[0] = out[1] = 5;
    cr_assert(tutti_quantile(NULL, x, n, (double[]){0, 0.3}, 2, out) == TUTTI_OK);
    cr_assert(isnan(out[0]) && isnan(out[1]), "n = %zu: %g, %g", n, out[0], out[1]);
  }
  free(x);
}

/* By hand: a + (b - a) t, nothing that overflows on the way, and infinities. */
Test(quantile, between_two_items) {
  static const struct {
    double a, b, prob, expected;
  } cases[] = {
      {1, 3, 0.25, 1.5},
      {1, INFINITY, 0, 1},
      {1, INFINITY, 0.75, INFINITY},
      {-INFINITY, 1, 0.75, -INFINITY},
      {-INFINITY, 1, 1, 1},
      {-INFINITY, INFINITY, 0.5, NAN},
      {INFINITY, INFINITY, 0.5, INFINITY},
      {-0x1p1023, 0x1p1023, 0.5, 0},
      {-0x1p1023, 0x1p1023, 0.25, -0x1p1022},
      {-0x1p1023, 0x1p1023, 1, 0x1p1023},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const double x[] = {cases[i].b, cases[i].a};
    double out = 77;
    cr_assert(tutti_quantile(NULL, x, 2, &cases[i].prob, 1, &out) == TUTTI_OK);
    cr_assert(data_same(out, cases[i].expected), "case %zu: %g", i, out);
  }
}

/* numpy.quantile, NumPy 2.4.6, of (200 u - 100)^3, u uniform */
static const double numpy_probs[] = {0, 0.001, 0.25, 1.0 / 3, 0.5, 0.7, 0.9, 0.999, 1};
static const struct {
  size_t n;
  double quantile[9];
} numpy[] = {
    {1,
     {-0x1.13754ce70a1f8p+18, -0x1.13754ce70a1f8p+18, -0x1.13754ce70a1f8p+18, -0x1.13754ce70a1f8p+18,
      -0x1.13754ce70a1f8p+18, -0x1.13754ce70a1f8p+18, -0x1.13754ce70a1f8p+18, -0x1.13754ce70a1f8p+18,
      -0x1.13754ce70a1f8p+18}},
    {2,
     {-0x1.2b5ff2b7d5a3fp+19, -0x1.2b36911b181ebp+19, -0x1.02f69fa6c17eep+19, -0x1.eafc5d42203a7p+18,
      -0x1.b51a992b5ab3bp+18, -0x1.747214433a787p+18, -0x1.33c98f5b1a3d2p+18, -0x1.13c81020852a1p+18,
      -0x1.13754ce70a1f8p+18}},
    {7,
     {-0x1.2b5ff2b7d5a3fp+19, -0x1.2b5a021c6d16ap+19, -0x1.c2663e358ca33p+18, -0x1.35c88c00e5f4cp+18,
      -0x1.13754ce70a1f8p+18, -0x1.b4b2cb296090ap+16, -0x1.1f314b0b4c2ccp+14, 0x1.965f71e82905cp+15,
      0x1.9bed9658761afp+15}},
    {100,
     {-0x1.dcef8b4cecf65p+19, -0x1.dc0793d12bbd6p+19, -0x1.0476e16b64f2dp+18, -0x1.f61a3198dc205p+16,
      -0x1.128ebabc9ada1p+5, 0x1.d54d8dea0cd5cp+15, 0x1.8ea21952c7fe7p+18, 0x1.e09d038eb71d6p+19,
      0x1.e36aaaff7a9e0p+19}},
    {8192,
     {-0x1.e8165c432a780p+19, -0x1.e69a2c571145fp+19, -0x1.e26c3149a7546p+16, -0x1.1d8bbfbf030afp+15,
      0x1.2fe89e4d6ab05p-8, 0x1.e6910db38c077p+15, 0x1.f69104d25b95cp+18, 0x1.e44fa87dd0dd5p+19,
      0x1.e713dab722018p+19}},
    {8193,
     {-0x1.e8165c432a780p+19, -0x1.e69a246ccab96p+19, -0x1.e25b4507ee28ap+16, -0x1.1d64b734ad6ffp+15,
      0x1.481062109951fp-8, 0x1.e706163fa5ad5p+15, 0x1.f690d13b68a05p+18, 0x1.e44f7e855293dp+19,
      0x1.e713dab722018p+19}},
    {20001,
     {-0x1.e8165c432a780p+19, -0x1.e5283b887a237p+19, -0x1.eb57994f13d55p+16, -0x1.24c9304ba6d99p+15,
      0x1.9954ec3b2043ep-5, 0x1.f279d492cb714p+15, 0x1.fb407b285be9ap+18, 0x1.e493fa57b90e8p+19,
      0x1.e801e23383440p+19}},
};

Test(quantile, as_numpy) {
  double *x = malloc(20001 * sizeof *x), out[9];
  for (size_t k = 0; k < sizeof numpy / sizeof *numpy; k++) {
    uint64_t state = 33;
    for (size_t i = 0; i < numpy[k].n; i++) {
      const volatile double scaled = (double)(data_bits(&state) >> 11) * 0x1p-53 * 200, y = scaled - 100,
                            square = y * y;
      x[i] = square * y;
    }
    cr_assert(tutti_quantile(NULL, x, numpy[k].n, numpy_probs, 9, out) == TUTTI_OK);
    for (int i = 0; i < 9; i++)
      cr_assert(data_same(out[i], numpy[k].quantile[i]), "n = %zu, prob %g: %a, NumPy %a", numpy[k].n,
                numpy_probs[i], out[i], numpy[k].quantile[i]);
  }
  free(x);
}

Test(quantile, bad_arguments) {
  const double x[] = {1, 2}, half = 0.5;
  double out = 77;
  tutti_ctx *ctx = testing_open_backend(TUTTI_THREADS, 2);
#define EXPECT(word, x, n, probs, count, out)                                                                \
  testing_expect(ctx, tutti_quantile(ctx, x, n, probs, count, out), TUTTI_EINVAL, word, word)
  EXPECT("n = 0", x, 0, &half, 1, &out);
  EXPECT("x", NULL, 2, &half, 1, &out);
  EXPECT("probs", x, 2, NULL, 1, &out);
  EXPECT("out", x, 2, &half, 1, NULL);
  EXPECT("count = 1", x, 2, &half, SIZE_MAX, &out);
  EXPECT("probs[1] = 1.5", x, 2, ((const double[]){0.5, 1.5}), 2, &out);
  EXPECT("probs[0] = -0.1", x, 2, ((const double[]){-0.1}), 1, &out);
  EXPECT("probs[0] = nan", x, 2, ((const double[]){NAN}), 1, &out);
  cr_assert(out == 77, "the result was written");
  testing_expect(ctx, tutti_quantile(ctx, x, 2, NULL, 0, NULL), TUTTI_OK, "", "no quantiles");
  tutti_close(ctx);
}
