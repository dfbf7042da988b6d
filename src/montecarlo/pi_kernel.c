/* Counts points in the quarter circle. Those of whole blocks of the stream are counted as they are made,
 * word by word, without being stored. */
#include "montecarlo/kernels.h"
#include "random/kernels.h"
#include "random/stream.h"

/* k + 1/2 with k the lower 32 bits of a lane, made by putting k into the mantissa of 2^52. */
VEC_INLINE vd centred(vu k) {
  return vd_of_bits(vu_join32(k, vu_set1(0x43300000))) - vd_set1(0x1p52 - 0.5);
}

/* Counts the lanes whose points lie in the quarter circle. Coordinates have the unit 2^-32. */
VEC_INLINE vu count_inside(vu hits, vu low, vu high) {
  const vd x = centred(low), y = centred(high);
  return vu_count(hits, vd_less(vd_fma(x, x, y * y), vd_set1(0x1p64)));
}

VEC_INLINE uint64_t total(vu hits) {
  uint64_t lane[W], sum = 0;
  vu_store(lane, hits);
  for (int i = 0; i < W; i++) sum += lane[i];
  return sum;
}

VEC_INLINE vu count_vectors(const philox *p, uint64_t counter, int chains, vu hits) {
  philox_words w[CHAINS];
  philox_chains(p, counter, chains, w);
#pragma GCC unroll 4
  for (int c = 0; c < chains; c++) {
    hits = count_inside(hits, w[c].x[0], w[c].x[1]);
    hits = count_inside(hits, w[c].x[2], w[c].x[3]);
  }
  return hits;
}

/* Whole blocks of a row: two points for each counter. */
static uint64_t hits_of_blocks(const philox *p, uint64_t counter, uint64_t counters) {
  vu hits = vu_set1(0);
  uint64_t i = 0;
  for (; i + CHAINS * W <= counters; i += CHAINS * W) hits = count_vectors(p, counter + i, CHAINS, hits);
  for (; i < counters; i += W) hits = count_vectors(p, counter + i, 1, hits);
  return total(hits);
}

/* A part of a block. It is filled up with the far corner, which is outside. */
static uint64_t hits_of_part(tutti_rng rng, uint64_t first, size_t n) {
  uint64_t point[STREAM_BLOCK];
  vu hits = vu_set1(0);
  memset(point, 0xff, sizeof point);
  TUTTI_KERNEL(bits)(rng, first, point, n);
  for (int i = 0; i < STREAM_BLOCK; i += W) {
    const vu bits = vu_load(point + i);
    hits = count_inside(hits, bits, bits >> 32);
  }
  return total(hits);
}

uint64_t TUTTI_KERNEL(pi_hits)(tutti_rng rng, uint64_t first, uint64_t n) {
  uint64_t hits = 0;
  for (uint64_t some; n > 0; n -= some, first += some) {
    some = stream_piece(first, n);
    if (some % STREAM_BLOCK != 0) {
      hits += hits_of_part(rng, first, (size_t)some);
    } else {
      const uint64_t counter = stream_counter(first);
      const philox p = philox_row(rng, counter);
      hits += hits_of_blocks(&p, counter, some / 2);
    }
  }
  return hits;
}
