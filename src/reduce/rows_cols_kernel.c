/* Exact sums of many short series side by side: each lane sums a column, with slices of its own
 * (reduce/slices.h). Rows are brought into that form by transposing some at a time. */
#include "isa/vec_transpose.h"
#include "reduce/kernels.h"
#include "reduce/slices.h"

/* -- columns -- */

/* The starts S = 1.5 2^k of the two slices of each column, for terms of at most `top`. S stays in [2^k,
 * 2^(k + 1)), where the spacing of doubles is the same, while it changes by no more than 2^(k - 1). One
 * lane adds all terms of its column, and so k is one more than the exponent of their sum. unfit: 0; or
 * else this column has only zeros, or terms that are too large to be sliced. */
typedef struct {
  vd first, second;
  vu unfit;
} starts;

VEC_INLINE starts starts_of(vd top) {
  enum { ABOVE = 2 + TUTTI_TILE_LOG_ROWS, BELOW = 52 - TUTTI_TILE_LOG_ROWS };
  const vd zero = vd_set1(0), one = vd_set1(1), limit = vd_set1(0x1p1013);
  const vu half = vu_set1(UINT64_C(1) << 51);
  /* |x| < 2^(exponent field - 1022); the exponent field of 2^k is k + 1023; what is left over is up to
   * 2^(k - 53) */
  const vu field = (bits_of_vd(top) >> 52) + vu_set1(ABOVE), lowest = vu_set1((uint64_t)(BELOW + 1) << 52);
  const vu above_lowest = bits_of_vd(vd_max(vd_of_bits(field << 52), vd_of_bits(lowest)));
  return (starts){vd_of_bits(field << 52 | half),
                  vd_of_bits((above_lowest - vu_set1((uint64_t)BELOW << 52)) | half),
                  bits_of_vd(vd_select(vd_less(zero, top), vd_select(vd_less(top, limit), zero, one), one))};
}

/* Bit c of the result: something is left over of column c. */
VEC_INLINE uint64_t columns_with_rest(const vu *rest, size_t vectors) {
  uint64_t lane[TUTTI_TILE_COLS], mask = 0;
  vu any = vu_set1(0);
  for (size_t v = 0; v < vectors; v++) any |= rest[v];
  if (!any_rest(&any, 1)) return 0;
  for (size_t v = 0; v < vectors; v++) vu_store(lane + v * W, rest[v]);
  for (size_t c = 0; c < vectors * W; c++) mask |= (uint64_t)(lane[c] << 1 != 0) << c;
  return mask;
}

/* Sums the columns of a strip of one or two vectors. */
VEC_INLINE void strip(const double *a, size_t ld, size_t rows, int vectors, const vd *top, vu *rest,
                      double *high, double *low) {
  vd sum1[2], sum2[2];
  vu left[2];
  starts start[2];
  for (int v = 0; v < vectors; v++) {
    start[v] = starts_of(top[v]);
    sum1[v] = start[v].first;
    sum2[v] = start[v].second;
    left[v] = start[v].unfit;
  }
  for (size_t i = 0; i < rows; i++)
    for (int v = 0; v < vectors; v++) {
      vd x = vd_load(a + i * ld + v * W);
      sum1[v] = slice(sum1[v], &x);
      sum2[v] = slice(sum2[v], &x);
      left[v] |= bits_of_vd(x);
    }
  for (int v = 0; v < vectors; v++) {
    vd_store(high + v * W, sum1[v] - start[v].first);
    vd_store(low + v * W, sum2[v] - start[v].second);
    rest[v] = left[v];
  }
}

uint64_t TUTTI_KERNEL(column_slices)(const double *a, size_t ld, size_t rows, size_t cols, double *high,
                                     double *low) {
  enum { EARLY = 32 }; /* rows that are prefetched */
  vd top[TUTTI_TILE_COLS / W];
  vu rest[TUTTI_TILE_COLS / W];
  const size_t vectors = cols / W;
  for (size_t v = 0; v < vectors; v++) top[v] = vd_set1(0);
  for (size_t i = 0; i < rows; i++) {
    for (size_t c = 0; c < cols && i + EARLY < rows; c += 8) __builtin_prefetch(a + (i + EARLY) * ld + c);
    for (size_t v = 0; v < vectors; v++) top[v] = vd_grow(top[v], vd_load(a + i * ld + v * W));
  }
  size_t v = 0;
  for (; v + 2 <= vectors; v += 2)
    strip(a + v * W, ld, rows, 2, top + v, rest + v, high + v * W, low + v * W);
  if (v < vectors) strip(a + v * W, ld, rows, 1, top + v, rest + v, high + v * W, low + v * W);
  return columns_with_rest(rest, vectors);
}

/* Adds the rows of a block to one or two vectors of columns. A term takes part with
 * multiples q of 2^(TUTTI_STRIP_LOG_ROWS - 50) in the first slice, scaled so that |q| < 2 if it is below the
 * bound of its column: bit 62 of q is 0. The second slice has to take all that is left over. */
VEC_INLINE void block_of_strip(tutti_strip *s, size_t at, const double *a, size_t ld, size_t rows,
                               uintptr_t next, int vectors) {
  vd high[2], low[2], scale[2], back[2];
  vu large[2], rest[2];
  for (int v = 0; v < vectors; v++) {
    large[v] = rest[v] = vu_set1(0);
    high[v] = vd_load(s->high + at + v * W);
    low[v] = vd_load(s->low + at + v * W);
    scale[v] = vd_load(s->scale + at + v * W);
    back[v] = vd_load(s->back + at + v * W);
  }
  for (size_t r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) {
      if (v * W % 8 == 0) __builtin_prefetch((const void *)(next + 8 * (r * ld + (size_t)(v * W))));
      const vd x = vd_load(a + r * ld + v * W), first = vd_scaled_add(x, scale[v], high[v]);
      const vd q = first - high[v], left = vd_scaled_add(q, back[v], x), second = low[v] + left;
      large[v] |= bits_of_vd(q);
      rest[v] = vu_or_xor(rest[v], second - low[v], left);
      high[v] = first;
      low[v] = second;
      VEC_IN_TURN(large[v], rest[v]);
    }
  for (int v = 0; v < vectors; v++) {
    const vu failed = (large[v] & vu_set1(UINT64_C(1) << 62)) | rest[v] << 1;
    vd_store(s->high + at + v * W, high[v]);
    vd_store(s->low + at + v * W, low[v]);
    vu_store(s->failed + at + v * W, vu_load(s->failed + at + v * W) | failed);
  }
}

void TUTTI_KERNEL(column_strip)(tutti_strip *s, size_t first, const double *a, size_t ld, size_t rows,
                                size_t cols) {
  enum { ROWS = 16 }; /* as many streams as a processor follows; the next block is prefetched */
  for (size_t r = 0; r < rows; r += ROWS) {
    const size_t n = rows - r < ROWS ? rows - r : ROWS;
    const double *row = a + r * ld;
    const uintptr_t next = (uintptr_t)row + (r + ROWS < rows ? 8 * n * ld : 0);
    size_t c = 0;
    for (; c + 2 * W <= cols; c += 2 * W) block_of_strip(s, first + c, row + c, ld, n, next + 8 * c, 2);
    for (; c < cols; c += W) block_of_strip(s, first + c, row + c, ld, n, next + 8 * c, 1);
  }
}

/* -- rows -- */

/* How many rows are transposed at a time: many short ones, fewer long ones, in 32 KiB. */
enum { MANY = 64, FEW = 16, BUFFER = FEW * TUTTI_TILE_ROWS, PIECES = TUTTI_SHORT_ROW / TUTTI_TILE_ROWS };

/* columns[c side + r] = a[r ld + c]; rows that do not exist are zeros. Prefetches as much from `next`
 * meanwhile, if that is not NULL. */
VEC_INLINE void transpose(double *columns, size_t side, const double *a, size_t ld, size_t rows, size_t cols,
                          const double *next) {
  size_t r = 0;
  for (; r + W <= rows; r += W) {
    size_t c = 0;
    for (; c + W <= cols; c += W) {
      vd row[W];
      for (size_t k = 0; k < W; k++) {
        if (next && c % 8 == 0) __builtin_prefetch(next + (r + k) * ld + c);
        row[k] = vd_load(a + (r + k) * ld + c);
      }
      vd_transpose(row);
      for (size_t k = 0; k < W; k++) vd_store(columns + (c + k) * side + r, row[k]);
    }
    for (; c < cols; c++)
      for (size_t k = 0; k < W; k++) columns[c * side + r + k] = a[(r + k) * ld + c];
  }
  for (size_t c = 0; c < cols; c++)
    for (size_t k = r; k < side; k++) columns[c * side + k] = k < rows ? a[k * ld + c] : 0;
}

static double exact_row(const double *row, size_t n) {
  tutti_exact acc;
  tutti_exact_init(&acc);
  TUTTI_KERNEL(sum)(&acc, row, NULL, n);
  return tutti_exact_round(&acc);
}

/* Sums rows of at most FEW_COLS items, a row in each lane, without slices. The sum of two items is one
 * addition, which rounds once. Of more, TwoSum (Knuth, 1969) finds by how much each addition is too large.
 * The sum of these excesses is exact as long as its own additions are; then taking it off rounds once. Rows
 * where that is not so, such as those with NaN or infinities, are left to limbs. */
enum { FEW_COLS = 4, AHEAD = 4096 /* bytes */ };

/* Returns a + b, rounded. *excess becomes what that is too much by: +0 where a and b are zeros. */
VEC_INLINE vd two_sum(vd a, vd b, vd *excess) {
  const vd sum = a + b, back = sum - a;
  *excess = ((sum - back) - a) + (back - b);
  return sum;
}

/* Returns a + b. Where that is not exact, or not a number, *exact becomes false: the sum less the larger of a
 * and b has no error (Dekker, 1971), and so is the smaller one only if the sum has none. */
VEC_INLINE vd exact_sum(vd a, vd b, vm *exact) {
  const vd sum = a + b;
  *exact = vm_and(*exact, vm_and(vd_equal(sum - a, b), vd_equal(sum - b, a)));
  return sum;
}

/* NaN in place of any NaN. */
VEC_INLINE vd one_nan(vd x) { return vd_select(vd_equal(x, x), x, vd_set1((double)NAN)); }

/* Sums W rows; *exact becomes false where a row has no sum. The sum of zeros keeps its sign, since +0 is
 * taken off it. */
VEC_INLINE vd few_items(const double *a, size_t ld, size_t cols, vm *exact) {
  vd w, x, y, z, of_wx, of_yz, of_all;
  if (cols == 1) return one_nan(vd_load_column(a, ld));
  vd_load_two_columns(a, ld, &w, &x);
  if (cols == 2) return one_nan(w + x);
  vd_load_two_columns(a + cols - 2, ld, &y, &z);
  const vd wx = two_sum(w, x, &of_wx);
  if (cols == 3) {
    const vd sum = two_sum(wx, z, &of_all);
    return sum - exact_sum(of_wx, of_all, exact);
  }
  const vd yz = two_sum(y, z, &of_yz), sum = two_sum(wx, yz, &of_all);
  return sum - exact_sum(exact_sum(of_wx, of_yz, exact), of_all, exact);
}

VEC_INLINE void narrow_rows(const double *a, size_t ld, size_t rows, size_t cols, double *sum) {
  size_t r = 0;
  for (; r + W <= rows; r += W) {
    vm exact = vd_equal(vd_set1(0), vd_set1(0));
    for (size_t i = 0; i < W * cols; i += 8) /* of rows without gaps */
      __builtin_prefetch((const void *)((uintptr_t)(a + r * ld + i) + AHEAD));
    vd_store(sum + r, few_items(a + r * ld, ld, cols, &exact));
    if (vm_lanes(exact) != (1U << W) - 1)
      for (size_t k = r; k < r + W; k++) sum[k] = exact_row(a + k * ld, cols);
  }
  for (; r < rows; r++) sum[r] = exact_row(a + r * ld, cols);
}

/* Sums at most `side` rows that are one piece long. more: as many rows follow. */
static void short_rows(const double *a, size_t ld, size_t rows, size_t cols, size_t side, bool more,
                       double *sum) {
  double columns[BUFFER], high[MANY], low[MANY];
  columns[0] = 0; /* rows > 0, but gcc cannot know */
  transpose(columns, side, a, ld, rows, cols, more ? a + side * ld : NULL);
  const uint64_t failed = TUTTI_KERNEL(column_slices)(columns, side, cols, (rows + 7) / 8 * 8, high, low);
  for (size_t r = 0; r < rows; r++) sum[r] = high[r] + low[r];
  for (size_t r = 0; failed && r < rows; r++)
    if (failed >> r & 1) sum[r] = exact_row(a + r * ld, cols);
}

/* Sums at most FEW rows that are several pieces long. Each piece leaves two doubles of each row, all
 * exact: their sum, rounded once, is that of the row. */
static void longer_rows(const double *a, size_t ld, size_t rows, size_t cols, double *sum) {
  double columns[BUFFER], high[FEW], low[FEW], part[FEW][2 * PIECES];
  uint64_t failed = 0;
  size_t parts = 0;
  for (size_t c = 0; c < cols; c += TUTTI_TILE_ROWS, parts += 2) {
    const bool more = cols - c >= 2 * TUTTI_TILE_ROWS;
    const size_t n = cols - c < TUTTI_TILE_ROWS ? cols - c : TUTTI_TILE_ROWS;
    transpose(columns, FEW, a + c, ld, rows, n, more ? a + c + n : NULL);
    failed |= TUTTI_KERNEL(column_slices)(columns, FEW, n, (rows + 7) / 8 * 8, high, low);
    for (size_t r = 0; r < rows; r++) {
      part[r][parts] = high[r];
      part[r][parts + 1] = low[r];
    }
  }
  for (size_t r = 0; r < rows; r++)
    if (failed >> r & 1 || !TUTTI_KERNEL(sum_short)(part[r], parts, sum + r))
      sum[r] = exact_row(a + r * ld, cols);
}

void TUTTI_KERNEL(row_sums)(const double *a, size_t ld, size_t rows, size_t cols, double *sum) {
  switch (cols) { /* loops of a known length */
  case 1:
    narrow_rows(a, ld, rows, 1, sum);
    return;
  case 2:
    narrow_rows(a, ld, rows, 2, sum);
    return;
  case 3:
    narrow_rows(a, ld, rows, 3, sum);
    return;
  case FEW_COLS:
    narrow_rows(a, ld, rows, FEW_COLS, sum);
    return;
  default:
    break;
  }
  const size_t side = cols <= BUFFER / MANY ? MANY : FEW;
  for (size_t r = 0; r < rows; r += side) {
    const size_t left = rows - r, n = left < side ? left : side;
    if (cols <= TUTTI_TILE_ROWS) short_rows(a + r * ld, ld, n, cols, side, left >= 2 * side, sum + r);
    else longer_rows(a + r * ld, ld, n, cols, sum + r);
  }
}
