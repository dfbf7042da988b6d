/* tutti_bits, tutti_uniform, tutti_normal: elements of a stream into an array, chunk by chunk. */
#include <tutti/parallel.h>
#include <tutti/random.h>

#include "internal.h"

/* 8 192 elements of 8 bytes: some tens of microseconds, and a multiple of the stream's block. */
enum { GRAIN = 8192, ELEMENT = 8 };

typedef void (*fill_kernel)(tutti_rng rng, uint64_t first, void *out, size_t n);

struct fill {
  fill_kernel kernel;
  tutti_rng rng;
  uint64_t first;
  unsigned char *out;
};

static int fill_chunk(size_t begin, size_t end, void *args) {
  const struct fill *f = args;
  f->kernel(f->rng, f->first + begin, f->out + ELEMENT * begin, end - begin);
  return 0;
}

static tutti_status fill(tutti_ctx *ctx, fill_kernel kernel, tutti_rng rng, uint64_t first, void *out,
                         size_t n) {
  tutti_status status = tutti_check_array(ctx, "out", out, n, ELEMENT);
  if (status) return status;
  if (n > 0 && n - 1 > UINT64_MAX - first)
    return tutti_fail(ctx, TUTTI_EINVAL, "elements %llu + %zu go beyond the 2^64 of a stream",
                      (unsigned long long)first, n);
  struct fill f = {kernel, rng, first, out};
  return tutti_for(ctx, n, GRAIN, fill_chunk, &f, (const tutti_output[]){{out, ELEMENT}, {0}});
}

tutti_status tutti_bits(tutti_ctx *ctx, tutti_rng rng, uint64_t first, uint64_t *out, size_t n) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  return status ? status : fill(ctx, ctx->kernels->bits, rng, first, out, n);
}

tutti_status tutti_uniform(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double *out, size_t n) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  return status ? status : fill(ctx, ctx->kernels->uniform, rng, first, out, n);
}

tutti_status tutti_normal(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double *out, size_t n) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  return status ? status : fill(ctx, ctx->kernels->normal, rng, first, out, n);
}
