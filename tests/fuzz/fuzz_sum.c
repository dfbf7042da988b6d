/* tutti_sum, tutti_asum, their twins of float, and tutti_exact against MPFR. */
#include "fuzz.h"

static double x[FUZZ_MOST], wide[FUZZ_MOST];
static float xf[FUZZ_MOST];

static int same_float(float a, float b) { return (a != a && b != b) || memcmp(&a, &b, sizeof a) == 0; }

static void check_floats(tutti_ctx *ctx, size_t n) {
  for (size_t i = 0; i < n; i++) { /* bits of the upper half of the double, or its value */
    const uint32_t bits = (uint32_t)(data_to_bits(x[i]) >> 32);
    if (i % 3) memcpy(&xf[i], &bits, sizeof bits);
    else xf[i] = fabs(x[i]) < 0x1p127 ? (float)x[i] : INFINITY;
    wide[i] = (double)xf[i];
  }
  float sum = -7, asum = -7;
  const float total = reference_float(REFERENCE_SUM, wide, NULL, n),
              magnitudes = reference_float(REFERENCE_MAGNITUDES, wide, NULL, n);
  FUZZ_CHECK(tutti_sum_f32(ctx, xf, n, &sum) == TUTTI_OK && tutti_asum_f32(ctx, xf, n, &asum) == TUTTI_OK,
             "status\n");
  FUZZ_CHECK(same_float(sum, total), "sum_f32, n = %zu: %a, MPFR %a\n", n, (double)sum, (double)total);
  FUZZ_CHECK(same_float(asum, magnitudes), "asum_f32, n = %zu: %a, MPFR %a\n", n, (double)asum,
             (double)magnitudes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_bytes b = {data, data + size};
  tutti_ctx *ctx = fuzz_context(fuzz_byte(&b));
  const size_t given = 1 + fuzz_byte(&b) % 64, n = fuzz_array(&b, x, given, given * (1 + fuzz_byte(&b) % 70));
  const double total = reference_sum(x, n), magnitudes = reference_asum(x, n);
  double sum = -7, asum = -7;
  FUZZ_CHECK(tutti_sum(ctx, x, n, &sum) == TUTTI_OK && tutti_asum(ctx, x, n, &asum) == TUTTI_OK, "status\n");
  FUZZ_CHECK(data_same(sum, total), "sum, n = %zu: %a, MPFR %a\n", n, sum, total);
  FUZZ_CHECK(data_same(asum, magnitudes), "asum, n = %zu: %a, MPFR %a\n", n, asum, magnitudes);
  tutti_exact acc;
  tutti_exact_init(&acc);
  for (size_t i = 0; i < n; i++) tutti_exact_add(&acc, x[i]);
  FUZZ_CHECK(data_same(tutti_exact_round(&acc), total), "exact, n = %zu\n", n);
  check_floats(ctx, n);
  return 0;
}
