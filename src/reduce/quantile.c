/* tutti_quantile: which items a probability asks for, and how it is interpolated between them.
 *
 * The items are found by way of a sample (reduce/brackets.h) where the array is long and the probabilities
 * are few, else by counting digits (reduce/select.c). Either way they are the exact order statistics. */
#include <math.h>
#include <stdlib.h>
#include <tutti/reduce.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "memory/blocks.h"
#include "reduce/select.h"

/* The position of a probability among the sorted items: at item `rank`, and `part` of the way to the next. */
typedef struct {
  uint64_t rank;
  double part;
} place;

static place place_of(double prob, size_t n) {
  const double position = (double)(n - 1) * prob, below = floor(position);
  if (below >= (double)(n - 1)) return (place){n - 1, 0};
  return (place){(uint64_t)below, position - below};
}

/* a + (b - a) t, computed from the nearer end; a <= b. */
static double between(double a, double b, double t) {
  if (isinf(a) || isinf(b)) return t == 0 || a == b ? a : a + b;
  const double difference = b - a;
  if (isinf(difference)) return 2 * between(a / 2, b / 2, t);
  const double rise = difference * t, fall = difference * (1 - t);
  return t >= 0.5 ? b - fall : a + rise;
}

/* Collects the ranks for which all probabilities ask, ascending, each once; returns how many. */
static size_t collect_ranks(uint64_t *rank, size_t n, const double *probs, size_t count) {
  size_t wanted = 0, ranks = 0;
  for (size_t i = 0; i < count; i++) {
    const place p = place_of(probs[i], n);
    rank[wanted++] = p.rank;
    if (p.rank < n - 1) rank[wanted++] = p.rank + 1;
  }
  qsort(rank, wanted, sizeof *rank, tutti_image_compare);
  for (size_t i = 0; i < wanted; i++)
    if (i == 0 || rank[i] != rank[ranks - 1]) rank[ranks++] = rank[i];
  return ranks;
}

static double quantile(const uint64_t *rank, const uint64_t *image, size_t ranks, place p) {
  const uint64_t *found = bsearch(&p.rank, rank, ranks, sizeof *rank, tutti_image_compare);
  const size_t r = (size_t)(found - rank), after = r + 1 < ranks ? r + 1 : r;
  return between(tutti_double_of(image[r]), tutti_double_of(image[after]), p.part);
}

/* work: 4 count integers. */
static tutti_status quantiles(tutti_ctx *ctx, const double *x, size_t mine, size_t n, const double *probs,
                              size_t count, double *out, uint64_t *work) {
  uint64_t *const rank = work, *const image = work + 2 * count;
  bool nan;
  const size_t ranks = collect_ranks(rank, n, probs, count);
  const tutti_status status = tutti_select(ctx, x, mine, n, rank, ranks, image, &nan);
  if (status) return status;
  for (size_t i = 0; i < count; i++)
    out[i] = nan ? (double)NAN : quantile(rank, image, ranks, place_of(probs[i], n));
  return TUTTI_OK;
}

static tutti_status check(tutti_ctx *ctx, const double *x, size_t n, const double *probs, size_t count,
                          const double *out) {
  tutti_status status = tutti_check_array(ctx, "x", x, n, sizeof *x);
  if (status) return status;
  if (count > SIZE_MAX / 64) return tutti_fail(ctx, TUTTI_EINVAL, "count = %zu do not fit in memory", count);
  status = tutti_check_array(ctx, "probs", probs, count, sizeof *probs);
  if (!status) status = tutti_check_array(ctx, "out", out, count, sizeof *out);
  for (size_t i = 0; !status && i < count; i++)
    if (!(probs[i] >= 0 && probs[i] <= 1))
      return tutti_fail(ctx, TUTTI_EINVAL, "probs[%zu] = %.17g is not in [0, 1]", i, probs[i]);
  return status;
}

tutti_status tutti_quantile(tutti_ctx *ctx, const double *x, size_t n, const double *probs, size_t count,
                            double *out) {
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (!status) status = check(ctx, x, n, probs, count, out);
  if (status) return tutti_refuse(ctx, status);
  TUTTI_NOTE_CALL(ctx, .parameters = {{probs, count * sizeof *probs}});
  if (count == 0) return tutti_ranks_agree(ctx);
  size_t before, all;
  status = tutti_ranks_items(ctx, n, &before, &all);
  if (status) return status;
  if (all == 0) return tutti_fail(ctx, TUTTI_EINVAL, "n = 0: nothing has no quantiles");
  uint64_t *work = tutti_memory_get(4 * sizeof *work * count, false);
  if (!work) return tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu quantiles", count);
  status = quantiles(ctx, x, n, all, probs, count, out, work);
  tutti_memory_release(work);
  return status;
}
