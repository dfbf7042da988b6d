/* A stream's elements in vectors: Philox4x32-10 and what is made of its bits. The frozen order is described
 * in tutti/random.h. */
#ifndef TUTTI_RANDOM_STREAM_H
#define TUTTI_RANDOM_STREAM_H

#include <tutti/random.h>

#include "isa/vec.h"
#include "isa/vec_math.h"

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

/* The values A and B of W counters. Words live in the lower halves of 64-bit lanes; what stands in the upper
 * halves meanwhile is never read. */
VEC_INLINE void philox_bits(const philox *p, vu counter, vu *a, vu *b) {
  const vu m0 = vu_set1(0xD2511F53), m1 = vu_set1(0xCD9E8D57), low = vu_set1(0xffffffff);
  vu x0 = counter, x1 = counter >> 32, x2 = vu_set1(p->stream), x3 = vu_set1(p->stream >> 32);
  for (int round = 0; round < PHILOX_ROUNDS; round++) {
    vu p0 = vu_mul32(m0, x0), p1 = vu_mul32(m1, x2);
    x0 = vu_xor3(p1 >> 32, x1, vu_set1(p->key[round][0]));
    x2 = vu_xor3(p0 >> 32, x3, vu_set1(p->key[round][1]));
    x1 = p1;
    x3 = p0;
  }
  *a = (x0 & low) | (x1 << 32);
  *b = (x2 & low) | (x3 << 32);
}

VEC_INLINE vd uniform_of(vu bits) {
  return vd_max(vd_of_u53(bits >> 11) * vd_set1(0x1p-53), vd_set1(0x1p-54));
}

VEC_INLINE void normal_of(vu a, vu b, vd *za, vd *zb) {
  vd r = vd_sqrt(vd_set1(-2) * vd_log(uniform_of(a))), sine, cosine;
  vd_sincos_turn(uniform_of(b), &sine, &cosine);
  *za = r * cosine;
  *zb = r * sine;
}

/* What a distribution makes of A and B, in place, as bits of the elements stored. */
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
