/* The streams' bits against Random123, an independent implementation, and its published known answers; the
 * frozen order of elements. */
#include <Random123/philox.h>
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"

/* Element i of a stream by Random123, after the order that tutti/random.h freezes. */
static uint64_t reference(tutti_rng rng, uint64_t i) {
  const uint64_t counter = 8 * (i / 16) + i % 8;
  const philox4x32_ctr_t c = {
      {(uint32_t)counter, (uint32_t)(counter >> 32), (uint32_t)rng.stream, (uint32_t)(rng.stream >> 32)}};
  const philox4x32_key_t k = {{(uint32_t)rng.seed, (uint32_t)(rng.seed >> 32)}};
  const philox4x32_ctr_t x = philox4x32(c, k);
  return i % 16 < 8 ? x.v[0] | (uint64_t)x.v[1] << 32 : x.v[2] | (uint64_t)x.v[3] << 32;
}

Test(philox, every_isa_against_random123) {
  enum { N = 1000 };
  uint64_t out[N], state = 31;
  for (CONTEXTS c = every_isa(); contexts_next(&c);) {
    for (int trial = 0; trial < 60; trial++) {
      const tutti_rng rng = {data_bits(&state), data_bits(&state)};
      const uint64_t first = data_bits(&state) >> (trial % 64);
      const size_t n = trial < 40 ? (size_t)trial : N;
      if (n && n - 1 > UINT64_MAX - first) continue;
      cr_assert_eq(tutti_bits(c.ctx, rng, first, out, n), TUTTI_OK);
      for (size_t i = 0; i < n; i++)
        cr_assert(out[i] == reference(rng, first + i), "%s: seed %#llx stream %#llx element %llu", c.name,
                  (unsigned long long)rng.seed, (unsigned long long)rng.stream,
                  (unsigned long long)(first + i));
    }
  }
}

Test(philox, the_whole_stream_can_be_reached) {
  const tutti_rng rng = {1, 2};
  uint64_t out[20];
  const uint64_t first = UINT64_MAX - 19;
  cr_assert_eq(tutti_bits(NULL, rng, first, out, 20), TUTTI_OK);
  for (uint64_t i = 0; i < 20; i++) cr_assert(out[i] == reference(rng, first + i));
  cr_assert_eq(tutti_bits(NULL, rng, first, out, 21), TUTTI_EINVAL);
  cr_assert(strstr(tutti_error_detail(NULL), "18446744073709551596") != NULL, "%s", tutti_error_detail(NULL));
}

/* u = k 2^-53 with k the upper 53 bits, and 2^-54 for k = 0: computed from Random123's bits. */
Test(philox, uniforms) {
  enum { N = 200000 };
  const tutti_rng rng = {20260101, 3};
  double *u = malloc(N * sizeof *u);
  for (CONTEXTS c = every_isa(); contexts_next(&c);) {
    cr_assert_eq(tutti_uniform(c.ctx, rng, 5, u, N), TUTTI_OK);
    for (size_t i = 0; i < N; i++) {
      const uint64_t k = reference(rng, 5 + i) >> 11;
      const double expected = k ? ldexp((double)k, -53) : 0x1p-54;
      cr_assert(u[i] == expected, "%a, not %a", u[i], expected);
      cr_assert(u[i] > 0 && u[i] < 1);
    }
  }
  free(u);
}

/* Every length and offset about the ends of blocks, of the vectors that are made side by side, and of the
 * 2^32 counters that share their upper words (2^33 elements). Nothing is written behind the array. */
Test(philox, every_offset_and_length, .timeout = 60) {
  enum { LONGEST = 150, OFFSETS = 40 };
  const uint64_t edges[] = {0, UINT64_C(1) << 33, UINT64_C(7) << 33};
  const tutti_rng rng = {0xFEDCBA9876543210, UINT64_MAX - 5};
  for (CONTEXTS c = every_isa(); contexts_next(&c);)
    for (size_t e = 0; e < sizeof edges / sizeof *edges; e++) {
      const uint64_t start = edges[e] ? edges[e] - OFFSETS / 2 : 0;
      uint64_t expected[OFFSETS + LONGEST], bits[LONGEST + 1];
      double u[LONGEST + 1];
      for (uint64_t i = 0; i < OFFSETS + LONGEST; i++) expected[i] = reference(rng, start + i);
      for (size_t offset = 0; offset < OFFSETS; offset++)
        for (size_t n = 0; n <= LONGEST; n++) {
          bits[n] = 42;
          u[n] = 42;
          cr_assert_eq(tutti_bits(c.ctx, rng, start + offset, bits, n), TUTTI_OK);
          cr_assert_eq(tutti_uniform(c.ctx, rng, start + offset, u, n), TUTTI_OK);
          cr_assert(memcmp(bits, expected + offset, n * sizeof *bits) == 0 && bits[n] == 42 && u[n] == 42,
                    "%s: %zu elements from %llu", c.name, n, (unsigned long long)(start + offset));
          for (size_t i = 0; i < n; i++) /* none of these k is 0 */
            cr_assert(u[i] == (double)(expected[offset + i] >> 11) * 0x1p-53, "%s: element %llu", c.name,
                      (unsigned long long)(start + offset + i));
        }
    }
}

/* Kolmogorov's statistic of 200 000 uniforms: sqrt(n) D below 1.95 has probability 0.999. */
static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

Test(philox, uniforms_are_uniform) {
  enum { N = 200000 };
  double *u = malloc(N * sizeof *u), distance = 0;
  cr_assert_eq(tutti_uniform(NULL, (tutti_rng){7, 7}, 0, u, N), TUTTI_OK);
  qsort(u, N, sizeof *u, ascending);
  for (size_t i = 0; i < N; i++) {
    distance = fmax(distance, (double)(i + 1) / N - u[i]);
    distance = fmax(distance, u[i] - (double)i / N);
  }
  cr_assert(distance * sqrt(N) < 1.95, "sqrt(n) D = %g", distance * sqrt(N));
  free(u);
}

Test(philox, single_elements) {
  enum { N = 100 };
  const tutti_rng rng = {5, 6};
  double u[N], z[N];
  cr_assert_eq(tutti_uniform(NULL, rng, 1000, u, N), TUTTI_OK);
  cr_assert_eq(tutti_normal(NULL, rng, 1000, z, N), TUTTI_OK);
  for (uint64_t i = 0; i < N; i++) {
    cr_assert(tutti_bits_at(rng, 1000 + i) == reference(rng, 1000 + i));
    cr_assert(data_same(tutti_uniform_at(rng, 1000 + i), u[i]));
    cr_assert(data_same(tutti_normal_at(rng, 1000 + i), z[i]));
  }
}

/* Across chunks, from anywhere within a vector and a block, and across 2^32 elements and counters. */
Test(philox, arrays_hold_the_elements_one_by_one, .timeout = 60) {
  enum { COUNT = 20011 };
  static uint64_t bits[COUNT];
  static double uniform[COUNT], normal[COUNT];
  const uint64_t firsts[] = {0, 1, 7, 8, 13, 16, 0xFFFFFFFD, 0x1FFFFEFFD};
  const tutti_rng rng = {0x123456789ABCDEF0, 42};
  for (size_t f = 0; f < sizeof firsts / sizeof *firsts; f++) {
    cr_assert_eq(tutti_bits(NULL, rng, firsts[f], bits, COUNT), TUTTI_OK);
    cr_assert_eq(tutti_uniform(NULL, rng, firsts[f], uniform, COUNT), TUTTI_OK);
    cr_assert_eq(tutti_normal(NULL, rng, firsts[f], normal, COUNT), TUTTI_OK);
    for (uint64_t i = 0; i < COUNT; i += 7) {
      const uint64_t index = firsts[f] + i;
      cr_assert(bits[i] == tutti_bits_at(rng, index) && uniform[i] == tutti_uniform_at(rng, index) &&
                    normal[i] == tutti_normal_at(rng, index),
                "element %llu", (unsigned long long)index);
    }
  }
}

Test(philox, bad_arguments) {
  cr_assert_eq(tutti_uniform(NULL, (tutti_rng){0, 0}, 0, NULL, 1), TUTTI_EINVAL);
  cr_assert(strstr(tutti_error_detail(NULL), "out is NULL") != NULL, "%s", tutti_error_detail(NULL));
  cr_assert_eq(tutti_normal(NULL, (tutti_rng){0, 0}, 0, NULL, 0), TUTTI_OK);
}
