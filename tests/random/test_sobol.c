/* tutti_sobol against another implementation's points, and by what makes it quasi-random. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"
#include "goodness.h"

static uint32_t integer_of(double x) { return (uint32_t)(x * 0x1p32); }

/* Point, coordinate, integer: scipy.stats.qmc.Sobol(1024, scramble=False, bits=32), SciPy 1.17.1, whose n-th
 * point has the index n ^ (n >> 1). */
Test(sobol, as_scipy) {
  static const struct {
    uint64_t point;
    size_t dim;
    uint32_t k;
  } known[] = {
      {1, 0, 2147483648U},      {1, 1023, 2147483648U},   {2, 1, 3221225472U},    {3, 2, 1073741824U},
      {5, 7, 536870912U},       {6, 40, 3758096384U},     {100, 99, 3992977408U}, {777, 511, 3451912192U},
      {1000, 640, 2151677952U}, {2047, 1000, 224395264U}, {2048, 5, 338690048U},  {4095, 1023, 783286272U},
      {4000, 333, 2450522112U}, {3001, 877, 1980760064U},
  };
  static double x[1024];
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    cr_assert(tutti_sobol(NULL, NULL, known[i].point, 1024, x, 1) == TUTTI_OK);
    const double exact = ((double)known[i].k + 0.5) * 0x1p-32;
    cr_assert(x[known[i].dim] == exact, "point %llu, coordinate %zu: %.17g, not %.17g",
              (unsigned long long)known[i].point, known[i].dim, x[known[i].dim], exact);
  }
}

/* Of 2^12 points from a multiple of 2^12, each interval of length 2^-12 of each coordinate holds one; so it
 * is scrambled, too. */
static void check_intervals(const tutti_rng *scramble, uint64_t first) {
  enum { N = 4096, DIMS = 1024 };
  double *x = malloc(N * DIMS * sizeof *x);
  cr_assert(tutti_sobol(NULL, scramble, first, DIMS, x, N) == TUTTI_OK);
  for (size_t d = 0; d < DIMS; d++) {
    unsigned char seen[N] = {0};
    for (size_t p = 0; p < N; p++) {
      const double u = x[p * DIMS + d];
      cr_assert(u > 0 && u < 1 && !seen[(size_t)(u * N)], "coordinate %zu, point %zu: %g", d, p, u);
      seen[(size_t)(u * N)] = 1;
    }
  }
  free(x);
}

Test(sobol, every_coordinate_is_stratified) {
  check_intervals(NULL, 0);
  check_intervals(NULL, 4096 * UINT64_C(234567));
  check_intervals(&(tutti_rng){1, 2}, 0);
  check_intervals(&(tutti_rng){3, 4}, 4096 * 77777);
}

/* The first two coordinates: one point in each of the rectangles 2^-a x 2^-(10 - a), for every a, as in a
 * (0, 10, 2)-net. Scrambling keeps that. */
Test(sobol, two_coordinates_are_a_net) {
  enum { N = 1024 };
  double x[2 * N];
  for (int scrambled = 0; scrambled < 5; scrambled++) {
    const tutti_rng rng = {9, (uint64_t)scrambled};
    cr_assert(tutti_sobol(NULL, scrambled ? &rng : NULL, 0, 2, x, N) == TUTTI_OK);
    for (int a = 0; a <= 10; a++) {
      unsigned char seen[N] = {0};
      for (size_t p = 0; p < N; p++) {
        const size_t cell =
            ((size_t)(x[2 * p] * (1 << a)) << (10 - a)) + (size_t)(x[2 * p + 1] * (1 << (10 - a)));
        cr_assert(!seen[cell], "scrambling %d, rectangles 2^-%d: point %zu is the second in one", scrambled,
                  a, p);
        seen[cell] = 1;
      }
    }
  }
}

/* Sobol's property A: the first 2^d points of d dimensions lie one in each of the 2^d cubes of side 1/2. */
Test(sobol, property_a) {
  enum { DIMS = 12 };
  double *x = malloc((DIMS << DIMS) * sizeof *x);
  unsigned char seen[1 << DIMS] = {0};
  cr_assert(tutti_sobol(NULL, NULL, 0, DIMS, x, 1 << DIMS) == TUTTI_OK);
  for (size_t p = 0; p < 1 << DIMS; p++) {
    size_t cube = 0;
    for (size_t d = 0; d < DIMS; d++) cube = 2 * cube + (x[p * DIMS + d] >= 0.5);
    cr_assert(!seen[cube], "point %zu", p);
    seen[cube] = 1;
  }
  free(x);
}

/* Nested: two points of one coordinate that agree in their upper b bits, and no further, do so scrambled. */
Test(sobol, scrambling_is_nested) {
  enum { N = 512 };
  double plain[N], scrambled[N];
  cr_assert(tutti_sobol(NULL, NULL, 0, 1, plain, N) == TUTTI_OK);
  cr_assert(tutti_sobol(NULL, &(tutti_rng){5, 6}, 0, 1, scrambled, N) == TUTTI_OK);
  for (size_t i = 0; i < N; i++)
    for (size_t j = 0; j < i; j++)
      cr_assert(__builtin_clz(integer_of(plain[i]) ^ integer_of(plain[j])) ==
                    __builtin_clz(integer_of(scrambled[i]) ^ integer_of(scrambled[j])),
                "points %zu and %zu", i, j);
}

/* A given point is uniform over the scramblings. */
Test(sobol, scrambled_points_are_uniform) {
  enum { SEEDS = 20000, CELLS = 32 };
  for (uint64_t point = 0; point < 6; point += 5) {
    double count[3][CELLS] = {0}, expected[CELLS], x[3];
    for (uint64_t s = 0; s < SEEDS; s++) {
      cr_assert(tutti_sobol(NULL, &(tutti_rng){8, s}, point, 3, x, 1) == TUTTI_OK);
      for (int d = 0; d < 3; d++) count[d][(size_t)(x[d] * CELLS)]++;
    }
    for (size_t c = 0; c < CELLS; c++) expected[c] = (double)SEEDS / CELLS;
    for (int d = 0; d < 3; d++) {
      const double z = goodness_chi_square(count[d], expected, CELLS);
      cr_assert(fabs(z) < GOODNESS_NORMAL_LIMIT, "point %llu, coordinate %d: %g", (unsigned long long)point,
                d, z);
    }
  }
}

/* The integral of prod (1 + (x_d - 1/2) / 2) is 1. Independent points err by about 0.36 / sqrt n. */
Test(sobol, integrates_better_than_chance) {
  enum { DIMS = 6, N = 1 << 14 };
  double *x = malloc(DIMS * N * sizeof *x);
  for (int scrambled = 0; scrambled < 2; scrambled++) {
    const tutti_rng rng = {10, 11};
    double sum = 0;
    cr_assert(tutti_sobol(NULL, scrambled ? &rng : NULL, 0, DIMS, x, N) == TUTTI_OK);
    for (size_t p = 0; p < N; p++) {
      double f = 1;
      for (size_t d = 0; d < DIMS; d++) f *= 1 + (x[p * DIMS + d] - 0.5) / 2;
      sum += f;
    }
    cr_assert(fabs(sum / N - 1) < 2e-4, "scrambled %d: %g off", scrambled, sum / N - 1);
  }
  free(x);
}

Test(sobol, every_configuration_and_any_part) {
  enum { DIMS = 67, N = 1500 };
  const tutti_rng rng = {12, 13};
  double *whole = malloc(DIMS * N * sizeof *whole), *part = malloc(DIMS * N * sizeof *part);
  for (int scrambled = 0; scrambled < 2; scrambled++) {
    const tutti_rng *s = scrambled ? &rng : NULL;
    testing_expect(NULL, tutti_sobol(NULL, s, 123, DIMS, whole, N), TUTTI_OK, "", "whole");
    for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
      const size_t cut = 1 + (size_t)(c.next * 37 % 1490);
      memset(part, 0, DIMS * N * sizeof *part);
      testing_expect(c.ctx, tutti_sobol(c.ctx, s, 123, DIMS, part, cut), TUTTI_OK, "", c.name);
      testing_expect(c.ctx, tutti_sobol(c.ctx, s, 123 + cut, DIMS, part + DIMS * cut, N - cut), TUTTI_OK, "",
                     c.name);
      cr_assert(memcmp(whole, part, DIMS * N * sizeof *part) == 0, "%s, cut at %zu", c.name, cut);
    }
  }
  free(whole);
  free(part);
}

Test(sobol, arguments) {
  double x[2] = {42, 42};
  const uint64_t most = UINT64_C(1) << 32;
  testing_expect(NULL, tutti_sobol(NULL, NULL, 0, 0, x, 1), TUTTI_EINVAL, "dims = 0", "dims");
  testing_expect(NULL, tutti_sobol(NULL, NULL, 0, 1025, x, 1), TUTTI_EINVAL, "dims = 1025", "dims");
  testing_expect(NULL, tutti_sobol(NULL, NULL, most - 1, 1, x, 2), TUTTI_EINVAL, "4294967295 + 2", "first");
  testing_expect(NULL, tutti_sobol(NULL, NULL, most + 1, 1, x, 0), TUTTI_EINVAL, "2^32", "first");
  testing_expect(NULL, tutti_sobol(NULL, NULL, 0, 1, NULL, 1), TUTTI_EINVAL, "out is NULL", "out");
  cr_assert(x[0] == 42 && x[1] == 42);
  cr_assert(tutti_sobol(NULL, NULL, most - 1, 1, x, 1) == TUTTI_OK && integer_of(x[0]) == UINT32_MAX);
}
