/* tutti_permutation and tutti_multinormal. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"
#include "goodness.h"

/* All permutations of four items, over many streams. */
Test(permutation, all_of_four_items_are_as_frequent) {
  double count[24] = {0}, expected[24];
  for (uint64_t s = 0; s < 48000; s++) {
    uint64_t p[4];
    cr_assert(tutti_permutation(NULL, (tutti_rng){6, s}, p, 4) == TUTTI_OK);
    size_t rank = 0;
    for (size_t i = 0; i < 4; i++) {
      size_t smaller = 0;
      for (size_t j = i + 1; j < 4; j++) smaller += p[j] < p[i];
      rank = rank * (4 - i) + smaller;
    }
    count[rank]++;
  }
  for (size_t i = 0; i < 24; i++) expected[i] = 2000;
  const double z = goodness_chi_square(count, expected, 24);
  cr_assert(fabs(z) < GOODNESS_NORMAL_LIMIT, "chi-square %g", z);
}

static bool is_permutation(const uint64_t *p, size_t n) {
  unsigned char *seen = calloc(n + 1, 1);
  bool fine = true;
  for (size_t i = 0; i < n && fine; i++) {
    fine = p[i] < n && !seen[p[i]];
    if (fine) seen[p[i]] = 1;
  }
  free(seen);
  return fine;
}

/* Lengths about one and several blocks; where an item of one block lands is uniform over all of the array. */
Test(permutation, long_ones_mix_the_blocks) {
  static const size_t sizes[] = {0, 1, 2, 3, 65535, 65536, 65537, 131072, 200003, 1000000};
  uint64_t *p = malloc(1000000 * sizeof *p);
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    const size_t n = sizes[k];
    cr_assert(tutti_permutation(NULL, (tutti_rng){7, k}, p, n) == TUTTI_OK);
    cr_assert(is_permutation(p, n), "n = %zu", n);
  }
  const size_t n = 1000000, cells = 16;
  for (size_t block = 0; block < n; block += 250000) { /* where do items of this quarter land? */
    double count[16] = {0}, expected[16];
    for (size_t i = 0; i < n; i++)
      if (p[i] >= block && p[i] < block + 250000) count[i * cells / n]++;
    /* without replacement: the variance is 3/4 of that of independent items */
    for (size_t c = 0; c < cells; c++)
      expected[c] = 250000.0 / 16, count[c] = expected[c] + (count[c] - expected[c]) / sqrt(0.75);
    const double z = goodness_chi_square(count, expected, cells);
    cr_assert(fabs(z) < GOODNESS_NORMAL_LIMIT, "items from %zu: chi-square %g", block, z);
  }
  size_t fixed = 0;
  for (size_t i = 0; i < n; i++) fixed += p[i] == i;
  cr_assert(fixed < 12, "%zu fixed points, one is expected", fixed);
  free(p);
}

/* Two blocks and a little: how many items of the second half lie in the first, over streams: hypergeometric.
 */
Test(permutation, merges_are_without_bias) {
  enum { N = 65536 + 500, STREAMS = 60 };
  uint64_t *p = malloc(N * sizeof *p);
  double first = 0, last = 0;
  for (uint64_t s = 0; s < STREAMS; s++) {
    cr_assert(tutti_permutation(NULL, (tutti_rng){8, s}, p, N) == TUTTI_OK);
    for (size_t i = 0; i < N; i++)
      if (p[i] >= 65536) first += i < N / 2, last += i >= N - 500;
  }
  const double share = 500.0 * STREAMS;
  cr_assert(fabs(first - share / 2) < 5 * sqrt(share / 4), "%g of %g in the first half", first, share);
  cr_assert(fabs(last - share * 500 / N) < 5 * sqrt(share * 500 / N) + 1, "%g at the end", last);
  free(p);
}

Test(permutation, every_configuration) {
  enum { N = 70000 };
  uint64_t *first = malloc(N * sizeof *first), *p = malloc(N * sizeof *p);
  cr_assert(tutti_permutation(NULL, (tutti_rng){9, 1}, first, N) == TUTTI_OK);
  for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
    testing_expect(c.ctx, tutti_permutation(c.ctx, (tutti_rng){9, 1}, p, N), TUTTI_OK, "", c.name);
    cr_assert(memcmp(first, p, N * sizeof *p) == 0, "%s", c.name);
  }
  testing_expect(NULL, tutti_permutation(NULL, (tutti_rng){9, 1}, NULL, 3), TUTTI_EINVAL, "out is NULL",
                 "out");
  free(first);
  free(p);
}

/* -- multinormal -- */

static const double covariance[9] = {4, 99, 99, 1, 2, 99, -1, 0.5, 3}; /* the upper triangle is not read */

static bool available(void) {
  double x[3];
  return tutti_multinormal(NULL, (tutti_rng){1, 1}, 0, NULL, covariance, 3, x, 1) != TUTTI_EUNSUPPORTED;
}

/* By Cholesky's factor worked out by hand: 2; 1/2, sqrt(7)/2; -1/2, 3/(2 sqrt 7), sqrt(2.75 - 9/28). */
Test(multinormal, is_the_factor_times_normals) {
  enum { N = 5000 };
  if (!available()) return;
  const double mean[3] = {10, -20, 0.5}, root = sqrt(7);
  double *x = malloc(3 * N * sizeof *x), *z = malloc(3 * N * sizeof *z);
  cr_assert(tutti_multinormal(NULL, (tutti_rng){2, 3}, 4, mean, covariance, 3, x, N) == TUTTI_OK);
  cr_assert(tutti_normal(NULL, (tutti_rng){2, 3}, 12, z, 3 * N) == TUTTI_OK);
  for (size_t i = 0; i < N; i++) {
    const double *t = z + 3 * i;
    const double expected[3] = {10 + 2 * t[0], -20 + 0.5 * t[0] + root / 2 * t[1],
                                0.5 - 0.5 * t[0] + 1.5 / root * t[1] + sqrt(2.75 - 9.0 / 28) * t[2]};
    for (size_t d = 0; d < 3; d++)
      cr_assert(fabs(x[3 * i + d] - expected[d]) < 1e-13, "vector %zu, %zu: %.17g, not %.17g", i, d,
                x[3 * i + d], expected[d]);
  }
  free(x);
  free(z);
}

/* Vectors of more components than a block holds, and any part of them. */
Test(multinormal, wide_vectors_in_parts) {
  enum { DIMS = 70, N = 300 };
  if (!available()) return;
  double *a = calloc(DIMS * DIMS, sizeof *a), *x = malloc(DIMS * N * sizeof *x),
         *y = malloc(DIMS * N * sizeof *y);
  for (size_t i = 0; i < DIMS; i++)
    for (size_t j = 0; j < DIMS; j++) a[i * DIMS + j] = (i == j) + 0.5;
  cr_assert(tutti_multinormal(NULL, (tutti_rng){2, 5}, 100, NULL, a, DIMS, x, N) == TUTTI_OK);
  for (size_t cut = 1; cut < N; cut += 23) {
    cr_assert(tutti_multinormal(NULL, (tutti_rng){2, 5}, 100, NULL, a, DIMS, y, cut) == TUTTI_OK);
    cr_assert(tutti_multinormal(NULL, (tutti_rng){2, 5}, 100 + cut, NULL, a, DIMS, y + DIMS * cut, N - cut) ==
              TUTTI_OK);
    cr_assert(memcmp(x, y, DIMS * N * sizeof *x) == 0, "cut at %zu", cut);
  }
  free(a);
  free(x);
  free(y);
}

Test(multinormal, bad_arguments_leave_the_output_alone) {
  if (!available()) return;
  const double singular[4] = {1, 0, 1, 1}, nan[1] = {(double)NAN};
  double x[4] = {42, 42, 42, 42};
#define EXPECT(word, call) testing_expect(NULL, call, TUTTI_EINVAL, word, #call)
  EXPECT("order 2", tutti_multinormal(NULL, (tutti_rng){0}, 0, NULL, singular, 2, x, 1));
  EXPECT("covariance[0][0]", tutti_multinormal(NULL, (tutti_rng){0}, 0, NULL, nan, 1, x, 1));
  const double wide[9] = {1e-300, 0, 0, 0, 1, 0, 1e200, 0, 1e308}; /* whose factor is no double */
  EXPECT("row 2", tutti_multinormal(NULL, (tutti_rng){0}, 0, NULL, wide, 3, x, 1));
  EXPECT("mean[0] = nan", tutti_multinormal(NULL, (tutti_rng){0}, 0, nan, covariance, 1, x, 1));
  EXPECT("covariance is NULL", tutti_multinormal(NULL, (tutti_rng){0}, 0, NULL, NULL, 1, x, 1));
  EXPECT("dims = 0", tutti_multinormal(NULL, (tutti_rng){0}, 0, NULL, covariance, 0, x, 1));
  EXPECT("2^64", tutti_multinormal(NULL, (tutti_rng){0}, UINT64_MAX / 3, NULL, covariance, 3, x, 1));
  EXPECT("out is NULL", tutti_multinormal(NULL, (tutti_rng){0}, 0, NULL, covariance, 3, NULL, 1));
  cr_assert(x[0] == 42 && x[3] == 42);
}
