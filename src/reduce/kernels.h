/* The kernels of this family: sums, extremes, counts. Each row is result type, name, parameters. */
#ifndef TUTTI_REDUCE_KERNELS_H
#define TUTTI_REDUCE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tutti/reduce.h>

#include "isa/kernels.h"
#include "reduce/cumsum.h"
#include "reduce/digits.h"
#include "reduce/histogram.h"
#include "reduce/minmax.h"
#include "reduce/moments.h"
#include "reduce/rows_cols.h"

enum { TUTTI_SHORT = 256 };

#define TUTTI_REDUCE_KERNELS(X)                                                                              \
  /* Adds n terms to an accumulator: x[i], |x[i]|, x[i] y[i] not rounded, x[i]^2 rounded. */                 \
  X(void, sum, (tutti_exact * acc, const void *x, const void *y, size_t n))                                  \
  X(void, asum, (tutti_exact * acc, const void *x, const void *y, size_t n))                                 \
  X(void, dot, (tutti_exact * acc, const void *x, const void *y, size_t n))                                  \
  X(void, squares, (tutti_exact * acc, const void *x, const void *y, size_t n))                              \
  X(void, sum_f32, (tutti_exact * acc, const void *x, const void *y, size_t n))                              \
  X(void, asum_f32, (tutti_exact * acc, const void *x, const void *y, size_t n))                             \
  X(void, dot_f32, (tutti_exact * acc, const void *x, const void *y, size_t n))                              \
  /* The rounded sum of a few doubles, n <= TUTTI_SHORT; false: not this way, and *sum untouched. */         \
  X(bool, sum_short, (const double *x, size_t n, double *sum))                                               \
  /* Takes n items, of which the first is item `first` of its array, into the extremes. */                   \
  X(void, minmax, (tutti_extremes * extremes, const void *x, size_t first, size_t n))                        \
  X(void, minmax_f32, (tutti_extremes * extremes, const void *x, size_t first, size_t n))                    \
  /* Counts n doubles into bins->count + 3 counters: the bins, below, above, NaN. */                         \
  X(void, histogram, (uint64_t * counts, const tutti_bins *bins, const double *x, size_t n))                 \
  /* Counts the digits of n doubles; writes the images that match, and one more word: how many match. */     \
  X(void, digit_counts, (uint64_t * counts, const tutti_digits *digits, const double *x, size_t n))          \
  X(size_t, digit_matches, (uint64_t * image, const tutti_digits *digits, const double *x, size_t n))        \
  /* Adds (x - centre)^k, k = 1..4, of x[0..n) to the four power sums. */                                    \
  X(void, power_sums, (tutti_power_sums * sums, double centre, const double *x, size_t n))                   \
  /* Adds powers of (x - centre) scale. */                                                                   \
  X(void, central_sums, (tutti_central_sums * sums, double centre, double scale, const double *x, size_t n)) \
  X(void, sum_i64, (__int128 *total, const int64_t *x, size_t n))                                            \
  /* The sums of `cols` columns of `rows` items, each high + low, both exact; cols a multiple of 8, at most  \
   * TUTTI_TILE_COLS, rows at most TUTTI_TILE_ROWS. Bit j of the result: not so for column j. */             \
  X(uint64_t, column_slices,                                                                                 \
    (const double *a, size_t ld, size_t rows, size_t cols, double *high, double *low))                       \
  /* The rounded sums of `rows` short rows, cols at most TUTTI_SHORT_ROW. */                                 \
  X(void, row_sums, (const double *a, size_t ld, size_t rows, size_t cols, double *sum))                     \
  /* out[i] = the running sum after x[i]; out may be x. */                                                   \
  X(void, scan, (tutti_running * running, const double *x, double *out, size_t n))

TUTTI_KERNEL_FAMILY(reduce, TUTTI_REDUCE_KERNELS)

#endif
