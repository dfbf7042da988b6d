/* Random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * 2011). Element i of a stream is a function of (seed, stream, i) and of nothing else: not of who computes
 * it, nor of where an array begins. 2^64 streams of 2^64 elements a seed.
 *
 * The order is frozen. The key is the seed (low word first); counter c of a stream is the 128-bit number
 * c + 2^64 stream (low word first). A counter gives four words x0..x3, that is two 64-bit values,
 * A = x0 + 2^32 x1 and B = x2 + 2^32 x3. Counters are taken in blocks of eight: elements 16 b + j and
 * 16 b + 8 + j (j = 0..7) are A and B of counter 8 b + j. */
#ifndef TUTTI_RANDOM_H
#define TUTTI_RANDOM_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

typedef struct {
  uint64_t seed, stream;
} tutti_rng;

/* Elements first .. first + n - 1 of the stream rng into out[0..n).
 *
 * bits: 64 random bits.
 *
 * uniform: in the open interval (0, 1): k 2^-53, where k is the upper 53 bits of the element, and 2^-54 where
 * k = 0.
 *
 * normal: mean 0, standard deviation 1, by Box and Muller (1958): elements i = 16 b + j and i' = i + 8 (j <
 * 8) are sqrt(-2 ln u) cos(2 pi v) and sqrt(-2 ln u) sin(2 pi v), u the uniform of element i and v = k 2^-53
 * of element i'. Error below 4 ulp of the exact formula; |z| < 8.66.
 *
 * TUTTI_EINVAL: out is NULL with n > 0, or first + n exceeds 2^64 (no wrap-around). Thread-safe for different
 * contexts. */
TUTTI_API tutti_status tutti_bits(tutti_ctx *ctx, tutti_rng rng, uint64_t first, uint64_t *out, size_t n);
TUTTI_API tutti_status tutti_uniform(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double *out, size_t n);
TUTTI_API tutti_status tutti_normal(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double *out, size_t n);
/*   uniform_f32: (k + 1/2) 2^-23, k the upper 23 bits of element i, in (0, 1).
 *   exponential: mean 1: -ln u[i], at most 37.5. */
TUTTI_API tutti_status tutti_uniform_f32(tutti_ctx *ctx, tutti_rng rng, uint64_t first, float *out, size_t n);
TUTTI_API tutti_status tutti_exponential(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double *out,
                                         size_t n);

/* Stream k for work nested in a stream. It is the Philox4x32-10 cipher of (k, stream) under a key made from
 * the seed, hence a bijection: the children of all streams of a seed are different. The child's seed is one
 * of 2^64 like any other; that it meets a stream chosen otherwise has probability 2^-128. */
TUTTI_API tutti_rng tutti_rng_split(tutti_rng rng, uint64_t k);

/* One element, the same bits as in an array. Thread-safe. */
TUTTI_API uint64_t tutti_bits_at(tutti_rng rng, uint64_t index);
TUTTI_API double tutti_uniform_at(tutti_rng rng, uint64_t index);
TUTTI_API double tutti_normal_at(tutti_rng rng, uint64_t index);

TUTTI_END_DECLS

#endif
