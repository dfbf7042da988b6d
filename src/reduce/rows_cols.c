/* tutti_sum_rows, tutti_sum_cols */
#include <math.h>
#include <string.h>
#include <tutti/parallel.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "memory/blocks.h"
#include "reduce/exact_limbs.h"
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

/* Copies fewer than eight columns, filled up with zeros. */
static void fill_group(double (*filled)[8], const double *a, size_t ld, size_t rows, size_t cols) {
  memset(filled, 0, rows * sizeof *filled);
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < cols; c++) filled[r][c] = a[r * ld + c];
}

/* Sums the columns behind the last full group of eight. */
static uint64_t narrow_slices(const matrix_call *m, const double *a, size_t ld, size_t rows, size_t cols,
                              double *high, double *low) {
  double filled[TUTTI_TILE_ROWS][8];
  fill_group(filled, a, ld, rows, cols);
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

/* Strips: the sums of columns, kept in slices over many rows (tutti_strip). What one column has gathered is
 * (high - START) 2^(e - 1) + (low - START_LOW 2^(e - 1)). All terms of a column go to one sum: at most 2 -
 * 2^(k - 52) each to the first slice, which is 1.5 2^k; half a unit of it each to the second. */
static const double START = 1.5 * (4 << TUTTI_STRIP_LOG_ROWS),
                    START_LOW = 1.5 * (1 << TUTTI_STRIP_LOG_ROWS) * (1 << TUTTI_STRIP_LOG_ROWS) * 0x1p-50;

/* Starts a column anew. Its bound has `spare` binades above the terms that are looked at, `step` apart. */
static void start_column(tutti_strip *s, size_t c, const double *a, size_t ld, size_t rows, size_t step,
                         unsigned spare) {
  enum { LOWEST = 64, HIGHEST = 2046 - TUTTI_STRIP_LOG_ROWS };
  unsigned top = 1;
  for (size_t r = 0; r < rows; r += step) {
    const unsigned exponent = exact_split(a[r * ld]).exponent;
    if (exponent < 2047 && exponent > top) top = exponent;
  }
  top = top + spare < LOWEST ? LOWEST : top + spare < HIGHEST ? top + spare : HIGHEST;
  s->back[c] = -ldexp(1, (int)top - 1023);
  s->scale[c] = ldexp(1, 1023 - (int)top);
  s->high[c] = START;
  s->low[c] = -s->back[c] * START_LOW;
}

static double low_of(const tutti_strip *s, size_t c) { return s->low[c] + s->back[c] * START_LOW; }

/* Moves what a column has gathered to its accumulator. Zeros are not terms here. */
static void empty_column(tutti_strip *s, size_t c, tutti_exact *acc) {
  const double high = (START - s->high[c]) * s->back[c], low = low_of(s, c);
  if (high != 0) tutti_exact_add(acc, high);
  if (low != 0) tutti_exact_add(acc, low);
  s->high[c] = START;
  s->low[c] = -s->back[c] * START_LOW;
}

/* The zero that is the sum of zeros: -0 if all are -0. */
static double zero_of(const double *a, size_t ld, size_t rows) {
  for (size_t r = 0; r < rows; r++)
    if (a[r * ld] != 0 || !signbit(a[r * ld])) return 0;
  return -0.0;
}

/* Adds at most TUTTI_TILE_ROWS rows; columns that fail term by term. */
static void add_block(const matrix_call *m, tutti_strip *s, tutti_exact *const *acc, const double *a,
                      size_t ld, size_t rows, size_t cols) {
  double high[TUTTI_STRIP_COLS], low[TUTTI_STRIP_COLS], filled[TUTTI_TILE_ROWS][8];
  const size_t full = cols - cols % 8;
  memcpy(high, s->high, sizeof high);
  memcpy(low, s->low, sizeof low);
  memset(s->failed, 0, sizeof s->failed);
  m->kernels->reduce->column_strip(s, 0, a, ld, rows, full);
  if (full < cols) {
    fill_group(filled, a + full, ld, rows, cols - full);
    m->kernels->reduce->column_strip(s, full, filled[0], 8, rows, 8);
  }
  for (size_t c = 0; c < cols; c++) {
    if (s->failed[c]) {
      double column[TUTTI_TILE_ROWS];
      for (size_t r = 0; r < rows; r++) column[r] = a[r * ld + c];
      s->high[c] = high[c];
      s->low[c] = low[c];
      empty_column(s, c, acc[c]);
      add_column(m, acc[c], column, 1, rows);
      start_column(s, c, column, 1, rows, 1, 1);
    } else if (s->high[c] == START && !(acc[c]->flags & EXACT_OTHER) && low_of(s, c) == 0) {
      tutti_exact_add(acc[c], zero_of(a + c, ld, rows));
    }
  }
}

/* Adds rows to at most TUTTI_STRIP_COLS columns. */
static void add_strip(const matrix_call *m, tutti_exact *const *acc, const double *a, size_t ld, size_t rows,
                      size_t cols) {
  enum { LOOKS = 8 };
  tutti_strip s;
  for (size_t c = 0; c < (cols + 7) / 8 * 8; c++)
    start_column(&s, c, a + (c < cols ? c : 0), ld, rows, rows / LOOKS + 1, 2);
  for (size_t begin = 0, end; begin < rows; begin = end) {
    end = rows - begin < TUTTI_STRIP_ROWS ? rows : begin + TUTTI_STRIP_ROWS;
    for (size_t r = begin; r < end; r += TUTTI_TILE_ROWS)
      add_block(m, &s, acc, a + r * ld, ld, end - r < TUTTI_TILE_ROWS ? end - r : TUTTI_TILE_ROWS, cols);
    for (size_t c = 0; c < cols; c++) empty_column(&s, c, acc[c]);
  }
}

/* Adds rows [begin, end) of columns [first, first + cols). Where rows have no gaps, but do not fill groups
 * of eight columns, eight rows count as one row of eight times as many columns. */
static void add_rows(const matrix_call *m, tutti_exact *acc, size_t begin, size_t end, size_t first,
                     size_t cols) {
  const size_t left = end - begin;
  const size_t fold = left >= 8 && m->ld == cols && cols % 8 != 0 && cols < TUTTI_TILE_COLS ? 8 : 1;
  tutti_exact *to[TUTTI_STRIP_COLS];
  for (size_t c = 0, n; c < fold * cols; c += n) {
    n = fold * cols - c < TUTTI_STRIP_COLS ? fold * cols - c : TUTTI_STRIP_COLS;
    for (size_t i = 0; i < n; i++) to[i] = acc + (c + i) % cols;
    add_strip(m, to, m->a + begin * m->ld + first + c, fold * m->ld, left / fold, n);
  }
  if (left % fold) add_rows(m, acc, end - left % fold, end, first, cols);
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

/* Sums a strip of columns over all rows. */
static void sum_strip(const matrix_call *m, size_t first, size_t cols) {
  tutti_exact acc[TUTTI_STRIP_COLS];
  init_all(acc, cols);
  add_rows(m, acc, 0, m->rows, first, cols);
  for (size_t c = 0; c < cols; c++) m->out[first + c] = tutti_exact_round(acc + c);
}

/* Sums at most TUTTI_TILE_COLS columns of at most TUTTI_TILE_ROWS rows, without accumulators. */
static void sum_tile(const matrix_call *m, size_t first, size_t cols) {
  tutti_exact acc;
  double high[TUTTI_TILE_COLS], low[TUTTI_TILE_COLS];
  const double *a = m->a + first;
  const uint64_t failed = tile_slices(m, a, m->ld, m->rows, cols, high, low);
  for (size_t c = 0; c < cols; c++) {
    m->out[first + c] = high[c] + low[c];
    if (!(failed >> c & 1)) continue;
    tutti_exact_init(&acc);
    add_column(m, &acc, a + c, m->ld, m->rows);
    m->out[first + c] = tutti_exact_round(&acc);
  }
}

static int sum_cols(size_t begin, size_t end, void *args) {
  const matrix_call *m = args;
  const bool tile = m->rows <= TUTTI_TILE_ROWS;
  const size_t most = tile ? TUTTI_TILE_COLS : TUTTI_STRIP_COLS;
  for (size_t c = begin; c < end; c += most)
    (tile ? sum_tile : sum_strip)(m, c, end - c < most ? end - c : most);
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
  return tutti_for(ctx, cols, rows > TUTTI_TILE_ROWS ? TUTTI_STRIP_COLS : TUTTI_TILE_COLS, sum_cols, &m,
                   (const tutti_output[]){{out, sizeof *out}, {0}});
}
