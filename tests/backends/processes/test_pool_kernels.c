/* Kernels of the library on workers that stand by between calls. */
#include "standing.h"

#include <stdlib.h>

typedef struct {
  double sum, dot, asum, nrm2, scan[8], uniform, normal, ar1;
  int64_t integers;
  tutti_minmax_t ends;
  tutti_moments_t moments, ensemble;
  uint64_t counts[16];
  tutti_estimate pi, heads;
} results;

enum { ITEMS = TESTS_EMULATED ? 1 << 18 : 1 << 20 };

/* work: [4 ITEMS] */
static void run_kernels(tutti_ctx *ctx, double *work, results *r) {
  double *x = work, *y = x + ITEMS, *z = y + ITEMS;
  int64_t *k = (int64_t *)(z + ITEMS);
  const tutti_rng rng = {7, 3};
  memset(r, 0, sizeof *r);
  cr_assert(tutti_uniform(ctx, rng, 5, x, ITEMS) == TUTTI_OK);
  cr_assert(tutti_normal(ctx, rng, 6, y, ITEMS) == TUTTI_OK);
  for (int i = 0; i < ITEMS; i++) k[i] = (int64_t)(1e6 * y[i]);
  cr_assert(tutti_sum(ctx, y, ITEMS, &r->sum) == TUTTI_OK);
  cr_assert(tutti_dot(ctx, x, y, ITEMS, &r->dot) == TUTTI_OK);
  cr_assert(tutti_asum(ctx, y, ITEMS, &r->asum) == TUTTI_OK);
  cr_assert(tutti_nrm2(ctx, y, ITEMS, &r->nrm2) == TUTTI_OK);
  cr_assert(tutti_cumsum(ctx, y, ITEMS, z) == TUTTI_OK);
  for (int i = 0; i < 8; i++) r->scan[i] = z[ITEMS / 8 * (i + 1) - 1];
  cr_assert(tutti_sum_i64(ctx, k, ITEMS, &r->integers) == TUTTI_OK);
  cr_assert(tutti_minmax(ctx, y, ITEMS, &r->ends) == TUTTI_OK);
  cr_assert(tutti_moments(ctx, y, ITEMS, &r->moments) == TUTTI_OK);
  cr_assert(tutti_histogram(ctx, x, ITEMS, 0, 1, 16, r->counts) == TUTTI_OK);
  cr_assert(tutti_mc_pi(ctx, rng, 10 * ITEMS, &r->pi) == TUTTI_OK);
  cr_assert(tutti_mc_coin(ctx, rng, 0.3, 10 * ITEMS, &r->heads) == TUTTI_OK);
  cr_assert(tutti_ar1_ensemble(ctx, &(tutti_ar1){10, 0.7, 2}, rng, 3, 20000, TESTING_SHARE(50), z,
                               &r->ensemble) == TUTTI_OK);
  r->uniform = x[12345], r->normal = y[54321], r->ar1 = z[19999];
}

Test(pool, kernels_give_the_same_bits, .timeout = 120) {
  results expected, found;
  tutti_ctx *serial = testing_open_backend(TUTTI_SERIAL, 1);
  double *work = calloc(4, ITEMS * sizeof *work);
  run_kernels(serial, work, &expected);
  free(work);
  tutti_close(serial);
  for (CONTEXTS c = {.backends = ON_PROCESSES, .workers = {1, 3, 5}, .schedules = BY_DYNAMIC};
       contexts_next(&c);) {
    work = tutti_alloc(c.ctx, (size_t)4 * ITEMS * sizeof *work);
    for (int round = 0; round < 3; round++) {
      memset(work, 0, (size_t)4 * ITEMS * sizeof *work);
      run_kernels(c.ctx, work, &found);
      cr_assert(memcmp(&found, &expected, sizeof found) == 0, "%s, round %d", c.name, round);
    }
    tutti_free(c.ctx, work);
  }
}

/* Private memory the workers have seen before it changed. */
Test(pool, kernels_on_private_memory_see_it_as_it_is, .timeout = 60) {
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, WORKERS);
  double *shared = tutti_alloc(ctx, ITEMS * sizeof *shared), *own = malloc(ITEMS * sizeof *own), sum;
  for (int round = 1; round <= 4; round++) {
    for (int i = 0; i < ITEMS; i++) shared[i] = own[i] = round;
    cr_assert(tutti_sum(ctx, shared, ITEMS, &sum) == TUTTI_OK && sum == (double)round * ITEMS);
    cr_assert(tutti_sum(ctx, own, ITEMS, &sum) == TUTTI_OK && sum == (double)round * ITEMS);
    cr_assert(tutti_dot(ctx, own, shared, ITEMS, &sum) == TUTTI_OK && sum == (double)round * round * ITEMS);
    cr_assert(tutti_uniform(ctx, (tutti_rng){(uint64_t)round, 0}, 0, own, ITEMS) == TUTTI_OK);
    cr_assert(own[ITEMS - 1] < 1 && own[0] != own[1]);
  }
  free(own);
  tutti_free(ctx, shared);
  tutti_close(ctx);
}
