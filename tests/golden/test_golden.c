/* The known answers, on every instruction set and backend this machine has. */
#include <stdlib.h>

#include "../support/data.h"
#include "../support/testing.h"
#include "known_answers.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void on_every_context(void (*check)(tutti_ctx *ctx, const char *where)) {
  for (CONTEXTS c = {.every_isa = true, .schedules = BY_DYNAMIC, .workers = {3}}; contexts_next(&c);)
    check(c.ctx, c.name);
}

static void check_stream(tutti_ctx *ctx, const char *where) {
  for (size_t i = 0; i < COUNT(stream_answers); i++) {
    const tutti_rng rng = {stream_answers[i].seed, stream_answers[i].stream};
    const uint64_t index = stream_answers[i].index;
    uint64_t bits;
    double u, z;
    cr_assert_eq(tutti_bits(ctx, rng, index, &bits, 1), TUTTI_OK);
    cr_assert_eq(tutti_uniform(ctx, rng, index, &u, 1), TUTTI_OK);
    cr_assert_eq(tutti_normal(ctx, rng, index, &z, 1), TUTTI_OK);
    cr_assert(bits == stream_answers[i].bits, "%s: answer %zu, bits %#llx", where, i,
              (unsigned long long)bits);
    cr_assert(data_to_bits(u) == stream_answers[i].uniform, "%s: answer %zu, uniform %a", where, i, u);
    cr_assert(data_to_bits(z) == stream_answers[i].normal, "%s: answer %zu, normal %a", where, i, z);
  }
}

/* NaN stands for "no such moment"; which NaN it is, IEEE 754 does not say. */
static bool same(double x, uint64_t bits) { return data_same(x, data_from_bits(bits)); }

static void check_ar1(tutti_ctx *ctx, const char *where) {
  const tutti_ar1 model = {72, 0.5, 5};
  for (size_t i = 0; i < COUNT(ar1_answers); i++) {
    tutti_moments_t m;
    const tutti_rng rng = {ar1_answers[i].seed, ar1_answers[i].stream};
    cr_assert_eq(
        tutti_ar1_ensemble(ctx, &model, rng, 75, ar1_answers[i].runs, ar1_answers[i].steps, NULL, &m),
        TUTTI_OK);
    cr_assert(same(m.mean, ar1_answers[i].mean), "%s: answer %zu, mean %a", where, i, m.mean);
    cr_assert(same(m.variance, ar1_answers[i].variance), "%s: answer %zu, variance %a", where, i, m.variance);
    cr_assert(same(m.skewness, ar1_answers[i].skewness), "%s: answer %zu, skewness %a", where, i, m.skewness);
    cr_assert(same(m.kurtosis, ar1_answers[i].kurtosis), "%s: answer %zu, kurtosis %a", where, i, m.kurtosis);
  }
}

static void check_pi(tutti_ctx *ctx, const char *where) {
  for (size_t i = 0; i < COUNT(pi_answers); i++) {
    tutti_estimate e;
    const tutti_rng rng = {pi_answers[i].seed, pi_answers[i].stream};
    cr_assert_eq(tutti_mc_pi(ctx, rng, pi_answers[i].samples, &e), TUTTI_OK);
    cr_assert(data_to_bits(e.mean) == pi_answers[i].mean, "%s: answer %zu, %a", where, i, e.mean);
  }
}

static void check_sum(tutti_ctx *ctx, const char *where) {
  for (size_t i = 0; i < COUNT(sum_answers); i++) {
    const size_t n = sum_answers[i].n;
    double *z = malloc(n * sizeof *z), sum;
    cr_assert_eq(tutti_normal(ctx, (tutti_rng){sum_answers[i].seed, sum_answers[i].stream}, 0, z, n),
                 TUTTI_OK);
    cr_assert_eq(tutti_sum(ctx, z, n, &sum), TUTTI_OK);
    cr_assert(data_to_bits(sum) == sum_answers[i].sum, "%s: answer %zu, %a", where, i, sum);
    free(z);
  }
}

Test(golden, streams) { on_every_context(check_stream); }
Test(golden, ar1) { on_every_context(check_ar1); }
Test(golden, pi) { on_every_context(check_pi); }
Test(golden, sums) { on_every_context(check_sum); }
