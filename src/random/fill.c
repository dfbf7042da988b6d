#include "random/fill.h"

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"

static int chunk(size_t begin, size_t end, void *args) {
  const tutti_variates *v = args;
  v->make(v, v->first + begin, (unsigned char *)v->out + v->item_size * begin, end - begin);
  return 0;
}

tutti_status tutti_fill_as(const char *function, tutti_ctx *ctx, tutti_variates *v, size_t n) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = tutti_check_array(ctx, "out", v->out, n, v->item_size);
  if (status) return tutti_refuse(ctx, status);
  if (n > 0 && n - 1 > UINT64_MAX - v->first)
    return tutti_refuse(ctx,
                        tutti_fail(ctx, TUTTI_EINVAL, "elements %llu + %zu go beyond the 2^64 of a stream",
                                   (unsigned long long)v->first, n));
  v->kernels = ctx->kernels;
  /* A single chunk without a progress function needs neither engine nor workers. */
  if (n <= TUTTI_FILL_GRAIN && !ctx->settings.progress && tutti_ranks(ctx) == 1) {
    v->make(v, v->first, v->out, n);
    return TUTTI_OK;
  }
  tutti_note_call(ctx,
                  &(tutti_noted_call){function,
                                      n,
                                      v->rng,
                                      v->first,
                                      {{v->parameters, v->parameter_bytes}, v->numbers[0], v->numbers[1]}});
  return tutti_for_internal(ctx, n, TUTTI_FILL_GRAIN, chunk,
                            (tutti_args){v, v->parameters ? 0 : sizeof *v, {{0}}},
                            (const tutti_output[]){{v->out, v->item_size}, {0}});
}
