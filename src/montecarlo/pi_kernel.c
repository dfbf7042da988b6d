/* Counting the points in the quarter circle. */
#include "isa/kernels.h"
#include "random/stream.h"

/* (k + 1/2) for k < 2^32: k placed into the mantissa of 2^52. */
VEC_INLINE vd centred(vu k) { return vd_of_bits(k | vu_set1(0x4330000000000000)) - vd_set1(0x1p52 - 0.5); }

/* Coordinates in units of 2^-32. */
VEC_INLINE vm inside(vu point) {
  vd x = centred(point & vu_set1(0xffffffff)), y = centred(point >> 32);
  return vd_less(vd_fma(x, x, y * y), vd_set1(0x1p64));
}

/* Adds to 16 counters, one an element of the block. */
VEC_INLINE void count_block(const philox *p, uint64_t block, vu hits[STREAM_BLOCK / W]) {
  for (int j = 0; j < TUTTI_GROUP / W; j++) {
    vu a, b;
    philox_bits(p, vu_iota(TUTTI_GROUP * block + (uint64_t)(j * W)), &a, &b);
    hits[j] = vu_count(hits[j], inside(a));
    hits[TUTTI_GROUP / W + j] = vu_count(hits[TUTTI_GROUP / W + j], inside(b));
  }
}

/* The sum of counters [begin, end). */
VEC_INLINE uint64_t total(const vu hits[STREAM_BLOCK / W], size_t begin, size_t end) {
  uint64_t lane[STREAM_BLOCK], sum = 0;
  for (int j = 0; j < STREAM_BLOCK / W; j++) vu_store(lane + j * W, hits[j]);
  for (size_t i = begin; i < end; i++) sum += lane[i];
  return sum;
}

uint64_t TUTTI_KERNEL(pi_hits)(tutti_rng rng, uint64_t first, uint64_t n) {
  const philox p = philox_of(rng);
  uint64_t block = first / STREAM_BLOCK, sum = 0;
  size_t skip = (size_t)(first % STREAM_BLOCK);
  vu hits[STREAM_BLOCK / W];
  for (int j = 0; j < STREAM_BLOCK / W; j++) hits[j] = vu_set1(0);
  while (n > 0) {
    if (skip == 0 && n >= STREAM_BLOCK) {
      count_block(&p, block++, hits);
      n -= STREAM_BLOCK;
    } else { /* a part of a block, at either end */
      size_t end = n < STREAM_BLOCK - skip ? skip + (size_t)n : STREAM_BLOCK;
      vu part[STREAM_BLOCK / W];
      for (int j = 0; j < STREAM_BLOCK / W; j++) part[j] = vu_set1(0);
      count_block(&p, block++, part);
      sum += total(part, skip, end);
      n -= end - skip;
      skip = 0;
    }
  }
  return sum + total(hits, 0, STREAM_BLOCK);
}
