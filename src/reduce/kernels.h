/* Kernels of reduce: sums, extremes, counts. A row is: result type, name, parameters. */
#ifndef TUTTI_REDUCE_KERNELS_H
#define TUTTI_REDUCE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/reduce.h>

#include "isa/kernels.h"
#include "reduce/brackets.h"
#include "reduce/cumsum.h"
#include "reduce/digits.h"
#include "reduce/histogram.h"
#include "reduce/minmax.h"
#include "reduce/moments.h"
#include "reduce/rows_cols.h"

enum { TUTTI_SHORT = 1 << 12 };

#define TUTTI_REDUCE_KERNELS(X)                                                                              \
  /* Add n terms to an accumulator: x[i]; |x[i]|; x[i] y[i], not rounded; x[i]^2, rounded to a double. */    \
  X(void, sum, (tutti_exact * acc, const void *x, const void *y, size_t n))                                  \
  X(void, asum, (tutti_exact * acc, const void *x, const void *y, size_t n))                                 \
  X(void, dot, (tutti_exact * acc, const void *x, const void *y, size_t n))                                  \
  X(void, squares, (tutti_exact * acc, const void *x, const void *y, size_t n))                              \
  X(void, sum_f32, (tutti_exact * acc, const void *x, const void *y, size_t n))                              \
  X(void, asum_f32, (tutti_exact * acc, const void *x, const void *y, size_t n))                             \
  X(void, dot_f32, (tutti_exact * acc, const void *x, const void *y, size_t n))                              \
  /* *sum = the rounded sum of n <= TUTTI_SHORT doubles. false: slices do not hold them, and *sum is         \
   * untouched. */                                                                                           \
  X(bool, sum_short, (const double *x, size_t n, double *sum))                                               \
  /* Take n items into the extremes; the first of them is item `first` of the whole array. */                \
  X(void, minmax, (tutti_extremes * extremes, const void *x, size_t first, size_t n))                        \
  X(void, minmax_f32, (tutti_extremes * extremes, const void *x, size_t first, size_t n))                    \
  /* Counts n doubles in bins->count + 3 counters: below, the bins, above, NaN. */                           \
  X(void, histogram, (uint64_t * counts, const tutti_bins *bins, const double *x, size_t n))                 \
  /* Counts the digits of n doubles; and writes the images that match, with room for one more word           \
   * behind them, and returns how many match. */                                                             \
  X(void, digit_counts, (uint64_t * counts, const tutti_digits *digits, const double *x, size_t n))          \
  X(size_t, digit_matches, (uint64_t * image, const tutti_digits *digits, const double *x, size_t n))        \
  /* Counts n doubles in tutti_brackets_counters(brackets) counters; and writes the images that are in bins  \
   * of an odd number, with room for one more word behind them, and returns how many are. */                 \
  X(void, bracket_counts, (uint64_t * counts, const tutti_brackets *brackets, const double *x, size_t n))    \
  X(size_t, bracket_matches, (uint64_t * image, const tutti_brackets *brackets, const double *x, size_t n))  \
  /* Adds (x[i] - centre)^k, k = 1 .. 4, of n items to the four power sums. */                               \
  X(void, power_sums, (tutti_power_sums * sums, double centre, const double *x, size_t n))                   \
  /* Adds ((x[i] - centre) scale)^k, k = 2 .. 4. */                                                          \
  X(void, central_sums, (tutti_central_sums * sums, double centre, double scale, const double *x, size_t n)) \
  X(void, sum_i64, (__int128 *total, const int64_t *x, size_t n))                                            \
  /* Sums `cols` columns of `rows` items, each as high + low, which are exact. cols is a multiple of 8       \
   * and at most TUTTI_TILE_COLS; rows is at most TUTTI_TILE_ROWS. Bit j of the result is set where          \
   * slices do not hold column j: it has no sum. */                                                          \
  X(uint64_t, column_slices,                                                                                 \
    (const double *a, size_t ld, size_t rows, size_t cols, double *high, double *low))                       \
  /* Adds `rows` rows to columns [first, first + cols) of a strip; first and cols are multiples of 8. The    \
   * sums of a column that has failed are worth nothing. */                                                  \
  X(void, column_strip,                                                                                      \
    (tutti_strip * strip, size_t first, const double *a, size_t ld, size_t rows, size_t cols))               \
  /* The rounded sums of `rows` rows of cols <= TUTTI_SHORT_ROW items. */                                    \
  X(void, row_sums, (const double *a, size_t ld, size_t rows, size_t cols, double *sum))                     \
  /* out[i] = the running sum after x[i]; out may be x. */                                                   \
  X(void, scan, (tutti_running * running, const double *x, double *out, size_t n))

TUTTI_KERNEL_FAMILY(reduce, TUTTI_REDUCE_KERNELS)

#endif
