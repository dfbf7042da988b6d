/* Reductions of arrays. */
#include "entry.h"

#include "reduce/rows_cols.h"

/* -- exact sums -- */

#define SUM_OF_DOUBLES .result = sizeof(double), .chunk = 1 << 17, .reads = DOUBLES, .partitioned = true
#define SUM_OF_FLOATS  .result = sizeof(float), .chunk = 1 << 17, .reads = FLOATS, .partitioned = true

static const void *third(const given *g, size_t size) { return g->x ? (const char *)g->x + 3 * size : NULL; }

ENTRY(sum, tutti_sum(ctx, g->x, g->n, result), SUM_OF_DOUBLES, .digest = 0xaae2c44656b31da4)
ENTRY(asum, tutti_asum(ctx, g->x, g->n, result), SUM_OF_DOUBLES, .digest = 0x6e89692eea24bf11)
ENTRY(dot, tutti_dot(ctx, g->x, third(g, sizeof(double)), g->n, result), SUM_OF_DOUBLES,
      .digest = 0x1bd42a8aceef6238)
ENTRY(squares, tutti_nrm2(ctx, g->x, g->n, result), SUM_OF_DOUBLES, .digest = 0x6e3a60874576d414)
ENTRY(sum_f32, tutti_sum_f32(ctx, g->x, g->n, result), SUM_OF_FLOATS, .digest = 0xefd9e3b399506e2f)
ENTRY(asum_f32, tutti_asum_f32(ctx, g->x, g->n, result), SUM_OF_FLOATS, .digest = 0xbe15cf5fe51f813b)
ENTRY(dot_f32, tutti_dot_f32(ctx, g->x, third(g, sizeof(float)), g->n, result), SUM_OF_FLOATS,
      .digest = 0xba99806bc41b5119)
/* Up to 256 numbers, in the calling thread. */
ENTRY(sum_short, tutti_sum(ctx, g->x, g->n, result), .result = sizeof(double), .chunk = 126, .reads = DOUBLES,
      .partitioned = true, .one_call = true, .digest = 0x2794f990ec9046bb)
ENTRY(sum_i64, tutti_sum_i64(ctx, g->x, g->n, result), .result = sizeof(int64_t), .chunk = 1 << 16,
      .reads = INTEGERS, .partitioned = true, .digest = 0x4e5f27773770ded3)

/* -- statistics -- */

ENTRY(minmax, tutti_minmax(ctx, g->x, g->n, result), .result = sizeof(tutti_minmax_t), .chunk = 1 << 17,
      .least = 1, .reads = DOUBLES, .partitioned = true, .digest = 0x1de6cc2ed09dfc43)
ENTRY(minmax_f32, tutti_minmax_f32(ctx, g->x, g->n, result), .result = sizeof(tutti_minmax_f32_t),
      .chunk = 1 << 17, .least = 1, .reads = FLOATS, .partitioned = true, .digest = 0xc927795e672ae9d9)
ENTRY(central_sums, tutti_moments(ctx, g->x, g->n, result), .result = sizeof(tutti_moments_t),
      .chunk = 1 << 17, .reads = DOUBLES, .partitioned = true, .digest = 0x1e3afc2791a799c2)

/* Of the final values of AR(1), a run an item. */
ENTRY(power_sums,
      tutti_ar1_ensemble(ctx, &(tutti_ar1){72, 0.5, 5}, (tutti_rng){g->first, 5}, 40, g->n, 3, NULL, result),
      .result = sizeof(tutti_moments_t), .chunk = 16384, .digest = 0x2c6ff3a4d9581cd7)

enum { BINS = 50 };
static tutti_status count(tutti_ctx *ctx, const given *g, uint64_t *counts) {
  return tutti_histogram_full(ctx, g->x, g->n, -900, 1000, BINS, counts,
                              counts ? (tutti_outside *)(void *)(counts + BINS) : NULL);
}
ENTRY(histogram, count(ctx, g, result), .result = BINS * sizeof(uint64_t) + sizeof(tutti_outside),
      .chunk = 1 << 17, .reads = DOUBLES, .partitioned = true, .digest = 0xe780102d5eca103b)

/* A few quantiles of many items are found between brackets; many quantiles by counting digits until few items
 * are left, and gathering those. */
#define QUANTILES                                                                                            \
  .result = 3 * sizeof(double), .chunk = 1 << 18, .least = 1, .slow = true, .reads = DOUBLES,                \
  .partitioned = true, .digest = 0x6f86945f34369a86
static tutti_status quantiles(tutti_ctx *ctx, const given *g, double *result, size_t count) {
  double all[7];
  const tutti_status status = tutti_quantile(
      ctx, g->x, g->n, (const double[]){0.1, 0.5, 0.999, 0.2, 0.3, 0.7, 0.8}, count, result ? all : NULL);
  for (int i = 0; !status && i < 3; i++) result[i] = all[i];
  return status;
}
ENTRY(digit_counts, quantiles(ctx, g, result, 7), QUANTILES)
ENTRY(digit_matches, quantiles(ctx, g, result, 7), QUANTILES)
ENTRY(bracket_counts, quantiles(ctx, g, result, 3), QUANTILES)
ENTRY(bracket_matches, quantiles(ctx, g, result, 3), QUANTILES)

/* -- prefixes, rows and columns -- */

ENTRY(scan, tutti_cumsum(ctx, g->x, g->n, items), .item = sizeof(double), .chunk = 1 << 16, .reads = DOUBLES,
      .partitioned = true, .digest = 0xec2d05966b7ecf54)

enum { COLS = 33, ROWS = 100 };
ENTRY(row_sums, tutti_sum_rows(ctx, g->x, g->n, COLS, COLS, items), .item = sizeof(double), .chunk = 2048,
      .reads = DOUBLES, .width = COLS, .digest = 0x32c727e1cb0e4f6d)
ENTRY(column_slices, tutti_sum_cols(ctx, g->x, ROWS, g->n, g->n, items), .item = sizeof(double),
      .chunk = TUTTI_TILE_COLS, .reads = DOUBLES, .width = ROWS, .digest = 0xa9af7643913fe2eb)
enum { MORE_ROWS = 300 };
ENTRY(column_strip, tutti_sum_cols(ctx, g->x, MORE_ROWS, g->n, g->n, items), .item = sizeof(double),
      .chunk = TUTTI_STRIP_COLS, .reads = DOUBLES, .width = MORE_ROWS, .digest = 0xd66f7247191daf45)
