/* tutti_histogram against a search among stored edges, and against NumPy. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"

typedef struct {
  double lo, hi;
  size_t bins;
} layout;

/* Wide and narrow, near and far from 0, with edges that rounding shifts; the last ones an ulp or two a bin,
 * or among the subnormals. */
static const layout layouts[] = {
    {0, 1, 10},          {0.1, 0.7, 7},     {-1, 1, 9},       {-3e-5, 1e5, 6},        {0, 1, 1},
    {-1e300, 1e305, 11}, {-7, -3, 1000},    {0, 3e-310, 3},   {1e15, 1e15 + 1e4, 77}, {1e16, 1e16 + 40, 11},
    {1e16, 1e16 + 6, 3}, {0, 0x5p-1074, 5}, {0.3, 0.9, 5000}, {-0.0, 1e-300, 100},
};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

static double *edges_of(layout b) {
  double *edge = malloc((b.bins + 1) * sizeof *edge);
  const volatile double width = b.hi - b.lo, step = width / (double)b.bins;
  for (size_t i = 0; i < b.bins; i++) {
    const volatile double product = (double)i * step;
    edge[i] = product + b.lo;
  }
  edge[b.bins] = b.hi;
  return edge;
}

/* counts: the bins, below, above, NaN. */
static void naive(const double *x, size_t n, layout b, uint64_t *counts) {
  double *edge = edges_of(b);
  memset(counts, 0, (b.bins + 3) * sizeof *counts);
  for (size_t i = 0; i < n; i++) {
    if (isnan(x[i])) counts[b.bins + 2]++;
    else if (x[i] < b.lo) counts[b.bins]++;
    else if (x[i] > b.hi) counts[b.bins + 1]++;
    else {
      size_t low = 0, high = b.bins;
      while (high - low > 1) *(edge[(low + high) / 2] <= x[i] ? &low : &high) = (low + high) / 2;
      counts[low]++;
    }
  }
  free(edge);
}

static void check(tutti_ctx *ctx, const double *x, size_t n, layout b, const char *what) {
  uint64_t *expected = malloc((b.bins + 3) * sizeof *expected), *counts = malloc(b.bins * sizeof *counts);
  tutti_outside o = {77, 77, 77};
  naive(x, n, b, expected);
  memset(counts, 0xff, b.bins * sizeof *counts);
  testing_expect(ctx, tutti_histogram_full(ctx, x, n, b.lo, b.hi, b.bins, counts, &o), TUTTI_OK, "", what);
  for (size_t i = 0; i < b.bins; i++)
    cr_assert(counts[i] == expected[i], "%s, [%g, %g], %zu bins: %llu in bin %zu, a search %llu", what, b.lo,
              b.hi, b.bins, (unsigned long long)counts[i], i, (unsigned long long)expected[i]);
  cr_assert(o.below == expected[b.bins] && o.above == expected[b.bins + 1] && o.nan == expected[b.bins + 2],
            "%s, [%g, %g], %zu bins: outside %llu, %llu, %llu", what, b.lo, b.hi, b.bins,
            (unsigned long long)o.below, (unsigned long long)o.above, (unsigned long long)o.nan);
  free(expected);
  free(counts);
}

/* Three doubles on either side of every edge, and what is far away. */
static double *around_edges(layout b, size_t *n) {
  double *edge = edges_of(b), *x = malloc((7 * (b.bins + 1) + 16) * sizeof *x);
  size_t k = 0;
  for (size_t i = 0; i <= b.bins; i++) {
    double down = edge[i], up = edge[i];
    x[k++] = edge[i];
    for (int step = 0; step < 3; step++) {
      x[k++] = down = nextafter(down, -INFINITY);
      x[k++] = up = nextafter(up, INFINITY);
    }
  }
  const double far[] = {INFINITY, -INFINITY, NAN, -NAN, 1.7e308, -1.7e308, 0.0, -0.0, 0x1p-1074, NAN};
  for (size_t i = 0; i < sizeof far / sizeof *far; i++) x[k++] = far[i];
  free(edge);
  *n = k;
  return x;
}

Test(histogram, edges_ulp_by_ulp_on_every_isa) {
  for (CONTEXTS c = every_isa(); contexts_next(&c);) {
    for (int l = 0; l < LAYOUTS; l++) {
      size_t n;
      double *x = around_edges(layouts[l], &n);
      check(c.ctx, x, n, layouts[l], c.name);
      for (size_t few = 0; few < 20; few++) check(c.ctx, x, few, layouts[l], "few items");
      free(x);
    }
  }
}

/* Random layouts from a few ulps to many binades. */
Test(histogram, edges_of_random_layouts) {
  uint64_t state = 5;
  for (int trial = 0; trial < 3000; trial++) {
    layout b = {data_scaled(&state, -60, 60), 0, 1 + data_bits(&state) % 40};
    b.hi = b.lo + ldexp(1 + (double)(data_bits(&state) % 1000) * 0.001, (int)(data_bits(&state) % 120) - 60);
    double *edge = edges_of(b);
    bool increasing = b.lo < b.hi;
    for (size_t i = 0; i < b.bins; i++) increasing = increasing && edge[i] < edge[i + 1];
    free(edge);
    if (!increasing) {
      uint64_t counts[64];
      const tutti_status status = tutti_histogram(NULL, NULL, 0, b.lo, b.hi, b.bins, counts);
      cr_assert(status == TUTTI_EINVAL, "[%a, %a], %zu bins", b.lo, b.hi, b.bins);
      continue;
    }
    size_t n;
    double *x = around_edges(b, &n);
    check(NULL, x, n, b, "random layout");
    free(x);
  }
}

Test(histogram, every_configuration) {
  enum { N = 2 * (1 << 17) + 333 };
  double *x = malloc(N * sizeof *x);
  uint64_t state = 6;
  for (size_t i = 0; i < N; i++) x[i] = (double)(data_bits(&state) >> 11) * 0x1.4p-53 - 0.125;
  for (size_t i = 0; i < N; i += 1001) x[i] = i % 2 ? (double)NAN : -(double)INFINITY;
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    check(c.ctx, x, N, (layout){0, 1, 1000}, c.name);
    check(c.ctx, x, N, (layout){0, 1, 4105}, c.name); /* just more than are counted in copies */
    check(c.ctx, x, N, (layout){0, 0x1p-60, 3}, c.name);
  }
  for (size_t i = 0; i < N; i++) x[i] = 0.5;
  check(NULL, x, N, (layout){0, 1, 10}, "all equal");
  check(NULL, x, N, (layout){0, 1, 10000000}, "many bins");
  free(x);
}

/* numpy.histogram, NumPy 2.4.6: items on and next to edges, see data_on_edge; uniform ones. */
static double data_on_edge(layout b, const double *edge, uint64_t *state) {
  const uint64_t bits = data_bits(state);
  const double e = edge[(bits >> 8) % (b.bins + 1)];
  return bits % 3 == 0 ? e : nextafter(e, bits % 3 == 1 ? INFINITY : -INFINITY);
}

Test(histogram, as_numpy) {
  static const struct {
    layout b;
    uint64_t counts[13]; /* the bins, below, above */
  } cases[] = {
      {{0.1, 0.7, 7}, {379, 380, 357, 361, 376, 369, 515, 141, 122}},
      {{-1, 1, 9}, {277, 301, 306, 279, 289, 305, 318, 311, 425, 90, 99}},
      {{1e16, 1e16 + 40, 11}, {295, 252, 166, 319, 227, 227, 262, 257, 152, 351, 325, 84, 83}},
      {{-3e-5, 1e5, 6}, {409, 399, 451, 434, 424, 608, 136, 139}},
  };
  static const uint64_t uniform[] = {1401, 1356, 1427, 1386, 1376, 1369, 1367, 1377, 1409, 1380, 1373, 1384};
  static double x[20000];
  uint64_t counts[13];
  tutti_outside o;
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const layout b = cases[k].b;
    double *edge = edges_of(b);
    uint64_t state = 31;
    for (size_t i = 0; i < 3000; i++) x[i] = data_on_edge(b, edge, &state);
    free(edge);
    cr_assert(tutti_histogram_full(NULL, x, 3000, b.lo, b.hi, b.bins, counts, &o) == TUTTI_OK);
    for (size_t i = 0; i < b.bins; i++)
      cr_assert(counts[i] == cases[k].counts[i], "case %zu, bin %zu: %llu", k, i,
                (unsigned long long)counts[i]);
    cr_assert(o.below == cases[k].counts[b.bins] && o.above == cases[k].counts[b.bins + 1] && o.nan == 0);
  }
  uint64_t state = 32;
  for (size_t i = 0; i < 20000; i++) x[i] = (double)(data_bits(&state) >> 11) * 0x1p-53 * 1.2 - 0.1;
  cr_assert(tutti_histogram(NULL, x, 20000, 0, 1, 12, counts) == TUTTI_OK);
  for (size_t i = 0; i < 12; i++)
    cr_assert(counts[i] == uniform[i], "bin %zu: %llu", i, (unsigned long long)counts[i]);
}

Test(histogram, bad_arguments) {
  const double x[] = {1, 2};
  uint64_t counts[4] = {9, 9, 9, 9};
  tutti_outside o = {9, 9, 9};
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, 2);
#define EXPECT(word, x, n, lo, hi, bins, counts)                                                             \
  testing_expect(ctx, tutti_histogram_full(ctx, x, n, lo, hi, bins, counts, &o), TUTTI_EINVAL, word, word)
  EXPECT("x", NULL, 2, 0, 1, 4, counts);
  EXPECT("counts", x, 2, 0, 1, 4, NULL);
  EXPECT("lo = nan", x, 2, NAN, 1, 4, counts);
  EXPECT("lo = -inf", x, 2, -INFINITY, 1, 4, counts);
  EXPECT("hi = inf", x, 2, 0, INFINITY, 4, counts);
  EXPECT("hi = nan", x, 2, 0, NAN, 4, counts);
  EXPECT("hi = 1", x, 2, 1, 1, 4, counts);
  EXPECT("lo = 2", x, 2, 2, 1, 4, counts);
  EXPECT("overflows", x, 2, -1.7e308, 1.7e308, 4, counts);
  EXPECT("bins = 0", x, 2, 0, 1, 0, counts);
  EXPECT("bins", x, 2, 0, 1, SIZE_MAX, counts);
  EXPECT("bins = 4", x, 2, 1, 1 + 0x1p-51, 4, counts);
  cr_assert(counts[0] == 9 && counts[3] == 9 && o.below == 9, "the result was written");
  testing_expect(ctx, tutti_histogram(ctx, NULL, 0, 0, 1, 4, counts), TUTTI_OK, "", "n = 0");
  cr_assert(counts[0] == 0 && counts[3] == 0);
  tutti_close(ctx);
}
