/* Fills arrays with elements of a stream, in pieces of some blocks. Numbers that take few operations are
 * made from the bits at once. Normal variates take many: they are made in a second pass over the piece,
 * which is in the first-level cache by then. Two loops with short bodies are faster than one with a long
 * body, because a processor overlaps each round of a loop with the next one only if the body fits its
 * schedulers. */
#include "random/kernels.h"
#include "random/stream.h"

/* vectors of counters in a block; blocks in a piece (4 KiB) */
enum { VECTORS = TUTTI_GROUP / W, PIECE = 32 };

/* Where the values A of vector v are stored; their B are TUTTI_GROUP elements behind. */
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

/* Functions of their own: so the constants of one loop do not take registers from the other. */
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
    } else { /* only a part of the block is wanted, at either end of the array */
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
