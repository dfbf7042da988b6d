/* Reductions. A sum is exact: the true sum of the terms, rounded once (to nearest, ties to even), so neither
 * order nor worker count nor instruction set can show in it. */
#ifndef TUTTI_REDUCE_H
#define TUTTI_REDUCE_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

/* Statuses common to the functions of this header: TUTTI_EINVAL (a NULL pointer where n > 0 items are needed,
 * or a size that no memory holds; the detail names it), TUTTI_ENOMEM, TUTTI_ECANCELED, and those of the
 * processes backend. The result is then untouched. All are thread-safe for different contexts. x, y: n items,
 * read only.
 *
 * Exact: the true value, rounded once to the type of the result, for every input: cancellation, any range of
 * exponents, subnormals, partial sums or products that overflow or underflow. NaN, or infinities of both
 * signs, give NaN. An empty sum is +0, a sum of nothing but -0 is -0. n <= 2^45. sum: x[0] + ... + x[n-1]
 * dot: x[0] y[0] + ...     asum: |x[0]| + ... Method: error-free slices against fixed-point constants (Rump,
 * Ogita, Oishi, 2008; Demmel, Nguyen, 2015), backed by a superaccumulator (Kulisch, Miranker, 1981; Neal,
 * 2015); products split by FMA (Ogita, Rump, Oishi, 2005). */
TUTTI_API tutti_status tutti_sum(tutti_ctx *ctx, const double *x, size_t n, double *result);
TUTTI_API tutti_status tutti_dot(tutti_ctx *ctx, const double *x, const double *y, size_t n, double *result);
TUTTI_API tutti_status tutti_asum(tutti_ctx *ctx, const double *x, size_t n, double *result);
TUTTI_API tutti_status tutti_sum_f32(tutti_ctx *ctx, const float *x, size_t n, float *result);
TUTTI_API tutti_status tutti_dot_f32(tutti_ctx *ctx, const float *x, const float *y, size_t n, float *result);
TUTTI_API tutti_status tutti_asum_f32(tutti_ctx *ctx, const float *x, size_t n, float *result);

/* sqrt(x[0]^2 + ...): within 1 ulp of the true value; nothing overflows or underflows on the way. The squares
 * are added exactly, rounded (their sum allowing) or not; a second pass is made where it does not. */
TUTTI_API tutti_status tutti_nrm2(tutti_ctx *ctx, const double *x, size_t n, double *result);
TUTTI_API tutti_status tutti_nrm2_f32(tutti_ctx *ctx, const float *x, size_t n, float *result);

/* The same over every inc-th element, as in BLAS: a negative increment counts from the far end of the array,
 * element i being x[(i - (n - 1)) inc]; 0 repeats x[0]. */
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

/* Sums of a matrix a[r ld + c] of rows x cols items, read only, ld >= cols items from row to row; out: the
 * sum of each row (rows items), of each column (cols items), every one exact as tutti_sum, apart from a. Sums
 * of nothing are +0. TUTTI_EINVAL also for ld < cols and for more than 2^45 items. After TUTTI_ECANCELED or
 * the loss of a worker out may hold some of the sums. */
TUTTI_API tutti_status tutti_sum_rows(tutti_ctx *ctx, const double *a, size_t rows, size_t cols, size_t ld,
                                      double *out);
TUTTI_API tutti_status tutti_sum_cols(tutti_ctx *ctx, const double *a, size_t rows, size_t cols, size_t ld,
                                      double *out);

/* The covariance matrix of the columns of a (as above; rows are observations), normalised by rows - 1: out is
 * cols x cols without gaps, both triangles, apart from a. Columns are shifted by their means first, so that a
 * large mean cancels nothing. NaN for fewer than two rows; a column with NaN or infinities has NaN for all
 * its covariances. The products are OpenBLAS's (dsyrk), which picks its code by the CPU: the same bits for
 * any backend, worker count and schedule, but on one machine with one OpenBLAS only. TUTTI_EINVAL also for
 * ld < cols, cols > 2^20, and more than 2^45 items. Method: two-pass with correction (Chan, Golub, LeVeque,
 * 1983).
 *
 * OpenBLAS, for all functions of the library that use it, is loaded (libopenblas.so.0) by the first call that
 * needs it, unless the program has it already; then with one thread, which stays so for others in the program
 * until they call openblas_set_num_threads. With a pthread build its number of threads is 1 for the time of a
 * call, which other threads of the program see. TUTTI_EUNSUPPORTED: the library was built without it, or it
 * is not found; the detail says which. TUTTI_ENOMEM: the address space (ulimit -v, ulimit -d) has no room for
 * OpenBLAS, about 320 MB to load it and 134 MB for each worker thread; the detail names the limit. */
TUTTI_API tutti_status tutti_covariance(tutti_ctx *ctx, const double *a, size_t rows, size_t cols, size_t ld,
                                        double *out);

/* out[i] = x[0] + ... + x[i]; out: n items, either x itself or apart from it. Every prefix P as if added in
 * twice the precision and rounded: the error is below u |P| + (2^16 + n / 2^17) u^2 S, u = 2^-53, S = |x[0]|
 * +
 * ... + |x[i]|. A NaN makes all later prefixes NaN, an infinity makes them infinite, opposite infinities NaN.
 * A prefix beyond the range of doubles is infinite, and a later one that is back in the range is finite
 * again. After TUTTI_ECANCELED or the loss of a worker out may hold some chunks. Method: exact sums of
 * chunks, compensated sums within (Ogita, Rump, Oishi, 2005). */
TUTTI_API tutti_status tutti_cumsum(tutti_ctx *ctx, const double *x, size_t n, double *out);

/* The sum of x[i], exact. TUTTI_EOVERFLOW when it does not fit the type of the result; partial sums may be as
 * large as they like. */
TUTTI_API tutti_status tutti_sum_i64(tutti_ctx *ctx, const int64_t *x, size_t n, int64_t *result);

/* w: n weights of any sign. The sum of w[i] x[i], exact: the dot product. The mean: that sum over the sum of
 * w[i], both exact, rounded once: within 1 ulp, nothing overflows or underflows on the way. It is NaN where
 * the weights add up to 0, n = 0 included. */
TUTTI_API tutti_status tutti_weighted_sum(tutti_ctx *ctx, const double *x, const double *w, size_t n,
                                          double *result);
TUTTI_API tutti_status tutti_weighted_mean(tutti_ctx *ctx, const double *x, const double *w, size_t n,
                                           double *result);

/* n values: the mean; the variance with n - 1 (NaN for n = 1); skewness m3 / m2^(3/2) and kurtosis m4 / m2^2
 * (3 for a normal distribution) of the central moments with n (NaN where m2 = 0). All NaN for n = 0. */
typedef struct {
  size_t n;
  double mean, variance, skewness, kurtosis;
} tutti_moments_t;

/* Two passes over x. The mean is the exact sum over n, correctly rounded, and cannot overflow. Central
 * moments are taken about it and corrected for its rounding, so that a large mean cancels nothing; the
 * variance and m4 are within 100 units in the last place at worst (a few as a rule), m3 within as much of the
 * mean of |x - mean|^3. Skewness and kurtosis are right for data of any magnitude; a variance out of the
 * range of doubles is infinite or loses bits as a subnormal does. A NaN or infinity in x makes all but n and
 * the mean NaN. Method: two-pass with correction (Chan, Golub, LeVeque, 1983), the mean by long division of
 * an exact sum. */
TUTTI_API tutti_status tutti_moments(tutti_ctx *ctx, const double *x, size_t n, tutti_moments_t *result);

/* The smallest and the largest item, each with its first position: min = x[argmin], max = x[argmax]. Zeros
 * are equal whatever their sign. With a NaN in x, min and max are NaN and both positions that of the first
 * NaN. */
typedef struct {
  double min, max;
  size_t argmin, argmax;
} tutti_minmax_t;
typedef struct {
  float min, max;
  size_t argmin, argmax;
} tutti_minmax_f32_t;

/* One pass. n = 0 is TUTTI_EINVAL, for nothing has no smallest item. */
TUTTI_API tutti_status tutti_minmax(tutti_ctx *ctx, const double *x, size_t n, tutti_minmax_t *result);
TUTTI_API tutti_status tutti_minmax_f32(tutti_ctx *ctx, const float *x, size_t n, tutti_minmax_f32_t *result);

/* Items that lie in no bin of a histogram: less than lo, greater than hi, NaN. */
typedef struct {
  uint64_t below, above, nan;
} tutti_outside;

/* counts[i], i < bins: how many items lie in bin i; what was there before is overwritten. Bin i holds
 * edge(i) <= x < edge(i + 1), the last one also x = hi. The edges are those of numpy.linspace(lo, hi, bins +
 * 1): with step = (hi - lo) / bins, edge(i) = i step + lo for i < bins, each of the four operations rounded
 * to a double, and edge(bins) = hi. Items are compared with these very numbers, so the counts are those of
 * numpy.histogram(x, bins, (lo, hi)), also for items on an edge or next to it (unless step is subnormal,
 * which NumPy handles otherwise). n may be 0.
 *
 * The short form leaves out what lies in no bin; the full form also counts that, where outside is not NULL.
 * TUTTI_EINVAL: lo or hi not finite, lo >= hi, hi - lo overflows, bins 0 or more than 2^31, or so many that
 * two edges are the same double. Memory: 8 bytes a bin, for at most 4096 chunks, 256 MiB (or two chunks, if
 * that is more). */
TUTTI_API tutti_status tutti_histogram(tutti_ctx *ctx, const double *x, size_t n, double lo, double hi,
                                       size_t bins, uint64_t *counts);
TUTTI_API tutti_status tutti_histogram_full(tutti_ctx *ctx, const double *x, size_t n, double lo, double hi,
                                            size_t bins, uint64_t *counts, tutti_outside *outside);

/* out[i], i < count: the probs[i]-quantile of x, 0 <= probs[i] <= 1 in any order: 0 the smallest item, 0.5
 * the median, 1 the largest. Definition 7 of Hyndman and Fan (1996), as in NumPy and R: with the items
 * sorted, v = (n - 1) probs[i], a = x(floor(v)), b = the item after a, t = v - floor(v), it is a + (b - a) t
 * for t < 1/2 and b - (b - a) (1 - t) otherwise, each operation rounded: the bits of numpy.quantile, up to
 * the sign of a zero, with two exceptions. Where b - a overflows, twice the quantile of the halves; where a
 * or b is infinite, a if t = 0 or a = b, otherwise a + b. -0 sorts before +0. A NaN in x makes all results
 * NaN.
 *
 * x is neither sorted nor copied: digits of the items, seen as integers of the same order, are counted in 1
 * to 6 passes over x (radix selection), 3 or 4 as a rule, for all quantiles together; up to 14 when there are
 * many. The progress function sees every pass. Memory: 32 KiB a chunk of 2^18 items, more for hundreds of
 * quantiles. TUTTI_EINVAL: n = 0, a prob that is NaN or outside [0, 1] (the detail names it). count may
 * be 0. */
TUTTI_API tutti_status tutti_quantile(tutti_ctx *ctx, const double *x, size_t n, const double *probs,
                                      size_t count, double *out);

/* The exact accumulator: a fixed-point number wide enough for every double and every product of two.
 * limb[i] counts units of 2^(32 i - 2176); neighbours overlap, so that carries can wait.
 * Plain memory: copy it, share it (to send or to store it: tutti_exact_save). Any order of add and merge
 * gives the same rounded result. Different accumulators may be used by different threads at once. Holds at
 * least 2^62 terms. */
#define TUTTI_EXACT_LIMBS 136
typedef struct tutti_exact tutti_exact;
struct tutti_exact {
  int64_t limb[TUTTI_EXACT_LIMBS];
  uint64_t pending; /* bounds |limb| <= (pending + 1) 2^32: additions since the last carry */
  uint64_t flags;   /* which NaN, infinities and zeros were seen */
};

TUTTI_API void tutti_exact_init(tutti_exact *acc);
TUTTI_API void tutti_exact_add(tutti_exact *acc, double x);
TUTTI_API void tutti_exact_add_array(tutti_exact *acc, const double *x, size_t n); /* best ISA, one core */
TUTTI_API void tutti_exact_add_product(tutti_exact *acc, double x,
                                       double y); /* x y, not rounded; no overflow */
TUTTI_API void tutti_exact_merge(tutti_exact *into, const tutti_exact *from);
TUTTI_API void tutti_exact_subtract(tutti_exact *into,
                                    const tutti_exact *from); /* into - from; a zero is then +0, but -0 less
                                                                   nothing at all stays -0 */
/* The value, correctly rounded to nearest, ties to even; infinity only where the exact value rounds to it. */
TUTTI_API double tutti_exact_round(const tutti_exact *acc);

/* An accumulator as bytes: send them to machines of either byte order, store them for weeks, load and merge
 * them there or then. Whatever adds up to the same number gives the same bytes, in whatever order, on
 * whatever machine; a checksum finds out damage. The format has a version; a later library reads the bytes of
 * an earlier one. bytes of tutti_exact_save: TUTTI_EXACT_BYTES of them. tutti_exact_load: TUTTI_EINVAL when
 * acc or bytes is NULL or for a wrong size, magic, version, checksum or flags: tutti_error_detail(NULL)
 * begins with that word; *acc is then untouched. Both are thread-safe for different accumulators. */
#define TUTTI_EXACT_BYTES 564
TUTTI_API void tutti_exact_save(const tutti_exact *acc, unsigned char bytes[TUTTI_EXACT_BYTES]);
TUTTI_API tutti_status tutti_exact_load(tutti_exact *acc, const unsigned char *bytes, size_t size);

TUTTI_END_DECLS

#endif
