/* Functions of every element of an array. */
#include "math/kernels.h"
#include "math/vec_math.h"

/* out[i] = f(x[i]). The last vector is filled up with 1/2, for which every f has a value. */
typedef vd (*vector_map)(vd x);
VEC_INLINE void map(const double *x, double *out, size_t n, vector_map f) {
  size_t i = 0;
  for (; i + W <= n; i += W) vd_store(out + i, f(vd_load(x + i)));
  if (i == n) return;
  double rest[W];
  for (size_t k = 0; k < W; k++) rest[k] = i + k < n ? x[i + k] : 0.5;
  vd_store(rest, f(vd_load(rest)));
  memcpy(out + i, rest, (n - i) * sizeof *out);
}

/* The quantile for all of [0, 1], and NaN outside. */
VEC_INLINE vd icdf(vd p) {
  const vd zero = vd_set1(0), one = vd_set1(1), infinite = vd_set1((double)INFINITY);
  const vm above_0 = vd_less(zero, p), below_1 = vd_less(p, one);
  const vd inner = vd_select(above_0, vd_select(below_1, p, vd_set1(0.5)), vd_set1(0.5));
  const vd low = vd_select(vd_equal(p, zero), zero - infinite, vd_set1((double)NAN));
  const vd high = vd_select(vd_equal(p, one), infinite, vd_set1((double)NAN));
  return vd_select(above_0, vd_select(below_1, vd_normal_icdf(inner), high), low);
}

void TUTTI_KERNEL(normal_icdf)(const double *p, double *out, size_t n) { map(p, out, n, icdf); }
void TUTTI_KERNEL(exp)(const double *x, double *out, size_t n) { map(x, out, n, vd_exp); }
void TUTTI_KERNEL(log)(const double *x, double *out, size_t n) { map(x, out, n, vd_log); }

/* Logarithms of a block, then exponentials: each of the two waits less for its own results than one after the
 * other would, element by element. */
VEC_INLINE void pow_block(const double *x, vd y, double *out, size_t n) {
  enum { BLOCK = 128 };
  double exponent[BLOCK], more[BLOCK];
  for (size_t begin = 0; begin < n; begin += BLOCK) {
    const size_t some = n - begin < BLOCK ? n - begin : BLOCK;
    for (size_t i = 0; i < some; i += W) {
      vd low;
      vd_store(exponent + i, vd_pow_exponent(vd_load(x + begin + i), y, &low));
      vd_store(more + i, low);
    }
    for (size_t i = 0; i < some; i += W) {
      const vd low = vd_load(more + i);
      vd_store(out + begin + i, vd_exp_of_sum(vd_load(exponent + i), &low));
    }
  }
}
void TUTTI_KERNEL(pow)(const double *x, double y, double *out, size_t n) {
  const size_t whole = n / W * W;
  double rest[W];
  pow_block(x, vd_set1(y), out, whole);
  if (whole == n) return;
  for (size_t k = 0; k < W; k++) rest[k] = whole + k < n ? x[whole + k] : 1;
  vd_store(rest, vd_pow(vd_load(rest), vd_set1(y)));
  memcpy(out + whole, rest, (n - whole) * sizeof *out);
}

VEC_INLINE vd sine_of(vd u) {
  vd sine, cosine;
  vd_sincos_turn(u, 1, &sine, &cosine);
  return sine;
}
VEC_INLINE vd cosine_of(vd u) {
  vd sine, cosine;
  vd_sincos_turn(u, 1, &sine, &cosine);
  return cosine;
}
void TUTTI_KERNEL(sincos_turn)(const double *u, double *sine, double *cosine, size_t n) {
  map(u, sine, n, sine_of);
  map(u, cosine, n, cosine_of);
}
