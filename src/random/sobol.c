/* tutti_sobol */
#include "random/sobol_params.h"

#include <pthread.h>
#include <tutti/parallel.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "random/kernels.h"
#include "random/sobol_table.h"

static uint32_t directions[TUTTI_SOBOL_DIMS][SOBOL_BITS];

/* Makes all direction numbers of a dimension from its initial numbers m[0] .. m[degree - 1], each shifted
 * to the upper end of its word (Bratley and Fox, 1988). */
static void expand(uint32_t *v, uint32_t polynomial, unsigned degree, const uint16_t *m) {
  for (unsigned b = 0; b < SOBOL_BITS; b++) {
    if (b < degree) {
      v[b] = (uint32_t)m[b] << (31 - b);
      continue;
    }
    v[b] = v[b - degree] ^ v[b - degree] >> degree;
    for (unsigned k = 1; k < degree; k++)
      if (polynomial >> (degree - k) & 1) v[b] ^= v[b - k];
  }
}

static void expand_all(void) {
  const uint16_t *number = sobol_numbers;
  for (unsigned b = 0; b < SOBOL_BITS; b++) directions[0][b] = UINT32_C(1) << (31 - b);
  for (size_t d = 1; d < TUTTI_SOBOL_DIMS; d++) {
    const uint32_t polynomial = *number++;
    const unsigned degree = 31 - (unsigned)__builtin_clz(polynomial);
    expand(directions[d], polynomial, degree, number);
    number += degree;
  }
}

typedef struct {
  const tutti_kernels *kernels;
  tutti_sobol_params params;
  uint64_t first;
  double *out;
} sobol_call;

static int chunk(size_t begin, size_t end, void *args) {
  const sobol_call *c = args;
  c->kernels->random->sobol(&c->params, (uint32_t)(c->first + begin), end - begin,
                            c->out + begin * c->params.dims);
  return 0;
}

tutti_sobol_params tutti_sobol_params_of(const tutti_rng *scramble, size_t dims, uint32_t *seed) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, expand_all);
  for (size_t d = 0; scramble && d < dims; d++) seed[d] = (uint32_t)tutti_bits_at(*scramble, d);
  return (tutti_sobol_params){directions, scramble ? seed : NULL, dims};
}

tutti_status tutti_sobol(tutti_ctx *ctx, const tutti_rng *scramble, uint64_t first, size_t dims, double *out,
                         size_t n) {
  enum { GRAIN = 8192 }; /* coordinates */
  uint32_t seed[TUTTI_SOBOL_DIMS];
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  if (dims == 0 || dims > TUTTI_SOBOL_DIMS)
    return tutti_refuse(
        ctx, tutti_fail(ctx, TUTTI_EINVAL, "dims = %zu is not in [1, %d]", dims, TUTTI_SOBOL_DIMS));
  if (first > UINT64_C(1) << 32 || n > (UINT64_C(1) << 32) - first)
    return tutti_refuse(ctx,
                        tutti_fail(ctx, TUTTI_EINVAL, "points %llu + %zu go beyond the 2^32 of the sequence",
                                   (unsigned long long)first, n));
  status = tutti_check_array(ctx, "out", out, n, dims * sizeof *out);
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = n, .first = first, .rng = scramble ? *scramble : (tutti_rng){0},
                  .parameters = {{(const uint64_t[]){dims, scramble != NULL}, 2 * sizeof(uint64_t)}});
  sobol_call call = {ctx->kernels, tutti_sobol_params_of(scramble, dims, seed), first, out};
  return tutti_for(ctx, n, GRAIN / dims, chunk, &call,
                   (const tutti_output[]){{out, dims * sizeof *out}, {0}});
}
