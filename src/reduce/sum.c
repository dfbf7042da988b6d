/* Exact sums: tutti_sum, tutti_asum, tutti_dot, tutti_nrm2 and their forms for floats and for strides.
 * Each chunk has an accumulator, and what is in them is merged. The functions differ in the kernel that adds
 * terms and in how the result is rounded. */
#include <stddef.h>
#include <string.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "reduce/exact_partial.h"
#include "reduce/exact_round.h"
#include "reduce/kernels.h"
#include "reduce/moments_exact.h"

enum { PACKED = 1024 };

enum {
  /* Up to here one worker is about as fast as two: waking the second and merging what it has takes 2 to 3 us,
   * and adding half of the terms as long (at .18 ns a term with AVX-512, .29 ns with AVX2). */
  ALONE = 1 << 15,
  /* Up to here each worker has one chunk, the same in every call: the terms may still be in its caches. */
  IN_CACHES = 1 << 20
};

/* The terms in a chunk: 131 072, so that merging accumulators takes a thousandth of the time of adding; but a
 * share for each worker of a short array, unless its progress is watched. The sum is exact: it does not
 * depend on this. */
static size_t grain_of(const tutti_ctx *ctx, size_t n) {
  enum { GRAIN = 1 << 17, LEAST = 1 << 12, LINES = 64 /* shares begin at a cache line if x does */ };
  if (n > IN_CACHES || ctx->config.progress) return GRAIN;
  const size_t share = (n / (size_t)ctx->config.workers / LINES + 1) * LINES;
  return share < LEAST ? LEAST : share;
}

typedef void (*exact_kernel)(tutti_exact *acc, const void *x, const void *y, size_t n);

/* An array whose element i is at base + i stride, in bytes. */
typedef struct {
  const unsigned char *base;
  ptrdiff_t stride;
} operand;

typedef struct {
  exact_kernel add;
  operand x, y;
  size_t item_size;
} sum_call;

static void init(void *acc, const void *args) {
  (void)args;
  exact_partial_init(acc);
}

static void merge(void *into, const void *from, const void *args) {
  (void)args;
  exact_partial_merge(into, from);
}

static void pack(unsigned char *to, operand from, size_t begin, size_t n, size_t item_size) {
  for (size_t i = 0; i < n; i++)
    memcpy(to + i * item_size, from.base + (ptrdiff_t)(begin + i) * from.stride, item_size);
}

/* Items begin .. begin + n - 1 without gaps: where they are, or copied to the buffer. */
static const void *contiguous(operand from, size_t begin, size_t n, size_t item_size, unsigned char *buffer) {
  if (!from.base) return NULL;
  if (from.stride == (ptrdiff_t)item_size) return from.base + begin * item_size;
  pack(buffer, from, begin, n, item_size);
  return buffer;
}

static bool has_strides(const sum_call *s) {
  const ptrdiff_t step = (ptrdiff_t)s->item_size;
  return s->x.stride != step || (s->y.base && s->y.stride != step);
}

static void add(tutti_exact *acc, size_t begin, size_t end, const sum_call *s) {
  unsigned char x[PACKED * sizeof(double)], y[PACKED * sizeof(double)];
  const size_t part = has_strides(s) ? PACKED : end - begin;
  for (size_t i = begin; i < end; i += part) {
    const size_t n = end - i < part ? end - i : part;
    s->add(acc, contiguous(s->x, i, n, s->item_size, x), contiguous(s->y, i, n, s->item_size, y), n);
  }
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  tutti_exact sum;
  tutti_exact_init(&sum);
  add(&sum, begin, end, args);
  exact_partial_put(acc, &sum);
  return 0;
}

/* The memory in which the n items lie, for strides of either sign. */
static tutti_range bytes_of(operand x, size_t n, size_t item_size) {
  if (!x.base || n == 0) return (tutti_range){0};
  const ptrdiff_t to_last = (ptrdiff_t)(n - 1) * x.stride;
  return (tutti_range){x.base + (to_last < 0 ? to_last : 0),
                       (size_t)(to_last < 0 ? -to_last : to_last) + item_size};
}

/* A short array without a progress function needs neither engine nor workers. */
static tutti_status run(tutti_ctx *ctx, const sum_call *call, size_t n, tutti_exact *acc) {
  static const tutti_output none[] = {{0}};
  const tutti_reduction sum = {sizeof(exact_partial), grain_of(ctx, n), init, chunk, merge};
  tutti_job job = {.call = &sum,
                   .args = {call,
                            sizeof *call,
                            {bytes_of(call->x, n, call->item_size), bytes_of(call->y, n, call->item_size)}},
                   .outputs = none,
                   .settings = ctx->settings,
                   .internal = true};
  if (n <= ALONE && !ctx->config.progress && tutti_ranks(ctx) == 1) {
    tutti_exact_init(acc);
    add(acc, 0, n, call);
    return TUTTI_OK;
  }
  if (n <= IN_CACHES && !ctx->config.progress) job.settings.schedule = TUTTI_STATIC;
  exact_partial total;
  const tutti_status status = tutti_ranks(ctx) > 1 ? tutti_reduce_partitioned(ctx, &sum, n, job.args, &total)
                                                   : tutti_reduce_job(ctx, &job, n, &total);
  if (!status) exact_partial_get(&total, acc);
  return status;
}

/* As in BLAS, a negative increment counts from the far end of the array. */
static operand operand_of(const void *base, size_t n, ptrdiff_t inc, size_t item_size) {
  const unsigned char *first = base;
  if (n <= 1) inc = 1; /* there is no next one, however far it would be */
  const ptrdiff_t stride = inc * (ptrdiff_t)item_size;
  if (base && inc < 0 && n > 0) first -= (ptrdiff_t)(n - 1) * stride;
  return (operand){first, stride};
}

static tutti_status check_operand(tutti_ctx *ctx, const char *name, const void *base, size_t n, ptrdiff_t inc,
                                  size_t item_size) {
  const size_t step = inc < 0 ? (size_t)0 - (size_t)inc : (size_t)inc;
  if (n > 0 && step > 0 && step > PTRDIFF_MAX / item_size / n)
    return tutti_fail(ctx, TUTTI_EINVAL, "n = %zu items of %s, %td apart, do not fit in memory", n, name,
                      inc);
  return tutti_check_array(ctx, name, base, n, item_size);
}

/* What a public function asks for. */
typedef struct {
  exact_kernel (*kernel)(const tutti_reduce_kernels *kernels); /* which one adds the terms */
  size_t item_size;
  size_t n;
  const void *x, *y;
  ptrdiff_t incx, incy;
  bool two; /* there are two arrays */
  const char *function;
} request;

/* Adds the terms to a new accumulator. */
static tutti_status accumulate(tutti_ctx *ctx, const request *r, const void *result, tutti_exact *acc) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check_operand(ctx, "x", r->x, r->n, r->incx, r->item_size);
  if (!status && r->two) status = check_operand(ctx, "y", r->y, r->n, r->incy, r->item_size);
  if (status) return tutti_refuse(ctx, status);
  if (!result) return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "result is NULL"));
  if (r->n > EXACT_MAX_TERMS)
    return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "n = %zu is more than 2^45 terms", r->n));
  if (ctx->transport.ranks > 1) tutti_note_call(ctx, &(tutti_noted_call){.function = r->function});
  const sum_call call = {r->kernel(ctx->kernels->reduce), operand_of(r->x, r->n, r->incx, r->item_size),
                         operand_of(r->two ? r->y : NULL, r->n, r->incy, r->item_size), r->item_size};
  return run(ctx, &call, r->n, acc);
}

tutti_status tutti_exact_reduce(tutti_ctx *ctx, const double *x, const double *y, size_t n,
                                tutti_exact *acc) {
  const size_t size = sizeof(double);
  const sum_call call = {y ? ctx->kernels->reduce->dot : ctx->kernels->reduce->sum, operand_of(x, n, 1, size),
                         operand_of(y, n, 1, size), size};
  return run(ctx, &call, n, acc);
}

/* -- rounding -- */

static void store_double(const tutti_exact *acc, void *result) { *(double *)result = tutti_exact_round(acc); }

static void store_float(const tutti_exact *acc, void *result) {
  *(float *)result = tutti_exact_round_f32(acc);
}
static void store_root_f32(const tutti_exact *acc, void *result) {
  *(float *)result = (float)tutti_exact_root(acc);
}

static tutti_status reduce(tutti_ctx *ctx, const request *r, void *result,
                           void (*store)(const tutti_exact *acc, void *result)) {
  tutti_exact acc;
  const tutti_status status = accumulate(ctx, r, result, &acc);
  if (!status) store(&acc, result);
  return status;
}

/* -- the public functions -- */

#define KERNEL(name)                                                                                         \
  static exact_kernel name##_of(const tutti_reduce_kernels *kernels) { return kernels->name; }
KERNEL(sum)
KERNEL(asum)
KERNEL(dot)
KERNEL(squares)
KERNEL(sum_f32)
KERNEL(asum_f32)
KERNEL(dot_f32)

#define ONE(kernel, type) kernel##_of, sizeof(type), n, x, NULL, incx, 0, false, __func__
#define TWO(kernel, type) kernel##_of, sizeof(type), n, x, y, incx, incy, true, __func__
/* A sum of squares is a dot product of an array with itself. */
#define SQUARES(kernel, type) kernel##_of, sizeof(type), n, x, x, incx, incx, true, __func__

tutti_status tutti_asum_strided(tutti_ctx *ctx, const double *x, ptrdiff_t incx, size_t n, double *result) {
  return reduce(ctx, &(request){ONE(asum, double)}, result, store_double);
}

tutti_status tutti_asum_strided_f32(tutti_ctx *ctx, const float *x, ptrdiff_t incx, size_t n, float *result) {
  return reduce(ctx, &(request){ONE(asum_f32, float)}, result, store_float);
}

tutti_status tutti_sum_strided(tutti_ctx *ctx, const double *x, ptrdiff_t incx, size_t n, double *result) {
  return reduce(ctx, &(request){ONE(sum, double)}, result, store_double);
}

tutti_status tutti_sum_strided_f32(tutti_ctx *ctx, const float *x, ptrdiff_t incx, size_t n, float *result) {
  return reduce(ctx, &(request){ONE(sum_f32, float)}, result, store_float);
}

tutti_status tutti_dot_strided(tutti_ctx *ctx, const double *x, ptrdiff_t incx, const double *y,
                               ptrdiff_t incy, size_t n, double *result) {
  return reduce(ctx, &(request){TWO(dot, double)}, result, store_double);
}

tutti_status tutti_dot_strided_f32(tutti_ctx *ctx, const float *x, ptrdiff_t incx, const float *y,
                                   ptrdiff_t incy, size_t n, float *result) {
  return reduce(ctx, &(request){TWO(dot_f32, float)}, result, store_float);
}

/* The squares are rounded before they are added: that costs less than 1 ulp of the sum, and half of that
 * in the root. Where squares might overflow, or be so small that rounding them costs more, exact squares
 * are added in a second pass. The sum decides that, so that the choice is the same at every level. */
tutti_status tutti_nrm2_strided(tutti_ctx *ctx, const double *x, ptrdiff_t incx, size_t n, double *result) {
  tutti_exact acc;
  tutti_status status = accumulate(ctx, &(request){ONE(squares, double)}, result, &acc);
  if (status) return status;
  const double squares = tutti_exact_round(&acc);
  if (!(squares >= 0x1p-900 && squares <= 0x1p1000))
    status = accumulate(ctx, &(request){SQUARES(dot, double)}, result, &acc);
  if (!status) *result = tutti_exact_root(&acc);
  return status;
}

tutti_status tutti_nrm2_strided_f32(tutti_ctx *ctx, const float *x, ptrdiff_t incx, size_t n, float *result) {
  return reduce(ctx, &(request){SQUARES(dot_f32, float)}, result, store_root_f32);
}

/* A short sum is done in two slices, without engine or accumulator. */
tutti_status tutti_sum(tutti_ctx *ctx, const double *x, size_t n, double *result) {
  tutti_ctx *resolved;
  if (n > 0 && n <= TUTTI_SHORT && x && result && !tutti_resolve(ctx, &resolved) &&
      !resolved->config.progress && tutti_ranks(resolved) == 1 &&
      resolved->kernels->reduce->sum_short(x, n, result))
    return TUTTI_OK;
  return tutti_sum_strided(ctx, x, 1, n, result);
}

tutti_status tutti_sum_f32(tutti_ctx *ctx, const float *x, size_t n, float *result) {
  return tutti_sum_strided_f32(ctx, x, 1, n, result);
}

tutti_status tutti_asum(tutti_ctx *ctx, const double *x, size_t n, double *result) {
  return tutti_asum_strided(ctx, x, 1, n, result);
}

tutti_status tutti_asum_f32(tutti_ctx *ctx, const float *x, size_t n, float *result) {
  return tutti_asum_strided_f32(ctx, x, 1, n, result);
}

tutti_status tutti_dot(tutti_ctx *ctx, const double *x, const double *y, size_t n, double *result) {
  return tutti_dot_strided(ctx, x, 1, y, 1, n, result);
}

tutti_status tutti_dot_f32(tutti_ctx *ctx, const float *x, const float *y, size_t n, float *result) {
  return tutti_dot_strided_f32(ctx, x, 1, y, 1, n, result);
}

tutti_status tutti_nrm2(tutti_ctx *ctx, const double *x, size_t n, double *result) {
  return tutti_nrm2_strided(ctx, x, 1, n, result);
}

tutti_status tutti_nrm2_f32(tutti_ctx *ctx, const float *x, size_t n, float *result) {
  return tutti_nrm2_strided_f32(ctx, x, 1, n, result);
}
