/* tutti_normal_icdf, tutti_normal_icdf_array */
#include <tutti/distributions.h>
#include <tutti/parallel.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "math/kernels.h"

typedef struct {
  const tutti_kernels *kernels;
  const double *p;
  double *out;
} icdf_call;

static int chunk(size_t begin, size_t end, void *args) {
  const icdf_call *c = args;
  c->kernels->math->normal_icdf(c->p + begin, c->out + begin, end - begin);
  return 0;
}

double tutti_normal_icdf(double p) {
  double z;
  TUTTI_KERNEL(normal_icdf)(&p, &z, 1);
  return z;
}

tutti_status tutti_normal_icdf_array(tutti_ctx *ctx, const double *p, double *out, size_t n) {
  enum { GRAIN = 8192 };
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = tutti_check_array(ctx, "p", p, n, sizeof *p);
  if (!status) status = tutti_check_array(ctx, "out", out, n, sizeof *out);
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = n);
  icdf_call call = {ctx->kernels, p, out};
  return tutti_for(ctx, n, GRAIN, chunk, &call, (const tutti_output[]){{out, sizeof *out}, {0}});
}
