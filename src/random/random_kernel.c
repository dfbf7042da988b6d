/* Fills arrays with elements of a stream, in pieces of some blocks. Numbers that take few operations are
 * made from the bits at once. Normal variates take many: they are made in three passes over the piece,
 * which is in the first-level cache meanwhile. Loops with short bodies are faster than one with a long
 * body, because a processor overlaps each round of a loop with the next ones only as far as they fit its
 * schedulers, and a logarithm and a square root one after the other take a hundred cycles. */
#include "random/kernels.h"
#include "random/stream.h"

enum { VECTORS = TUTTI_GROUP / W }; /* of counters, in a block */

/* Where the values A of vector v are stored; their B are TUTTI_GROUP elements behind. */
VEC_INLINE uint64_t *place_of(void *out, size_t v) {
  return (uint64_t *)out + STREAM_BLOCK * (v / VECTORS) + W * (v % VECTORS);
}

VEC_INLINE void fill_vectors(const philox *p, uint64_t block, size_t v, int chains, void *out,
                             stream_transform transform) {
  philox_words w[CHAINS];
  philox_chains(p, TUTTI_GROUP * block + W * (uint64_t)v, chains, w);
#pragma GCC unroll 8
  for (int c = 0; c < chains; c++) {
    uint64_t *to = place_of(out, v + (size_t)c);
    vu a, b;
    transform(&w[c], &a, &b);
    vu_store(to, a);
    vu_store(to + TUTTI_GROUP, b);
  }
}

/* Blocks of one row, CHAINS vectors at a time, then FEW. Where fewer are left some are made once more. */
enum { FEW = W == 1 ? 1 : W == 4 ? 2 : 4 };
VEC_INLINE void fill_blocks(const philox *p, uint64_t block, size_t blocks, void *out,
                            stream_transform transform) {
  const size_t vectors = VECTORS * blocks;
  size_t v = 0;
  for (; v + CHAINS <= vectors; v += CHAINS) fill_vectors(p, block, v, CHAINS, out, transform);
  for (; v < vectors && vectors >= FEW; v += FEW)
    fill_vectors(p, block, v + FEW <= vectors ? v : vectors - FEW, FEW, out, transform);
  for (; v < vectors; v++) fill_vectors(p, block, v, 1, out, transform);
}

/* Functions of their own: so the constants of one loop do not take registers from the other. */
typedef void (*block_maker)(const philox *p, uint64_t block, size_t blocks, void *out);
#define BLOCKS_OF static __attribute__((noinline)) void

BLOCKS_OF bits_blocks(const philox *p, uint64_t block, size_t blocks, void *out) {
  fill_blocks(p, block, blocks, out, transform_bits);
}
BLOCKS_OF uniform_blocks(const philox *p, uint64_t block, size_t blocks, void *out) {
  fill_blocks(p, block, blocks, out, transform_uniform);
}
BLOCKS_OF scaled_blocks(const philox *p, uint64_t block, size_t blocks, void *out) {
  fill_blocks(p, block, blocks, out, transform_scaled);
}
/* In place: squares of radii of the uniform numbers A, and with these and B normal variates. */
BLOCKS_OF squares_of_scaled(size_t blocks, double *at) {
  for (const double *end = at + STREAM_BLOCK * blocks; at < end; at += STREAM_BLOCK)
    for (int i = 0; i < TUTTI_GROUP; i += W) vd_store(at + i, normal_square(vd_load(at + i)));
}
BLOCKS_OF normal_of_squares(size_t blocks, double *at) {
  for (const double *end = at + STREAM_BLOCK * blocks; at < end; at += STREAM_BLOCK)
    for (int i = 0; i < TUTTI_GROUP; i += W) {
      vd a, b;
      normal_point(vd_load(at + i), vd_load(at + TUTTI_GROUP + i), &a, &b);
      vd_store(at + i, a);
      vd_store(at + TUTTI_GROUP + i, b);
    }
}
static void normal_blocks(const philox *p, uint64_t block, size_t blocks, void *out) {
  enum { PIECE = 32 }; /* blocks, 4 KiB */
  for (size_t done = 0, some; done < blocks; done += some) {
    double *to = (double *)out + STREAM_BLOCK * done;
    some = blocks - done < PIECE ? blocks - done : PIECE;
    scaled_blocks(p, block + done, some, to);
    squares_of_scaled(some, to);
    normal_of_squares(some, to);
  }
}

/* A part of a block, by way of a buffer. */
static void fill_part(const philox *p, uint64_t first, void *out, size_t n, block_maker make) {
  uint64_t buffer[STREAM_BLOCK];
  make(p, first / STREAM_BLOCK, 1, buffer);
  memcpy(out, buffer + first % STREAM_BLOCK, n * sizeof *buffer);
}

static void fill(tutti_rng rng, uint64_t first, void *out, size_t n, block_maker make) {
  philox p = philox_row(rng, stream_counter(first));
  for (size_t i = 0, some; i < n; i += some) {
    const uint64_t element = first + i;
    uint64_t *to = (uint64_t *)out + i;
    some = (size_t)stream_piece(element, n - i);
    if (i > 0 && element % STREAM_ROW == 0) p = philox_row(rng, stream_counter(element));
    if (some % STREAM_BLOCK != 0) fill_part(&p, element, to, some, make);
    else make(&p, element / STREAM_BLOCK, some / STREAM_BLOCK, to);
  }
}

void TUTTI_KERNEL(bits)(tutti_rng rng, uint64_t first, void *out, size_t n) {
  fill(rng, first, out, n, bits_blocks);
}

void TUTTI_KERNEL(uniform)(tutti_rng rng, uint64_t first, void *out, size_t n) {
  fill(rng, first, out, n, uniform_blocks);
}

void TUTTI_KERNEL(normal)(tutti_rng rng, uint64_t first, void *out, size_t n) {
  fill(rng, first, out, n, normal_blocks);
}
