/* The elements of a stream, in vectors: Philox4x32-10, and uniform and normal numbers from its bits. The
 * order, which must not change, is described in tutti/random.h. */
#ifndef TUTTI_RANDOM_STREAM_H
#define TUTTI_RANDOM_STREAM_H

#include <tutti/random.h>

#include "isa/vec.h"
#include "math/vec_math.h"

enum { STREAM_BLOCK = 2 * TUTTI_GROUP };
#define STREAM_ROW (UINT64_C(1) << 33) /* elements of a row of counters (see philox) */

/* The counter of an element. */
VEC_INLINE uint64_t stream_counter(uint64_t element) {
  return TUTTI_GROUP * (element / STREAM_BLOCK) + element % TUTTI_GROUP;
}

/* How many of n elements from `first` on are made at a time: whole blocks of one row, or, at either end, a
 * part of a block. */
VEC_INLINE uint64_t stream_piece(uint64_t first, uint64_t n) {
  const uint64_t row = STREAM_ROW - first % STREAM_ROW, in_row = n < row ? n : row;
  const uint64_t block = STREAM_BLOCK - first % STREAM_BLOCK;
  if (block == STREAM_BLOCK && in_row >= STREAM_BLOCK) return in_row - in_row % STREAM_BLOCK;
  return in_row < block ? in_row : block;
}

/* What is the same for a row of counters: 2^32 of them, which differ in their lowest word only. They share
 * most of the first two rounds. Words are kept in the lower 32 bits of 64-bit lanes; what is in the upper 32
 * bits meanwhile is never read. */
enum { PHILOX_ROUNDS = 10 };
#define PHILOX_M0 UINT64_C(0xD2511F53)
#define PHILOX_M1 UINT64_C(0xCD9E8D57)
typedef struct {
  uint64_t x2;                    /* the words after round 1, without what depends on the lowest word */
  uint64_t y0, y2;                /* after round 2, likewise */
  uint64_t key[PHILOX_ROUNDS][2]; /* of rounds 3, 4, ...; see philox_round */
} philox;

/* The row of the counter (its lowest word does not matter). */
VEC_INLINE philox philox_row(tutti_rng rng, uint64_t counter) {
  uint64_t key[PHILOX_ROUNDS][2];
  uint32_t k0 = (uint32_t)rng.seed, k1 = (uint32_t)(rng.seed >> 32);
  for (int round = 0; round < PHILOX_ROUNDS; round++) {
    key[round][0] = k0;
    key[round][1] = k1;
    k0 += 0x9E3779B9u; /* golden ratio */
    k1 += 0xBB67AE85u; /* sqrt 3 - 1 */
  }
  const uint64_t p1 = PHILOX_M1 * (uint32_t)rng.stream;
  const uint64_t p0 = PHILOX_M0 * (uint32_t)(p1 >> 32 ^ counter >> 32 ^ key[0][0]);
  philox p = {.x2 = rng.stream >> 32 ^ key[0][1], .y0 = p1 ^ key[1][0], .y2 = p0 >> 32 ^ key[1][1]};
  key[2][1] ^= (uint32_t)p0; /* x3 after round 2: the same for the whole row */
  for (int round = 2; round < PHILOX_ROUNDS; round++)
    for (int i = 0; i < 2; i++)
      p.key[round][i] = VEC_XOR3 || round % 2 ? key[round][i] : key[round][i] << 32 | key[round + 1][i];
  return p;
}

/* How many vectors of counters are computed side by side. The ten rounds of one vector depend on each
 * other, each six to eight cycles long, and a processor does not look far enough ahead to find the next
 * vectors by itself. With 16 registers (W = 4) a part of the words lies on the stack; that costs less than
 * waiting, up to about six vectors. */
enum { CHAINS = W == 1 ? 1 : W == 8 ? 8 : W == 4 ? 6 : 4 };

/* The four words of a vector of counters; and, where VEC_XOR3, the two elements that they make after the last
 * round. */
typedef struct {
  vu x[4], element[2];
} philox_words;

/* A round turns x into
 *
 *     hi(M1 x2) ^ x1 ^ k0,   lo(M1 x2),   hi(M0 x0) ^ x3 ^ k1,   lo(M0 x0).
 *
 * Without an instruction for three operands the keys of two rounds are put on with one: on both halves of a
 * product, of which the upper one is used in this round, the lower one in the next. */
VEC_INLINE vu philox_keyed(vu product, vu keys) { return VEC_XOR3 ? product : product ^ keys; }
VEC_INLINE vu philox_mix(vu product, vu x, vu key) {
  return VEC_XOR3 ? vu_xor3(vu_high32(product), x, key) : vu_high32(product) ^ x;
}
VEC_INLINE void philox_round(philox_words *w, const uint64_t key[2], bool first_of_two) {
  vu *x = w->x, p0 = vu_mul32(x[0], vu_set1(PHILOX_M0)), p1 = vu_mul32(x[2], vu_set1(PHILOX_M1));
  if (first_of_two) {
    p1 = philox_keyed(p1, vu_set1(key[0]));
    p0 = philox_keyed(p0, vu_set1(key[1]));
  }
  const vu k0 = vu_set1(key[0]), k1 = vu_set1(key[1]), x1 = x[1], x3 = x[3];
  *w = (philox_words){{philox_mix(p1, x1, k0), p1, philox_mix(p0, x3, k1), p0}, {p1, p0}};
  if (VEC_XOR3) { /* both words of a product, joined: of its halves the lower one is the upper word */
    w->element[0] = vu_swap_xor(p1, x1, k0);
    w->element[1] = vu_swap_xor(p0, x3, k1);
  }
}

/* The words of counters first, first + 1, ... of the row, in `chains` <= CHAINS vectors. */
VEC_INLINE void philox_chains(const philox *p, uint64_t first, int chains, philox_words *w) {
  const vu start = vu_set1(PHILOX_M0 * (uint32_t)first);
  for (int c = 0; c < chains; c++) {
    const vu p0 = start + vu_iota(W * (uint64_t)c) * PHILOX_M0;
    const vu p1 = vu_mul32(vu_high32(p0) ^ vu_set1(p->x2), vu_set1(PHILOX_M1));
    w[c] = (philox_words){{vu_high32(p1) ^ vu_set1(p->y0), p1, p0 ^ vu_set1(p->y2), vu_set1(0)}, {p0, p1}};
  }
#pragma GCC unroll 10
  for (int round = 2; round < PHILOX_ROUNDS; round++)
#pragma GCC unroll 8
    for (int c = 0; c < chains; c++) philox_round(&w[c], p->key[round], round % 2 == 0);
}

/* k 2^-53 becomes a uniform number, all times 2^-VEC_UPPER53_LOG (see vd_upper53): 2^-54 takes the place of
 * 0. */
VEC_INLINE vd scaled_uniform(vd k) { return vd_max(k, vd_set1(ldexp(0x1p-54, -VEC_UPPER53_LOG))); }
VEC_INLINE vd scaled_uniform_of(vu bits) { return scaled_uniform(vd_upper53(bits)); }
/* The uniform number of an element. */
VEC_INLINE vd uniform_of(vu bits) { return scaled_uniform_of(bits) * vd_set1(ldexp(1, VEC_UPPER53_LOG)); }

/* Two normal variates by the method of Box and Muller (1958), of the uniform numbers of two elements, both
 * times 2^-VEC_UPPER53_LOG, in two steps: the square of the radius from the first, which is not 0, then the
 * point from its angle. */
VEC_INLINE vd normal_square(vd u) {
  vd low;
  const vd high = vd_log_parts_of(u, VEC_UPPER53_LOG, -2, false, &low);
  return high + low;
}
VEC_INLINE void normal_point(vd square, vd u, vd *za, vd *zb) {
  vd_polar_turn(vd_sqrt(square), u, ldexp(1, VEC_UPPER53_LOG), zb, za);
}
/* The normal variates of elements a and b. */
VEC_INLINE void normal_of(vu a, vu b, vd *za, vd *zb) {
  normal_point(normal_square(scaled_uniform_of(a)), vd_upper53(b), za, zb);
}

/* Makes two vectors of elements, A and B, from the words of a vector of counters. Doubles are stored as their
 * bits. */
typedef void (*stream_transform)(const philox_words *w, vu *a, vu *b);

VEC_INLINE vu element_of(const philox_words *w, int i) {
  return VEC_XOR3 ? w->element[i] : vu_join32(w->x[2 * i], w->x[2 * i + 1]);
}
VEC_INLINE void transform_bits(const philox_words *w, vu *a, vu *b) {
  *a = element_of(w, 0);
  *b = element_of(w, 1);
}
/* Of element A or B (0 or 1), from what takes fewer instructions: see vd_upper53. */
VEC_INLINE vd upper53_of(const philox_words *w, int i) {
  return VEC_XOR3 ? vd_upper53(w->element[i]) : vd_upper53_words(w->x[2 * i], w->x[2 * i + 1]);
}
VEC_INLINE void transform_uniform(const philox_words *w, vu *a, vu *b) {
  const vd unit = vd_set1(ldexp(1, VEC_UPPER53_LOG));
  *a = bits_of_vd(scaled_uniform(upper53_of(w, 0)) * unit);
  *b = bits_of_vd(scaled_uniform(upper53_of(w, 1)) * unit);
}
/* The uniform numbers that normal variates are made of. */
VEC_INLINE void transform_scaled(const philox_words *w, vu *a, vu *b) {
  *a = bits_of_vd(scaled_uniform(upper53_of(w, 0)));
  *b = bits_of_vd(upper53_of(w, 1));
}

#endif
