/* Reductions. A sum is exact: the true sum of the terms, rounded once (to nearest, ties to even), so
 * neither order nor worker count nor instruction set can show in it. */
#ifndef TUTTI_REDUCE_H
#define TUTTI_REDUCE_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

/* Common to the functions of this header: x and y are arrays of n items, read only. TUTTI_EINVAL: a NULL
 * pointer where n > 0 items are needed, or a size that no memory holds; the detail names it. TUTTI_ENOMEM,
 * TUTTI_ECANCELED, and the statuses of the processes backend. The result is untouched after a failure. All
 * are thread-safe for different contexts.
 *
 * Exact means: the true value, rounded once to the type of the result, for every input: cancellation, any
 * range of exponents, subnormals, partial sums or products that overflow or underflow. NaN, or infinities
 * of both signs, give NaN. An empty sum is +0, a sum of nothing but -0 is -0. n <= 2^45.
 *
 * Method: error-free slices against fixed-point constants (Rump, Ogita, Oishi, 2008; Demmel, Nguyen,
 * 2015), backed by a superaccumulator (Kulisch, Miranker, 1981; Neal, 2015); products split by FMA (Ogita,
 * Rump, Oishi, 2005). */

/* The exact sum x[0] + x[1] + ... + x[n - 1]. */
TUTTI_API tutti_status tutti_sum(tutti_ctx *ctx, const double *x, size_t n, double *result);
TUTTI_API tutti_status tutti_sum_f32(tutti_ctx *ctx, const float *x, size_t n, float *result);

/* The exact dot product x[0] y[0] + x[1] y[1] + ... + x[n - 1] y[n - 1]. */
TUTTI_API tutti_status tutti_dot(tutti_ctx *ctx, const double *x, const double *y, size_t n, double *result);
TUTTI_API tutti_status tutti_dot_f32(tutti_ctx *ctx, const float *x, const float *y, size_t n, float *result);

/* The exact sum of absolute values |x[0]| + |x[1]| + ... + |x[n - 1]|. */
TUTTI_API tutti_status tutti_asum(tutti_ctx *ctx, const double *x, size_t n, double *result);
TUTTI_API tutti_status tutti_asum_f32(tutti_ctx *ctx, const float *x, size_t n, float *result);

/* The Euclidean norm sqrt(x[0]^2 + x[1]^2 + ... + x[n - 1]^2), within 1 ulp of the true value; nothing
 * overflows or underflows on the way. Squares are rounded to doubles and then added exactly. Where their
 * sum shows that this costs accuracy (it is not in [2^-900, 2^1000]), a second pass adds the squares
 * themselves. */
TUTTI_API tutti_status tutti_nrm2(tutti_ctx *ctx, const double *x, size_t n, double *result);
TUTTI_API tutti_status tutti_nrm2_f32(tutti_ctx *ctx, const float *x, size_t n, float *result);

/* The same sums, products and norms over every incx-th element, as in BLAS. Element i is
 *
 *     x[i incx] for incx >= 0 (0 repeats x[0]),
 *     x[(i - (n - 1)) incx] for incx < 0: the array is read from its far end;
 *
 * and likewise for y and incy. */
TUTTI_API tutti_status tutti_sum_strided(tutti_ctx *ctx, const double *x, ptrdiff_t incx, size_t n,
                                         double *result);
TUTTI_API tutti_status tutti_dot_strided(tutti_ctx *ctx, const double *x, ptrdiff_t incx, const double *y,
                                         ptrdiff_t incy, size_t n, double *result);
TUTTI_API tutti_status tutti_asum_strided(tutti_ctx *ctx, const double *x, ptrdiff_t incx, size_t n,
                                          double *result);
TUTTI_API tutti_status tutti_nrm2_strided(tutti_ctx *ctx, const double *x, ptrdiff_t incx, size_t n,
                                          double *result);
TUTTI_API tutti_status tutti_sum_strided_f32(tutti_ctx *ctx, const float *x, ptrdiff_t incx, size_t n,
                                             float *result);
TUTTI_API tutti_status tutti_dot_strided_f32(tutti_ctx *ctx, const float *x, ptrdiff_t incx, const float *y,
                                             ptrdiff_t incy, size_t n, float *result);
TUTTI_API tutti_status tutti_asum_strided_f32(tutti_ctx *ctx, const float *x, ptrdiff_t incx, size_t n,
                                              float *result);
TUTTI_API tutti_status tutti_nrm2_strided_f32(tutti_ctx *ctx, const float *x, ptrdiff_t incx, size_t n,
                                              float *result);

/* The exact sums of the rows of a matrix (into out[rows]) or of its columns (into out[cols]). Item (r, c)
 * of the matrix of rows x cols items is a[r ld + c], with ld >= cols; a is read only, and out does not
 * overlap it. Sums of nothing are +0. TUTTI_EINVAL also for ld < cols and for more than 2^45 items. After
 * TUTTI_ECANCELED or the loss of a worker out may hold some of the sums. */
TUTTI_API tutti_status tutti_sum_rows(tutti_ctx *ctx, const double *a, size_t rows, size_t cols, size_t ld,
                                      double *out);
TUTTI_API tutti_status tutti_sum_cols(tutti_ctx *ctx, const double *a, size_t rows, size_t cols, size_t ld,
                                      double *out);

/* The covariance matrix of the columns of a matrix, whose rows are observations. With m_i the mean of
 * column i,
 *
 *     out[i cols + j] = sum over r of (a[r ld + i] - m_i) (a[r ld + j] - m_j) / (rows - 1).
 *
 * out: cols x cols without gaps, both triangles; it does not overlap a. Columns are shifted by their means
 * first, so that a large mean loses no digits. NaN for fewer than two rows; a column with NaN or
 * infinities has NaN for all its covariances. TUTTI_EINVAL also for ld < cols, cols > 2^20, and more than
 * 2^45 items. Method: two-pass with correction (Chan, Golub, LeVeque, 1983).
 *
 * The products are OpenBLAS's (dsyrk), which picks its code by the CPU: the bits are the same for any
 * backend, worker count and schedule, but only on one machine with one OpenBLAS.
 *
 * What holds for all functions of the library that use OpenBLAS:
 *
 * - The first call that needs it loads it (libopenblas.so.0), unless the program has it already. It is
 *   then loaded with one thread, and stays so for others in the program until they call
 *   openblas_set_num_threads.
 * - In an OpenBLAS built for pthreads the number of threads is 1 for the time of a call, which other
 *   threads of the program see.
 * - TUTTI_EUNSUPPORTED: the library was built without OpenBLAS, or it is not found; the detail says which.
 * - TUTTI_ENOMEM: the address space (ulimit -v, ulimit -d) has no room for OpenBLAS, which takes about 320
 *   MB to load and 134 MB for each worker thread; the detail names the limit. */
TUTTI_API tutti_status tutti_covariance(tutti_ctx *ctx, const double *a, size_t rows, size_t cols, size_t ld,
                                        double *out);

/* The prefix sums (cumulative sums) of x,
 *
 *     out[i] = x[0] + x[1] + ... + x[i],   i < n.
 *
 * out: n items, x itself or an array that does not overlap it. Each prefix is added as if in twice the
 * precision and then rounded. With P its true value, its error is below
 *
 *     u |P| + (2^16 + n / 2^17) u^2 S,   u = 2^-53,   S = |x[0]| + |x[1]| + ... + |x[i]|.
 *
 * A NaN makes all later prefixes NaN, an infinity makes them infinite, infinities of both signs NaN. A
 * prefix beyond the range of doubles is infinite, and a later one that is back in the range is finite
 * again. After TUTTI_ECANCELED or the loss of a worker out may hold some chunks. Method: exact sums of
 * chunks, compensated sums within them (Ogita, Rump, Oishi, 2005). */
TUTTI_API tutti_status tutti_cumsum(tutti_ctx *ctx, const double *x, size_t n, double *out);

/* The exact sum of integers x[0] + ... + x[n - 1]. TUTTI_EOVERFLOW when it does not fit the type of the
 * result; partial sums may be of any size. */
TUTTI_API tutti_status tutti_sum_i64(tutti_ctx *ctx, const int64_t *x, size_t n, int64_t *result);

/* The exact weighted sum w[0] x[0] + ... + w[n - 1] x[n - 1], which is the dot product; n weights of any
 * sign. */
TUTTI_API tutti_status tutti_weighted_sum(tutti_ctx *ctx, const double *x, const double *w, size_t n,
                                          double *result);

/* The weighted mean
 *
 *     (w[0] x[0] + ... + w[n - 1] x[n - 1]) / (w[0] + ... + w[n - 1]),
 *
 * of two exact sums, rounded once: within 1 ulp; nothing overflows or underflows on the way. NaN where the
 * weights add up to 0, n = 0 included. */
TUTTI_API tutti_status tutti_weighted_mean(tutti_ctx *ctx, const double *x, const double *w, size_t n,
                                           double *result);

/* Moments of n values. With the central moments m_k = (sum of (x - mean)^k) / n they are
 *
 *     variance = n m_2 / (n - 1)    (NaN for n = 1)
 *     skewness = m_3 / m_2^(3/2)    (NaN where m_2 = 0)
 *     kurtosis = m_4 / m_2^2        (NaN where m_2 = 0; 3 for a normal distribution).
 *
 * All NaN for n = 0. */
typedef struct {
  size_t n;
  double mean, variance, skewness, kurtosis;
} tutti_moments_t;

/* The moments of x, in two passes over x.
 *
 * The mean is the exact sum divided by n, correctly rounded; it cannot overflow. Central moments are taken
 * about it and corrected for its rounding, so that a large mean loses no digits. Errors, at worst (a few
 * units as a rule):
 *
 *     variance, m_4    100 units in the last place
 *     m_3              100 units in the last place of the mean of |x - mean|^3
 *
 * Skewness and kurtosis are right for data of any magnitude. A variance out of the range of doubles is
 * infinite, or loses bits as a subnormal number does. A NaN or infinity in x makes all but n and the mean
 * NaN. Method: two-pass with correction (Chan, Golub, LeVeque, 1983), the mean by long division of an
 * exact sum. */
TUTTI_API tutti_status tutti_moments(tutti_ctx *ctx, const double *x, size_t n, tutti_moments_t *result);

/* The smallest and the largest item, min = x[argmin] and max = x[argmax], where argmin and argmax are the
 * first such positions. Zeros are equal whatever their sign. With a NaN in x, min and max are NaN, and
 * both positions are that of the first NaN. */
typedef struct {
  double min, max;
  size_t argmin, argmax;
} tutti_minmax_t;
typedef struct {
  float min, max;
  size_t argmin, argmax;
} tutti_minmax_f32_t;

/* The smallest and the largest item of x, in one pass. n = 0 is TUTTI_EINVAL: nothing has no smallest
 * item. */
TUTTI_API tutti_status tutti_minmax(tutti_ctx *ctx, const double *x, size_t n, tutti_minmax_t *result);
TUTTI_API tutti_status tutti_minmax_f32(tutti_ctx *ctx, const float *x, size_t n, tutti_minmax_f32_t *result);

/* How many items lie in no bin of a histogram: below lo, above hi, NaN. */
typedef struct {
  uint64_t below, above, nan;
} tutti_outside;
typedef tutti_outside tutti_outside_t;

/* A histogram: counts[i], i < bins, is how many items lie in bin i; what was there before is overwritten.
 *
 * Bin i holds edge(i) <= x < edge(i + 1), the last one also x = hi. The edges are those of
 * numpy.linspace(lo, hi, bins + 1): with each of the four operations rounded to a double,
 *
 *     step = (hi - lo) / bins,   edge(i) = i step + lo for i < bins,   edge(bins) = hi.
 *
 * Items are compared with these very numbers, so that the counts are those of numpy.histogram(x, bins,
 * (lo, hi)), also for items on an edge or next to it (unless step is subnormal, which NumPy handles in
 * another way). n may be 0.
 *
 * TUTTI_EINVAL: lo or hi not finite, lo >= hi, hi - lo overflows, bins 0 or more than 2^31, or so many
 * that two edges are the same double. Memory: 8 bytes a bin for each chunk, of which there are at most
 * 4096: at most 256 MiB in all, or two chunks, if that is more. */
TUTTI_API tutti_status tutti_histogram(tutti_ctx *ctx, const double *x, size_t n, double lo, double hi,
                                       size_t bins, uint64_t *counts);

/* A histogram that also counts what lies in no bin, into *outside; NULL: it does not. */
TUTTI_API tutti_status tutti_histogram_full(tutti_ctx *ctx, const double *x, size_t n, double lo, double hi,
                                            size_t bins, uint64_t *counts, tutti_outside *outside);

/* Quantiles: out[i], i < count, is the probs[i]-quantile of x, with 0 <= probs[i] <= 1 in any order. 0
 * gives the smallest item, 0.5 the median, 1 the largest.
 *
 * Definition 7 of Hyndman and Fan (1996), as in NumPy and R. With the items sorted, s[0] <= s[1] <= ...,
 * and
 *
 *     v = (n - 1) probs[i],   t = v - floor(v),   a = s[floor(v)],   b = s[floor(v) + 1],
 *
 * the quantile is, each operation rounded,
 *
 *     a + (b - a) t          for t < 1/2,
 *     b - (b - a) (1 - t)    for t >= 1/2.
 *
 * These are the bits of numpy.quantile, up to the sign of a zero, with two exceptions:
 *
 * - where b - a overflows the quantile is twice that of x / 2;
 * - where a or b is infinite it is a if t = 0 or a = b, and otherwise the sum of the two.
 *
 * -0 sorts before +0. A NaN in x makes all results NaN.
 *
 * Method: x is neither sorted nor copied. Items are seen as integers of the same order, whose digits are
 * counted (radix selection) in 1 to 6 passes over x for all quantiles together, 3 or 4 as a rule, up to 14
 * when there are many. The progress function sees every pass. Memory: 32 KiB for each chunk of 2^18 items,
 * more for hundreds of quantiles.
 *
 * TUTTI_EINVAL: n = 0, a prob that is NaN or outside [0, 1] (the detail names it). count may be 0. */
TUTTI_API tutti_status tutti_quantile(tutti_ctx *ctx, const double *x, size_t n, const double *probs,
                                      size_t count, double *out);

/* The exact accumulator: a fixed-point number wide enough for every double and every product of two. Its
 * value is
 *
 *     sum over i of limb[i] 2^(32 i - 2176).
 *
 * A limb has 64 bits, of which the upper ones overlap the next limb: so carries can wait.
 *
 * It is plain memory, which may be copied and shared; to send or to store it use tutti_exact_save. Any
 * order of add and merge gives the same rounded result. Different accumulators may be used by different
 * threads at once. It holds at least 2^62 terms. */
#define TUTTI_EXACT_LIMBS 136
typedef struct tutti_exact tutti_exact;
typedef tutti_exact tutti_exact_t;
struct tutti_exact {
  int64_t limb[TUTTI_EXACT_LIMBS];
  uint64_t pending; /* additions since the last carry: |limb[i]| <= (pending + 1) 2^32 */
  uint64_t flags;   /* which NaN, infinities and zeros were seen */
};

/* Starts an accumulator, with the sum of nothing. */
TUTTI_API void tutti_exact_init(tutti_exact *acc);

/* Adds x to an accumulator. */
TUTTI_API void tutti_exact_add(tutti_exact *acc, double x);

/* Adds x[0] .. x[n - 1] to an accumulator, at the best ISA level, on one core. */
TUTTI_API void tutti_exact_add_array(tutti_exact *acc, const double *x, size_t n);

/* Adds to an accumulator the product x y, which is not rounded and does not overflow. */
TUTTI_API void tutti_exact_add_product(tutti_exact *acc, double x, double y);

/* Adds to an accumulator all that was added to another one. */
TUTTI_API void tutti_exact_merge(tutti_exact *into, const tutti_exact *from);

/* Subtracts an accumulator from another one: into - from. Where that is 0 it is +0; but -0 less the sum of
 * nothing stays -0. */
TUTTI_API void tutti_exact_subtract(tutti_exact *into, const tutti_exact *from);

/* The value of an accumulator, correctly rounded to nearest, ties to even; infinite only where the exact
 * value rounds to it. */
TUTTI_API double tutti_exact_round(const tutti_exact *acc);

#define TUTTI_EXACT_BYTES 564

/* Writes an accumulator as TUTTI_EXACT_BYTES bytes: send them to machines of either byte order, store them
 * for weeks, load and merge them there or then. Accumulators of the same exact sum have the same bytes, in
 * whatever order and on whatever machine it was added up. A checksum finds out damage. The format has a
 * version; a later library reads the bytes of an earlier one. Thread-safe for different accumulators. */
TUTTI_API void tutti_exact_save(const tutti_exact *acc, unsigned char bytes[TUTTI_EXACT_BYTES]);

/* Reads the bytes of tutti_exact_save. TUTTI_EINVAL: acc or bytes is NULL, or the size, magic, version,
 * checksum or flags are wrong; tutti_error_detail(NULL) begins with that word, and *acc is untouched.
 * Thread-safe for different accumulators. */
TUTTI_API tutti_status tutti_exact_load(tutti_exact *acc, const unsigned char *bytes, size_t size);

TUTTI_END_DECLS

#endif
