/* tutti_histogram: each chunk has counters of every bin and of what is outside; they are added. */
#include "reduce/histogram.h"

#include <math.h>
#include <string.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "memory/blocks.h"
#include "reduce/kernels.h"

/* Items of a chunk: 2^17, or 16 for each counter, so that adding counters costs little beside counting. */
enum { GRAIN = 1 << 17, GRAIN_PER_BIN = 16 };
#define MAX_BINS ((size_t)1 << 31) /* the kernel has slots of 32 bits */

typedef struct {
  const tutti_kernels *kernels;
  const double *x;
  tutti_bins bins;
  bool narrow; /* bins are hardly wider than the distance of two doubles */
} histogram_call;

static void init(void *acc, const void *args) {
  const histogram_call *h = args;
  memset(acc, 0, tutti_bins_counters(&h->bins) * sizeof(uint64_t));
}

static void merge(void *into, const void *from, const void *args) {
  const histogram_call *h = args;
  uint64_t *to = into;
  const uint64_t *more = from;
  for (size_t i = 0; i < tutti_bins_counters(&h->bins); i++) to[i] += more[i];
}

static double edge(const tutti_bins *b, size_t i) {
  const double product = (double)i * b->step;
  return i == b->count ? b->hi : product + b->lo;
}

/* The counter of x, by bisection among the edges. */
static size_t search(const tutti_bins *b, double x) {
  if (x < b->lo) return 0;
  if (!(x <= b->hi)) return TUTTI_FIRST_BIN + b->count + (x != x);
  size_t low = 0, high = b->count; /* edge(low) <= x, x < edge(high) or x == hi */
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    if (edge(b, middle) <= x) low = middle;
    else high = middle;
  }
  return TUTTI_FIRST_BIN + low;
}

static int chunk(void *acc, size_t begin, size_t end, const void *args) {
  const histogram_call *h = args;
  uint64_t *counts = acc;
  if (!h->narrow) h->kernels->reduce->histogram(counts, &h->bins, h->x + begin, end - begin);
  else
    for (size_t i = begin; i < end; i++) counts[search(&h->bins, h->x[i])]++;
  return 0;
}

/* Whether the estimate (x - lo) scale of a position in bins could be wrong by 1/2 or more. Where this is
 * false it is not, and edges increase. An edge i step + lo has the error of three roundings of at most hi
 * - lo, together below 2^-20 bins, and of one rounding of the larger of |lo| and |hi|, which is at most
 * 1/8 bin here. Nothing underflows. */
static bool is_narrow(const tutti_bins *b) {
  return b->step < 0x1p-50 * fmax(fabs(b->lo), fabs(b->hi)) || b->step < 0x1p-900 || b->step > 0x1p900;
}

static tutti_status check_bins(tutti_ctx *ctx, const tutti_bins *b, bool narrow) {
  for (size_t i = 0; narrow && i < b->count; i++)
    if (edge(b, i) >= edge(b, i + 1))
      return tutti_fail(ctx, TUTTI_EINVAL,
                        "bins = %zu are too many for lo = %.17g, hi = %.17g: bin %zu is empty", b->count,
                        b->lo, b->hi, i);
  return TUTTI_OK;
}

static tutti_status check(tutti_ctx *ctx, const double *x, size_t n, double lo, double hi, size_t bins,
                          const uint64_t *counts) {
  tutti_status status = tutti_check_array(ctx, "x", x, n, sizeof *x);
  if (status) return status;
  if (!isfinite(lo)) return tutti_fail(ctx, TUTTI_EINVAL, "lo = %.17g is not finite", lo);
  if (!isfinite(hi)) return tutti_fail(ctx, TUTTI_EINVAL, "hi = %.17g is not finite", hi);
  if (lo >= hi) return tutti_fail(ctx, TUTTI_EINVAL, "lo = %.17g is not below hi = %.17g", lo, hi);
  if (!isfinite(hi - lo))
    return tutti_fail(ctx, TUTTI_EINVAL, "hi - lo overflows: lo = %.17g, hi = %.17g", lo, hi);
  if (bins == 0 || bins > MAX_BINS)
    return tutti_fail(ctx, TUTTI_EINVAL, "bins = %zu is not in [1, 2^31]", bins);
  return tutti_check_array(ctx, "counts", counts, bins, sizeof *counts);
}

static void store(const uint64_t *acc, const tutti_bins *b, uint64_t *counts, tutti_outside *outside) {
  memcpy(counts, acc + TUTTI_FIRST_BIN, b->count * sizeof *counts);
  const uint64_t *behind = acc + TUTTI_FIRST_BIN + b->count;
  if (outside) *outside = (tutti_outside){acc[0], behind[0], behind[1]};
}

tutti_status tutti_histogram_full(tutti_ctx *ctx, const double *x, size_t n, double lo, double hi,
                                  size_t bins, uint64_t *counts, tutti_outside *outside) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check(ctx, x, n, lo, hi, bins, counts);
  if (status) return tutti_refuse(ctx, status);
  const double width = hi - lo, number = (double)bins;
  histogram_call call = {
      ctx->kernels, x, {lo, hi, width / number, 0, nextafter(hi, INFINITY), number / width, bins}, false};
  call.bins.last = edge(&call.bins, bins - 1);
  call.narrow = is_narrow(&call.bins);
  status = check_bins(ctx, &call.bins, call.narrow);
  if (status) return tutti_refuse(ctx, status);
  const size_t bytes = tutti_bins_counters(&call.bins) * sizeof(uint64_t);
  const size_t grain = bins < GRAIN / GRAIN_PER_BIN ? GRAIN : bins * GRAIN_PER_BIN;
  TUTTI_NOTE_CALL(ctx, .parameters = {{(const double[]){lo, hi, number}, 3 * sizeof(double)}});
  uint64_t *acc = tutti_memory_get(bytes, false);
  if (!acc) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu bins", bins);
  status = tutti_reduce_partitioned(ctx, &(tutti_reduction){bytes, grain, init, chunk, merge}, n,
                                    (tutti_args){&call, sizeof call, {{x, n * sizeof *x}}}, acc);
  if (!status) store(acc, &call.bins, counts, outside);
  tutti_memory_release(acc);
  return status;
}

tutti_status tutti_histogram(tutti_ctx *ctx, const double *x, size_t n, double lo, double hi, size_t bins,
                             uint64_t *counts) {
  return tutti_histogram_full(ctx, x, n, lo, hi, bins, counts, NULL);
}
