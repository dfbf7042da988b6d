/* tutti_minmax and its twin of float against plain loops. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"

static tutti_minmax_t naive(const double *x, size_t n) {
  tutti_minmax_t r = {x[0], x[0], 0, 0};
  for (size_t i = 0; i < n; i++) {
    if (isnan(x[i])) return (tutti_minmax_t){NAN, NAN, i, i};
    if (x[i] < r.min) r.min = x[r.argmin = i];
    if (x[i] > r.max) r.max = x[r.argmax = i];
  }
  return r;
}

static void check(tutti_ctx *ctx, const double *x, size_t n, const char *what) {
  const tutti_minmax_t e = naive(x, n);
  tutti_minmax_t r = {0};
  testing_expect(ctx, tutti_minmax(ctx, x, n, &r), TUTTI_OK, "", what);
  cr_assert(data_same(r.min, e.min) && data_same(r.max, e.max) && r.argmin == e.argmin &&
                r.argmax == e.argmax,
            "%s, n = %zu: min %a at %zu, max %a at %zu; a loop %a at %zu, %a at %zu", what, n, r.min,
            r.argmin, r.max, r.argmax, e.min, e.argmin, e.max, e.argmax);
}

static void check_f32(tutti_ctx *ctx, const double *x, size_t n, const char *what) {
  float *f = malloc(n * sizeof *f);
  double *d = malloc(n * sizeof *d);
  cr_assert(f && d && n > 0);
  for (size_t i = 0; i < n; i++) d[i] = (double)(f[i] = (float)x[i]);
  const tutti_minmax_t e = naive(d, n);
  tutti_minmax_f32_t r = {0};
  testing_expect(ctx, tutti_minmax_f32(ctx, f, n, &r), TUTTI_OK, "", what);
  cr_assert(data_same(r.min, e.min) && data_same(r.max, e.max) && r.argmin == e.argmin &&
                r.argmax == e.argmax,
            "%s, floats, n = %zu: min %a at %zu, max %a at %zu; a loop %a at %zu, %a at %zu", what, n, r.min,
            r.argmin, r.max, r.argmax, e.min, e.argmin, e.max, e.argmax);
  free(f);
  free(d);
}

/* Kinds of data: few values, so that ties abound; zeros of both signs; any bits; up; down; equal; denormals.
 */
enum { KINDS = 8 };
static double item(int kind, size_t i, uint64_t *state) {
  static const double zeros[] = {0.0, -0.0}, infinite[] = {INFINITY, -INFINITY};
  const uint64_t bits = data_bits(state);
  switch (kind) {
  case 0:
    return (double)(bits % 5) - 2;
  case 1:
    return zeros[bits >> 40 & 1];
  case 2:
    return data_finite(state);
  case 3:
    return (double)i;
  case 4:
    return -(double)i;
  case 5:
    return 7;
  case 6:
    return infinite[bits >> 40 & 1];
  default:
    return (double)((int)(bits % 9) - 4) * 0x1p-1074;
  }
}

static void fill(double *x, size_t n, int kind, uint64_t *state) {
  for (size_t i = 0; i < n; i++) x[i] = item(kind, i, state);
}

Test(minmax, every_length_kind_and_isa) {
  enum { MOST = 140 };
  double x[MOST];
  uint64_t state = 1;
  for (CONTEXTS c = every_isa(); contexts_next(&c);) {
    for (size_t n = 1; n <= MOST; n++)
      for (int kind = 0; kind < KINDS; kind++) {
        fill(x, n, kind, &state);
        check(c.ctx, x, n, c.name);
        check_f32(c.ctx, x, n, c.name);
        x[data_bits(&state) % n] = data_bits(&state) % 2 ? NAN : -NAN;
        check(c.ctx, x, n, "a NaN");
        x[data_bits(&state) % n] = NAN;
        check(c.ctx, x, n, "two NaNs");
        check_f32(c.ctx, x, n, "two NaNs");
      }
  }
}

/* Several chunks and many blocks; the extremes in turn at either end, on both sides of borders, and twice. */
Test(minmax, every_configuration) {
  enum { N = 3 * (1 << 17) + 4099 };
  static const size_t places[] = {0, 4095, 4096, (1 << 17) - 1, 1 << 17, 3 * (1 << 17), N - 4, N - 1};
  enum { PLACES = sizeof places / sizeof *places };
  double *x = malloc(N * sizeof *x), *big = malloc(N * sizeof *big);
  uint64_t state = 2;
  for (size_t i = 0; i < N; i++) x[i] = data_scaled(&state, -30, 30);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    check(c.ctx, x, N, c.name);
    for (int k = 0; k < 3; k++) {
      const size_t a = places[data_bits(&state) % PLACES], b = places[data_bits(&state) % PLACES];
      memcpy(big, x, N * sizeof *x);
      big[a] = big[b] = k ? 0x1p40 : -0x1p40;
      check(c.ctx, big, N, c.name);
      if (k == 2) big[b] = NAN;
      check(c.ctx, big, N, c.name);
    }
    check_f32(c.ctx, x, N, c.name);
  }
  free(x);
  free(big);
}

Test(minmax, every_kind_in_many_blocks) {
  enum { N = (1 << 17) + 50001 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 3;
  for (int kind = 0; kind < KINDS; kind++) {
    fill(x, N, kind, &state);
    check(NULL, x, N, "default context");
    check_f32(NULL, x, N, "default context");
  }
  free(x);
}

Test(minmax, bad_arguments) {
  const double x[] = {1, 2};
  const float f[] = {1, 2};
  tutti_ctx *ctx = testing_open_backend(TUTTI_THREADS, 2);
  tutti_minmax_t r = {3, 4, 5, 6};
  tutti_minmax_f32_t rf = {3, 4, 5, 6};
  testing_expect(ctx, tutti_minmax(ctx, x, 0, &r), TUTTI_EINVAL, "n = 0", "empty");
  testing_expect(ctx, tutti_minmax(ctx, NULL, 0, &r), TUTTI_EINVAL, "n = 0", "empty, NULL");
  testing_expect(ctx, tutti_minmax(ctx, NULL, 2, &r), TUTTI_EINVAL, "x", "x NULL");
  testing_expect(ctx, tutti_minmax(ctx, x, SIZE_MAX, &r), TUTTI_EINVAL, "n = 1", "n too large");
  testing_expect(ctx, tutti_minmax(ctx, x, 2, NULL), TUTTI_EINVAL, "result", "result NULL");
  testing_expect(ctx, tutti_minmax_f32(ctx, f, 0, &rf), TUTTI_EINVAL, "n = 0", "empty");
  testing_expect(ctx, tutti_minmax_f32(ctx, f, 2, NULL), TUTTI_EINVAL, "result", "result NULL");
  cr_assert(r.min == 3 && r.max == 4 && r.argmin == 5 && r.argmax == 6, "the result was written");
  cr_assert(rf.min == 3 && rf.max == 4 && rf.argmin == 5 && rf.argmax == 6, "the result was written");
  tutti_close(ctx);
}
