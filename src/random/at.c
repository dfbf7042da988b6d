/* Single elements of a stream, by the kernels' code with one lane. */
#include <tutti/random.h>

#include "random/stream.h"

/* The values A and B of a counter. */
VEC_INLINE void values(tutti_rng rng, uint64_t counter, vu *a, vu *b) {
  const philox p = philox_row(rng, counter);
  philox_words w;
  philox_chains(&p, counter, 1, &w);
  transform_bits(&w, a, b);
}

VEC_INLINE bool is_a(uint64_t index) { return index % STREAM_BLOCK < TUTTI_GROUP; }

uint64_t tutti_bits_at(tutti_rng rng, uint64_t index) {
  vu a, b;
  values(rng, stream_counter(index), &a, &b);
  return is_a(index) ? a : b;
}

double tutti_uniform_at(tutti_rng rng, uint64_t index) { return uniform_of(tutti_bits_at(rng, index)); }

double tutti_normal_at(tutti_rng rng, uint64_t index) {
  vu a, b;
  vd za, zb;
  values(rng, stream_counter(index), &a, &b);
  normal_of(a, b, &za, &zb);
  return is_a(index) ? za : zb;
}

/* The key is made from the seed, but is not the seed itself: so children are not made of the bits that the
 * stream gives out as its elements. */
tutti_rng tutti_rng_split(tutti_rng rng, uint64_t k) {
  vu seed, stream;
  values((tutti_rng){~rng.seed, rng.stream}, k, &seed, &stream);
  return (tutti_rng){seed, stream};
}
