/* tutti_sum_rows, tutti_sum_cols */
#include <string.h>
#include <tutti/parallel.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "memory/blocks.h"
#include "reduce/kernels.h"
#include "reduce/moments_exact.h"

typedef struct {
  const tutti_kernels *kernels;
  const double *a;
  size_t rows, cols, ld;
  double *out;
} matrix_call;

enum { ITEMS = 1 << 16 }; /* items of a chunk, at least */

/* `count` is the number of results. */
static tutti_status check(tutti_ctx *ctx, matrix_call *m, size_t count) {
  if (m->ld < m->cols)
    return tutti_fail(ctx, TUTTI_EINVAL, "ld = %zu is less than cols = %zu", m->ld, m->cols);
  if (m->ld && m->rows > EXACT_MAX_TERMS / m->ld)
    return tutti_fail(ctx, TUTTI_EINVAL, "rows = %zu times ld = %zu are more than 2^45 items", m->rows,
                      m->ld);
  tutti_status status = tutti_check_array(ctx, "a", m->a, m->cols ? m->rows * m->ld : 0, sizeof *m->a);
  if (m->rows == 0 || m->cols == 0) m->a = m->out, m->ld = 0; /* never read; pointers are computed */
  return status ? status : tutti_check_array(ctx, "out", m->out, count, sizeof *m->out);
}

/* -- accumulators, one for each row or column -- */

static void init_all(tutti_exact *acc, size_t count) {
  for (size_t i = 0; i < count; i++) tutti_exact_init(acc + i);
}

/* Merges accumulators; those that have no term yet are left out. */
static void merge_all(tutti_exact *into, const tutti_exact *from, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (from[i].flags) tutti_exact_merge(into + i, from + i);
}

/* Runs a reduction with `count` exact accumulators, and rounds them to out. */
static tutti_status reduce_all(tutti_ctx *ctx, const tutti_reduction *op, size_t n, const matrix_call *m,
                               size_t count) {
  tutti_exact *acc = tutti_memory_get(op->acc_size, false);
  if (!acc) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu accumulators", count);
  const tutti_status status = tutti_reduce(ctx, op, n, m, acc);
  for (size_t i = 0; i < count && !status; i++) m->out[i] = tutti_exact_round(acc + i);
  tutti_memory_release(acc);
  return status;
}

/* -- rows -- */

static int sum_rows(size_t begin, size_t end, void *args) {
  const matrix_call *m = args;
  if (m->cols <= TUTTI_SHORT_ROW) {
    m->kernels->reduce->row_sums(m->a + begin * m->ld, m->ld, end - begin, m->cols, m->out + begin);
    return 0;
  }
  for (size_t r = begin; r < end; r++) {
    tutti_exact acc;
    tutti_exact_init(&acc);
    m->kernels->reduce->sum(&acc, m->a + r * m->ld, NULL, m->cols);
    m->out[r] = tutti_exact_round(&acc);
  }
  return 0;
}

static void init_rows(void *acc, const void *args) { init_all(acc, ((const matrix_call *)args)->rows); }

static void merge_rows(void *into, const void *from, const void *args) {
  merge_all(into, from, ((const matrix_call *)args)->rows);
}

/* Items are numbered along the rows, as if there were no gaps between rows. */
static int chunk_of_rows(void *acc, size_t begin, size_t end, const void *args) {
  const matrix_call *m = args;
  while (begin < end) {
    const size_t row = begin / m->cols, first = begin % m->cols;
    const size_t n = end - begin < m->cols - first ? end - begin : m->cols - first;
    m->kernels->reduce->sum((tutti_exact *)acc + row, m->a + row * m->ld + first, NULL, n);
    begin += n;
  }
  return 0;
}

tutti_status tutti_sum_rows(tutti_ctx *ctx, const double *a, size_t rows, size_t cols, size_t ld,
                            double *out) {
  enum { FEW_ROWS = 64, GROUP = 64 };
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  matrix_call m = {ctx->kernels, a, rows, cols, ld, out};
  status = check(ctx, &m, rows);
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = rows, .parameters = {{(const uint64_t[]){cols, ld}, 2 * sizeof(uint64_t)}});
  if (rows <= FEW_ROWS && cols >= TUTTI_SHORT_ROW) {
    const tutti_reduction op = {rows * sizeof(tutti_exact), 2 * ITEMS, init_rows, chunk_of_rows, merge_rows};
    return rows ? reduce_all(ctx, &op, rows * cols, &m, rows) : tutti_ranks_agree(ctx);
  }
  const size_t grain = (ITEMS / (cols ? cols : 1) + GROUP) / GROUP * GROUP;
  return tutti_for(ctx, rows, cols > TUTTI_SHORT_ROW ? 1 : grain, sum_rows, &m,
                   (const tutti_output[]){{out, sizeof *out}, {0}});
}

/* -- columns -- */

/* Adds a column that slices do not hold, term by term. Zeros are counted together: they are frequent. */
static void add_column(const matrix_call *m, tutti_exact *acc, const double *a, size_t ld, size_t rows) {
  double column[TUTTI_TILE_ROWS], zero = -0.0;
  bool zeros = rows > 0;
  for (size_t r = 0; r < rows; r++) {
    column[r] = a[r * ld];
    zeros = zeros && column[r] == 0;
    zero += column[r];
  }
  if (zeros) tutti_exact_add(acc, zero);
  else m->kernels->reduce->sum(acc, column, NULL, rows);
}

/* Sums the columns behind the last full group of eight, filled up with zeros. */
static uint64_t narrow_slices(const matrix_call *m, const double *a, size_t ld, size_t rows, size_t cols,
                              double *high, double *low) {
  double filled[TUTTI_TILE_ROWS][8];
  memset(filled, 0, rows * sizeof *filled);
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < cols; c++) filled[r][c] = a[r * ld + c];
  return m->kernels->reduce->column_slices(filled[0], 8, rows, 8, high, low);
}

/* Sums the columns of a tile of any width, as high[c] + low[c]; there is room for TUTTI_TILE_COLS results. */
static uint64_t tile_slices(const matrix_call *m, const double *a, size_t ld, size_t rows, size_t cols,
                            double *high, double *low) {
  const size_t full = cols - cols % 8;
  uint64_t failed = full ? m->kernels->reduce->column_slices(a, ld, rows, full, high, low) : 0;
  if (full < cols)
    failed |= narrow_slices(m, a + full, ld, rows, cols - full, high + full, low + full) << full;
  return failed;
}

/* Adds the columns of at most TUTTI_TILE_ROWS rows: column c to acc[c mod period]. */
static void add_columns(const matrix_call *m, tutti_exact *acc, size_t period, const double *a, size_t ld,
                        size_t rows, size_t cols) {
  double high[TUTTI_TILE_COLS], low[TUTTI_TILE_COLS];
  for (size_t first = 0; first < cols; first += TUTTI_TILE_COLS) {
    const size_t n = cols - first < TUTTI_TILE_COLS ? cols - first : TUTTI_TILE_COLS;
    const uint64_t failed = tile_slices(m, a + first, ld, rows, n, high, low);
    for (size_t c = 0; c < n; c++) {
      tutti_exact *to = acc + (first + c) % period;
      if (failed >> c & 1) {
        add_column(m, to, a + first + c, ld, rows);
      } else {
        tutti_exact_add(to, high[c]);
        tutti_exact_add(to, low[c]);
      }
    }
  }
}

/* Adds rows [begin, end) of columns [first, first + cols). Where rows have no gaps, but do not fill groups
 * of eight columns, eight rows count as one row of eight times as many columns. */
static void add_rows(const matrix_call *m, tutti_exact *acc, size_t begin, size_t end, size_t first,
                     size_t cols) {
  const size_t fold = m->ld == cols && cols % 8 != 0 && cols < TUTTI_TILE_COLS ? 8 : 1;
  for (size_t r = begin; r < end;) {
    const size_t left = end - r, by = left >= fold ? fold : 1;
    const size_t rows = left / by < TUTTI_TILE_ROWS ? left / by : TUTTI_TILE_ROWS;
    add_columns(m, acc, cols, m->a + r * m->ld + first, by * m->ld, rows, by * cols);
    r += rows * by;
  }
}

static void init_cols(void *acc, const void *args) { init_all(acc, ((const matrix_call *)args)->cols); }

static void merge_cols(void *into, const void *from, const void *args) {
  merge_all(into, from, ((const matrix_call *)args)->cols);
}

static int chunk_of_cols(void *acc, size_t begin, size_t end, const void *args) {
  const matrix_call *m = args;
  add_rows(m, acc, begin, end, 0, m->cols);
  return 0;
}

/* Sums at most TUTTI_TILE_COLS columns over all rows, with accumulators, or without where one tile is all
 * there is. */
static void sum_tile(const matrix_call *m, size_t first, size_t cols) {
  tutti_exact acc[TUTTI_TILE_COLS];
  if (m->rows > TUTTI_TILE_ROWS) {
    init_all(acc, cols);
    add_rows(m, acc, 0, m->rows, first, cols);
    for (size_t c = 0; c < cols; c++) m->out[first + c] = tutti_exact_round(acc + c);
    return;
  }
  double high[TUTTI_TILE_COLS], low[TUTTI_TILE_COLS];
  const double *a = m->a + first;
  const uint64_t failed = tile_slices(m, a, m->ld, m->rows, cols, high, low);
  for (size_t c = 0; c < cols; c++) {
    m->out[first + c] = high[c] + low[c];
    if (!(failed >> c & 1)) continue;
    tutti_exact_init(acc);
    add_column(m, acc, a + c, m->ld, m->rows);
    m->out[first + c] = tutti_exact_round(acc);
  }
}

static int sum_cols(size_t begin, size_t end, void *args) {
  const matrix_call *m = args;
  for (size_t c = begin; c < end; c += TUTTI_TILE_COLS)
    sum_tile(m, c, end - c < TUTTI_TILE_COLS ? end - c : TUTTI_TILE_COLS);
  return 0;
}

tutti_status tutti_sum_cols(tutti_ctx *ctx, const double *a, size_t rows, size_t cols, size_t ld,
                            double *out) {
  enum { BAND = 8192 }; /* rows in a chunk, so that it is worth an accumulator for each column */
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  matrix_call m = {ctx->kernels, a, rows, cols, ld, out};
  status = check(ctx, &m, cols);
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .n = rows, .parameters = {{(const uint64_t[]){cols, ld}, 2 * sizeof(uint64_t)}});
  if (cols == 0) return tutti_ranks_agree(ctx);
  if (rows / BAND > cols / TUTTI_TILE_COLS) {
    const size_t grain = ITEMS / cols > BAND ? ITEMS / cols : BAND;
    const tutti_reduction op = {cols * sizeof(tutti_exact), grain, init_cols, chunk_of_cols, merge_cols};
    return reduce_all(ctx, &op, rows, &m, cols);
  }
  return tutti_for(ctx, cols, TUTTI_TILE_COLS, sum_cols, &m, (const tutti_output[]){{out, sizeof *out}, {0}});
}
