/* Variates made from pieces of a stream (bits, uniform or normal numbers), or from single elements. */
#include "math/vec_math.h"
#include "random/kernels.h"
#include "random/variates.h"

enum { PIECE = 512 }; /* elements, 4 KiB */

/* The length of the next piece of n. */
VEC_INLINE size_t piece_of(uint64_t n) { return n < PIECE ? (size_t)n : PIECE; }

/* x[i] = f(x[i]) for i < n, n <= PIECE. x has room for a whole number of vectors. */
typedef vd (*vector_map)(vd x, const void *parameters);
VEC_INLINE void map_piece(double *x, size_t n, vector_map f, const void *parameters) {
  for (size_t i = n; i % W != 0; i++) x[i] = 0.5;
  for (size_t i = 0; i < n; i += W) vd_store(x + i, f(vd_load(x + i), parameters));
}

/* -- exponential, lognormal -- */

VEC_INLINE vd exponential(vd u, const void *parameters) {
  (void)parameters;
  return vd_set1(0) - vd_log_of_variate(u);
}

void TUTTI_KERNEL(exponential)(tutti_rng rng, uint64_t first, void *out, size_t n) {
  double piece[PIECE], *to = out;
  for (size_t some; n > 0; n -= some, first += some, to += some) {
    some = piece_of(n);
    TUTTI_KERNEL(uniform)(rng, first, piece, some);
    map_piece(piece, some, exponential, NULL);
    memcpy(to, piece, some * sizeof *to);
  }
}

VEC_INLINE vd lognormal(vd z, const void *parameters) {
  const double *p = parameters; /* mu, sigma */
  return vd_exp(vd_fma(vd_set1(p[1]), z, vd_set1(p[0])));
}

void TUTTI_KERNEL(lognormal)(tutti_rng rng, uint64_t first, double mu, double sigma, double *out, size_t n) {
  const double parameters[] = {mu, sigma};
  double piece[PIECE];
  for (size_t some; n > 0; n -= some, first += some, out += some) {
    some = piece_of(n);
    TUTTI_KERNEL(normal)(rng, first, piece, some);
    map_piece(piece, some, lognormal, parameters);
    memcpy(out, piece, some * sizeof *out);
  }
}

/* -- of bits, one by one: loops a compiler turns into vectors -- */

void TUTTI_KERNEL(uniform_f32)(tutti_rng rng, uint64_t first, void *out, size_t n) {
  uint64_t bits[PIECE];
  float *to = out;
  for (size_t some; n > 0; n -= some, first += some, to += some) {
    some = piece_of(n);
    TUTTI_KERNEL(bits)(rng, first, bits, some);
    for (size_t i = 0; i < some; i++) to[i] = ((float)(int32_t)(bits[i] >> 41) + 0.5f) * 0x1p-23f;
  }
}

void TUTTI_KERNEL(bernoulli)(tutti_rng rng, uint64_t first, uint64_t threshold, uint8_t *out, size_t n) {
  uint64_t bits[PIECE];
  for (size_t some; n > 0; n -= some, first += some, out += some) {
    some = piece_of(n);
    TUTTI_KERNEL(bits)(rng, first, bits, some);
    for (size_t i = 0; i < some; i++) out[i] = bits[i] < threshold;
  }
}

/* Lemire's method, after a first rejection: attempt t uses element `index` of child stream t. */
static uint64_t retry(tutti_rng rng, uint64_t index, uint64_t range, uint64_t least) {
  for (uint64_t attempt = 1;; attempt++) {
    const uint64_t bits = tutti_bits_at(tutti_rng_split(rng, attempt), index);
    const unsigned __int128 product = (unsigned __int128)bits * range;
    if ((uint64_t)product >= least) return (uint64_t)(product >> 64);
  }
}

void TUTTI_KERNEL(integers)(tutti_rng rng, uint64_t first, uint64_t range, int64_t low, int64_t *out,
                            size_t n) {
  const uint64_t least = range ? -range % range : 0; /* 2^64 mod range; range 0: 2^64 */
  uint64_t bits[PIECE];
  for (size_t some; n > 0; n -= some, first += some, out += some) {
    some = piece_of(n);
    TUTTI_KERNEL(bits)(rng, first, bits, some);
    for (size_t i = 0; i < some; i++) {
      const unsigned __int128 product = (unsigned __int128)bits[i] * range;
      uint64_t value = range ? (uint64_t)(product >> 64) : bits[i];
      if (__builtin_expect((uint64_t)product < least, 0)) value = retry(rng, first + i, range, least);
      out[i] = (int64_t)((uint64_t)low + value);
    }
  }
}

/* -- gamma -- */

/* One attempt in every lane, from two uniform numbers. Where it is not accepted the value has no meaning. */
VEC_INLINE vd gamma_attempt(const tutti_gamma_params *params, vd u, vd w, vm *accepted) {
  const vd zero = vd_set1(0), d = vd_set1(params->d), x = vd_normal_icdf(u);
  const vd root = vd_fma(vd_set1(params->c), x, vd_set1(1)), v = root * root * root;
  const vm positive = vd_less(zero, root);
  const vd log_v = vd_log_of_variate(vd_select(positive, v, vd_set1(1)));
  const vd bound = vd_fma(vd_set1(0.5) * x, x, d * ((vd_set1(1) - v) + log_v));
  /* where d v is not positive the bound is below every logarithm: rejected */
  *accepted = vd_less(vd_log_of_variate(w), vd_select(positive, bound, vd_set1(-1e300)));
  return d * v;
}

static double gamma_retry(const tutti_gamma_params *params, tutti_rng rng, uint64_t index) {
  for (uint64_t attempt = 1;; attempt++) {
    const double u = tutti_uniform_at(tutti_rng_split(rng, 2 * attempt), index);
    const double w = tutti_uniform_at(tutti_rng_split(rng, 2 * attempt + 1), index);
    double value[W];
    vm accepted;
    vd_store(value, gamma_attempt(params, vd_set1(u), vd_set1(w), &accepted));
    if (vm_any(accepted)) return value[0];
  }
}

/* The first attempts of n variates; rejected ones become -1. */
VEC_INLINE void gamma_piece(const tutti_gamma_params *params, double *u, double *w, size_t n) {
  for (size_t i = n; i % W != 0; i++) u[i] = w[i] = 0.5;
  for (size_t i = 0; i < n; i += W) {
    vm accepted;
    const vd value = gamma_attempt(params, vd_load(u + i), vd_load(w + i), &accepted);
    vd_store(u + i, vd_select(accepted, value, vd_set1(-1)));
  }
}

/* u^(1 / shape), the factor for a shape below 1. */
VEC_INLINE vd power_of_uniform(vd u, const void *parameters) {
  const tutti_gamma_params *params = parameters;
  return vd_exp(vd_log_of_variate(u) * vd_set1(params->power));
}

/* variate u^(1 / shape) scale, where the power is below the normal range of doubles, but the product may
 * not be: multiplies by the square root of the power, twice. */
static double gamma_small(const tutti_gamma_params *params, double u, double variate) {
  double root[W];
  vd_store(root, vd_exp(vd_log_of_variate(vd_set1(u)) * vd_set1(0.5 * params->power)));
  return (root[0] * params->scale) * (root[0] * variate);
}

void TUTTI_KERNEL(gamma)(tutti_rng rng, uint64_t first, const tutti_gamma_params *params, double *out,
                         size_t n) {
  const tutti_rng normals = tutti_rng_split(rng, 0), uniforms = tutti_rng_split(rng, 1);
  double u[PIECE], w[PIECE];
  for (size_t some; n > 0; n -= some, first += some, out += some) {
    some = piece_of(n);
    TUTTI_KERNEL(uniform)(normals, first, u, some);
    TUTTI_KERNEL(uniform)(uniforms, first, w, some);
    gamma_piece(params, u, w, some);
    for (size_t i = 0; i < some; i++)
      if (u[i] < 0) u[i] = gamma_retry(params, rng, first + i);
    if (params->power != 0) {
      TUTTI_KERNEL(uniform)(rng, first, w, some);
      map_piece(w, some, power_of_uniform, params);
    }
    for (size_t i = 0; i < some; i++)
      if (params->power != 0 && w[i] < 0x1p-1022 && params->scale > 1)
        out[i] = gamma_small(params, tutti_uniform_at(rng, first + i), u[i]);
      else out[i] = (params->power != 0 ? u[i] * w[i] : u[i]) * params->scale;
  }
}
