/* Sobol points, eight at a time: their indices differ in the lowest three bits only. */
#include "isa/vec.h"
#include "random/kernels.h"

enum { POINTS = TUTTI_GROUP, DIMS = 64 }; /* dimensions computed between two copies to rows */

VEC_INLINE vu low32(vu a) { return a & vu_set1(UINT32_MAX); }

VEC_INLINE vu swap_bits(vu x, int distance, uint64_t mask) {
  return ((x >> distance) & vu_set1(mask)) | ((x & vu_set1(mask)) << distance);
}

/* The lower 32 bits in the opposite order. */
VEC_INLINE vu reverse32(vu x) {
  x = swap_bits(x, 1, 0x55555555);
  x = swap_bits(x, 2, 0x33333333);
  x = swap_bits(x, 4, 0x0f0f0f0f);
  x = swap_bits(x, 8, 0x00ff00ff);
  return swap_bits(x, 16, 0x0000ffff);
}

/* x ^ (x c mod 2^32). c is even: so a bit changes higher bits only. */
VEC_INLINE vu mix(vu x, uint64_t c) { return x ^ low32(vu_mul32(x, vu_set1(c))); }

/* Owen's nested scrambling, by a hash in which each bit depends only on the bits above it: the hash of
 * Laine and Karras (2011) on the reversed bits, as in Burley (2020), with the constants and the
 * multiplication of Vegdahl ("Building a better LK hash", 2021). */
VEC_INLINE vu scramble(vu x, uint32_t seed) {
  x = mix(reverse32(x), 0x3d20adea);
  x = low32(x + vu_set1(seed));
  x = low32(vu_mul32(x, vu_set1((seed >> 16) | 1)));
  x = mix(x, 0x05526c56);
  return reverse32(mix(x, 0x53a22864));
}

/* (k + 1/2) 2^-32, made by putting k into the mantissa of a double in [1, 2), from which 1 is subtracted. */
VEC_INLINE vd unit(vu k) { return vd_of_bits((k << 20) | vu_set1(0x3ff0000000080000)) - vd_set1(1); }

/* Coordinate `dim` of the eight points from number `first` on, a multiple of eight. */
VEC_INLINE void coordinates(const tutti_sobol_params *params, size_t dim, uint32_t first, double x[POINTS]) {
  const uint32_t *v = params->direction[dim];
  uint64_t low[POINTS] = {0};
  uint32_t base = 0;
  for (uint32_t rest = first; rest; rest &= rest - 1) base ^= v[__builtin_ctz(rest)];
  for (uint32_t p = 0; p < POINTS; p++) low[p] = (p & 1 ? v[0] : 0) ^ (p & 2 ? v[1] : 0) ^ (p & 4 ? v[2] : 0);
  for (size_t p = 0; p < POINTS; p += W) {
    vu k = vu_load(low + p) ^ vu_set1(base);
    if (params->seed) k = scramble(k, params->seed[dim]);
    vd_store(x + p, unit(k));
  }
}

void TUTTI_KERNEL(sobol)(const tutti_sobol_params *params, uint32_t first, size_t n, double *out) {
  double x[DIMS][POINTS];
  for (size_t some; n > 0; n -= some, first += (uint32_t)some, out += some * params->dims) {
    const size_t skip = first % POINTS;
    some = n < POINTS - skip ? n : POINTS - skip;
    for (size_t from = 0, dims; from < params->dims; from += dims) {
      dims = params->dims - from < DIMS ? params->dims - from : DIMS;
      for (size_t d = 0; d < dims; d++) coordinates(params, from + d, first - (uint32_t)skip, x[d]);
      for (size_t p = 0; p < some; p++)
        for (size_t d = 0; d < dims; d++) out[p * params->dims + from + d] = x[d][skip + p];
    }
  }
}
