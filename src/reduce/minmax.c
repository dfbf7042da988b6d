/* tutti_minmax and its twin of float */
#include "reduce/minmax.h"

#include <math.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "reduce/kernels.h"

enum { GRAIN = 1 << 17 };

typedef struct {
  void (*scan)(tutti_extremes *extremes, const void *x, size_t first, size_t n);
  const unsigned char *x;
  size_t item_size;
  size_t first; /* position of x[0] in the whole array, of which other ranks may have parts */
} minmax_call;

static void init(void *acc, const void *args) {
  (void)args;
  *(tutti_extremes *)acc = (tutti_extremes){0, 0, TUTTI_NOWHERE, TUTTI_NOWHERE, TUTTI_NOWHERE};
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const minmax_call *c = args;
  c->scan(acc, c->x + begin * c->item_size, c->first + begin, end - begin);
  return 0;
}

/* `from` is of later items than `into`: equal values change nothing. */
static void merge(void *into, const void *from, const void *args) {
  (void)args;
  tutti_extremes *a = into;
  const tutti_extremes *b = from;
  if (a->nan == TUTTI_NOWHERE) a->nan = b->nan;
  if (b->argmin != TUTTI_NOWHERE && (a->argmin == TUTTI_NOWHERE || b->min < a->min)) {
    a->min = b->min;
    a->argmin = b->argmin;
  }
  if (b->argmax != TUTTI_NOWHERE && (a->argmax == TUTTI_NOWHERE || b->max > a->max)) {
    a->max = b->max;
    a->argmax = b->argmax;
  }
}

static tutti_status extremes_of(tutti_ctx *ctx, const void *x, size_t n, bool f32, const void *result,
                                tutti_extremes *e) {
  static const tutti_reduction minmax = {sizeof(tutti_extremes), GRAIN, init, chunk, merge};
  const size_t item_size = f32 ? sizeof(float) : sizeof(double);
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = tutti_check_array(ctx, "x", x, n, item_size);
  if (status) return tutti_refuse(ctx, status);
  if (!result) return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "result is NULL"));
  tutti_note_call(ctx, &(tutti_noted_call){.function = f32 ? "tutti_minmax_f32" : "tutti_minmax"});
  size_t before, all;
  status = tutti_ranks_items(ctx, n, &before, &all);
  if (status) return status;
  if (all == 0) return tutti_fail(ctx, TUTTI_EINVAL, "n = 0: nothing has no smallest value");
  const minmax_call call = {f32 ? ctx->kernels->reduce->minmax_f32 : ctx->kernels->reduce->minmax, x,
                            item_size, before};
  status =
      tutti_reduce_partitioned(ctx, &minmax, n, (tutti_args){&call, sizeof call, {{x, n * item_size}}}, e);
  if (status || e->nan == TUTTI_NOWHERE) return status;
  *e = (tutti_extremes){(double)NAN, (double)NAN, e->nan, e->nan, e->nan};
  return TUTTI_OK;
}

tutti_status tutti_minmax(tutti_ctx *ctx, const double *x, size_t n, tutti_minmax_t *result) {
  tutti_extremes e;
  const tutti_status status = extremes_of(ctx, x, n, false, result, &e);
  if (!status) *result = (tutti_minmax_t){e.min, e.max, e.argmin, e.argmax};
  return status;
}

tutti_status tutti_minmax_f32(tutti_ctx *ctx, const float *x, size_t n, tutti_minmax_f32_t *result) {
  tutti_extremes e;
  const tutti_status status = extremes_of(ctx, x, n, true, result, &e);
  if (!status) *result = (tutti_minmax_f32_t){(float)e.min, (float)e.max, e.argmin, e.argmax};
  return status;
}
