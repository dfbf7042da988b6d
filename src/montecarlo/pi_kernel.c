/* Counts points in the quarter circle. */
#include "isa/vec.h"
#include "montecarlo/kernels.h"
#include "random/kernels.h"

/* k + 1/2 for k < 2^32, made by putting k into the mantissa of 2^52. */
VEC_INLINE vd centred(vu k) { return vd_of_bits(k | vu_set1(0x4330000000000000)) - vd_set1(0x1p52 - 0.5); }

/* Whether a point lies in the quarter circle. Coordinates have the unit 2^-32. */
VEC_INLINE vm inside(vu point) {
  vd x = centred(point & vu_set1(0xffffffff)), y = centred(point >> 32);
  return vd_less(vd_fma(x, x, y * y), vd_set1(0x1p64));
}

uint64_t TUTTI_KERNEL(pi_hits)(tutti_rng rng, uint64_t first, uint64_t n) {
  enum { PIECE = 512 }; /* points, 4 KiB */
  uint64_t point[PIECE], lane[W], sum = 0;
  vu hits = vu_set1(0);
  for (size_t some; n > 0; n -= some, first += some) {
    some = n < PIECE ? (size_t)n : PIECE;
    TUTTI_KERNEL(bits)(rng, first, point, some);
    /* Fills the vector up with the far corner, which is outside. */
    for (size_t i = some; i % W != 0; i++) point[i] = UINT64_MAX;
    for (size_t i = 0; i < some; i += W) hits = vu_count(hits, inside(vu_load(point + i)));
  }
  vu_store(lane, hits);
  for (size_t i = 0; i < W; i++) sum += lane[i];
  return sum;
}
