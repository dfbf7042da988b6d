/* Filling arrays with elements of a stream. */
#include "isa/kernels.h"
#include "random/stream.h"

/* The 16 elements of a block, 8 bytes each. */
VEC_INLINE void fill_block(const philox *p, uint64_t block, unsigned char *out, stream_transform transform) {
  for (int j = 0; j < TUTTI_GROUP; j += W) {
    vu a, b;
    philox_bits(p, vu_iota(TUTTI_GROUP * block + (uint64_t)j), &a, &b);
    transform(&a, &b);
    vu_store(out + 8 * j, a);
    vu_store(out + 8 * (TUTTI_GROUP + j), b);
  }
}

VEC_INLINE void fill(tutti_rng rng, uint64_t first, void *out, size_t n, stream_transform transform) {
  const philox p = philox_of(rng);
  unsigned char *to = out;
  uint64_t block = first / STREAM_BLOCK;
  size_t skip = (size_t)(first % STREAM_BLOCK);
  while (n > 0) {
    if (skip == 0 && n >= STREAM_BLOCK) {
      fill_block(&p, block++, to, transform);
      to += 8 * STREAM_BLOCK;
      n -= STREAM_BLOCK;
    } else { /* a block of which only a part is wanted, at either end */
      unsigned char whole[8 * STREAM_BLOCK];
      size_t take = STREAM_BLOCK - skip < n ? STREAM_BLOCK - skip : n;
      fill_block(&p, block++, whole, transform);
      memcpy(to, whole + 8 * skip, 8 * take);
      to += 8 * take;
      n -= take;
      skip = 0;
    }
  }
}

void TUTTI_KERNEL(bits)(tutti_rng rng, uint64_t first, void *out, size_t n) {
  fill(rng, first, out, n, transform_bits);
}

void TUTTI_KERNEL(uniform)(tutti_rng rng, uint64_t first, void *out, size_t n) {
  fill(rng, first, out, n, transform_uniform);
}

void TUTTI_KERNEL(normal)(tutti_rng rng, uint64_t first, void *out, size_t n) {
  fill(rng, first, out, n, transform_normal);
}
