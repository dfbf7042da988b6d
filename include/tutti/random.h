/* Random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2,
 * 3", 2011). Element i of a stream is a function of (seed, stream, i) and of nothing else: not of who
 * computes it, nor of where an array begins. Each seed has 2^64 streams of 2^64 elements.
 *
 * The order will never change. Philox turns a key and a counter into four 32-bit words x0, x1, x2, x3. The
 * key is the seed, and counter c of a stream is a 128-bit number, both with the low word first:
 *
 *     key = seed,   counter = c + 2^64 stream.
 *
 * The four words are two values of 64 bits,
 *
 *     A = x0 + 2^32 x1,   B = x2 + 2^32 x3.
 *
 * Counters are taken in blocks of eight: for j = 0 .. 7 and block b = 0, 1, ...
 *
 *     element 16 b + j     is A of counter 8 b + j,
 *     element 16 b + 8 + j is B of counter 8 b + j. */
#ifndef TUTTI_RANDOM_H
#define TUTTI_RANDOM_H

#include <stddef.h>
#include <stdint.h>
#include <tutti/context.h>

TUTTI_BEGIN_DECLS

/* A stream of random numbers: two numbers of your choice. */
typedef struct {
  uint64_t seed, stream;
} tutti_rng;
typedef tutti_rng tutti_rng_t;

/* Common to the functions for arrays: elements first .. first + n - 1 of the stream rng are written to
 * out[0] .. out[n - 1]. TUTTI_EINVAL: out is NULL with n > 0, or first + n exceeds 2^64 (there is no
 * wrap-around). Thread-safe for different contexts. */

/* Random bits: elements of 64 bits. */
TUTTI_API tutti_status tutti_bits(tutti_ctx *ctx, tutti_rng rng, uint64_t first, uint64_t *out, size_t n);

/* Uniform numbers in the open interval (0, 1): with k the upper 53 bits of the element,
 *
 *     k 2^-53, or 2^-54 where k = 0. */
TUTTI_API tutti_status tutti_uniform(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double *out, size_t n);

/* Normal variates of mean 0 and standard deviation 1, by the method of Box and Muller (1958). Elements i =
 * 16 b + j and i' = i + 8, j < 8, together give
 *
 *     number i  = sqrt(-2 ln u) cos(2 pi v),
 *     number i' = sqrt(-2 ln u) sin(2 pi v),
 *
 * where u is the uniform number of element i, and v = k 2^-53 with k the upper 53 bits of element i'. The
 * error is below 4 ulp of these formulas; |number| < 8.66. */
TUTTI_API tutti_status tutti_normal(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double *out, size_t n);

/* Uniform numbers in (0, 1) as floats: (k + 1/2) 2^-23, k the upper 23 bits of the element. */
TUTTI_API tutti_status tutti_uniform_f32(tutti_ctx *ctx, tutti_rng rng, uint64_t first, float *out, size_t n);

/* Exponential variates of mean 1: -ln u, u the uniform number of the element; at most 37.5. */
TUTTI_API tutti_status tutti_exponential(tutti_ctx *ctx, tutti_rng rng, uint64_t first, double *out,
                                         size_t n);

/* Child stream k of a stream, for work that is nested in other work, such as run k of a simulation.
 *
 * The child's (seed, stream) is Philox4x32-10 of the counter (k, stream) under a key made from the seed.
 * For one key Philox is a bijection, and so all children of all streams of one seed are different. A child
 * is the same as a stream that was chosen in another way with probability 2^-128. */
TUTTI_API tutti_rng tutti_rng_split(tutti_rng rng, uint64_t k);

/* One number of a stream, the same bits as in an array. Thread-safe. */
TUTTI_API uint64_t tutti_bits_at(tutti_rng rng, uint64_t index);
TUTTI_API double tutti_uniform_at(tutti_rng rng, uint64_t index);
TUTTI_API double tutti_normal_at(tutti_rng rng, uint64_t index);

TUTTI_END_DECLS

#endif
