/* Filling arrays with elements of a stream, a piece of some blocks at a time. What takes few operations is
 * made of the bits at once; a normal variate takes so many that they are a second pass over the piece, which
 * is in the first-level cache then: two loops with short bodies, each of which a processor overlaps with the
 * next round of itself, are faster than one that is longer than its schedulers. */
#include "random/kernels.h"
#include "random/stream.h"

/* Vectors of counters of a block; blocks of a piece (4 KiB). */
enum { VECTORS = TUTTI_GROUP / W, PIECE = 32 };

/* Where the A of vector v of some blocks lie; their B are TUTTI_GROUP elements behind. */
VEC_INLINE uint64_t *place_of(void *out, size_t v) {
  return (uint64_t *)out + STREAM_BLOCK * (v / VECTORS) + W * (v % VECTORS);
}

VEC_INLINE void fill_vectors(const philox *p, uint64_t block, size_t v, int chains, void *out,
                             stream_transform transform) {
  vu a[CHAINS], b[CHAINS];
  philox_chains(p, TUTTI_GROUP * block + W * (uint64_t)v, chains, a, b);
  for (int c = 0; c < chains; c++) {
    uint64_t *to = place_of(out, v + (size_t)c);
    transform(&a[c], &b[c]);
    vu_store(to, a[c]);
    vu_store(to + TUTTI_GROUP, b[c]);
  }
}

VEC_INLINE void fill_piece(const philox *p, uint64_t block, size_t blocks, void *out,
                           stream_transform transform) {
  size_t v = 0;
  for (; v + CHAINS <= VECTORS * blocks; v += CHAINS) fill_vectors(p, block, v, CHAINS, out, transform);
  for (; v < VECTORS * blocks; v++) fill_vectors(p, block, v, 1, out, transform);
}

VEC_INLINE void transform_piece(void *out, size_t blocks, stream_transform transform) {
  for (size_t v = 0; v < VECTORS * blocks; v++) {
    uint64_t *at = place_of(out, v);
    vu a = vu_load(at), b = vu_load(at + TUTTI_GROUP);
    transform(&a, &b);
    vu_store(at, a);
    vu_store(at + TUTTI_GROUP, b);
  }
}

/* Functions of their own, so that the constants of one loop do not take the registers of the other. */
typedef void (*piece_maker)(const philox *p, uint64_t block, size_t blocks, void *out);
#define PIECE_OF static __attribute__((noinline)) void

PIECE_OF bits_piece(const philox *p, uint64_t block, size_t blocks, void *out) {
  fill_piece(p, block, blocks, out, transform_bits);
}
PIECE_OF uniform_piece(const philox *p, uint64_t block, size_t blocks, void *out) {
  fill_piece(p, block, blocks, out, transform_uniform);
}
PIECE_OF normal_of_bits(size_t blocks, void *out) { transform_piece(out, blocks, transform_normal); }
static void normal_piece(const philox *p, uint64_t block, size_t blocks, void *out) {
  bits_piece(p, block, blocks, out);
  normal_of_bits(blocks, out);
}

static void fill(tutti_rng rng, uint64_t first, void *out, size_t n, piece_maker make) {
  const philox p = philox_of(rng);
  uint64_t *to = out, block = first / STREAM_BLOCK;
  size_t skip = (size_t)(first % STREAM_BLOCK);
  while (n > 0) {
    size_t taken;
    if (skip == 0 && n >= STREAM_BLOCK) {
      const size_t whole = n / STREAM_BLOCK, blocks = whole < PIECE ? whole : PIECE;
      make(&p, block, blocks, to);
      block += blocks;
      taken = STREAM_BLOCK * blocks;
    } else { /* a block of which only a part is wanted, at either end */
      uint64_t whole[STREAM_BLOCK];
      make(&p, block++, 1, whole);
      taken = STREAM_BLOCK - skip < n ? STREAM_BLOCK - skip : n;
      memcpy(to, whole + skip, taken * sizeof *to);
      skip = 0;
    }
    to += taken;
    n -= taken;
  }
}

void TUTTI_KERNEL(bits)(tutti_rng rng, uint64_t first, void *out, size_t n) {
  fill(rng, first, out, n, bits_piece);
}

void TUTTI_KERNEL(uniform)(tutti_rng rng, uint64_t first, void *out, size_t n) {
  fill(rng, first, out, n, uniform_piece);
}

void TUTTI_KERNEL(normal)(tutti_rng rng, uint64_t first, void *out, size_t n) {
  fill(rng, first, out, n, normal_piece);
}
