/* Single elements of a stream, by the kernels' code with one lane. */
#include <tutti/random.h>

#include "random/stream.h"

VEC_INLINE uint64_t element(tutti_rng rng, uint64_t index, stream_transform transform) {
  const uint64_t counter = stream_counter(index);
  const philox p = philox_row(rng, counter);
  philox_words w;
  vu a, b;
  philox_chains(&p, counter, 1, &w);
  transform(&w, &a, &b);
  return index % STREAM_BLOCK < TUTTI_GROUP ? a : b;
}

VEC_INLINE void transform_normal_words(const philox_words *w, vu *a, vu *b) {
  transform_bits(w, a, b);
  transform_normal(a, b);
}

uint64_t tutti_bits_at(tutti_rng rng, uint64_t index) { return element(rng, index, transform_bits); }
double tutti_uniform_at(tutti_rng rng, uint64_t index) {
  return vd_of_bits(element(rng, index, transform_uniform));
}
double tutti_normal_at(tutti_rng rng, uint64_t index) {
  return vd_of_bits(element(rng, index, transform_normal_words));
}

/* The key is made from the seed, but is not the seed itself: so children are not made of the bits that the
 * stream gives out as its elements. */
tutti_rng tutti_rng_split(tutti_rng rng, uint64_t k) {
  const philox p = philox_row((tutti_rng){~rng.seed, rng.stream}, k);
  philox_words w;
  vu seed, stream;
  philox_chains(&p, k, 1, &w);
  transform_bits(&w, &seed, &stream);
  return (tutti_rng){seed, stream};
}
