/* Bits, uniform, normal and exponential numbers: arrays that a kernel makes from a stream, without
 * parameters. */
#include <tutti/random.h>

#include "random/fill.h"
#include "random/kernels.h"

#define FILLED_BY(kernel)                                                                                    \
  static void make_##kernel(const tutti_variates *v, uint64_t first, void *out, size_t n) {                  \
    v->kernels->random->kernel(v->rng, first, out, n);                                                       \
  }
FILLED_BY(bits)
FILLED_BY(uniform)
FILLED_BY(uniform_f32)
FILLED_BY(normal)
FILLED_BY(exponential)

tutti_status tutti_bits(tutti_ctx *ctx, tutti_rng rng, uint64_t first, uint64_t *out, size_t n) {
  return tutti_fill(ctx, &(tutti_variates){make_bits, rng, first, out, sizeof *out, NULL, NULL, 0, {{0}}}, n);
}

tutti_status tutti_uniform(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double *out, size_t n) {
  return tutti_fill(ctx, &(tutti_variates){make_uniform, rng, first, out, sizeof *out, NULL, NULL, 0, {{0}}},
                    n);
}

tutti_status tutti_uniform_f32(tutti_ctx *ctx, tutti_rng rng, uint64_t first, float *out, size_t n) {
  return tutti_fill(
      ctx, &(tutti_variates){make_uniform_f32, rng, first, out, sizeof *out, NULL, NULL, 0, {{0}}}, n);
}

tutti_status tutti_normal(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double *out, size_t n) {
  return tutti_fill(ctx, &(tutti_variates){make_normal, rng, first, out, sizeof *out, NULL, NULL, 0, {{0}}},
                    n);
}

tutti_status tutti_exponential(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double *out, size_t n) {
  return tutti_fill(
      ctx, &(tutti_variates){make_exponential, rng, first, out, sizeof *out, NULL, NULL, 0, {{0}}}, n);
}
