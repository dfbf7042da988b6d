/* tutti_covariance: sums of products of deviations by OpenBLAS, one block of rows after another.
 *
 * A block D holds its rows less the column means (which are rounded), and behind them a column of ones. In
 * D^T D the last column is then the sum of the deviations: with it the rounding of the means is corrected
 * at the end. Blocks belong to fixed chunks, each is multiplied by one thread, and chunks merge in their
 * order. */
#include <math.h>
#include <tutti/parallel.h>

#include "blas/openblas.h"
#include "context/open.h"
#include "engine/collectives.h"
#include "memory/blocks.h"
#include "reduce/moments_exact.h"

enum { BLOCK_ROWS = 256, GRAIN_ROWS = 16 * BLOCK_ROWS };

typedef struct {
  const double *a, *mean;
  size_t rows, cols, ld;
  const double *scale; /* [cols]: powers of 2 that columns are multiplied by; mean is of the products */
} covariance_call;

/* An accumulator: (cols + 1)^2 sums, of which the upper triangle is used; behind them room for a block. */
static size_t sums_of(const covariance_call *c) { return (c->cols + 1) * (c->cols + 1); }

static void init(void *acc, const void *args) {
  double *sums = acc;
  for (size_t i = 0; i < sums_of(args); i++) sums[i] = 0;
}

static void merge(void *into_, const void *from_, const void *args) {
  double *into = into_;
  const double *from = from_;
  for (size_t i = 0; i < sums_of(args); i++) into[i] += from[i];
}

static void deviations(const covariance_call *c, double *block, size_t first, size_t rows) {
  for (size_t r = 0; r < rows; r++) {
    const double *from = c->a + (first + r) * c->ld;
    double *to = block + r * (c->cols + 1);
    for (size_t j = 0; j < c->cols; j++) to[j] = from[j] * c->scale[j] - c->mean[j];
    to[c->cols] = 1;
  }
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const covariance_call *c = args;
  double *sums = acc, *block = sums + sums_of(c);
  const int width = (int)(c->cols + 1), threads = tutti_blas_alone();
  for (size_t r = begin; r < end; r += BLOCK_ROWS) {
    const size_t rows = end - r < BLOCK_ROWS ? end - r : BLOCK_ROWS;
    deviations(c, block, r, rows);
    tutti_blas.dsyrk(CblasRowMajor, CblasUpper, CblasTrans, width, (int)rows, 1, block, width, 1, sums,
                     width);
  }
  tutti_blas_restore(threads);
  return 0;
}

/* Writes both triangles. All covariances of a column with NaN or infinities are NaN. */
static void finish(const covariance_call *c, const double *sums, double *out) {
  const size_t cols = c->cols, width = cols + 1;
  const double n = (double)c->rows;
  for (size_t i = 0; i < cols; i++)
    for (size_t j = i; j < cols; j++) {
      const double by_n = sums[i * width + cols] / n, total = sums[j * width + cols];
      double value = (sums[i * width + j] - by_n * total) / (n - 1);
      if (c->rows < 2 || !isfinite(by_n) || !isfinite(total)) value = (double)NAN;
      out[i * cols + j] = out[j * cols + i] = value / c->scale[i] / c->scale[j];
    }
}

static double scaled_sum(const covariance_call *c, size_t column) {
  tutti_exact acc;
  tutti_exact_init(&acc);
  for (size_t r = 0; r < c->rows; r++) tutti_exact_add(&acc, c->a[r * c->ld + column] * c->scale[column]);
  return tutti_exact_round(&acc);
}

/* The means; where the sum of a column overflows, some value of the column. */
static tutti_status means(tutti_ctx *ctx, const covariance_call *c, double *mean) {
  const tutti_status status = tutti_sum_cols(ctx, c->a, c->rows, c->cols, c->ld, mean);
  for (size_t j = 0; j < c->cols && !status; j++) {
    if (c->scale[j] != 1) mean[j] = scaled_sum(c, j);
    mean[j] = isfinite(mean[j]) ? mean[j] / (double)c->rows : c->a[j];
  }
  return status;
}

/* Chooses scales for columns whose variance came out as NaN or infinite though their items are finite:
 * such that the items are below 1. Returns whether there is such a column. */
static bool rescale(const covariance_call *c, const double *out, double *scale) {
  bool any = false;
  for (size_t j = 0; j < c->cols && c->rows > 1; j++) {
    double most = 0, zero = 0; /* or NaN */
    if (isfinite(out[j * c->cols + j])) continue;
    for (size_t r = 0; r < c->rows; r++) {
      most = fmax(most, fabs(c->a[r * c->ld + j]));
      zero += c->a[r * c->ld + j] * 0;
    }
    if (zero != 0) continue;
    scale[j] = ldexp(1, -ilogb(most) - 1);
    any = true;
  }
  return any;
}

TUTTI_SCOPE_ON_STACK static tutti_status covariance(tutti_ctx *ctx, covariance_call *c, double *mean,
                                                    double *out) {
  const size_t doubles = sums_of(c) + BLOCK_ROWS * (c->cols + 1);
  const tutti_reduction op = {doubles * sizeof(double), GRAIN_ROWS, init, chunk, merge};
  const size_t chunks = c->rows / GRAIN_ROWS + 1;
  tutti_status status = c->rows ? means(ctx, c, mean) : TUTTI_OK;
  if (status) return status;
  c->mean = mean;
  double *sums = tutti_memory_get(op.acc_size, false);
  if (!sums) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu x %zu sums", c->cols + 1, c->cols + 1);
  TUTTI_SCOPE memory = {0};
  tutti_scope_begin(&memory, tutti_memory_release, sums);
  TUTTI_BLAS use = {0};
  status = tutti_refuse(ctx, tutti_blas_begin(&use, ctx, chunks));
  if (!status) status = tutti_reduce(ctx, &op, c->rows, c, sums);
  tutti_blas_end(&use);
  if (!status) finish(c, sums, out);
  return status;
}

static tutti_status check(tutti_ctx *ctx, const double *a, size_t rows, size_t cols, size_t ld,
                          const double *out) {
  enum { MOST = 1 << 20 };
  if (ld < cols) return tutti_fail(ctx, TUTTI_EINVAL, "ld = %zu is less than cols = %zu", ld, cols);
  if (cols > MOST) return tutti_fail(ctx, TUTTI_EINVAL, "cols = %zu is more than 2^20", cols);
  if (ld && rows > EXACT_MAX_TERMS / ld)
    return tutti_fail(ctx, TUTTI_EINVAL, "rows = %zu times ld = %zu are more than 2^45 items", rows, ld);
  tutti_status status = tutti_check_array(ctx, "a", a, cols ? rows * ld : 0, sizeof *a);
  return status ? status : tutti_check_array(ctx, "out", out, cols * cols, sizeof *out);
}

TUTTI_SCOPE_ON_STACK tutti_status tutti_covariance(tutti_ctx *ctx, const double *a, size_t rows, size_t cols,
                                                   size_t ld, double *out) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check(ctx, a, rows, cols, ld, out);
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = rows, .parameters = {{(const uint64_t[]){cols, ld}, 2 * sizeof(uint64_t)}});
  if (cols == 0) return tutti_ranks_agree(ctx);
  double *mean = tutti_memory_get(2 * cols * sizeof *mean, false);
  if (!mean) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu means", cols);
  TUTTI_SCOPE memory = {0};
  tutti_scope_begin(&memory, tutti_memory_release, mean);
  double *scale = mean + cols;
  for (size_t j = 0; j < cols; j++) scale[j] = 1;
  covariance_call call = {a, NULL, rows, cols, ld, scale};
  status = covariance(ctx, &call, mean, out);
  if (!status && rescale(&call, out, scale)) status = covariance(ctx, &call, mean, out);
  return status;
}
