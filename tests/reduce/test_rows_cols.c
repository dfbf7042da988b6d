/* tutti_sum_rows and tutti_sum_cols against MPFR. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "../support/data.h"
#include "../support/reference.h"
#include "../support/testing.h"

typedef struct {
  size_t rows, cols, gap; /* ld = cols + gap */
} shape;

enum { KINDS = 5 };

static double value_of(int kind, size_t r, size_t c, uint64_t *state) {
  switch (kind) {
  case 0:
    return data_scaled(state, -3, 3);
  case 1:
    return data_scaled(state, -20, 20) * (c % 5 == 1 ? 0x1p300 : 1);
  case 2:
    return (r + c) % 3 ? -0.0 : r % 7 == 0 ? 0.0 : -0.0;
  case 3:
    return data_scaled(state, (int)(c % 4) * 500 - 1074, (int)(c % 4) * 500 - 500); /* wide, tiny, huge */
  default:
    return data_bits(state) % 300 ? data_scaled(state, 1000, 1022)
                                  : (double[]){(double)NAN, (double)INFINITY, -(double)INFINITY}[(r + c) % 3];
  }
}

typedef struct {
  shape s;
  size_t ld;
  double *a, *row, *col; /* the matrix and its sums */
} matrix;

static matrix make(shape s, int kind, uint64_t *state) {
  matrix m = {s, s.cols + s.gap, NULL, malloc((s.rows + 1) * sizeof(double)),
              malloc((s.cols + 1) * sizeof(double))};
  m.a = malloc((s.rows * m.ld + 1) * sizeof(double));
  double *column = malloc((s.rows + 1) * sizeof(double));
  for (size_t i = 0; i < s.rows * m.ld; i++)
    m.a[i] = i % m.ld < s.cols ? value_of(kind, i / m.ld, i % m.ld, state) : (double)NAN;
  for (size_t r = 0; r < s.rows; r++) m.row[r] = reference_sum(m.a + r * m.ld, s.cols);
  for (size_t c = 0; c < s.cols; c++) {
    for (size_t r = 0; r < s.rows; r++) column[r] = m.a[r * m.ld + c];
    m.col[c] = reference_sum(column, s.rows);
  }
  free(column);
  return m;
}

static void release(matrix *m) {
  free(m->a);
  free(m->row);
  free(m->col);
}

static void check_cols(tutti_ctx *ctx, const char *name, const matrix *m, int kind) {
  double *out = malloc((m->s.cols + 1) * sizeof *out);
  out[m->s.cols] = 42;
  testing_expect(ctx, tutti_sum_cols(ctx, m->a, m->s.rows, m->s.cols, m->ld, out), TUTTI_OK, "", name);
  for (size_t c = 0; c < m->s.cols; c++)
    cr_assert(data_same(out[c], m->col[c]), "%s, kind %d, %zu x %zu + %zu: column %zu %a, MPFR %a", name,
              kind, m->s.rows, m->s.cols, m->s.gap, c, out[c], m->col[c]);
  cr_assert(out[m->s.cols] == 42, "%s: written behind the columns", name);
  free(out);
}

static void check(tutti_ctx *ctx, const char *name, const matrix *m, int kind) {
  const size_t rows = m->s.rows, cols = m->s.cols;
  double *out = malloc((rows + 1) * sizeof *out);
  out[rows] = 42;
  testing_expect(ctx, tutti_sum_rows(ctx, m->a, rows, cols, m->ld, out), TUTTI_OK, "", name);
  for (size_t r = 0; r < rows; r++)
    cr_assert(data_same(out[r], m->row[r]), "%s, kind %d, %zu x %zu + %zu: row %zu %a, MPFR %a", name, kind,
              rows, cols, m->s.gap, r, out[r], m->row[r]);
  cr_assert(out[rows] == 42, "%s: written behind the rows", name);
  check_cols(ctx, name, m, kind);
  free(out);
}

/* Every level, one thread. */
Test(rows_cols, shapes_against_mpfr) {
  static const shape shapes[] = {{0, 0, 0},    {0, 5, 1},    {5, 0, 2},    {1, 1, 0},     {1, 300, 0},
                                 {300, 1, 0},  {300, 1, 3},  {7, 3, 0},    {8, 8, 0},     {9, 17, 0},
                                 {16, 16, 1},  {17, 9, 5},   {40, 64, 0},  {257, 65, 3},  {256, 7, 0},
                                 {2100, 3, 0}, {2100, 3, 2}, {33, 256, 0}, {3, 257, 0},   {17, 700, 9},
                                 {600, 15, 0}, {1, 4097, 0}, {2, 9000, 7}, {70, 4100, 1}, {5, 4096, 0}};
  uint64_t state = 71;
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    for (int kind = 0; kind < KINDS; kind++) {
      matrix m = make(shapes[i], kind, &state);
      for (CONTEXTS c = every_isa(); contexts_next(&c);) check(c.ctx, c.name, &m, kind);
      release(&m);
    }
}

/* Rows of 1 to 5 items, which are added in registers. Items far apart, so that errors have errors; halves of
 * a unit, which are rounded to even, or not, by what follows; sums that cancel, overflow on the way, are
 * subnormal, or zeros of either sign. Every NaN has the bits of NAN, whatever the items' were. */
static double item_of_a_few(size_t row, size_t rows, const double *before, uint64_t *state) {
  static const double items[] = {0.0,
                                 -0.0,
                                 1,
                                 -1,
                                 0x1p53,
                                 -0x1p53,
                                 0x1p-53,
                                 -0x1p-53,
                                 0x1p-105,
                                 0x1p52,
                                 -0x1p-106,
                                 0.5,
                                 0x1.8p0,
                                 0x1p-1074,
                                 -0x1.8p-1073,
                                 0x1p1023,
                                 -0x1p1023,
                                 -0x1.fffffp-1023,
                                 0x1p970,
                                 DBL_MAX,
                                 -0.0,
                                 -DBL_MIN,
                                 0x1.fffffp-1,
                                 3,
                                 (double)INFINITY,
                                 -(double)INFINITY,
                                 (double)NAN,
                                 -(double)NAN};
  enum { ITEMS = sizeof items / sizeof *items, NOT_FINITE = 4 };
  const uint64_t bits = data_bits(state);
  switch (row % 4) {
  case 0:
    return data_scaled(state, -3, 0);
  case 1: /* the item before, less itself or nearly so */
    return before && bits % 4 ? -*before * (1 + (double)(bits / 4 % 3) * 0x1p-52)
                              : data_scaled(state, -60, 60);
  default:
    return bits % 8 ? items[bits / 8 % (row < rows / 2 ? ITEMS - NOT_FINITE : ITEMS)]
                    : data_scaled(state, -60, 60);
  }
}

Test(rows_cols, rows_of_a_few_items) {
  enum { ROWS = 8195, MOST = 5 };
  static double a[ROWS * (MOST + 2)], out[ROWS + 1];
  uint64_t state = 73;
  for (size_t cols = 1; cols <= MOST; cols++)
    for (size_t gap = 0; gap <= 2; gap += 2) {
      const size_t ld = cols + gap;
      for (size_t i = 0; i < ROWS * ld; i++)
        a[i] = item_of_a_few(i / ld, ROWS, i % ld ? a + i - 1 : NULL, &state);
      for (CONTEXTS e = every_isa(); contexts_next(&e);) {
        out[ROWS] = 42;
        testing_expect(e.ctx, tutti_sum_rows(e.ctx, a, ROWS, cols, ld, out), TUTTI_OK, "", e.name);
        for (size_t r = 0; r < ROWS; r++) {
          const double sum = reference_sum(a + r * ld, cols), expected = sum == sum ? sum : (double)NAN;
          cr_assert(data_to_bits(out[r]) == data_to_bits(expected),
                    "%s, %zu columns, ld %zu: row %zu %a, MPFR %a", e.name, cols, ld, r, out[r], expected);
        }
        cr_assert(out[ROWS] == 42, "%s: written behind the rows", e.name);
      }
    }
}

/* A shape for each way of splitting the work: groups of rows, single rows, within rows; tiles of columns,
 * bands of rows, folded rows. */
Test(rows_cols, every_configuration) {
  static const shape shapes[] = {{3000, 33, 0}, {3, 100000, 5}, {66, 4500, 0},
                                 {10, 5000, 3}, {20000, 5, 0},  {17000, 9, 1}};
  uint64_t state = 72;
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    matrix m = make(shapes[i], 1, &state);
    for (CONTEXTS c = {.every_isa = true}; contexts_next(&c);) {
      if (c.next % 4 != (int)i % 4) continue; /* a quarter of the configurations, others for each shape */
      check(c.ctx, c.name, &m, 1);
    }
    release(&m);
  }
}

/* 255 terms just below a power of two, and so far below it that what the first slice leaves of them is as
 * large as can be and all of one sign; then one so small that only the last bits of the second slice hold it.
 */
Test(rows_cols, slices_driven_to_their_ends, .timeout = 120) {
  enum { HALF = 256, N = 2 * HALF, SIDE = 16 };
  double column[SIDE][N], rows[SIDE * N], cols[N * SIDE], out[SIDE];
  uint64_t state = 5;
  for (int round = 0; round < 60; round++) {
    for (size_t c = 0; c < SIDE; c++) {
      const double sign = data_bits(&state) % 2 ? -1 : 1,
                   scale = ldexp(sign, (int)(data_bits(&state) % 1800) - 900);
      for (size_t r = 0; r < HALF - 1; r++)
        column[c][r] =
            (1 - ((r < HALF / 2 ? 0x1p-45 : 0x1p-44) - 0x1p-53 * (double)(1 + data_bits(&state) % 2))) *
            scale;
      column[c][HALF - 1] = ldexp(scale, -88 - (int)(data_bits(&state) % 6));
      for (size_t r = 0; r < HALF; r++) column[c][HALF + r] = round % 2 && r < HALF - 1 ? -column[c][r] : 0;
      for (size_t r = 0; r < N; r++) rows[c * N + r] = cols[r * SIDE + c] = column[c][r];
    }
    for (CONTEXTS e = every_isa(); contexts_next(&e);)
      for (size_t n = HALF; n <= N; n += HALF)
        for (int by_row = 0; by_row < 2; by_row++) {
          const tutti_status status = by_row ? tutti_sum_rows(e.ctx, rows, SIDE, n, N, out)
                                             : tutti_sum_cols(e.ctx, cols, n, SIDE, SIDE, out);
          cr_assert(status == TUTTI_OK);
          for (size_t c = 0; c < SIDE; c++) {
            const double expected = reference_sum(column[c], n);
            cr_assert(out[c] == expected, "%s, %s, n %zu: %a, not %a", e.name, by_row ? "rows" : "cols", n,
                      out[c], expected);
          }
        }
  }
}

/* Long columns, of which some, side by side with plain ones, do not stay as they begin. 0: terms become much
 * larger, and much smaller, half-way. 1: wide exponents, NaN, infinities, tiny terms, sums that cancel; zeros
 * of either sign, or only -0, or -0 until the last row. */
static double long_column(int kind, size_t r, size_t c, size_t rows, uint64_t *state) {
  const double x = data_scaled(state, -3, 3);
  if (kind == 0) return r < rows / 2 ? x : c % 3 == 0 ? ldexp(x, 40) : c % 3 == 1 ? ldexp(x, -70) : x;
  switch (c % 11) {
  case 1:
    return data_scaled(state, -300, 300);
  case 2:
    return r == rows / 2 ? (double)NAN : x;
  case 3:
    return r == rows - 1 ? -(double)INFINITY : x;
  case 4:
    return data_scaled(state, -1074, -1030);
  case 5:
    return -0.0;
  case 6:
    return r == rows - 1 ? 0.0 : -0.0;
  case 7:
    return r % 2 ? -(double)(r / 2 + 1) : (double)(r / 2 + 1);
  case 8:
    return data_scaled(state, 1010, 1023) * (r % 2 ? 1 : -1);
  default:
    return x;
  }
}

Test(rows_cols, long_columns_against_mpfr, .timeout = 120) {
  static const shape shapes[] = {
      {257, 1000, 0}, {2047, 7, 0},   {2048, 15, 1}, {2049, 16, 0},  {2050, 17, 3}, {4095, 9, 0},
      {4096, 8, 0},   {4097, 130, 5}, {2500, 33, 0}, {600, 1025, 0}, {513, 3, 0},   {4096, 1, 0},
      {8200, 31, 0},  {300, 129, 2},  {4111, 2, 1},  {70000, 65, 0}, {2303, 63, 0}, {2305, 1000, 24}};
  uint64_t state = 79;
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    for (int kind = 0; kind < 2; kind++) {
      const shape s = shapes[i];
      matrix m = {s, s.cols + s.gap, malloc(s.rows * (s.cols + s.gap) * sizeof(double)), NULL,
                  malloc(s.cols * sizeof(double))};
      double *column = malloc(s.rows * sizeof(double));
      for (size_t c = 0; c < m.ld; c++) {
        for (size_t r = 0; r < s.rows; r++)
          m.a[r * m.ld + c] = column[r] = c < s.cols ? long_column(kind, r, c, s.rows, &state) : (double)NAN;
        if (c < s.cols) m.col[c] = reference_sum(column, s.rows);
      }
      for (CONTEXTS e = every_isa(); contexts_next(&e);) check_cols(e.ctx, e.name, &m, kind);
      free(column);
      release(&m);
    }
}

/* As many terms as slices take, all of one sign. The rows that a bound may be guessed from hold terms below
 * 1; the others come from just below 1 to just below 4, and what a slice of 39 bits leaves over of them is
 * about half a unit. */
Test(rows_cols, long_slices_driven_to_their_ends) {
  enum { ROWS = 2048, COLS = 24 };
  static double a[ROWS * COLS], column[ROWS];
  double expected[COLS], out[COLS];
  uint64_t state = 83;
  for (int round = 0; round < 8; round++) {
    for (size_t c = 0; c < COLS; c++) {
      const int scale = (int)(data_bits(&state) % 1700) - 850;
      for (size_t r = 0; r < ROWS; r++) {
        const double half = (double)(data_bits(&state) % 3) * 0x1p-51,
                     x = ldexp(2 - (1.5 + (double)(c % 3)) * 0x1p-39 + (c % 2 ? half : -half),
                               (int)(c % 4) - 2);
        column[r] = r % (ROWS / 8 + 1) == 0 ? 0.75 : r == ROWS - 1 ? 0x1p-77 : x;
        column[r] = ldexp(round % 2 ? -column[r] : column[r], scale);
        a[r * COLS + c] = column[r];
      }
      expected[c] = reference_sum(column, ROWS);
    }
    for (CONTEXTS e = every_isa(); contexts_next(&e);) {
      testing_expect(e.ctx, tutti_sum_cols(e.ctx, a, ROWS, COLS, COLS, out), TUTTI_OK, "", e.name);
      for (size_t c = 0; c < COLS; c++)
        cr_assert(data_same(out[c], expected[c]), "%s, round %d: column %zu %a, MPFR %a", e.name, round, c,
                  out[c], expected[c]);
    }
  }
}

Test(rows_cols, bad_arguments_leave_the_output_alone) {
  const double a[4] = {1, 2, 3, 4};
  double out[2] = {42, 42};
  tutti_status (*const sums[])(tutti_ctx *, const double *, size_t, size_t, size_t,
                               double *) = {tutti_sum_rows, tutti_sum_cols};
  for (int i = 0; i < 2; i++) {
    testing_expect(NULL, sums[i](NULL, NULL, 2, 2, 2, out), TUTTI_EINVAL, "a is NULL", "a");
    testing_expect(NULL, sums[i](NULL, a, 2, 2, 2, NULL), TUTTI_EINVAL, "out is NULL", "out");
    testing_expect(NULL, sums[i](NULL, a, 2, 2, 1, out), TUTTI_EINVAL, "ld = 1", "ld");
    testing_expect(NULL, sums[i](NULL, a, SIZE_MAX / 2, 1, 4, out), TUTTI_EINVAL,
                   "rows = 9223372036854775807", "rows");
    testing_expect(NULL, sums[i](NULL, a, 1, 2, SIZE_MAX, out), TUTTI_EINVAL, "2^45", "ld");
    cr_assert(out[0] == 42 && out[1] == 42);
    cr_assert(sums[i](NULL, NULL, 0, 0, 0, NULL) == TUTTI_OK);
  }
  cr_assert(tutti_sum_rows(NULL, NULL, 2, 0, 3, out) == TUTTI_OK && data_same(out[0], 0.0) &&
            data_same(out[1], 0.0));
  out[0] = out[1] = 42;
  cr_assert(tutti_sum_cols(NULL, NULL, 0, 2, 3, out) == TUTTI_OK && data_same(out[0], 0.0) &&
            data_same(out[1], 0.0));
}
