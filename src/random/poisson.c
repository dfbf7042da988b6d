/* tutti_poisson, by inversion. Up to a mean of 2^20 the cumulative probabilities are tabled, in units of
 * 2^-64, and a guide table says where to begin the search (Chen and Asau, 1974). For larger means the
 * quantile is computed from the normal one by an asymptotic series, whose first omitted term is of the
 * order of mean^(-3/2), at most 2^-30. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/distributions.h>
#include <tutti/reduce.h>

#include "context/open.h"
#include "engine/collectives.h"
#include "math/kernels.h"
#include "random/fill.h"
#include "random/kernels.h"

#define LARGEST_TABLED 0x1p20
#define LARGEST        0x1p50
#define LEAST_SHARE    0x1p-75 /* values are tabled whose probability is at least this share of the mode's */
enum { PIECE = 512, GUIDE_LOG = 12 };

typedef struct {
  double mean;
  uint64_t lowest; /* value of entry 0 */
  uint64_t *below; /* entry k: P(X <= lowest + k) 2^64; the last one is not used */
  uint32_t *guide; /* entry j: the first k with below[k] > j 2^(64 - GUIDE_LOG) */
  size_t entries;
} poisson_params;

/* The probabilities of values about the mode, relative to that of the mode, from the mode upwards and
 * downwards. Returns how many lie below it. */
static size_t weigh(double mean, double *weight, size_t *entries) {
  const double mode = floor(mean);
  size_t down = 0, n = 0;
  double w = 1;
  for (double k = mode; k > 0 && w > LEAST_SHARE; k--, down++) w *= k / mean;
  w = 1;
  for (double k = mode; k > mode - (double)down; k--) {
    w *= k / mean;
    if (weight) weight[down - 1 - n] = w;
    n++;
  }
  w = 1;
  n = down;
  for (double k = mode; w > LEAST_SHARE; k++, n++) {
    if (weight) weight[n] = w;
    w *= mean / (k + 1);
  }
  *entries = n;
  return down;
}

/* Cumulative probabilities from weights: exact sums, rounded, divided by the exact total. */
static void accumulate(poisson_params *params, const double *weight) {
  tutti_exact sum;
  tutti_exact_init(&sum);
  tutti_exact_add_array(&sum, weight, params->entries);
  const double total = tutti_exact_round(&sum);
  tutti_exact_init(&sum);
  for (size_t k = 0; k < params->entries; k++) {
    tutti_exact_add(&sum, weight[k]);
    const double share = tutti_exact_round(&sum) / total;
    params->below[k] = share < 1 ? (uint64_t)(share * 0x1p64) : UINT64_MAX;
  }
  for (size_t j = 0, k = 0; j < (size_t)1 << GUIDE_LOG; j++) {
    while (k + 1 < params->entries && params->below[k] <= (uint64_t)j << (64 - GUIDE_LOG)) k++;
    params->guide[j] = (uint32_t)k;
  }
}

static bool table(poisson_params *params) {
  const size_t down = weigh(params->mean, NULL, &params->entries);
  double *weight = malloc(params->entries * sizeof *weight); /* NOLINT: one entry at least, the mode's */
  params->below = malloc(params->entries * sizeof *params->below);
  params->guide = malloc(sizeof *params->guide << GUIDE_LOG);
  const bool enough = weight && params->below && params->guide;
  if (enough) {
    weigh(params->mean, weight, &params->entries);
    params->lowest = (uint64_t)params->mean - down;
    accumulate(params, weight);
  }
  free(weight);
  return enough;
}

static void make_tabled(const tutti_variates *v, uint64_t first, void *out, size_t n) {
  const poisson_params *params = v->parameters;
  uint64_t bits[PIECE], *to = out;
  for (size_t some; n > 0; n -= some, first += some, to += some) {
    some = n < PIECE ? n : PIECE;
    v->kernels->random->bits(v->rng, first, bits, some);
    for (size_t i = 0; i < some; i++) {
      size_t k = params->guide[bits[i] >> (64 - GUIDE_LOG)];
      while (k + 1 < params->entries && params->below[k] <= bits[i]) k++;
      to[i] = params->lowest + k;
    }
  }
}

/* Poisson quantiles from normal ones (Giles, "Algorithm 955: approximation of the inverse Poisson
 * cumulative distribution function", 2016). */
static void make_large(const tutti_variates *v, uint64_t first, void *out, size_t n) {
  const double mean = ((const poisson_params *)v->parameters)->mean, root = sqrt(mean);
  double z[PIECE];
  uint64_t *to = out;
  for (size_t some; n > 0; n -= some, first += some, to += some) {
    some = n < PIECE ? n : PIECE;
    v->kernels->random->uniform(v->rng, first, z, some);
    v->kernels->math->normal_icdf(z, z, some);
    for (size_t i = 0; i < some; i++) {
      const double w = z[i], s = w * w;
      const double order1 = -(w * (s + 2)) / 72 / root;
      const double order2 = ((3 * s + 7) * s - 16) / 810 / mean;
      to[i] = (uint64_t)floor(mean + (root * w + ((s + 2) / 6 + (order1 + order2))));
    }
  }
}

static void make_zeros(const tutti_variates *v, uint64_t first, void *out, size_t n) {
  (void)v;
  (void)first;
  memset(out, 0, n * sizeof(uint64_t));
}

/* NOLINTNEXTLINE(readability-non-const-parameter): out is written, through a pointer to void */
tutti_status tutti_poisson(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double mean, uint64_t *out,
                           size_t n) {
  poisson_params params = {.mean = mean};
  tutti_status status = tutti_resolve(ctx, &ctx);
  if (status) return tutti_refuse(ctx, status);
  if (!(mean >= 0 && mean <= LARGEST))
    return tutti_refuse(ctx, tutti_fail(ctx, TUTTI_EINVAL, "mean = %.17g is not in [0, 2^50]", mean));
  tutti_variates v = {make_large, rng, first, out, sizeof *out, &params, NULL, sizeof params.mean, {{0}}};
  if (mean == 0) v.make = make_zeros;
  else if (mean <= LARGEST_TABLED) v.make = make_tabled;
  if (v.make == make_tabled && !table(&params))
    status = tutti_fail(ctx, TUTTI_ENOMEM, "no memory for %zu probabilities", params.entries);
  if (!status) status = tutti_fill(ctx, &v, n);
  free(params.below);
  free(params.guide);
  return status;
}
