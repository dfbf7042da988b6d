/* tutti_quantile of long arrays, which takes a sample first, against sorting. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"
#include "reduce/brackets.h"

enum { LEAST = TUTTI_BRACKETS_LEAST, N = LEAST + 77 };

/* -0 before +0 */
static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  if (x == 0 && y == 0) return (signbit(y) != 0) - (signbit(x) != 0);
  return (x > y) - (x < y);
}

/* Each quantile is interpolated between two sorted items. */
static void check(const double *x, size_t n, const char *what) {
  static const double probs[][3] = {{0.25, 0.5, 0.75}, {0, 0.5, 1}, {0.49, 0.5, 0.51}, {0.001, 0.01, 0.999}};
  double *sorted = malloc(n * sizeof *sorted), out[3];
  memcpy(sorted, x, n * sizeof *x);
  qsort(sorted, n, sizeof *sorted, ascending);
  for (CONTEXTS c = every_isa(); contexts_next(&c);)
    for (size_t s = 0; s < sizeof probs / sizeof *probs; s++) {
      testing_expect(c.ctx, tutti_quantile(c.ctx, x, n, probs[s], 3, out), TUTTI_OK, "", what);
      for (int i = 0; i < 3; i++) {
        const volatile double position = (double)(n - 1) * probs[s][i];
        const size_t k = (size_t)position, next = k + 1 < n ? k + 1 : k;
        const double a = sorted[k], b = sorted[next], t = position - (double)k;
        const volatile double width = b - a, rise = width * t, fall = width * (1 - t);
        double e = t < 0.5 ? a + rise : b - fall;
        if (isinf(a) || isinf(b)) e = t == 0 || a == b ? a : a + b;
        cr_assert(data_same(out[i], e), "%s, %s, n = %zu, prob %g: %a, sorted %a", c.name, what, n,
                  probs[s][i], out[i], e);
      }
    }
  free(sorted);
}

static double uniform(uint64_t *state) { return (double)(data_bits(state) >> 11) * 0x1p-53; }

Test(quantile_long, lengths_around_the_least) {
  double *x = malloc((LEAST + 9) * sizeof *x);
  uint64_t state = 51;
  for (size_t i = 0; i < LEAST + 9; i++) x[i] = uniform(&state) - 0.5;
  for (size_t n = LEAST - 1; n <= LEAST + 9; n += 1 + (n > LEAST) * 3) check(x, n, "uniform");
  free(x);
}

/* Item i of n. */
static double item(int kind, size_t i, uint64_t *state) {
  const uint64_t bits = data_bits(state);
  switch (kind) {
  case 0: /* sorted */
    return (double)i;
  case 1: /* up and down */
    return i < N / 2 ? (double)i : (double)(N - i);
  case 2: /* all equal */
    return -0.1;
  case 3: /* many ties everywhere: at the ends of brackets, too */
    return (double)(bits % 3000);
  case 4: /* ties around the median only */
    return bits % 8 ? uniform(state) - 0.5 : 0.0;
  case 5: /* zeros of both signs, in the middle of other numbers */
    return bits % 4 ? uniform(state) - 0.5 : bits >> 40 & 1 ? 0.0 : -0.0;
  case 6: /* many infinities */
    return bits % 5 == 0 ? (double)INFINITY : bits % 5 == 1 ? -(double)INFINITY : uniform(state);
  case 7: /* few infinities */
    return i % 5000 == 0 ? (double)INFINITY : i % 5000 == 1 ? -(double)INFINITY : uniform(state);
  case 8: /* all exponents */
    return data_finite(state);
  case 9: /* a period */
    return (double)(i % 64) + uniform(state);
  case 10: /* a bracket of the median begins at +0, and there are a few -0 that the sample does not have */
    if (bits % 1000 < 440) return -1 - uniform(state);
    return bits % 1000 > 490 ? 1 + uniform(state) : (bits >> 40) % 1500 ? 0.0 : -0.0;
  default: /* half one number */
    return bits % 2 ? 7 : uniform(state);
  }
}

Test(quantile_long, every_kind) {
  enum { KINDS = 12 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 52;
  for (int kind = 0; kind < KINDS; kind++) {
    for (size_t i = 0; i < N; i++) x[i] = item(kind, i, &state);
    char what[16];
    snprintf(what, sizeof what, "kind %d", kind);
    check(x, N, what);
  }
  free(x);
}

/* The sample sees only large or only small items, so that the brackets miss on that side. */
Test(quantile_long, sample_that_misleads) {
  double *x = malloc(N * sizeof *x);
  uint64_t state = 53;
  for (int side = -1; side <= 1; side += 2) {
    for (size_t i = 0; i < N; i++) x[i] = uniform(&state) - 0.5;
    const size_t size = tutti_sample_size(N);
    for (size_t i = 0; i < size; i++) x[tutti_sample_place(i, N)] += side;
    check(x, N, side < 0 ? "small sample" : "large sample");
    for (size_t i = 0; i < size; i++) x[tutti_sample_place(i, N)] = side * 3;
    check(x, N, "constant sample");
    for (size_t i = 0; i < size; i++) x[tutti_sample_place(i, N)] = 1e-9 * (double)i;
    check(x, N, "narrow sample");
  }
  free(x);
}

/* In the sample or not. */
Test(quantile_long, one_nan) {
  double *x = malloc(N * sizeof *x), out[2];
  uint64_t state = 54;
  for (size_t i = 0; i < N; i++) x[i] = uniform(&state);
  for (size_t i = 0; i < 3; i++) {
    const size_t in_sample = tutti_sample_place(i * 100, N);
    for (size_t place = in_sample; place <= in_sample + 1; place++) {
      const double kept = x[place];
      x[place] = (double)NAN;
      cr_assert(tutti_quantile(NULL, x, N, (double[]){0.1, 0.5}, 2, out) == TUTTI_OK);
      cr_assert(isnan(out[0]) && isnan(out[1]), "a NaN at %zu: %g, %g", place, out[0], out[1]);
      x[place] = kept;
    }
  }
  x[N - 1] = (double)NAN;
  cr_assert(tutti_quantile(NULL, x, N, (double[]){0.1, 0.5}, 2, out) == TUTTI_OK);
  cr_assert(isnan(out[0]) && isnan(out[1]));
  free(x);
}

/* A sample spreads over the whole array, one item in each of equal parts. */
Test(quantile_long, places_of_the_sample) {
  static const size_t lengths[] = {LEAST, N, 1000003, 1 << 24, ((size_t)1 << 40) + 12345};
  for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
    const size_t n = lengths[l], size = tutti_sample_size(n);
    for (size_t i = 0; i < size; i += 1 + size / 1000) {
      const double place = (double)tutti_sample_place(i, n), part = (double)n / (double)size;
      cr_assert(place > part * (double)i - 2 && place < part * ((double)i + 1), "n = %zu, item %zu: %g", n, i,
                place);
    }
  }
}
