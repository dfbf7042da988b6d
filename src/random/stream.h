/* The elements of a stream, in vectors: Philox4x32-10, and uniform and normal numbers from its bits. The
 * order, which must not change, is described in tutti/random.h. */
#ifndef TUTTI_RANDOM_STREAM_H
#define TUTTI_RANDOM_STREAM_H

#include <tutti/random.h>

#include "isa/vec.h"
#include "math/vec_math.h"

enum { PHILOX_ROUNDS = 10, STREAM_BLOCK = 2 * TUTTI_GROUP };

typedef struct {
  uint64_t stream;
  uint64_t key[PHILOX_ROUNDS][2]; /* of each round */
} philox;

VEC_INLINE philox philox_of(tutti_rng rng) {
  philox p = {.stream = rng.stream};
  uint32_t k0 = (uint32_t)rng.seed, k1 = (uint32_t)(rng.seed >> 32);
  for (int round = 0; round < PHILOX_ROUNDS; round++) {
    p.key[round][0] = k0;
    p.key[round][1] = k1;
    k0 += 0x9E3779B9u; /* golden ratio */
    k1 += 0xBB67AE85u; /* sqrt 3 - 1 */
  }
  return p;
}

/* How many vectors of counters are computed side by side. The ten rounds of one vector depend on each
 * other, each a dozen cycles long, and a processor does not look far enough ahead to find the next vector
 * by itself. */
enum { CHAINS = W == 1 ? 1 : W == 8 ? 4 : 2 };

/* The values A and B of counters first, first + 1, ..., in `chains` <= CHAINS vectors. Words are kept in
 * the lower 32 bits of 64-bit lanes; what is in the upper 32 bits meanwhile is never read. */
VEC_INLINE void philox_chains(const philox *p, uint64_t first, int chains, vu *a, vu *b) {
  const vu m0 = vu_set1(0xD2511F53), m1 = vu_set1(0xCD9E8D57), counter = vu_iota(first);
  vu x0[CHAINS], x1[CHAINS], x2[CHAINS], x3[CHAINS];
  for (int c = 0; c < chains; c++) {
    x0[c] = counter + vu_set1(W * (uint64_t)c);
    x1[c] = vu_high32(x0[c]);
    x2[c] = vu_set1(p->stream);
    x3[c] = vu_set1(p->stream >> 32);
  }
#pragma GCC unroll 10
  for (int round = 0; round < PHILOX_ROUNDS; round++)
#pragma GCC unroll 4
    for (int c = 0; c < chains; c++) {
      const vu p0 = vu_mul32(m0, x0[c]), p1 = vu_mul32(m1, x2[c]);
      x0[c] = vu_xor3(vu_high32(p1), x1[c], vu_set1(p->key[round][0]));
      x2[c] = vu_xor3(vu_high32(p0), x3[c], vu_set1(p->key[round][1]));
      x1[c] = p1;
      x3[c] = p0;
    }
  for (int c = 0; c < chains; c++) {
    a[c] = vu_join32(x0[c], x1[c]);
    b[c] = vu_join32(x2[c], x3[c]);
  }
}

/* The uniform number of an element, times 2^-VEC_UPPER53_LOG (see vd_upper53). */
VEC_INLINE vd scaled_uniform_of(vu bits) {
  return vd_max(vd_upper53(bits), vd_set1(ldexp(0x1p-54, -VEC_UPPER53_LOG)));
}
VEC_INLINE vd uniform_of(vu bits) { return scaled_uniform_of(bits) * vd_set1(ldexp(1, VEC_UPPER53_LOG)); }

/* Two normal variates by the method of Box and Muller: of elements a and b. */
VEC_INLINE void normal_of(vu a, vu b, vd *za, vd *zb) {
  vd low, sine, cosine;
  const vd high = vd_log_parts(scaled_uniform_of(a), VEC_UPPER53_LOG, &low);
  const vd r = vd_sqrt(vd_set1(-2) * (high + low));
  vd_sincos_turn(vd_upper53(b), ldexp(1, VEC_UPPER53_LOG), &sine, &cosine);
  *za = r * cosine;
  *zb = r * sine;
}

/* Turns the elements A and B into variates, in place (doubles are stored as their bits). */
typedef void (*stream_transform)(vu *a, vu *b);

// NOLINTNEXTLINE(readability-non-const-parameter): the type of all transforms
VEC_INLINE void transform_bits(vu *a, vu *b) {
  (void)a;
  (void)b;
}
VEC_INLINE void transform_uniform(vu *a, vu *b) {
  *a = bits_of_vd(uniform_of(*a));
  *b = bits_of_vd(uniform_of(*b));
}
VEC_INLINE void transform_normal(vu *a, vu *b) {
  vd za, zb;
  normal_of(*a, *b, &za, &zb);
  *a = bits_of_vd(za);
  *b = bits_of_vd(zb);
}

#endif
