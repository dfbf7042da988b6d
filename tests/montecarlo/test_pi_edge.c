/* The kernel that counts points in the quarter circle, against integers over Random123's bits: at the ends
 * of blocks, and with points at the edge of the quarter circle, which a stream hardly ever gives. For one key
 * Philox is a bijection: here it is inverted, to find the counter whose words are a point of our choice. */
#include <Random123/philox.h>

#include "../support/data.h"
#include "../support/testing.h"
#include "core/context.h"
#include "isa/kernels.h"
#include "montecarlo/kernels.h"

enum { BLOCK = 16, BLOCKS = 20 };

/* 1 / m modulo 2^32, m odd, by Newton's iteration: each step doubles the digits that are right. */
static uint32_t inverse(uint32_t m) {
  uint32_t x = m; /* 3 digits are */
  for (int step = 0; step < 4; step++) x *= 2 - m * x;
  return x;
}

static uint32_t upper_product(uint32_t a, uint32_t b) { return (uint32_t)((uint64_t)a * b >> 32); }

/* The counter of which Philox makes the words y. */
static philox4x32_ctr_t counter_of(philox4x32_ctr_t y, uint64_t seed) {
  const uint32_t m0 = 0xD2511F53, m1 = 0xCD9E8D57;
  for (uint32_t round = 10; round-- > 0;) {
    const uint32_t k0 = (uint32_t)seed + round * 0x9E3779B9, k1 = (uint32_t)(seed >> 32) + round * 0xBB67AE85;
    const uint32_t x0 = y.v[3] * inverse(m0), x2 = y.v[1] * inverse(m1);
    y = (philox4x32_ctr_t){
        {x0, y.v[0] ^ upper_product(m1, x2) ^ k0, x2, y.v[2] ^ upper_product(m0, x0) ^ k1}};
  }
  return y;
}

static bool inside(uint32_t k, uint32_t l) {
  const unsigned __int128 x = 2 * (unsigned __int128)k + 1, y = 2 * (unsigned __int128)l + 1;
  return x * x + y * y < (unsigned __int128)1 << 66;
}

/* The points among elements first .. first + n - 1 that are inside, from Random123's bits. */
static uint64_t hits_of(tutti_rng rng, uint64_t first, uint64_t n) {
  uint64_t hits = 0;
  for (uint64_t i = first; i < first + n; i++) {
    const uint64_t counter = 8 * (i / BLOCK) + i % 8;
    const philox4x32_ctr_t c = {
        {(uint32_t)counter, (uint32_t)(counter >> 32), (uint32_t)rng.stream, (uint32_t)(rng.stream >> 32)}};
    const philox4x32_key_t k = {{(uint32_t)rng.seed, (uint32_t)(rng.seed >> 32)}};
    const philox4x32_ctr_t x = philox4x32(c, k);
    hits += i % BLOCK < 8 ? inside(x.v[0], x.v[1]) : inside(x.v[2], x.v[3]);
  }
  return hits;
}

/* The largest l with which k is inside. */
static uint32_t edge(uint32_t k) {
  uint32_t l = 0;
  for (uint32_t bit = UINT32_C(1) << 31; bit; bit >>= 1)
    if (inside(k, l | bit)) l |= bit;
  return l;
}

/* The element that is the point (k, l), and its stream. */
static uint64_t element_of(uint32_t k, uint32_t l, uint64_t *state, tutti_rng *rng) {
  for (;;) {
    const uint64_t other = data_bits(state);
    const bool second = data_bits(state) >> 63;
    rng->seed = data_bits(state);
    philox4x32_ctr_t words = {{k, l, (uint32_t)other, (uint32_t)(other >> 32)}};
    if (second) words = (philox4x32_ctr_t){{words.v[2], words.v[3], k, l}};
    const philox4x32_ctr_t c = counter_of(words, rng->seed);
    const uint64_t counter = c.v[0] | (uint64_t)c.v[1] << 32;
    rng->stream = c.v[2] | (uint64_t)c.v[3] << 32;
    if (counter > UINT64_MAX / 4) continue;
    return counter / 8 * BLOCK + counter % 8 + (second ? 8 : 0);
  }
}

Test(pi_edge, points_on_either_side, .timeout = 60) {
  uint64_t state = 271;
  for (CONTEXTS c = every_isa(); contexts_next(&c);)
    for (int trial = 0; trial < 300; trial++) {
      const uint32_t k = trial == 0 ? 0 : trial == 1 ? UINT32_MAX : (uint32_t)data_bits(&state);
      const uint32_t l = edge(k) + (uint32_t)(trial % 8) - 3;
      tutti_rng rng;
      const uint64_t i = element_of(k, l, &state, &rng), block = i / BLOCK * BLOCK;
      const uint64_t n[] = {1, BLOCK, BLOCK * BLOCKS}, first[] = {i, block, block};
      for (int j = 0; j < 3; j++)
        cr_assert(c.ctx->kernels->montecarlo->pi_hits(rng, first[j], n[j]) == hits_of(rng, first[j], n[j]),
                  "%s: point (%u, %u), %llu points", c.name, k, l, (unsigned long long)n[j]);
    }
}

/* Parts of blocks at either end, and more than 2^32 counters on, where the words above change. */
Test(pi_edge, every_end) {
  const tutti_rng rng = {314, 15926};
  const uint64_t starts[] = {0, (UINT64_C(1) << 33) - 40};
  for (CONTEXTS c = every_isa(); contexts_next(&c);)
    for (int s = 0; s < 2; s++)
      for (uint64_t offset = 0; offset < 20; offset++)
        for (uint64_t n = 0; n < 200; n += 1 + n / 40)
          cr_assert(c.ctx->kernels->montecarlo->pi_hits(rng, starts[s] + offset, n) ==
                        hits_of(rng, starts[s] + offset, n),
                    "%s: %llu points from %llu", c.name, (unsigned long long)n,
                    (unsigned long long)(starts[s] + offset));
}
