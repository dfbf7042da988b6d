/* tutti_dot, tutti_nrm2, the dot product of floats, and tutti_exact_add_product against MPFR. */
#include "fuzz.h"

static double x[FUZZ_MOST], y[FUZZ_MOST], wide_x[FUZZ_MOST], wide_y[FUZZ_MOST];
static float xf[FUZZ_MOST], yf[FUZZ_MOST];

static int same_float(float a, float b) { return (a != a && b != b) || memcmp(&a, &b, sizeof a) == 0; }

static float float_of(double value) {
  const uint32_t bits = (uint32_t)(data_to_bits(value) >> 32);
  float f;
  memcpy(&f, &bits, sizeof f);
  return f;
}

static void check_floats(tutti_ctx *ctx, size_t n) {
  for (size_t i = 0; i < n; i++) {
    wide_x[i] = (double)(xf[i] = float_of(x[i]));
    wide_y[i] = (double)(yf[i] = float_of(y[i]));
  }
  float dot = -7;
  const float expected = reference_float(REFERENCE_PRODUCTS, wide_x, wide_y, n);
  FUZZ_CHECK(tutti_dot_f32(ctx, xf, yf, n, &dot) == TUTTI_OK, "status\n");
  FUZZ_CHECK(same_float(dot, expected), "dot_f32, n = %zu: %a, MPFR %a\n", n, (double)dot, (double)expected);
}

static void check_norm(tutti_ctx *ctx, size_t n) {
  double norm = -7;
  const double expected = reference_nrm2(x, n);
  FUZZ_CHECK(tutti_nrm2(ctx, x, n, &norm) == TUTTI_OK, "status\n");
  const uint64_t a = data_to_bits(norm), b = data_to_bits(expected);
  FUZZ_CHECK(data_same(norm, expected) || a - b + 1 <= 2, "nrm2, n = %zu: %a, MPFR %a\n", n, norm, expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_bytes b = {data, data + size};
  tutti_ctx *ctx = fuzz_context(fuzz_byte(&b));
  const size_t given = 1 + fuzz_byte(&b) % 64, n = given * (1 + fuzz_byte(&b) % 70);
  fuzz_array(&b, x, given, n);
  /* Of another period, or nearly the negatives of x, so that much cancels. */
  const unsigned how = fuzz_byte(&b);
  fuzz_array(&b, y, 1 + how % given, n);
  if (how & 128)
    for (size_t i = 0; i + 1 < n; i += 2) {
      x[i + 1] = x[i];
      if (i % 64) y[i + 1] = -y[i];
    }
  const double expected = reference_dot(x, y, n);
  double dot = -7;
  FUZZ_CHECK(tutti_dot(ctx, x, y, n, &dot) == TUTTI_OK, "status\n");
  FUZZ_CHECK(data_same(dot, expected), "dot, n = %zu: %a, MPFR %a\n", n, dot, expected);
  tutti_exact acc;
  tutti_exact_init(&acc);
  for (size_t i = 0; i < n; i++) tutti_exact_add_product(&acc, x[i], y[i]);
  FUZZ_CHECK(data_same(tutti_exact_round(&acc), expected), "exact, n = %zu\n", n);
  check_norm(ctx, n);
  check_floats(ctx, n);
  return 0;
}
