/* Counts points in the quarter circle. Those of whole blocks of the stream are counted as they are made,
 * word by word, without being stored. */
#include "montecarlo/kernels.h"
#include "random/kernels.h"
#include "random/stream.h"

/* Points one by one, with all their bits. Coordinates have the unit 2^-32. */
static uint64_t hits_one_by_one(tutti_rng rng, uint64_t first, uint64_t n) {
  enum { SOME = 512 }; /* 4 KiB */
  uint64_t point[SOME], hits = 0;
  for (size_t some; n > 0; n -= some, first += some) {
    some = n < SOME ? (size_t)n : SOME;
    TUTTI_KERNEL(bits)(rng, first, point, some);
    for (size_t i = 0; i < some; i++) {
      const double x = (uint32_t)point[i] + 0.5, y = (uint32_t)(point[i] >> 32) + 0.5;
      hits += fma(x, x, y * y) < 0x1p64;
    }
  }
  return hits;
}

/* Many points, with the upper halves of squares. For words k, l < 2^32 let u and v be the upper 32 bits of
 * k^2 and l^2. Then
 *
 *     2^32 (u + v) <= k^2 + l^2,   (k + 1/2)^2 + (l + 1/2)^2 < 2^32 (u + v + 4).
 *
 * So a point with u + v >= 2^32 is outside; one with u + v < 2^32 - 4 is inside, by more than what is
 * rounded one by one. Between these lies one point in 10^9: then the piece is counted again. */
enum { PIECE = 1 << 17 }; /* points; a lane counts up to 2^32 */

typedef struct {
  vw hits;
  vw largest; /* the largest u + v, modulo 2^32 */
} tally;

VEC_INLINE tally count_vectors(const philox *p, uint64_t counter, int chains, tally t) {
  philox_words w[CHAINS];
  philox_chains(p, counter, chains, w);
#pragma GCC unroll 8
  for (int c = 0; c < chains; c++) {
    const vu *x = w[c].x;
    const vw u = vw_uppers(vu_mul32(x[0], x[0]), vu_mul32(x[2], x[2]));
    const vw v = vw_uppers(vu_mul32(x[1], x[1]), vu_mul32(x[3], x[3]));
    const vw sum = vw_add(u, v); /* smaller than u where it went beyond 2^32 */
    t = (tally){vw_count_at_least(t.hits, sum, u), vw_max(t.largest, sum)};
  }
  return t;
}

static tally count_counters(const philox *p, uint64_t counter, uint64_t counters) {
  tally t;
  memset(&t, 0, sizeof t);
  uint64_t i = 0;
  for (; i + CHAINS * W <= counters; i += CHAINS * W) t = count_vectors(p, counter + i, CHAINS, t);
  for (; i < counters; i += W) t = count_vectors(p, counter + i, 1, t);
  return t;
}

/* Whole blocks of a row, which have two points for each counter. */
static uint64_t hits_of_piece(const philox *p, tutti_rng rng, uint64_t first, uint64_t n) {
  const tally t = count_counters(p, stream_counter(first), n / 2);
  uint32_t hits[2 * W], largest[2 * W];
  uint64_t sum = 0;
  memcpy(hits, &t.hits, sizeof hits);
  memcpy(largest, &t.largest, sizeof largest);
  for (int i = 0; i < 2 * W; i++) {
    if (largest[i] >= UINT32_MAX - 3) return hits_one_by_one(rng, first, n);
    sum += hits[i];
  }
  return sum;
}

static uint64_t hits_of_blocks(tutti_rng rng, uint64_t first, uint64_t n) {
  const philox p = philox_row(rng, stream_counter(first));
  uint64_t hits = 0;
  for (uint64_t i = 0; i < n; i += PIECE)
    hits += hits_of_piece(&p, rng, first + i, n - i < PIECE ? n - i : PIECE);
  return hits;
}

uint64_t TUTTI_KERNEL(pi_hits)(tutti_rng rng, uint64_t first, uint64_t n) {
  uint64_t hits = 0;
  for (uint64_t some; n > 0; n -= some, first += some) {
    some = stream_piece(first, n);
    hits += some % STREAM_BLOCK == 0 ? hits_of_blocks(rng, first, some) : hits_one_by_one(rng, first, some);
  }
  return hits;
}
